import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { problemOf } from '../allocation/question.ts';
import { createCurve } from '../allocation/curve.ts';
import { chordsOver } from './channel-chords.ts';
import { contentValue } from './content-value.ts';
import { maximise, streamRevenue } from './maximise.ts';
import { bestMix, bestMixWithShare, pricesOfShare } from './mix.ts';
import { modelOf, type RevenueModel } from './model.ts';
import { networkBasis } from './testing/network.ts';

const streams = { ads: 5, sponsorship: 3, affiliate: 1, products: 3, tips: 1, memberships: 2, courses: 2 };
let known: RevenueModel | undefined;

/** A dozen channels and seven streams; reading the curves is the slow part, done once. */
function network(): RevenueModel {
  if (known !== undefined) return known;
  const basis = networkBasis({ channels: 12, streams });
  if (basis.revenue === undefined) throw new Error('no ties');
  known = modelOf(basis, basis.revenue, {}, problemOf(basis, {}));
  return known;
}

/** The same network with other ties of channels to streams. */
function tied(earnedOf: (stream: number, channel: number) => number): RevenueModel {
  const model = network();
  return {
    ...model,
    streams: model.streams.map((each, s) => ({
      ...each,
      earned: each.earned.map((_, c) => earnedOf(s, c)),
    })),
  };
}

const gapOf = ({ bound, revenue }: { bound: number; revenue: number }): number => bound / revenue - 1;

describe('lines over what channels bring', () => {
  test('are nowhere below it for weights within the limits, and close where limits are (property)', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(share, { minLength: 7, maxLength: 7 }),
        fc.array(share, { minLength: 7, maxLength: 7 }),
        fc.constantFrom(0.02, 0.3, 1),
        fc.boolean(),
        (where, at, width, isShaped) => {
          const model = isShaped ? shaped() : tied((s, c) => (c % 7 === s ? 900 : 40 * ((s + c) % 3)));
          const low = Float64Array.from(where, (each) => 0.5 + each * (1 - width));
          const high = low.map((each) => each + width);
          const v = low.map((each, s) => each + (at[s] ?? 0) * width);
          const line = chordsOver(
            model,
            low.map((each) => each + width / 2),
            low,
            high,
          );
          const over = line.reduce((sum, each, s) => sum + each * (v[s] ?? 0), 0);
          const { bound, value } = contentValue(model, v, { tolerance: 1e-6, maxNodes: 100 });
          expect(over).toBeGreaterThanOrEqual(value * (1 - 1e-9));
          if (width === 0.02 && !isShaped) expect(over / bound - 1).toBeLessThan(1e-4);
        },
      ),
      { numRuns: 25, seed: 7 },
    );
  });

  test('hold when there is enough for everybody and when a stream has no channel', () => {
    const model = tied((s, c) => (s === 3 ? 0 : 100 + c));
    const rich = {
      ...model,
      pots: model.pots.map((pot) => ({
        ...pot,
        prepared: { ...pot.prepared, part: { ...pot.prepared.part, total: 1e9 } },
      })),
    };
    const ones = new Float64Array(7).fill(1);
    const low = ones.map(() => 0);
    for (const each of [model, rich]) {
      const line = chordsOver(
        each,
        ones,
        low,
        ones.map(() => 2),
      );
      expect([...line].every(Number.isFinite)).toBe(true);
      const over = line.reduce((a, b) => a + b, 0);
      expect(over).toBeGreaterThanOrEqual(
        contentValue(each, ones, { tolerance: 1e-6, maxNodes: 100 }).value * (1 - 1e-9),
      );
    }
  });
});

/** Every curve convex up to a third of the pot: prices leave some channel between nothing and much. */
function shaped(): RevenueModel {
  const model = network();
  const random = createRandom('shaped');
  return {
    ...model,
    pots: model.pots.map((pot) => {
      const { total } = pot.prepared.part;
      const entries = pot.entries.map((each) => ({
        ...each,
        curve: {
          type: 'hill' as const,
          scale: 0.5 + random.next(),
          exponent: 2 + random.next(),
          half: total / 3,
        },
      }));
      const curves = entries.map(({ curve }) => createCurve(curve));
      return { entries, prepared: { ...pot.prepared, part: { ...pot.prepared.part, curves } } };
    }),
  };
}

describe('the certificate', () => {
  test.each([
    // Cones alone left 1e-3 to 1e-2 on these.
    ['each channel lives mostly on one stream', (s: number, c: number) => (c % 7 === s ? 600 : 60)],
    ['streams share channels', (s: number, c: number) => 20 + ((37 * s + 53 * c + s * c * 11) % 181)],
  ])('is within .01%%: %s', (_, earnedOf) => {
    const model = tied(earnedOf);
    const free = maximise(model, 1);
    expect(gapOf(free)).toBeLessThanOrEqual(1e-4);
    const most = streamRevenue(model, free).reduce((a, b) => Math.max(a, b), 0) / free.revenue;
    const limited = maximise(model, most - 0.03);
    expect(limited.revenue).toBeLessThan(free.revenue);
    expect(gapOf(limited)).toBeLessThanOrEqual(1e-4);
  });
});

describe('the price of the limit on shares', () => {
  const stream = (worth: number) => ({ worth, now: 50, exponent: 0.5, least: 25, most: 100 });

  test('two streams: .15625/.90625 by hand, and the mix without a limit at that price is the one with it', () => {
    // 80·√(x/50) + 60·√(y/50) with the first at most .6: slopes of effort stand as (.6/.4)·(60/80)² = .84375, so 1 − .84375 over 1 − .6·.15625.
    const both = [stream(80), stream(60)];
    const mix = bestMixWithShare(both, 100, 0.6, 0);
    if (mix === undefined) throw new Error('no mix');
    const prices = pricesOfShare(both, mix, 0.6, 0);
    expect(prices[0]).toBeCloseTo(0.15625 / 0.90625, 8);
    expect(prices[1]).toBe(0);
    const price = prices[0] ?? 0;
    const counted = bestMix([stream(80 * (1 - 0.4 * price)), stream(60 * (1 + 0.6 * price))], 100);
    expect(counted?.amounts[0]).toBeCloseTo(mix.amounts[0] ?? 0, 6);
  });

  test('nothing where the limit does not hold', () => {
    const both = [stream(80), stream(60)];
    const mix = bestMixWithShare(both, 100, 0.9, 0);
    expect(mix === undefined ? [] : pricesOfShare(both, mix, 0.9, 0)).toEqual([0, 0]);
  });
});
