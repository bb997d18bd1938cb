import { describe, expect, test } from 'vitest';
import { alert, contextOf, resolved, silence, START_MS, subscription } from '../testing/alerts.ts';
import type { AlertContext, AlertInput, AlertOutput } from './context.ts';
import { emptyTenant } from './state.ts';
import { stepAlerts } from './step.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Steps a tenant in whole seconds from the start, as the owner does. */
function rig(context: AlertContext) {
  const state = emptyTenant('main');
  let current = context;
  let nowMs = START_MS;
  const outputs: AlertOutput[] = [];
  const step = (input: AlertInput): AlertOutput[] => {
    const made = stepAlerts(state, input, current);
    outputs.push(...made);
    return made;
  };
  return {
    state,
    outputs,
    now: () => nowMs,
    use: (next: AlertContext) => void (current = next),
    give: (...alerts: ReturnType<typeof alert>[]) => {
      for (const one of alerts) step({ type: 'alert', alert: one, atMs: nowMs });
    },
    step,
    /** Ticks every ten seconds for so long; answers what was told. */
    pass: (ms: number): AlertOutput[] => {
      const made: AlertOutput[] = [];
      const untilMs = nowMs + ms;
      while (nowMs < untilMs) {
        nowMs = Math.min(untilMs, nowMs + 10_000);
        made.push(...step({ type: 'tick', nowMs }));
        // The owner has written the rows.
        state.dirty.clear();
      }
      return made;
    },
    onlyThread: () => [...state.threads.values()][0]?.id ?? '',
  };
}

describe('grouping and timing', () => {
  test('one message after the group wait tells of all that belong together', () => {
    const at = rig(contextOf([subscription('a')]));
    at.give(alert('1'));
    expect(at.pass(50_000)).toEqual([]);
    at.give(alert('2', { dims: { channel: 'c1' }, kpi: 'avg_watch_time', severity: 'critical' }));
    const [told, ...others] = at.pass(10_000);
    expect(others).toEqual([]);
    expect(told?.contacts).toEqual(['c-a']);
    expect(told?.message).toMatchObject({ kind: 'thread', severity: 'critical', counts: { fired: 2 } });
    expect(told?.message.threads[0]?.items.map(({ id }) => id)).toEqual(['anomaly/2', 'anomaly/1']);
  });

  test('the next message of a thread waits for the group interval, its end does not', () => {
    const at = rig(contextOf([subscription('a')]));
    at.give(alert('1'));
    at.pass(MINUTE_MS);
    at.give(alert('2', { kpi: 'avg_watch_time' }));
    expect(at.pass(14 * MINUTE_MS + 50_000)).toEqual([]);
    const [second] = at.pass(10_000);
    expect(second?.message.counts).toMatchObject({ fired: 1 });
    at.give(resolved('1', 2), resolved('2', 2, { kpi: 'avg_watch_time' }));
    const [end] = at.pass(MINUTE_MS);
    expect(end?.message).toMatchObject({
      counts: { resolved: 2 },
      threads: [{ state: 'resolved', number: 3 }],
    });
  });

  test('a revision that changes evidence alone, or that was seen, tells nobody anything', () => {
    const at = rig(contextOf([subscription('a')]));
    at.give(alert('1'));
    at.pass(MINUTE_MS);
    at.give(alert('1', { revision: 2, evidence: { observed: 3 } }), alert('1', { severity: 'critical' }));
    expect(at.pass(HOUR_MS)).toEqual([]);
    at.give(alert('1', { revision: 3, severity: 'critical' }));
    expect(at.pass(MINUTE_MS)[0]?.message.counts).toMatchObject({ changed: 1, fired: 0 });
  });

  test('what still fires is told again after the repeat interval, unless somebody acknowledged', () => {
    const at = rig(contextOf([subscription('a'), subscription('b')]));
    at.give(alert('1'));
    at.pass(MINUTE_MS);
    const again = at.pass(24 * HOUR_MS);
    expect(again.map(({ message }) => message.counts.still)).toEqual([1, 1]);
    at.step({ type: 'acknowledge', threadId: at.onlyThread(), by: 'x', comment: 'on it', atMs: at.now() });
    expect(at.pass(48 * HOUR_MS)).toEqual([]);
    // Worse than what was acknowledged: it fires again.
    at.give(alert('1', { revision: 2, severity: 'critical' }));
    expect(at.pass(15 * MINUTE_MS)).toHaveLength(2);
    expect([...at.state.threads.values()][0]?.acknowledged).toBeNull();
  });

  test('a thread that ended opens a new one when it fires again', () => {
    const at = rig(contextOf([subscription('a')]));
    at.give(alert('1'));
    at.pass(MINUTE_MS);
    at.give(resolved('1', 2));
    at.pass(MINUTE_MS);
    at.give(alert('9'));
    at.pass(MINUTE_MS);
    const ids = at.outputs.map(({ message }) => message.threads[0]?.threadId);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
    at.pass(2 * HOUR_MS);
    expect(at.state.threads.size).toBe(1);
    // A repeat of what is forgotten is known by its revision.
    at.give(alert('1'));
    expect(at.state.threads.size).toBe(1);
  });

  test('money: widest cuts of the KPI that moved most, never added over KPIs', () => {
    const at = rig(contextOf([subscription('a')]));
    at.give(
      alert('1', { kpi: 'total_revenue' }, -120),
      alert('2', { kpi: 'total_revenue', dims: { channel: 'c1' } }, -100),
      alert('3', { kpi: 'rpm' }, -3),
    );
    const [told] = at.pass(MINUTE_MS);
    expect(told?.message.threads[0]?.impact).toBe(-120);
  });
});

