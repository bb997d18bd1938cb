import type { Action, Decision } from '../../platform/contracts/decision.ts';
import type { ActionKind, DecisionState, PolicyMode, Trigger } from '../../platform/contracts/policy.ts';

export const stateWords: Readonly<Record<DecisionState, { readonly text: string; readonly tone: string }>> = {
  proposed: { text: 'waits for you', tone: 'badge-accent' },
  approved: { text: 'approved', tone: 'badge-accent' },
  rejected: { text: 'rejected', tone: '' },
  expired: { text: 'expired', tone: '' },
  executing: { text: 'being done', tone: 'badge-accent' },
  applied: { text: 'applied', tone: 'badge-good' },
  failed: { text: '✕ failed', tone: 'badge-bad' },
  verifying: { text: 'being measured', tone: 'badge-good' },
  kept: { text: '✓ kept', tone: 'badge-good' },
  rolled_back: { text: 'rolled back', tone: 'badge-warn' },
};

export const modeWords: Readonly<Record<PolicyMode, string>> = {
  suggest: 'suggests, never acts',
  approve: 'acts when approved',
  automatic: 'acts by itself',
};

export const kindWords: Readonly<Record<ActionKind, string>> = {
  alert: 'Alert',
  render: 'Render',
  webhook: 'Webhook',
  budget: 'Change a budget',
  schedule: 'Change a slot',
  price: 'Change a price',
  rollout: 'Roll out a variant',
  experiment: 'Start an experiment',
  ticket: 'Open a ticket',
  job: 'Start a job',
};

/** What the clock may run beside actions, in the order people look for it. */
export const routineNames = [
  'health',
  'tasks',
  'budgets',
  'keys',
  'churn',
  'channel-optimizer',
  'revenue-optimizer',
  'content-optimizer',
] as const;
export const routineWords: Readonly<Record<(typeof routineNames)[number], string>> = {
  health: 'Look whether Weir is well',
  tasks: 'Look for undecided proposals and given-up actions',
  budgets: 'Look at budgets of policies',
  keys: 'Look for API keys that end soon',
  churn: 'Propose churn campaigns',
  'channel-optimizer': 'Propose the five best actions on channels',
  'revenue-optimizer': 'Propose tests of five revenue hypotheses',
  'content-optimizer': 'Propose variants of contents to test',
};

export const riskWords: Readonly<Record<Decision['riskClass'], string>> = {
  none: 'no risk',
  low: 'low risk',
  medium: 'medium risk',
  high: 'high risk',
};

/** An action in one line. */
export function actionWords({ kind, params }: Action): string {
  const value = (name: string): string => String(params[name] ?? '');
  switch (kind) {
    case 'budget':
    case 'price':
    case 'schedule':
    case 'rollout':
      return params['from'] === undefined
        ? `${kindWords[kind]}: ${value('target')} → ${value('to')}`
        : `${kindWords[kind]}: ${value('target')} ${value('from')} → ${value('to')}`;
    case 'experiment':
      return `Start the experiment ${value('key')}: ${value('variant')}`;
    case 'webhook':
      return `Webhook ${value('event')} to ${value('endpoint')}`;
    case 'render':
      return `Render a ${value('kind')}: ${value('title')}`;
    case 'job':
      return `Start the job ${value('job')}`;
    case 'alert':
    case 'ticket':
      return `${kindWords[kind]}: ${value('title')}`;
  }
}

/** When a policy fires, in one line. */
export function triggerWords(when: Trigger): string {
  switch (when.type) {
    case 'signal': {
      const kpis = when.kpis === undefined ? 'any KPI' : when.kpis.join(', ');
      const severity = when.minSeverity === undefined ? '' : `, ${when.minSeverity} or worse`;
      return `${when.kinds.join(' or ')} of ${kpis}${severity}`;
    }
    case 'schedule':
      return `at ${when.cron} (${when.zone})`;
    case 'event':
      return `event ${when.eventType}`;
    case 'decision':
      return `another decision is ${when.states.join(' or ')}`;
  }
}

/** Who did it, for a reader: people by name where it is known, never by their key alone. */
export function actorWords(
  subject: string,
  me: string | undefined,
  users: readonly { readonly id: string; readonly name: string }[],
): string {
  if (subject === 'weir') return 'Weir';
  const id = subject.slice(subject.indexOf(':') + 1);
  if (subject.startsWith('policy:')) return `policy ${id}`;
  if (subject.startsWith('key:')) return `API key ${id}`;
  if (id === me) return 'you';
  return users.find((user) => user.id === id)?.name ?? 'a person who is not here';
}
