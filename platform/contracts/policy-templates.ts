import type { PolicyRequest } from './policy.ts';

/** A policy to begin with: complete and valid as it is, switched off, meant to be changed. */
export interface PolicyTemplate {
  /** Id it is saved under unless another is typed. */
  readonly id: string;
  readonly policy: PolicyRequest;
  /** Whether the demo has it from the start, on: none of these does more than propose. */
  readonly isInDemo: boolean;
}

const hourMs = 3_600_000;
const common: Pick<PolicyRequest, 'enabled' | 'forMs' | 'guardrails' | 'mode' | 'expiresAfterHours'> = {
  enabled: false,
  forMs: 0,
  guardrails: [],
  mode: 'approve',
  expiresAfterHours: 72,
};
const body = '{title}. Observed {observed}, expected {expected}.';

export const policyTemplates: readonly PolicyTemplate[] = [
  {
    id: 'report-large-drop',
    isInDemo: true,
    policy: {
      ...common,
      title: 'Report on a large drop',
      description:
        'When revenue, profit or views fall far below what was expected, make the report of the day.',
      when: {
        type: 'signal',
        kinds: ['anomaly'],
        kpis: ['total_revenue', 'profit', 'views'],
        minSeverity: 'warning',
        isGood: false,
      },
      coolDownMs: 12 * hourMs,
      actions: [
        { kind: 'render', params: { kind: 'report', title: '{title}', period: 'day', formats: 'pdf,html' } },
        { kind: 'alert', params: { title: 'A report is on its way: {title}', body, severity: '{severity}' } },
      ],
      money: 'max(expected - observed, 0)',
    },
  },
  {
    id: 'brief-rising-trend',
    isInDemo: true,
    policy: {
      ...common,
      title: 'Brief somebody on a trend',
      description:
        'When a topic that is not yet at its peak ranks among the first ten, open a ticket for it.',
      when: {
        type: 'signal',
        kinds: ['trend'],
        where: [
          { left: 'rank', is: '<=', right: '10' },
          { left: 'velocity', is: '>', right: '0' },
        ],
      },
      coolDownMs: 72 * hourMs,
      budget: { periodHours: 24, count: 5 },
      actions: [
        {
          kind: 'ticket',
          params: { title: 'Make something about it: {title}', body: 'Stage {stage}, rank {rank}.' },
        },
      ],
      expiresAfterHours: 48,
    },
  },
  {
    id: 'forecast-missed',
    isInDemo: false,
    policy: {
      ...common,
      title: 'Look into a missed forecast',
      description: 'When a KPI leaves the interval of its forecast for the worse, open a ticket and tell.',
      when: { type: 'signal', kinds: ['forecast'], isGood: false },
      coolDownMs: 24 * hourMs,
      actions: [
        { kind: 'ticket', params: { title: 'Forecast missed: {title}', body } },
        { kind: 'alert', params: { title: 'Forecast missed: {title}', body, severity: '{severity}' } },
      ],
    },
  },
  {
    id: 'weekly-report',
    isInDemo: false,
    policy: {
      ...common,
      title: 'Weekly report',
      description:
        'Every Monday morning the report of the week before, by itself: it spends and publishes nothing.',
      when: { type: 'schedule', cron: '0 7 * * 1', zone: 'UTC' },
      coolDownMs: 0,
      actions: [
        {
          kind: 'render',
          params: { kind: 'report', title: 'Weekly report', period: 'week', formats: 'pdf,xlsx' },
        },
      ],
      mode: 'automatic',
    },
  },
  {
    id: 'viral-post',
    isInDemo: false,
    policy: {
      ...common,
      title: 'Follow up a viral post',
      description:
        'When a post runs far ahead of what its channel is used to, open a ticket for the next one.',
      when: { type: 'signal', kinds: ['viral'] },
      coolDownMs: 24 * hourMs,
      actions: [
        {
          kind: 'ticket',
          params: { title: 'Follow up: {title}', body: 'It is ahead of what is usual now.' },
        },
      ],
    },
  },
];
