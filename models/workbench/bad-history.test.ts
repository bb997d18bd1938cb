import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { answerAllocation } from '../allocation/answer.ts';
import { channelBases } from '../allocation/basis.ts';
import type { AllocationFacts, ChannelWeek } from '../allocation/facts.ts';
import { productBases } from '../pricing/basis.ts';
import type { PriceObservation } from '../pricing/observation.ts';
import { revenueBasis } from '../revenue-plan/basis.ts';
import { videoBasis } from '../value/video-basis.ts';
import { planOf } from './plan-of.ts';

const WEEK_MS = 604_800_000;
const START_MS = Date.UTC(2024, 0, 1);
const random = createRandom('bad history');

function weeks(count: number, change: (t: number) => Partial<ChannelWeek> = () => ({})): ChannelWeek[] {
  return ['a', 'b'].flatMap((channel) =>
    Array.from({ length: count }, (_, t) => ({
      channel,
      weekMs: START_MS + t * WEEK_MS,
      revenue: 1_000 + 100 * random.next(),
      promotion: 50 + 20 * random.next(),
      production: 80 + 10 * random.next(),
      hours: 10 + random.next(),
      views: 1_000,
      isReported: false,
      ...change(t),
    })),
  );
}

const factsOf = (rows: readonly ChannelWeek[]): AllocationFacts => ({
  tenant: 'main',
  currency: 'USD',
  nowMs: START_MS + 200 * WEEK_MS,
  weeks: rows,
  streams: [],
  earned: [],
  sold: [],
});

function revenueOf(facts: AllocationFacts) {
  const [content] = channelBases(facts, createRandom('content'), () => undefined);
  return revenueBasis(facts, content, []);
}

/** JSON has no NaN and no Infinity: either would come back as null where a number must be. */
function isClean(value: unknown): boolean {
  const text = JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'number' && !Number.isFinite(each) ? 'broken' : each,
  );
  return !text.includes('"broken"');
}