describe('holding back', () => {
  test('a wider cut covers the narrower ones, which are counted', () => {
    const at = rig(contextOf([subscription('a')]));
    at.give(
      alert('total'),
      alert('c1', { dims: { channel: 'c1' } }),
      alert('c2', { dims: { channel: 'c2' } }),
    );
    const [told] = at.pass(MINUTE_MS);
    expect(told?.message.counts).toMatchObject({ fired: 1, covered: 2 });
    at.give(resolved('total', 2), resolved('c1', 2, { dims: { channel: 'c1' } }));
    at.pass(MINUTE_MS);
    // The one that outlived its cover is told after all.
    const later = at.outputs.slice(1);
    expect(later[0]?.message.counts).toMatchObject({ resolved: 1, fired: 1 });
  });

  test('who follows one channel alone is told of it, whatever the total does', () => {
    const what = { ...subscription('x').what, channels: ['c1'] };
    const at = rig(contextOf([subscription('a', { what })]));
    at.give(alert('total'), alert('c1', { dims: { channel: 'c1' } }));
    expect(at.pass(MINUTE_MS)[0]?.message.counts).toMatchObject({ fired: 1, covered: 0 });
  });

  test('missing events cover every drop and reach everybody', () => {
    const what = { ...subscription('x').what, kpis: ['views'] };
    const at = rig(contextOf([subscription('a', { what })]));
    at.give(alert('feed', { kpi: 'feed', kind: 'threshold' }), alert('1'), alert('good', { isGood: true }));
    const told = at.pass(MINUTE_MS);
    expect(new Set(told.map(({ message }) => message.threads[0]?.family))).toEqual(
      new Set(['content', 'feed']),
    );
    expect(told.reduce((sum, { message }) => sum + message.counts.fired, 0)).toBe(2);
    at.give(resolved('feed', 2, { kpi: 'feed', kind: 'threshold' }));
    const after = at.pass(2 * MINUTE_MS);
    expect(at.outputs.reduce((sum, { message }) => sum + message.counts.covered, 0)).toBe(1);
    expect(
      after.flatMap(({ message }) => message.threads.flatMap(({ items }) => items.map(({ id }) => id))),
    ).toEqual(['anomaly/1', 'threshold/feed']);
  });

  test('a silence holds back, counts, and what outlives it is told', () => {
    const silenced = contextOf([subscription('a')], {
      silences: [silence({ endsAtMs: START_MS + HOUR_MS })],
    });
    const at = rig(silenced);
    at.give(alert('1'));
    expect(at.pass(HOUR_MS - 10_000)).toEqual([]);
    const [told] = at.pass(MINUTE_MS);
    expect(told?.message.counts).toMatchObject({ fired: 1, silenced: 1 });
  });

  test('a muted KPI is silent for the one who muted it alone', () => {
    const at = rig(
      contextOf([subscription('a'), subscription('b')], {
        silences: [silence({ isMine: true, userId: 'user-a' })],
      }),
    );
    at.give(alert('1'));
    expect(at.pass(HOUR_MS).map(({ contacts }) => contacts)).toEqual([['c-b']]);
  });

  test('a snoozed thread says nothing, and everything that still fires when it wakes', () => {
    const at = rig(contextOf([subscription('a')]));
    at.give(alert('1'));
    at.pass(MINUTE_MS);
    const untilMs = at.now() + HOUR_MS;
    at.step({ type: 'snooze', threadId: at.onlyThread(), by: 'x', untilMs, atMs: at.now() });
    at.give(alert('2', { kpi: 'avg_watch_time' }));
    expect(at.pass(HOUR_MS - 10_000)).toEqual([]);
    const [told] = at.pass(10_000);
    expect(told?.message.counts).toMatchObject({ fired: 1 });
  });

  test('a snooze until something changes ends with what is new', () => {
    const at = rig(contextOf([subscription('a')]));
    at.give(alert('1'));
    at.pass(MINUTE_MS);
    at.step({ type: 'snooze', threadId: at.onlyThread(), by: 'x', untilMs: null, atMs: at.now() });
    expect(at.pass(48 * HOUR_MS)).toEqual([]);
    at.give(alert('2', { kpi: 'avg_watch_time' }));
    expect(at.pass(MINUTE_MS)).toHaveLength(1);
  });

  test('a snooze that runs out reminds of what was told before', () => {
    const at = rig(contextOf([subscription('a')]));
    at.give(alert('1'));
    at.pass(MINUTE_MS);
    at.step({
      type: 'snooze',
      threadId: at.onlyThread(),
      by: 'x',
      untilMs: at.now() + HOUR_MS,
      atMs: at.now(),
    });
    expect(at.pass(HOUR_MS)[0]?.message.counts).toMatchObject({ still: 1 });
  });
});

