import { TypeCompiler } from '@sinclair/typebox/compiler';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import type { PlainEvent } from '../import/plain-event.ts';
import { createSimulator, type SimulatorState } from './simulator.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const start = Date.UTC(2025, 10, 18, 12);
const config = { seed: 'test', ratePerSecond: 100, startMs: start };
const simulator = createSimulator(config);
const truth = simulator.groundTruth;

const HALF_MS = HOUR_MS / 2;
const [, half] = simulator.step(simulator.initial, start + HALF_MS);
const past = [...simulator.history(start - 3 * DAY_MS, start)].flat();

const count = (events: readonly PlainEvent[], type: string): number =>
  events.filter((event) => event.type === type).length;
const total = (events: readonly PlainEvent[], field: string, where: (event: PlainEvent) => boolean): number =>
  events.reduce((sum, event) => sum + (where(event) ? Number(event.data[field] ?? 0) : 0), 0);
const isOf =
  (...types: string[]) =>
  (event: PlainEvent): boolean =>
    types.includes(event.type);
const views = (events: readonly PlainEvent[]): number =>
  count(events, 'video_view') + total(events, 'views', isOf('post_metrics'));
/** Mean of a rate over a stretch, by minutes within hours and by quarters of an hour over days. */
const mean = (rate: (atMs: number) => number, fromMs: number, toMs: number): number => {
  const stepMs = toMs - fromMs > DAY_MS ? 900_000 : 60_000;
  let sum = 0;
  let n = 0;
  for (let at = fromMs + stepMs / 2; at < toMs; at += stepMs, n += 1) sum += rate(at);
  return sum / n;
};

