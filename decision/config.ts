import { Type, type Static } from '@sinclair/typebox';
import { defineConfig } from '../platform/config/config.ts';

const DecisionConfigSchema = Type.Object({
  leaseTtlMs: Type.Integer({
    default: 10_000,
    minimum: 1_000,
    maximum: 120_000,
    description: 'How long the owner of decisions is believed alive without a word.',
  }),
  actionsAtOnce: Type.Integer({
    default: 8,
    minimum: 1,
    maximum: 64,
    description: 'Actions executed at the same time.',
  }),
  actionLeaseMs: Type.Integer({
    default: 60_000,
    minimum: 1_000,
    maximum: 600_000,
    description: 'How long an action may run before another try takes it for dead.',
  }),
  missedAfterMs: Type.Integer({
    default: 300_000,
    minimum: 1_000,
    maximum: 86_400_000,
    description: 'A scheduled run that is later than this counts as missed.',
  }),
  auditMaxMegabytes: Type.Integer({
    default: 256,
    minimum: 16,
    maximum: 1_000_000,
    description: 'Size of the audit trail in NATS; full, changes are refused.',
  }),
  httpOutPorts: Type.String({
    default: '443,8443',
    pattern: '^\\d{1,5}(,\\d{1,5}){0,15}$',
    description: 'Ports that webhooks may go to.',
  }),
  httpOutAllowLoopback: Type.Boolean({
    default: false,
    description:
      'Lets webhooks go to this machine, over http too. For tests; never where others may add webhooks.',
  }),
});
export type DecisionConfig = Static<typeof DecisionConfigSchema>;

export const decisionConfig = defineConfig({ section: 'decision', schema: DecisionConfigSchema });
