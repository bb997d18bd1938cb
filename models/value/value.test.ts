import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { survivalCurve } from '../churn/survival.ts';
import { adBreakLimits, lossBySecond, placeAdBreaks } from './ad-breaks.ts';
import { contractualValue } from './lifetime-value.ts';
import { estimateRpm, learnRpm, tableRpm, type VideoContext, type VideoEarning } from './rpm.ts';

describe('revenue a thousand views', () => {
  const friday: VideoContext = { category: 'finance', tier: 1, quarter: 4, weekday: 5 };

  it.each([
    [friday, 12.5 * 1.4 * 1.15],
    [{ category: 'gaming', tier: 3, quarter: 1, weekday: 1 } as const, 3.75 * 0.3 * 0.8 * 0.95],
  ])('the table of the seeds: %o', (context, rpm) => {
    expect(tableRpm(context)).toBeCloseTo(rpm, 12);
  });

  it('is the table before a video is seen, and says so', () => {
    const estimate = estimateRpm(learnRpm([]), friday);
    expect(estimate.rpm).toBeCloseTo(tableRpm(friday), 9);
    expect(estimate.isPrior).toBe(true);
    expect(estimate.high / estimate.low).toBeGreaterThan(4);
  });

  it('goes over to the tenant’s own figures, and its interval holds them', () => {
    const random = createRandom(3);
    // This tenant earns half of the table, in gaming a fifth more than that.
    const truth = (each: VideoContext): number =>
      tableRpm(each) * 0.5 * (each.category === 'gaming' ? 1.2 : 1);
    const video = (_: unknown, at: number): VideoEarning => {
      const context: VideoContext = {
        category: random.pick(['finance', 'gaming', 'cooking']),
        tier: random.pick([1, 2, 3]),
        quarter: random.pick([1, 2, 3, 4]),
        weekday: random.int(7),
      };
      const views = 1_000 + random.int(100_000);
      return {
        ...context,
        content: `v${at}`,
        views,
        revenue: (views / 1_000) * truth(context) * Math.exp(0.3 * random.normal()),
      };
    };
    const few = learnRpm(Array.from({ length: 5 }, video));
    const many = learnRpm(Array.from({ length: 800 }, video));
    const off = (model: typeof few): number =>
      Math.abs(Math.log(estimateRpm(model, friday).rpm / truth(friday)));
    expect(off(many)).toBeLessThan(0.12);
    expect(off(many)).toBeLessThan(Math.log(2));
    const estimate = estimateRpm(many, friday);
    expect(estimate.low).toBeLessThan(truth(friday));
    expect(estimate.high).toBeGreaterThan(truth(friday));
    expect(many.noise).toBeCloseTo(0.3, 1);
    expect(estimateRpm(few, friday).high / estimateRpm(few, friday).low).toBeGreaterThan(
      estimate.high / estimate.low,
    );
  });

  it('one video’s interval holds one video, however its views are divided', () => {
    const random = createRandom('videos');
    const NOISE = 0.6;
    const contexts: readonly VideoContext[] = [0, 1, 2, 3, 4, 5, 6].flatMap((weekday) =>
      ([1, 2, 3] as const).map((tier): VideoContext => ({ category: 'finance', tier, quarter: 4, weekday })),
    );
    const videosOf = (count: number, from: number): VideoEarning[] =>
      Array.from({ length: count }, (_, v) => {
        // Luck of the whole video, mean 1, and little beside it.
        const luck = Math.exp(NOISE * random.normal() - NOISE ** 2 / 2);
        return contexts.map((context): VideoEarning => {
          const views = 200 + random.int(2_000);
          const revenue = (views / 1_000) * tableRpm(context) * luck;
          return { ...context, content: `v${from + v}`, views, revenue };
        });
      }).flat();
    const model = learnRpm(videosOf(80, 0));
    expect(model.videos).toBe(80);
    expect(model.noise).toBeGreaterThan(0.5);
    expect(model.noise).toBeLessThan(0.72);
    const { videoHigh, videoLow } = estimateRpm(model, friday);
    const fresh = videosOf(400, 1_000).filter(({ tier, weekday }) => tier === 1 && weekday === 5);
    const inside = fresh.filter(({ revenue, views }) => {
      const rpm = (1_000 * revenue) / views;
      return rpm >= videoLow && rpm <= videoHigh;
    });
    expect(inside.length / fresh.length).toBeGreaterThan(0.92);
    expect(inside.length / fresh.length).toBeLessThan(0.99);
  });

  it.each(['constructor', '__proto__', 'toString'])(
    'a category named %s is one the table does not know',
    (category) => {
      const odd = { ...friday, category };
      expect(tableRpm(odd)).toBeCloseTo(tableRpm({ ...friday, category: 'cooking' }), 12);
      const model = learnRpm([{ ...odd, content: 'v', views: 5_000, revenue: 20 }]);
      expect([...model.mean].every(Number.isFinite)).toBe(true);
      expect(estimateRpm(model, odd).rpm).toBeGreaterThan(0);
    },
  );

  it('is in the currency of the revenue: a table in dollars is told in yen', () => {
    expect(estimateRpm(learnRpm([], 150), friday).rpm).toBeCloseTo(150 * tableRpm(friday), 6);
  });

  it('videos without views or revenue are left out and counted', () => {
    const bad = [
      { ...friday, content: 'a', views: 0, revenue: 1 },
      { ...friday, content: 'b', views: 5_000, revenue: Number.NaN },
    ];
    expect(learnRpm(bad)).toMatchObject({ videos: 0, dropped: 2 });
  });
});