describe('when', () => {
  const night = {
    fromMinute: 22 * 60,
    toMinute: 7 * 60,
    days: [],
    policy: 'hold' as const,
    criticalBypass: true,
  };

  test('quiet hours over midnight hold until the morning of the subscriber, and let critical through', () => {
    // 10:00 UTC is 22:00 in Auckland in May.
    const at = rig(contextOf([subscription('a', { quiet: night, timeZone: 'Pacific/Auckland' })]));
    at.give(
      alert('1'),
      alert('t', { kind: 'trend', kpi: 'cats' }),
      alert('u', { kind: 'trend', kpi: 'dogs' }),
    );
    at.pass(HOUR_MS);
    at.give(alert('rev', { kpi: 'total_revenue', severity: 'critical' }));
    expect(at.pass(HOUR_MS).map(({ message }) => message.threads[0]?.family)).toEqual(['revenue']);
    at.give(resolved('u', 2, { kind: 'trend', kpi: 'dogs' }));
    expect(at.pass(7 * HOUR_MS - 10_000)).toEqual([]);
    const morning = at.pass(MINUTE_MS);
    expect(morning.reduce((sum, { message }) => sum + message.counts.fired, 0)).toBe(2);
    expect(morning.reduce((sum, { message }) => sum + message.counts.ended, 0)).toBe(1);
  });

  test('quiet hours that drop count what they drop', () => {
    const quiet = { ...night, policy: 'drop' as const };
    const at = rig(contextOf([subscription('a', { quiet, timeZone: 'Pacific/Auckland' })]));
    at.give(alert('1'));
    at.pass(9 * HOUR_MS + 10_000);
    expect(at.outputs).toEqual([]);
    at.give(alert('2', { kpi: 'avg_watch_time' }));
    const [told] = at.pass(MINUTE_MS);
    expect(told?.message.counts).toMatchObject({ fired: 1, dropped: 1 });
    at.give(resolved('1', 2), resolved('2', 2, { kpi: 'avg_watch_time' }));
    expect(at.pass(MINUTE_MS)[0]?.message.counts).toMatchObject({ resolved: 1 });
  });

  test('a daily digest goes out at its local hour with all threads', () => {
    const when = { mode: 'daily' as const, hour: 8, weekday: 1 };
    const at = rig(contextOf([subscription('a', { when, timeZone: 'Europe/Berlin' })]));
    at.give(alert('1'), alert('r', { kpi: 'total_revenue' }));
    // 08:00 in Berlin is 06:00 UTC in summer; the start is 10:00 UTC.
    expect(at.pass(20 * HOUR_MS - 10_000)).toEqual([]);
    const [digest, ...others] = at.pass(10_000);
    expect(others).toEqual([]);
    expect(digest?.message).toMatchObject({ kind: 'digest', counts: { fired: 2 } });
  });

  test('a rate cap holds back and says how many', () => {
    const at = rig(contextOf([subscription('a', { cap: { messages: 2, perHours: 24 } })]));
    for (const kpi of ['cats', 'dogs', 'owls', 'bats']) {
      at.give(alert(kpi, { kind: 'trend', kpi }));
      at.pass(2 * MINUTE_MS);
    }
    expect(at.outputs).toHaveLength(2);
    const later = at.pass(24 * HOUR_MS);
    expect(later[0]?.message).toMatchObject({ kind: 'digest', held: 2, counts: { fired: 2 } });
  });

  test('nobody acknowledged in time: the next contact is told, and of the end too', () => {
    const escalation = { afterMinutes: 30, to: ['boss'] };
    const at = rig(contextOf([subscription('a', { escalation })]));
    at.give(alert('1'));
    at.pass(MINUTE_MS);
    expect(at.pass(29 * MINUTE_MS)).toEqual([]);
    const [escalated] = at.pass(MINUTE_MS);
    expect(escalated).toMatchObject({ contacts: ['boss'], message: { isEscalation: true } });
    at.give(resolved('1', 2));
    expect(at.pass(MINUTE_MS)[0]?.contacts).toEqual(['c-a', 'boss']);
  });

  test('an acknowledgement goes to those who keep the state of incidents, and stops the escalation', () => {
    const escalation = { afterMinutes: 30, to: ['boss'] };
    const channelOf = (id: string) => (id === 'pd' ? ('pagerduty' as const) : ('email' as const));
    const at = rig(contextOf([subscription('a', { escalation, where: ['mail', 'pd'] })], { channelOf }));
    at.give(alert('1'));
    at.pass(MINUTE_MS);
    const acknowledged = at.step({
      type: 'acknowledge',
      threadId: at.onlyThread(),
      by: 'x',
      comment: '',
      atMs: at.now(),
    });
    expect(acknowledged).toMatchObject([{ contacts: ['pd'], message: { kind: 'acknowledged' } }]);
    expect(at.pass(HOUR_MS)).toEqual([]);
  });
});

