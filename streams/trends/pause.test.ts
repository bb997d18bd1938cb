import { describe, expect, test } from 'vitest';
import type { Trend } from '../../platform/contracts/trend.ts';
import { addActivity, createActivity, DAY_MS, HOUR_MS } from './activity.ts';
import type { Evaluation } from './evaluation.ts';
import type { TrendEvent } from './observe.ts';
import { allSilentSinceMs, pausedFeeds, pausedSinceMs } from './pause.ts';
import { createTrendState, defaultLimits, type TrendState } from './state.ts';
import { advanceTrends, applyTrendEvent } from './step.ts';

const START_MS = Date.UTC(2026, 10, 14);
const START_HOUR = START_MS / HOUR_MS;
const KETTLE = 'topic:quantum kettle';
let number = 0;

function mention(topic: string, atMs: number): TrendEvent {
  return event('mention', atMs, { topic });
}
function event(type: string, atMs: number, data: Record<string, unknown>, content = ''): TrendEvent {
  const base = { tenant: 'main', source: 'test', channel: '', eventTimeMs: atMs, receivedAtMs: atMs };
  return { ...base, id: `e${number++}`, type, content, data };
}

/** Applies events in order, the watermark with them, and then lets it move on alone. */
function run(events: readonly TrendEvent[], untilMs: number) {
  const state: TrendState = createTrendState({ ...defaultLimits, evaluateEveryMs: HOUR_MS });
  const evaluations: Evaluation[] = [];
  const ordered = [...events].sort((a, b) => a.eventTimeMs - b.eventTimeMs);
  const advance = (watermarkMs: number): void => {
    for (const trends of state.tenants.values()) {
      advanceTrends(state, trends, watermarkMs);
      evaluations.push(...trends.pending.evaluations.splice(0));
    }
  };
  for (const each of ordered) {
    advance(each.eventTimeMs - 1);
    applyTrendEvent(state, each);
  }
  for (let atMs = ordered.at(-1)?.eventTimeMs ?? START_MS; atMs <= untilMs; atMs += HOUR_MS) advance(atMs);
  const signals = [...state.tenants.values()].flatMap(({ pending }) => pending.signals);
  return { evaluations, signals };
}

const kettleOf = (evaluation: Evaluation | undefined): Trend | undefined =>
  evaluation?.trends.find(({ key }) => key === KETTLE);

/** Nineteen mentions in the last hours of a day, more and more. */
function kettle(dayMs: number): TrendEvent[] {
  return Array.from({ length: 19 }, (_, i) =>
    mention('quantum kettle', dayMs + 10 * HOUR_MS + Math.round(5 * HOUR_MS * Math.sqrt(i / 19))),
  );
}

/** Other subjects, three an hour. */
function talk(fromMs: number, toMs: number): TrendEvent[] {
  const topics = ['kayak', 'glacier', 'saffron', 'origami', 'tundra', 'zeppelin'];
  return Array.from({ length: (3 * (toMs - fromMs)) / HOUR_MS }, (_, i) =>
    mention(topics[(i * 7) % topics.length] ?? '', fromMs + Math.floor((i * HOUR_MS) / 3)),
  );
}

describe('when nothing is heard of anything', () => {
  const dayMs = START_MS + 7 * DAY_MS;
  test.each([
    ['on the first day of a tenant', []],
    ['after a week of talk', talk(START_MS, dayMs + 15 * HOUR_MS)],
  ])('%s, a trend is held as it was, says so once, and tells nothing new', (_name, before) => {
    const endMs = dayMs + 15 * HOUR_MS;
    const until = run([...before, ...kettle(dayMs)], endMs);
    const after = run([...before, ...kettle(dayMs)], endMs + 5 * DAY_MS);
    const known = kettleOf(until.evaluations.at(-1));
    const held = kettleOf(after.evaluations.at(-1));
    expect(known).toMatchObject({ stage: 'emerging', rank: 1 });
    expect(known?.noDataSinceMs).toBeUndefined();
    expect(held?.noDataSinceMs).toBe(endMs);
    expect(held).toMatchObject({ stage: 'emerging', timing: { advice: known?.timing.advice } });
    expect(held?.health).toBeCloseTo(known?.health ?? 0, 2);
    expect((held?.attention ?? 0) / (known?.attention ?? 0)).toBeCloseTo(1, 0);
    expect(after.evaluations.length).toBeLessThanOrEqual(until.evaluations.length + 2);
    // What was told is what was known while it was heard of.
    expect(after.signals.filter(({ evidence }) => Number(evidence['atMs']) > endMs + HOUR_MS)).toEqual([]);
  });

  test('a trend of which nothing is heard while others are dies', () => {
    const all = [...talk(START_MS, dayMs + 4 * DAY_MS), ...kettle(dayMs)];
    const { evaluations, signals } = run(all, dayMs + 4 * DAY_MS);
    const last = evaluations.filter(({ atMs }) => atMs <= dayMs + 3 * DAY_MS).map(kettleOf);
    expect(last.findLast((trend) => trend !== undefined)?.stage).toBe('dead');
    expect(signals.some(({ kpi, state }) => kpi === KETTLE && state === 'resolved')).toBe(true);
  });

  test('when the feed comes back, trends are followed again once half of a usual day has come', () => {
    const backMs = dayMs + 3 * DAY_MS;
    const all = [
      ...talk(START_MS, dayMs + 15 * HOUR_MS),
      ...kettle(dayMs),
      ...talk(backMs, backMs + 2 * DAY_MS),
    ];
    const { evaluations, signals } = run(all, backMs + 2 * DAY_MS);
    const at = (ms: number): Trend | undefined =>
      kettleOf(evaluations.findLast((evaluation) => evaluation.atMs <= ms));
    expect(at(backMs + 3 * HOUR_MS)).toMatchObject({
      stage: 'emerging',
      noDataSinceMs: dayMs + 15 * HOUR_MS,
    });
    expect(at(backMs + 30 * HOUR_MS)?.stage).toBe('dead');
    expect(signals.find(({ kpi, state }) => kpi === KETTLE && state === 'resolved')).toBeDefined();
  });
});

