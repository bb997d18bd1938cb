import {
  defaultAlertSettings,
  type Silence,
  type Subscription,
} from '../../../platform/contracts/alert-subscription.ts';
import type { Signal } from '../../../platform/contracts/signal.ts';
import { alertOfSignal, type Alert } from '../core/alert.ts';
import type { AlertContext } from '../core/context.ts';

/** Builders for tests: what is not given is plain. */
export const START_MS = Date.UTC(2026, 4, 4, 10);

export function signal(id: string, change: Partial<Signal> = {}): Signal {
  return {
    id,
    tenant: 'main',
    kind: 'anomaly',
    kpi: 'views',
    title: `Views ${id} far below what was expected`,
    dims: {},
    window: '1m',
    severity: 'warning',
    state: 'firing',
    revision: 1,
    startedAtMs: START_MS,
    endedAtMs: null,
    isGood: false,
    evidence: { observed: 20, expected: 140, lower: 110, upper: 170, score: 0.9 },
    link: `/anomalies/${id}`,
    ...change,
  };
}

export function alert(id: string, change: Partial<Signal> = {}, impact: number | null = null): Alert {
  const made = signal(id, change);
  return alertOfSignal(made, { unit: impact === null ? 'count' : 'currency', impact });
}

export function resolved(id: string, revision: number, change: Partial<Signal> = {}): Alert {
  return alert(id, { state: 'resolved', revision, endedAtMs: START_MS + 600_000, ...change });
}

export function subscription(id: string, change: Partial<Subscription> = {}): Subscription {
  return {
    id,
    tenant: 'main',
    userId: `user-${id}`,
    name: `Subscription ${id}`,
    isOn: true,
    what: {
      kpis: [],
      families: [],
      kinds: [],
      minSeverity: 'info',
      channels: [],
      countries: [],
      streams: [],
      contents: [],
      withGood: true,
    },
    where: [`c-${id}`],
    when: { mode: 'immediate', hour: 8, weekday: 1 },
    quiet: null,
    timeZone: 'UTC',
    cap: null,
    escalation: null,
    withResolved: true,
    createdAtMs: START_MS,
    changedAtMs: START_MS,
    ...change,
  };
}

export function silence(change: Partial<Silence> = {}): Silence {
  return {
    id: 's1',
    tenant: 'main',
    matchers: [{ field: 'kpi', isEqual: true, value: 'views' }],
    startsAtMs: START_MS,
    endsAtMs: null,
    comment: '',
    isMine: false,
    userId: 'user-a',
    by: 'a@example.com',
    createdAtMs: START_MS,
    ...change,
  };
}

export function contextOf(
  subscriptions: readonly Subscription[],
  change: Partial<AlertContext> = {},
): AlertContext {
  return {
    subscriptions,
    silences: [],
    settings: defaultAlertSettings,
    channelOf: () => 'email',
    tenantName: 'Main',
    currency: 'USD',
    ...change,
  };
}