describe('a storm', () => {
  test('10,000 signals become a handful of messages that account for all of them', () => {
    const at = rig(contextOf([subscription('a'), subscription('b', { cap: { messages: 2, perHours: 1 } })]));
    const families = ['views', 'total_revenue', 'dau_mau', 'latency', 'my_own'];
    for (let i = 0; i < 10_000; i += 1) {
      const kpi = families[i % families.length] ?? 'views';
      at.give(
        alert(`s${i}`, { kpi, dims: { channel: `c${i}` }, severity: i % 7 === 0 ? 'critical' : 'warning' }),
      );
    }
    const told = at.pass(2 * MINUTE_MS);
    const ofA = told.filter(({ message }) => message.subscriptionId === 'a');
    expect(ofA.length).toBeLessThanOrEqual(5);
    expect(told.length).toBeLessThanOrEqual(7);
    for (const id of ['a', 'b']) {
      const counted = told
        .filter(({ message }) => message.subscriptionId === id)
        .reduce((sum, { message }) => sum + message.counts.fired, 0);
      expect(counted).toBe(10_000);
    }
    expect(Math.max(...told.map(({ message }) => JSON.stringify(message).length))).toBeLessThan(200_000);
  });

  test('beyond the bound nothing is kept and everything counted', () => {
    const context = contextOf([subscription('a')]);
    const state = emptyTenant('main');
    const bounds = { maxAlerts: 10, maxSeen: 100 };
    for (let i = 0; i < 50; i += 1)
      stepAlerts(state, { type: 'alert', alert: alert(`s${i}`), atMs: START_MS }, context, bounds);
    const [told] = stepAlerts(state, { type: 'tick', nowMs: START_MS + MINUTE_MS }, context, bounds);
    expect(told?.message.counts).toMatchObject({ fired: 10, overflow: 40 });
    expect(state.alerts.size).toBe(10);
  });
});