describe('determinism', () => {
  test('the same seed makes the same events, however the steps are cut', () => {
    const seconds = 20;
    const [, whole] = createSimulator(config).step(simulator.initial, start + seconds * 1000);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: seconds * 1000 }), { maxLength: 6 }), (cuts) => {
        const made: PlainEvent[] = [];
        let state: SimulatorState = simulator.initial;
        for (const cut of [...cuts.toSorted((a, b) => a - b), seconds * 1000]) {
          const [next, events] = createSimulator(config).step(state, start + cut);
          made.push(...events);
          state = next;
        }
        expect(JSON.stringify(made) === JSON.stringify(whole)).toBe(true);
      }),
      { numRuns: 6 },
    );
  });

  test('a step backwards makes nothing and stays', () => {
    expect(simulator.step(simulator.initial, start - 1000)).toEqual([simulator.initial, []]);
  });

  test('another seed makes other events', () => {
    const other = createSimulator({ ...config, seed: 'another' });
    expect(other.step(other.initial, start + 10_000)[1]).not.toEqual(
      simulator.step(simulator.initial, start + 10_000)[1],
    );
  });

  test('history is the same each time and ids never meet', () => {
    const again = [...createSimulator(config).history(start - 3 * DAY_MS, start)].flat();
    expect(JSON.stringify(again) === JSON.stringify(past)).toBe(true);
    const ids = [...past, ...half].map((event) => event.id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('every event', () => {
  const all = [...past, ...half];

  test('is valid by the catalogue, with all types a creator network has', () => {
    const checks = new Map(eventCatalogue.map((spec) => [spec.type, TypeCompiler.Compile(spec.data)]));
    for (const event of all) {
      const check = checks.get(event.type);
      if (check?.Check(event.data) !== true) throw new Error(`not valid: ${JSON.stringify(event)}`);
    }
    expect(new Set(all.map((event) => event.type))).toEqual(
      new Set([
        'ad_impression',
        'sponsor_click',
        'affiliate_click',
        'product_sale',
        'tip',
        'subscription_payment',
        'subscription_started',
        'subscription_changed',
        'subscription_cancelled',
        'merchandise_sale',
        'super_chat',
        'membership',
        'video_view',
        'engagement',
        'subscription',
        'share',
        'click',
        'content_generation',
        'content_upload',
        'api_usage',
        'system_performance',
        'cost',
        'post_published',
        'post_metrics',
        'ad_spend',
        'page_view',
        'signup',
        'session',
        'mention',
        'search_trend',
        'news_item',
        'competitor_post',
        'competitor_metrics',
        'usage',
        'support_ticket',
        'payment_failed',
      ]),
    );
  });

  test('says that it is simulated', () => {
    expect(all.every((event) => event.source === 'simulator' && event.data['simulated'] === true)).toBe(true);
  });

  test('of a subscription has the id it has in the book, which tells only what was before', () => {
    const types = [
      'subscription_started',
      'subscription_changed',
      'subscription_cancelled',
      'support_ticket',
      'payment_failed',
    ];
    const book = simulator.book(start).filter(isOf(...types));
    const before = simulator.book(start - 3 * DAY_MS).filter(isOf(...types));
    const between = past.filter(isOf(...types)).map((event) => event.id);
    expect(between.length).toBeGreaterThan(5);
    const known = new Set([...before.map((event) => event.id), ...between]);
    const told = book.map((event) => event.id);
    expect(told.filter((id) => !known.has(id))).toEqual([]);
    expect(between.filter((id) => !told.includes(id))).toEqual([]);
    expect(book.every((event) => Date.parse(String(event.data['effective_at'])) < start)).toBe(true);
    const check = new Map(eventCatalogue.map((spec) => [spec.type, TypeCompiler.Compile(spec.data)]));
    expect(book.every((event) => check.get(event.type)?.Check(event.data) === true)).toBe(true);
  });

  test('lies in its time and comes in order', () => {
    const [, slice] = simulator.step(simulator.initial, start + 250);
    const times = slice.map((event) => Date.parse(event.time));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(start);
    expect(Math.max(...times)).toBeLessThan(start + 250);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    for (const slot of simulator.history(start, start + HOUR_MS / 2)) {
      const times = slot.map((event) => Date.parse(event.time));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
  });

  test('of cost stays within its bound, and amounts are whole cents', () => {
    const amounts = all.map((event) => event.data['amount_minor']).filter((minor) => minor !== undefined);
    expect(amounts.every(Number.isSafeInteger)).toBe(true);
    const production = all.filter(isOf('content_generation'));
    expect(production.length).toBeGreaterThan(0);
    expect(production.every((event) => Number(event.data['amount_minor']) <= 300)).toBe(true);
  });
});

describe('the live feed keeps to the ground truth', () => {
  test('in views', () => {
    const expected = mean(truth.viewsPerSecond, start, start + HALF_MS) * 1800;
    expect(Math.abs(views(half) - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  test('in its rate: near 100 events a second over days', () => {
    const perSecond = mean(truth.viewsPerSecond, start - 14 * DAY_MS, start) * (half.length / views(half));
    expect(perSecond).toBeGreaterThan(85);
    expect(perSecond).toBeLessThan(120);
  });

  test('in ad revenue', () => {
    const expected = mean(truth.adRevenuePerSecondMinor, start, start + HALF_MS) * 1800;
    const earned = total(half, 'amount_minor', isOf('ad_impression'));
    expect(Math.abs(earned / expected - 1)).toBeLessThan(0.04);
  });

  test.each([
    ['affiliate-click', 'affiliate_click'],
    ['sponsor-click', 'sponsor_click'],
    ['super-chat', 'super_chat'],
    ['tip', 'tip'],
  ])('in the number of %s', (key, type) => {
    const expected = mean((at) => truth.habitPerSecond(key, at).count, start, start + HALF_MS) * 1800;
    expect(Math.abs(count(half, type) - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  test('near the targets of the KPIs', () => {
    const engagements =
      total(half, 'count', isOf('engagement', 'share')) -
      total(half, 'count', (event) => event.data['kind'] === 'dislike');
    expect(engagements / views(half)).toBeGreaterThan(0.04);
    expect(engagements / views(half)).toBeLessThan(0.06);
    const ctr = total(half, 'clicks', isOf('click')) / total(half, 'impressions', isOf('click'));
    expect(ctr > 0.05 && ctr < 0.08).toBe(true);
    const minutes = total(half, 'watch_time_ms', isOf('video_view')) / count(half, 'video_view') / 60_000;
    expect(minutes > 6 && minutes < 10).toBe(true);
  });

  test('its volume goes with its rate', () => {
    const small = createSimulator({ ...config, ratePerSecond: 10 });
    const [, events] = small.step(small.initial, start + HALF_MS);
    expect(events.length / half.length).toBeGreaterThan(0.09);
    expect(events.length / half.length).toBeLessThan(0.12);
  });
});

describe('history tells the same in fewer events', () => {
  const from = start - 3 * DAY_MS;

  test('nine days stay below 150,000 events', () => {
    expect(past.length * 3).toBeLessThan(150_000);
  });

  test('views and ad revenue', () => {
    const expected = mean(truth.viewsPerSecond, from, start) * 3 * 86_400;
    expect(Math.abs(views(past) / expected - 1)).toBeLessThan(0.01);
    const earned = total(past, 'amount_minor', isOf('ad_impression'));
    const expectedMinor = mean(truth.adRevenuePerSecondMinor, from, start) * 3 * 86_400;
    expect(Math.abs(earned / expectedMinor - 1)).toBeLessThan(0.04);
  });

  test.each([
    ['affiliate-click', 'affiliate_click', 10],
    ['sponsor-click', 'sponsor_click', 10],
    ['tip', 'tip', 4],
    ['super-chat', 'super_chat', 4],
  ])('%s, each event standing for several', (key, type, units) => {
    const expected = mean((at) => truth.habitPerSecond(key, at).count, from, start) * 3 * 86_400;
    expect(Math.abs(count(past, type) - expected / units)).toBeLessThan(5 * Math.sqrt(expected / units));
  });

  test('the money of the gifts', () => {
    const expected = mean((at) => truth.habitPerSecond('tip', at).minor, from, start) * 3 * 86_400;
    expect(Math.abs(total(past, 'amount_minor', isOf('tip')) / expected - 1)).toBeLessThan(0.15);
  });

  test('has views without viewers only: a sample is not the number of viewers', () => {
    const single = past.filter(isOf('video_view'));
    // Ten channels and more, 24 slots a day, three days, several a slot.
    expect(single.length).toBeGreaterThan(2_000);
    expect(single.every((event) => event.data['viewer_id'] === undefined)).toBe(true);
  });

  test('up time adds up to the time, less the outages', () => {
    const reported = total(past, 'total_ms', isOf('system_performance'));
    expect(reported).toBe(3 * 3 * DAY_MS);
    const down = truth
      .outages(from, start)
      .reduce((sum, { startMs, endMs }) => sum + Math.min(endMs, start) - Math.max(startMs, from), 0);
    expect(reported - total(past, 'up_ms', isOf('system_performance'))).toBe(down);
  });
});

describe('what happens in the network', () => {
  test('an outage of delivery shows in up time and in views', () => {
    const outage = truth
      .outages(start, start + 60 * DAY_MS)
      .find((each) => each.component === 'delivery' && each.endMs - each.startMs >= 300_000);
    if (outage === undefined) throw new Error('sixty days have an outage');
    const lengthMs = 240_000;
    const stretch = (fromMs: number): readonly PlainEvent[] =>
      simulator.step({ nextSlice: fromMs / 250 }, fromMs + lengthMs)[1];
    const during = stretch(outage.startMs + 10_000);
    const before = stretch(outage.startMs - lengthMs - 10_000);
    const up = (events: readonly PlainEvent[]): number =>
      total(events, 'up_ms', (event) => event.data['component'] === 'delivery');
    expect(up(during)).toBe(0);
    expect(up(before)).toBe(lengthMs);
    expect(views(during) / views(before)).toBeLessThan(1 - outage.viewsLost + 0.1);
  });

  test('a viral moment shows on its video', () => {
    const [viral] = truth.viralMoments(start, start + 30 * DAY_MS);
    if (viral === undefined) throw new Error('thirty days have a viral moment');
    const share = (fromMs: number): number => {
      const [, events] = simulator.step({ nextSlice: Math.ceil(fromMs / 250) }, fromMs + 180_000);
      const all = events.filter(isOf('video_view'));
      return all.filter((event) => event.data['content_id'] === viral.contentId).length / all.length;
    };
    expect(share(viral.startMs + HOUR_MS)).toBeGreaterThan(2 * share(viral.startMs - 900_000));
  });

  test('launches are published once, after they were produced', () => {
    const launches = truth.launches(start - 3 * DAY_MS, start);
    expect(past.filter(isOf('post_published')).map((event) => event.data['content_id'])).toEqual(
      launches.map((video) => video.id),
    );
    const perChannelDay = launches.length / 3 / 12;
    expect(perChannelDay).toBeGreaterThan(1.5);
    expect(perChannelDay).toBeLessThan(3.5);
  });

  test('a habit that is not there is an error', () => {
    expect(() => truth.habitPerSecond('none', start)).toThrow(RangeError);
  });
});
