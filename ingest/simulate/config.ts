import { Type } from '@sinclair/typebox';
import { defineConfig } from '../../platform/config/config.ts';

const schema = Type.Object({
  seed: Type.String({
    default: 'weir',
    minLength: 1,
    maxLength: 128,
    description: 'The same seed makes the same network.',
  }),
  ratePerSecond: Type.Number({
    default: 100,
    minimum: 1,
    maximum: 20_000,
    description: 'Mean events a second; the volume of the network goes with it.',
  }),
  historyDays: Type.Number({
    default: 9,
    minimum: 0,
    maximum: 60,
    description:
      'Days before the first start that are filled in with fewer, larger events; enough for the same weekday to compare with.',
  }),
});

/** Settings of the simulated creator network that fills tenant `demo`. */
export const demoConfig = defineConfig({ section: 'demo', schema });
