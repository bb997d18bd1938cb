import fc from 'fast-check';
import { Value } from '@sinclair/typebox/value';
import { describe, expect, test } from 'vitest';
import { Trend, trendSources } from '../../platform/contracts/trend.ts';
import { Signal } from '../../platform/contracts/signal.ts';
import { DAY_MS, HOUR_MS } from './activity.ts';
import { decodeTrends, encodeTrends } from './codec.ts';
import type { Evaluation } from './evaluation.ts';
import type { TrendEvent } from './observe.ts';
import { createTrendState, defaultLimits, type TrendLimits, type TrendState } from './state.ts';
import { advanceTrends, applyTrendEvent, previewTrends } from './step.ts';
import { START_MS, worldEvents } from './testing/events.ts';

const limits: TrendLimits = {
  ...defaultLimits,
  maxTerms: 256,
  sketchWidth: 1_024,
  maxContents: 500,
  evaluateEveryMs: 6 * HOUR_MS,
  maxTenants: 2,
};
const OUT_OF_ORDER_MS = 5_000;

/** Applies events as the runner does: the watermark of what came before, then the events. Answers what was written. */
function run(
  state: TrendState,
  events: readonly TrendEvent[],
  cuts: (index: number) => boolean,
): Evaluation[] {
  const written: Evaluation[] = [];
  const newest = new Map<string, number>();
  let page: TrendEvent[] = [];
  const apply = (): void => {
    for (const trends of state.tenants.values())
      advanceTrends(state, trends, (newest.get(trends.tenant) ?? Number.NEGATIVE_INFINITY) - OUT_OF_ORDER_MS);
    for (const event of page) {
      applyTrendEvent(state, event);
      newest.set(event.tenant, Math.max(newest.get(event.tenant) ?? 0, event.eventTimeMs));
    }
    page = [];
  };
  for (const [index, event] of events.entries()) {
    page.push(event);
    if (!cuts(index)) continue;
    apply();
    for (const { pending } of state.tenants.values()) written.push(...pending.evaluations.splice(0));
  }
  apply();
  for (const { pending } of state.tenants.values()) written.push(...pending.evaluations.splice(0));
  return written;
}

const world = worldEvents(1, 9, 5);
/** One event a batch: what the runner makes of batches of one event. */
const always = (): boolean => true;

function find(evaluation: Evaluation | undefined, key: string) {
  return evaluation?.trends.find((trend) => trend.key === key);
}

describe('trends of a small world', () => {
  const state = createTrendState(limits);
  const evaluations = run(state, world, always);
  const at = (hours: number): Evaluation | undefined =>
    evaluations.findLast(({ atMs }) => atMs <= START_MS + 5 * DAY_MS + hours * HOUR_MS);

  test('are evaluated at every mark of event time', () => {
    expect(evaluations.length).toBeGreaterThan(30);
    expect(evaluations.every(({ atMs }) => atMs % limits.evaluateEveryMs === 0)).toBe(true);
  });

  test('a burst over all sources is significant and named within two hours of its onset', () => {
    const quick = createTrendState({ ...limits, evaluateEveryMs: 900_000 });
    const named = run(quick, worldEvents(5, 4, 3), always).find(
      (each) => (find(each, 'topic:solar sail')?.evidence.qValue ?? 1) <= 0.05,
    );
    expect(find(named, 'topic:solar sail')?.rank).toBeLessThanOrEqual(5);
    expect(((named?.atMs ?? 0) - START_MS - 3 * DAY_MS) / HOUR_MS).toBeLessThanOrEqual(2);
  });

  test('history is evaluated four times a day, not ninety-six', () => {
    const past = worldEvents(1, 4, 9).map((event) => ({ ...event, receivedAtMs: START_MS + 100 * DAY_MS }));
    const history = createTrendState({ ...limits, evaluateEveryMs: 900_000 });
    const marks = run(history, past, always).map(({ atMs }) => atMs);
    expect(marks.length).toBeGreaterThan(12);
    expect(marks.every((atMs) => atMs % (6 * HOUR_MS) === 0)).toBe(true);
  });

  test('what breaks out in all sources is named first within hours, as one topic, with its evidence', () => {
    const onset = evaluations.find((each) => (find(each, 'topic:solar sail')?.evidence.qValue ?? 1) < 0.05);
    expect(((onset?.atMs ?? 0) - START_MS) / HOUR_MS - 5 * 24).toBeLessThanOrEqual(12);
    const day = at(24);
    const trend = find(day, 'topic:solar sail');
    expect(trend?.rank).toBeLessThanOrEqual(3);
    expect(trend?.stage).toBe('emerging');
    expect(trend?.evidence.qValue).toBeLessThan(1e-6);
    expect(trend?.evidence.sources).toMatchObject({ social: expect.any(Number), search: expect.any(Number) });
    expect(trendSources.every((source) => (trend?.evidence.sources[source] ?? 0) > 0)).toBe(true);
    expect(trend?.evidence.examples[0]?.title).toContain('olar');
    expect(trend?.timing.advice).toBe('publish now');
    expect(trend?.monetization.category).toBe('education');
  });

  test('ordinary subjects are not significant', () => {
    for (const trend of at(-6)?.trends ?? []) expect(trend.evidence.qValue).toBeGreaterThan(0.01);
  });

  test('it goes through its stages', () => {
    const stages = evaluations.flatMap((each) => find(each, 'topic:solar sail')?.stage ?? []);
    expect(stages[0]).toBe('emerging');
    expect(stages).toContain('rising');
  });

  test('everything keeps to the contract', () => {
    for (const { trends } of evaluations)
      for (const trend of trends) expect([...Value.Errors(Trend, trend)]).toEqual([]);
    const signals = [...state.tenants.values()].flatMap(({ pending }) => pending.signals);
    expect(signals.length).toBeGreaterThan(5);
    for (const signal of signals) expect([...Value.Errors(Signal, signal)]).toEqual([]);
    const revisions = new Map<string, number>();
    for (const { id, revision } of signals) {
      expect(revision).toBe((revisions.get(id) ?? 0) + 1);
      revisions.set(id, revision);
    }
  });

  test('a preview changes nothing', () => {
    const trends = state.tenants.get('main');
    if (trends === undefined) throw new Error('no tenant');
    const before = encodeTrends(state);
    expect(previewTrends(state, trends).trends.length).toBeGreaterThan(5);
    expect(Buffer.compare(encodeTrends(state), before)).toBe(0);
  });
});

