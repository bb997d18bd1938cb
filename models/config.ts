import { Type, type Static } from '@sinclair/typebox';
import { defineConfig } from '../platform/config/config.ts';

export const ModelsSettings = Type.Object({
  backend: Type.Union(
    [
      Type.Literal('auto'),
      Type.Literal('node-gpu'),
      Type.Literal('webgpu'),
      Type.Literal('wasm'),
      Type.Literal('cpu'),
    ],
    {
      default: 'auto',
      description:
        'What TensorFlow.js computes on; auto takes the first of node-gpu, webgpu, wasm, cpu that passes its self-test.',
    },
  ),
  checkSeconds: Type.Number({
    default: 300,
    minimum: 1,
    maximum: 86_400,
    description:
      'How often tasks are asked whether something is due, such as forecasts of a day that has ended.',
  }),
  firstCheckSeconds: Type.Number({
    default: 45,
    minimum: 0,
    maximum: 86_400,
    description: 'When they are asked first after a start, so that a start has the processor for itself.',
  }),
  maxThreadHeapMiB: Type.Integer({
    default: 1_024,
    minimum: 64,
    maximum: 65_536,
    description: 'JavaScript heap of the one thread that computes; a run that needs more fails and says so.',
  }),
  leaseTtlMs: Type.Integer({
    default: 10_000,
    minimum: 100,
    maximum: 600_000,
    description: 'How long another process waits for one that has died before it takes over the models.',
  }),
});

/** The settings with this installation's name in leases. */
export type ModelsConfig = Static<typeof ModelsSettings> & { readonly owner: string };

export const modelsConfig = defineConfig({ section: 'models', schema: ModelsSettings });
