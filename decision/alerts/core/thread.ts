import type { AlertItem, AlertThread, ThreadEvent } from '../../../platform/contracts/alert-thread.ts';
import { cutKey } from './alert.ts';
import { severityRank } from './match.ts';
import type { KeptAlert, TenantAlerts, Thread } from './state.ts';

const MAX_HISTORY = 60;
const MAX_LISTED = 20;

/** Notes what happened to a thread; beyond 60 the oldest entry after the first goes. */
export function note(state: TenantAlerts, thread: Thread, event: ThreadEvent): void {
  thread.history.push({ ...event, text: event.text.slice(0, 500) });
  if (thread.history.length > MAX_HISTORY) thread.history.splice(1, 1);
  touch(state, thread, event.atMs);
}

export function touch(state: TenantAlerts, thread: Thread, atMs: number): void {
  thread.version += 1;
  thread.changedAtMs = Math.max(thread.changedAtMs, atMs);
  state.dirty.add(thread.id);
}

export function alertsOf(state: TenantAlerts, thread: Thread): KeptAlert[] {
  return thread.alertIds.flatMap((id) => state.alerts.get(id) ?? []);
}

/** Firing before resolved, worse before slighter, wider before narrower, earlier before later. */
export function byWeight(a: AlertItem, b: AlertItem): number {
  return (
    Number(b.state === 'firing') - Number(a.state === 'firing') ||
    severityRank(b.severity) - severityRank(a.severity) ||
    Object.keys(a.dims).length - Object.keys(b.dims).length ||
    a.startedAtMs - b.startedAtMs ||
    (a.id < b.id ? -1 : 1)
  );
}

export function titleOf(items: readonly AlertItem[]): string {
  const [first] = items.toSorted(byWeight);
  if (first === undefined) return 'Nothing fires';
  return items.length === 1 ? first.title : `${first.title}, and ${items.length - 1} more`;
}

/**
 * Money the thread stands for. Cuts of one KPI contain each other and several KPIs contain the same money, so nothing is added up twice: the widest
 * cuts of each KPI are added, and the KPI with the largest amount counts.
 */
export function impactOf(items: readonly AlertItem[]): number | null {
  const byKpi = new Map<string, AlertItem[]>();
  for (const item of items) {
    if (item.impact !== null) byKpi.set(item.kpi, [...(byKpi.get(item.kpi) ?? []), item]);
  }
  let largest: number | null = null;
  for (const group of byKpi.values()) {
    const depth = Math.min(...group.map(({ dims }) => Object.keys(dims).length));
    const widest = new Map<string, number>();
    // The same cut by the minute and by the hour is the same money.
    for (const item of group) {
      if (Object.keys(item.dims).length !== depth) continue;
      const cut = cutKey(item.dims);
      const known = widest.get(cut) ?? 0;
      widest.set(cut, Math.abs(item.impact ?? 0) > Math.abs(known) ? (item.impact ?? 0) : known);
    }
    const sum = [...widest.values()].reduce((total, amount) => total + amount, 0);
    if (largest === null || Math.abs(sum) > Math.abs(largest)) largest = sum;
  }
  return largest;
}

export function stateOf(thread: Thread): AlertThread['state'] {
  if (thread.endedAtMs !== null) return 'resolved';
  return thread.acknowledged === null ? 'firing' : 'acknowledged';
}

/** A thread as people see it. */
export function threadView(state: TenantAlerts, thread: Thread): AlertThread {
  const items = alertsOf(state, thread).map(({ item }) => item);
  const acknowledged = thread.acknowledged;
  return {
    id: thread.id,
    tenant: state.tenant,
    title: titleOf(items),
    family: thread.family,
    state: stateOf(thread),
    severity: thread.severity,
    startedAtMs: thread.startedAtMs,
    endedAtMs: thread.endedAtMs,
    changedAtMs: thread.changedAtMs,
    alertCount: thread.alertCount,
    firingCount: thread.firing,
    alerts: items.toSorted(byWeight).slice(0, MAX_LISTED),
    impact: impactOf(items),
    acknowledged:
      acknowledged === null
        ? null
        : { by: acknowledged.by, atMs: acknowledged.atMs, comment: acknowledged.comment },
    snoozed: thread.snoozed,
    history: [...thread.history],
    version: thread.version,
  };
}