describe('properties', () => {
  const small = worldEvents(2, 4, 2);
  const plain = (evaluations: Evaluation[]): string => JSON.stringify(evaluations);
  const expected = plain(run(createTrendState(limits), small, always));

  test('a restart from a snapshot anywhere is no restart', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat({ max: small.length - 1 }), { minLength: 1, maxLength: 3 }),
        (restarts) => {
          let state = createTrendState(limits);
          const written: Evaluation[] = [];
          const newest = new Map<string, number>();
          for (const [index, event] of small.entries()) {
            for (const trends of state.tenants.values())
              advanceTrends(state, trends, (newest.get(trends.tenant) ?? 0) - OUT_OF_ORDER_MS);
            applyTrendEvent(state, event);
            newest.set(event.tenant, Math.max(newest.get(event.tenant) ?? 0, event.eventTimeMs));
            for (const { pending } of state.tenants.values()) written.push(...pending.evaluations.splice(0));
            if (!restarts.includes(index)) continue;
            for (const { pending } of state.tenants.values()) pending.signals.length = 0;
            const restored = decodeTrends(encodeTrends(state), limits);
            if (restored === undefined) throw new Error('not readable');
            state = restored;
          }
          for (const trends of state.tenants.values())
            advanceTrends(state, trends, (newest.get(trends.tenant) ?? 0) - OUT_OF_ORDER_MS);
          for (const { pending } of state.tenants.values()) written.push(...pending.evaluations.splice(0));
          expect(plain(written)).toBe(expected);
        },
      ),
      { numRuns: 8 },
    );
  });

  test('tenants do not touch each other, and those beyond the bound are counted', () => {
    const state = createTrendState(limits);
    const other = worldEvents(3, 4, 1, 'other');
    const both = [...small, ...other, ...worldEvents(4, 1, 9, 'third')].sort(
      (a, b) => a.eventTimeMs - b.eventTimeMs || (a.tenant < b.tenant ? -1 : 1),
    );
    const written = run(state, both, always);
    expect(state.tenants.has('third')).toBe(true);
    expect(state.tenants.size).toBe(2);
    expect(state.refused).toBeGreaterThan(0);
    expect(written.length).toBeGreaterThan(0);
  });

  test('a state of other sizes or another version is not taken up', () => {
    const state = createTrendState(limits);
    run(state, small.slice(0, 50), always);
    const bytes = encodeTrends(state);
    expect(decodeTrends(bytes, { ...limits, maxTerms: 512 })).toBeUndefined();
    expect(decodeTrends(bytes, limits)?.tenants.size).toBe(1);
  });

  test('views reported before the publication is known count as if it had been known', () => {
    const make = (order: readonly string[]): unknown => {
      const state = createTrendState(limits);
      const base = {
        tenant: 'main',
        source: 's',
        channel: 'c',
        content: 'v',
        receivedAtMs: START_MS + 9 * DAY_MS,
      };
      const events: Record<string, TrendEvent> = {
        published: {
          ...base,
          id: 'p',
          type: 'post_published',
          eventTimeMs: START_MS,
          data: { title: 'Kayak tundra' },
        },
        first: {
          ...base,
          id: 'a',
          type: 'post_metrics',
          eventTimeMs: START_MS + 2 * DAY_MS,
          data: { views: 1_000 },
        },
      };
      for (const name of order) {
        const event = events[name];
        if (event !== undefined) applyTrendEvent(state, event);
      }
      const trends = state.tenants.get('main');
      const slot = trends?.terms.slotOf.get('topic:kayak tundra') ?? -1;
      const channel = trends?.terms.slotOf.get('channel:c') ?? -1;
      const views = trends?.terms.activity.rings.views;
      const sum = (at: number): number =>
        views?.slice(at * 168, (at + 1) * 168).reduce((total, value) => total + value, 0) ?? -1;
      return [sum(slot), sum(channel)];
    };
    expect(make(['published', 'first'])).toEqual([500, 500]);
    expect(make(['first', 'published'])).toEqual([500, 500]);
  });

  test('no data of any shape breaks the step', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            type: fc.constantFrom(
              'mention',
              'search_trend',
              'news_item',
              'competitor_post',
              'competitor_metrics',
              'post_published',
              'post_metrics',
            ),
            data: fc.anything(),
            offset: fc.integer({ min: -40 * DAY_MS, max: 40 * DAY_MS }),
            content: fc.constantFrom('', 'a', 'b'),
          }),
          { maxLength: 40 },
        ),
        (shapes) => {
          const state = createTrendState(limits);
          for (const [index, { type, data, offset, content }] of shapes.entries()) {
            const eventTimeMs = START_MS + offset;
            applyTrendEvent(state, {
              tenant: 'main',
              source: 's',
              id: `${index}`,
              type,
              eventTimeMs,
              receivedAtMs: START_MS,
              channel: 'c',
              content,
              data,
            });
          }
          const trends = state.tenants.get('main');
          if (trends === undefined) return;
          for (const trend of previewTrends(state, trends).trends)
            expect([...Value.Errors(Trend, trend)]).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