describe('histories that say little or nothing: a stated fallback, never a number that is none', () => {
  test.each<[string, ChannelWeek[], 'history' | 'prior']>([
    ['too short', weeks(10), 'prior'],
    ['one week', weeks(1), 'prior'],
    ['amounts that never moved', weeks(60, () => ({ promotion: 50, production: 80, hours: 10 })), 'prior'],
    ['nothing was ever spent', weeks(60, () => ({ promotion: 0, production: 0, hours: 0 })), 'prior'],
    ['revenue that is constant', weeks(60, () => ({ revenue: 1_000 })), 'history'],
    ['gaps of weeks', weeks(80).filter(({ weekMs }) => (weekMs / WEEK_MS) % 7 > 2), 'history'],
    [
      'NaN and Infinity here and there',
      weeks(60, (t) => (t % 9 === 0 ? { revenue: t % 2 ? Number.NaN : Infinity } : {})),
      'history',
    ],
    ['negative amounts', weeks(60, (t) => (t % 10 === 0 ? { promotion: -5 } : {})), 'history'],
    [
      'huge numbers',
      weeks(60, () => ({ revenue: 1e11 * (1 + random.next()), promotion: 1e9 * (1 + random.next()) })),
      'history',
    ],
  ])('%s', async (_name, rows, origin) => {
    const [content, marketing] = channelBases(factsOf(rows), createRandom('basis'), () => undefined);
    expect(isClean([content, marketing])).toBe(true);
    expect(marketing.channels.map(({ responses }) => responses['promotion']?.origin)).toEqual([
      origin,
      origin,
    ]);
    if (origin === 'prior') expect(marketing.notes.join()).toMatch(/assumed from the seeds' factors/);
    for (const basis of [content, marketing]) {
      const answer = await answerAllocation(basis, {}, 200, {
        clock: createFakeClock(),
        random: createRandom('answer'),
      });
      expect(isClean(answer)).toBe(true);
      for (const { total, used } of answer.resources) expect(used).toBeLessThanOrEqual(total * (1 + 1e-9));
    }
  });

  test('no channel with revenue: an error in words', async () => {
    const [content] = channelBases(factsOf(weeks(40, () => ({ revenue: 0 }))), random, () => undefined);
    await expect(answerAllocation(content, {}, 10, { clock: createFakeClock(), random })).rejects.toThrow(
      /no channel with revenue/,
    );
  });

  test('the same week told twice counts as two rows of one channel and breaks nothing', () => {
    const rows = weeks(40);
    const [content] = channelBases(factsOf([...rows, ...rows]), random, () => undefined);
    expect(isClean(content)).toBe(true);
  });

  test('a revenue plan where nothing tells what channels get: mix and prices alone', async () => {
    const rows = weeks(40, () => ({ promotion: 0, production: 0, hours: 0 }));
    const streams = ['ads', 'tips'].flatMap((stream, s) =>
      Array.from({ length: 60 }, (_, day) => ({
        stream,
        dayMs: START_MS + day * 86_400_000,
        revenue: 100 * (s + 1) + 10 * random.next(),
      })),
    );
    const basis = revenueOf({ ...factsOf(rows), streams });
    expect(basis.resources.map(({ id }) => id)).toEqual(['mix']);
    expect(basis.notes.join()).toMatch(/growth against now is not known/);
    const plan = await planOf(basis, {}, 100, { clock: createFakeClock(), random: createRandom('mix') });
    expect(isClean(plan)).toBe(true);
    expect(plan.rows.every(({ resource }) => resource === 'mix')).toBe(true);
  });

  test('streams of one day, of nothing, and with a negative day', async () => {
    for (const streams of [
      [],
      [{ stream: 'ads', dayMs: START_MS, revenue: 5 }],
      [0, 1, 2, 3].map((day) => ({
        stream: 'tips',
        dayMs: START_MS + day * 86_400_000,
        revenue: day === 2 ? -50 : 20,
      })),
      [0, 1, 2].map((day) => ({ stream: 'ads', dayMs: START_MS + day * 86_400_000, revenue: Number.NaN })),
    ]) {
      const basis = revenueOf({ ...factsOf([]), streams });
      expect(isClean(basis)).toBe(true);
      const plan = planOf(basis, {}, 100, { clock: createFakeClock(), random: createRandom('streams') });
      if (basis.channels.length === 0) await expect(plan).rejects.toThrow(/no stream with revenue/);
      else expect(isClean(await plan)).toBe(true);
    }
  });
});

describe('sales that say little or nothing', () => {
  const sales = (count: number, of: (t: number) => { price: number; volume: number }): PriceObservation[] =>
    Array.from({ length: count }, (_, t) => ({
      segment: 'p',
      market: 'DE',
      weekMs: START_MS + t * WEEK_MS,
      ...of(t),
    }));
  const basisOf = (observations: readonly PriceObservation[]) =>
    productBases(
      {
        tenant: 'main',
        currency: 'USD',
        timeZone: 'UTC',
        nowMs: 0,
        observations,
        reported: 0,
        unitCosts: {},
        competitors: [],
      },
      () => undefined,
    );

  test.each([
    [
      'too few weeks',
      sales(10, () => ({ price: 5 + random.next(), volume: 10 })),
      /10 weeks of sales; 26 are needed.*sales_report/,
    ],
    [
      'a price that never moved',
      sales(60, () => ({ price: 5, volume: 10 + random.next() })),
      /price hardly moved.*price test/,
    ],
    ['a volume that never moved', sales(60, () => ({ price: 5 + random.next(), volume: 10 })), /./],
    [
      'a price above 0 only at times',
      sales(60, (t) => ({ price: t % 2 ? 5 + random.next() : 0, volume: 10 + random.next() })),
      /./,
    ],
    [
      'huge volumes',
      sales(60, () => ({ price: 1e6 * (1 + random.next()), volume: 1e11 * (1 + random.next()) })),
      /./,
    ],
  ])('%s', (_name, observations, why) => {
    const [product] = basisOf(observations);
    expect(isClean(product)).toBe(true);
    expect(product?.why).toMatch(why);
  });

  test('nothing that is a price gives no product', () => {
    expect(basisOf(sales(40, () => ({ price: Number.NaN, volume: Infinity })))).toEqual([]);
  });
});

test('videos without views, with NaN, and without a category', () => {
  const empty = {
    nowMs: 0,
    usdRate: undefined,
    videos: [],
    days: [],
    categories: new Map<string, string>(),
    watched: [],
    watchedShare: [],
    activity: [],
    activityDays: 0,
  };
  expect(isClean(videoBasis(empty))).toBe(true);
  const odd = videoBasis({
    ...empty,
    days: [
      { channel: 'a', country: 'DE', dayMs: START_MS, views: Number.NaN, ads: 1, revenue: 2 },
      { channel: 'a', country: 'US', dayMs: START_MS, views: 1_000, ads: 900, revenue: 4 },
      { channel: 'b', country: 'ZZ', dayMs: START_MS, views: 0, ads: 0, revenue: 0 },
    ],
    videos: [
      { content: 'v', channel: 'a', country: 'DE', quarter: 1, weekday: 1, views: Number.NaN, revenue: 2 },
      { content: 'w', channel: 'constructor', country: 'US', quarter: 9, weekday: 3, views: 900, revenue: 4 },
    ],
  });
  expect(isClean(odd)).toBe(true);
  expect(odd.channels.find(({ channel }) => channel === 'a')?.category).toBe('other');
});