/** Every placement on a grid, one after the other. */
function bestByTrying(
  retention: Float64Array,
  breakValue: number,
  secondValue: number,
  loss: Float64Array,
  limits: typeof small,
): number {
  const go = (from: number, watching: number, breaks: number): number => {
    let best = 0;
    for (let s = from; s < retention.length; s++) best += secondValue * (retention[s] ?? 0) * watching;
    if (breaks === 0) return best;
    let upTo = 0;
    for (let s = from; s < retention.length; s++) {
      if (s >= from + limits.spacingS)
        best = Math.max(
          best,
          upTo +
            watching * (retention[s] ?? 0) * breakValue +
            go(s, watching * (1 - (loss[s] ?? 0)), breaks - 1),
        );
      upTo += secondValue * (retention[s] ?? 0) * watching;
    }
    return best;
  };
  return go(0, 1, limits.maxBreaks);
}
const small = { minLengthS: 1, maxBreaks: 3, spacingS: 4 };

describe('ad breaks', () => {
  it('equal trying every placement', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(share, { minLength: 6, maxLength: 26 }),
        share,
        share,
        share,
        (shares, breakValue, secondValue, breakLoss) => {
          const retention = Float64Array.from(shares).sort().reverse();
          const plan = placeAdBreaks({
            lengthS: retention.length,
            retention: [...retention],
            breakValue: 5 * breakValue,
            secondValue: secondValue / 5,
            breakLoss,
            limits: small,
          });
          const loss = lossBySecond(retention, breakLoss);
          expect(plan.value).toBeCloseTo(
            bestByTrying(retention, 5 * breakValue, secondValue / 5, loss, small),
            9,
          );
          for (const [i, s] of plan.breaksS.entries())
            expect(s - (plan.breaksS[i - 1] ?? 0)).toBeGreaterThanOrEqual(small.spacingS);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keep the limits of the seeds: none below 480 s, at most four, 150 s apart', () => {
    const ask = (lengthS: number): ReturnType<typeof placeAdBreaks> =>
      placeAdBreaks({
        lengthS,
        retention: Array.from({ length: lengthS }, (_, s) => Math.exp(-s / 900)),
        breakValue: 1,
        secondValue: 0,
        breakLoss: 0.05,
      });
    expect(ask(479).breaksS).toEqual([]);
    expect(ask(479).note).toMatch(/480/);
    const { breaksS } = ask(1_800);
    expect(breaksS).toHaveLength(adBreakLimits.maxBreaks);
    expect(breaksS[0]).toBeGreaterThanOrEqual(150);
    for (let i = 1; i < breaksS.length; i++)
      expect((breaksS[i] ?? 0) - (breaksS[i - 1] ?? 0)).toBeGreaterThanOrEqual(150);
    expect(ask(480).breaksS.length).toBeGreaterThan(0);
  });

  it('none where the viewers lost are worth more, and wrong input is refused', () => {
    const question = { lengthS: 600, retention: [1], breakValue: 0.01, secondValue: 1, breakLoss: 0.5 };
    expect(placeAdBreaks(question)).toMatchObject({ breaksS: [], value: 600, valueWithout: 600 });
    expect(() => placeAdBreaks({ ...question, retention: [Number.NaN] })).toThrow(/retention must be/);
    expect(() => placeAdBreaks({ ...question, lengthS: Infinity, breakLoss: 2 })).toThrow(
      /length of Infinity.*must be a share/,
    );
  });
});

describe('lifetime value under contract', () => {
  it('is the discounted sum over the survival curve, by hand', () => {
    // Of four, one leaves after each of months 1 and 2; the others after 4: S = .75, .5, .5, 0.
    const curve = survivalCurve([1, 2, 4, 4], [true, true, true, true]);
    const { value, low, high, months } = contractualValue(curve, 0, 10, 0.1);
    expect(months).toBe(4);
    expect(value).toBeCloseTo(10 * (0.75 / 1.1 + 0.5 / 1.21 + 0.5 / 1.331), 9);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
    expect(contractualValue(curve, 2, 10, 0).value).toBeCloseTo(10, 9);
    expect(() => contractualValue(curve, -1, 10, 0)).toThrow(/tenure/);
  });
});