test('talk that pauses holds what lives on talk, while views go on', () => {
  const dayMs = START_MS + 7 * DAY_MS;
  const views = Array.from({ length: 24 * 11 }, (_, hour) =>
    event('post_metrics', START_MS + hour * HOUR_MS, { views: 1_000 }, `v${hour % 5}`),
  );
  const { evaluations } = run(
    [...views, ...talk(START_MS, dayMs + 15 * HOUR_MS), ...kettle(dayMs)],
    dayMs + 4 * DAY_MS,
  );
  const days = evaluations.filter(({ atMs }) => atMs > dayMs + 2 * DAY_MS).map(kettleOf);
  expect(days.length).toBeGreaterThan(1);
  for (const trend of days)
    expect(trend).toMatchObject({ stage: 'emerging', noDataSinceMs: dayMs + 15 * HOUR_MS });
});

describe('a pause', () => {
  const feed = (hours: readonly number[]) => {
    const totals = createActivity(1);
    for (const hour of hours) addActivity(totals, 0, START_HOUR + hour, { mentions: 10 });
    return totals;
  };
  const daily = (days: number, hour = 12): number[] => Array.from({ length: days }, (_, d) => 24 * d + hour);

  test('is a day without anything of what comes every day', () => {
    const totals = feed(daily(5));
    const last = 4 * 24 + 12;
    expect(pausedSinceMs(totals, 'mentions', START_HOUR + last + 24)).toBeUndefined();
    expect(pausedSinceMs(totals, 'mentions', START_HOUR + last + 25)).toBe((START_HOUR + last + 1) * HOUR_MS);
    expect(pausedSinceMs(totals, 'mentions', START_HOUR + last + 6 * 24)).toBe(
      (START_HOUR + last + 1) * HOUR_MS,
    );
    // Beyond the hours that are kept, by the day.
    expect(pausedSinceMs(totals, 'mentions', START_HOUR + last + 9 * 24)).toBe(
      (START_HOUR + 5 * 24) * HOUR_MS,
    );
  });

  test('is a few hours of what comes every hour, and no night that comes every night', () => {
    const hourly = Array.from({ length: 5 * 24 }, (_, hour) => hour);
    expect(pausedSinceMs(feed(hourly), 'mentions', START_HOUR + 5 * 24 + 2)).toBeUndefined();
    const nightly = hourly.filter((hour) => hour % 24 >= 8);
    for (const [hours, silent] of [
      [hourly, 3],
      [nightly, 17],
    ] as const) {
      const nowHour = START_HOUR + 5 * 24 + silent;
      expect(pausedSinceMs(feed(hours), 'mentions', nowHour - 1)).toBeUndefined();
      expect(pausedSinceMs(feed(hours), 'mentions', nowHour)).toBe((START_HOUR + 5 * 24) * HOUR_MS);
    }
  });

  test('is none of a feed that comes once a day or every other day, nor of one that seldom comes', () => {
    for (const hours of [daily(9), daily(9).filter((_, i) => i % 2 === 0)]) {
      const last = hours.at(-1) ?? 0;
      expect(pausedSinceMs(feed(hours), 'mentions', START_HOUR + last + 1)).toBeUndefined();
    }
    const weekly = feed([12, 24 * 7 + 12, 24 * 14 + 12]);
    expect(pausedSinceMs(weekly, 'mentions', START_HOUR + 24 * 16 + 12)).toBeUndefined();
  });

  test('of everything is one of all feeds ever heard of', () => {
    const totals = feed(daily(5));
    const atMs = (START_HOUR + 7 * 24) * HOUR_MS;
    expect(allSilentSinceMs(totals, pausedFeeds(totals, atMs))).toBe((START_HOUR + 4 * 24 + 13) * HOUR_MS);
    for (let hour = 0; hour < 7 * 24; hour++) addActivity(totals, 0, START_HOUR + hour, { views: 5 });
    expect(pausedFeeds(totals, atMs)).toEqual({ mentions: (START_HOUR + 4 * 24 + 13) * HOUR_MS });
    expect(allSilentSinceMs(totals, pausedFeeds(totals, atMs))).toBeUndefined();
  });
});
