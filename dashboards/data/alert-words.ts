import type {
  AlertChannel,
  SilenceMatcher,
  Subscription,
} from '../../platform/contracts/alert-subscription.ts';
import type { AlertItem, AlertThread, ThreadEvent } from '../../platform/contracts/alert-thread.ts';
import { severityRank } from './anomaly-words.ts';

export const stateWords: Readonly<
  Record<AlertThread['state'], { readonly tone: string; readonly text: string }>
> = {
  firing: { tone: 'badge-bad', text: 'firing' },
  acknowledged: { tone: 'badge-accent', text: '✓ acknowledged' },
  resolved: { tone: 'badge-good', text: '✓ over' },
};

export const channelWords: Readonly<Record<AlertChannel, string>> = {
  inapp: 'Notices in this app',
  push: 'Browser push',
  email: 'E-mail',
  slack: 'Slack',
  pagerduty: 'PagerDuty',
  webhook: 'Webhook',
};

export const familyWords: Readonly<Record<AlertThread['family'], string>> = {
  revenue: 'Revenue',
  content: 'Content',
  operations: 'Operations',
  growth: 'Growth',
  recurring: 'Recurring revenue',
  own: 'Own KPIs',
  feed: 'Missing events',
  trend: 'Trends',
  viral: 'Viral posts',
  decision: 'Decisions',
};

const eventWords: Readonly<Record<ThreadEvent['what'], string>> = {
  fired: 'Fired',
  changed: 'Severity changed',
  resolved: 'Resolved',
  ended: 'Over',
  acknowledged: 'Acknowledged',
  unacknowledged: 'Acknowledgement ended',
  snoozed: 'Snoozed',
  woken: 'Snooze ended',
  told: 'Told',
  escalated: 'Escalated',
};

/** One line of a thread's history. */
export function eventLine({ by, text, what }: ThreadEvent): string {
  const who = by === '' ? '' : what === 'told' || what === 'escalated' ? `: ${by}` : ` by ${by}`;
  return `${eventWords[what]}${who}${text === '' ? '' : ` – ${text}`}`;
}

/** Threads with what was told live in their place, and those told alone before them; what is open first, worst first, then the newest change. */
export function mergeThreads(
  listed: readonly AlertThread[],
  live: readonly AlertThread[],
  isWanted: (thread: AlertThread) => boolean,
): readonly AlertThread[] {
  const merged = new Map(listed.map((thread) => [thread.id, thread]));
  for (const thread of live) {
    const known = merged.get(thread.id);
    if (known === undefined) merged.set(thread.id, thread);
    // Live threads come without their history and with few of their alerts.
    else if (thread.version > known.version)
      merged.set(thread.id, { ...thread, alerts: known.alerts, history: known.history });
  }
  return [...merged.values()].filter(isWanted).sort(byUrgency);
}

const stateRank: Readonly<Record<AlertThread['state'], number>> = { firing: 2, acknowledged: 1, resolved: 0 };

function byUrgency(a: AlertThread, b: AlertThread): number {
  const byState = stateRank[b.state] - stateRank[a.state];
  if (byState !== 0) return byState;
  const bySeverity = a.state === 'resolved' ? 0 : severityRank[b.severity] - severityRank[a.severity];
  return bySeverity || b.changedAtMs - a.changedAtMs || (a.id < b.id ? -1 : 1);
}

export function cutWords(dims: AlertItem['dims']): string {
  return Object.entries(dims)
    .map(([dimension, value]) => (value === '' ? `no ${dimension}` : `${dimension} ${value}`))
    .join(', ');
}

export function matcherWords({ field, isEqual, value }: SilenceMatcher): string {
  return `${field} ${isEqual ? 'is' : 'is not'} ${value}`;
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export function weekdayName(weekday: number): string {
  return weekdays[weekday - 1] ?? '';
}

/** What a subscription takes, in one line. */
export function whatWords({ what }: Pick<Subscription, 'what'>, titleOf: (kpi: string) => string): string {
  const about =
    what.kpis.length > 0
      ? what.kpis.map(titleOf).join(', ')
      : what.families.length > 0
        ? what.families.map((family) => familyWords[family]).join(', ')
        : 'Everything';
  const cuts = [...what.channels, ...what.countries, ...what.streams, ...what.contents];
  const only = cuts.length === 0 ? '' : ` of ${cuts.join(', ')}`;
  const from = what.minSeverity === 'info' ? '' : `, ${what.minSeverity} and worse`;
  return `${about}${only}${from}`;
}

/** When it tells, in one line. */
export function whenWords({ quiet, when }: Pick<Subscription, 'quiet' | 'when'>): string {
  const hour = `${String(when.hour).padStart(2, '0')}:00`;
  const mode = {
    immediate: 'at once',
    hourly: 'every hour',
    daily: `daily at ${hour}`,
    weekly: `on ${weekdayName(when.weekday)} at ${hour}`,
  }[when.mode];
  if (quiet === null) return mode;
  return `${mode}, quiet from ${minuteText(quiet.fromMinute)} to ${minuteText(quiet.toMinute)}`;
}

export function minuteText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** Minute of the day of `HH:MM`; undefined for anything else. */
export function minuteOf(text: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hours === undefined ? undefined : 60 * Number(hours) + Number(minutes);
}
