import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AllocationBasis, AllocationQuestion } from '../../platform/contracts/allocation-plan.ts';
import { createFakeClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { problemOf } from '../allocation/question.ts';
import { answerRevenue } from './answer.ts';
import { revenueOf, maximise, streamRevenue } from './maximise.ts';
import { bestMix, bestMixWithShare, revenueAt, type MixStream } from './mix.ts';
import { modelOf, type RevenueModel } from './model.ts';
import { bestMultiplier, revenueRatio } from './prices.ts';
import { networkBasis, type NetworkOptions } from './testing/network.ts';

const bases = new Map<string, AllocationBasis>();
/** Reading curves is the slow part, and the same each time. */
function basisFor(options: NetworkOptions): AllocationBasis {
  const key = JSON.stringify(options);
  const known = bases.get(key) ?? networkBasis(options);
  bases.set(key, known);
  return known;
}

function modelFor(options: NetworkOptions = {}, question: AllocationQuestion = {}): RevenueModel {
  const basis = basisFor(options);
  if (basis.revenue === undefined) throw new Error('no ties');
  return modelOf(basis, basis.revenue, question, problemOf(basis, question));
}

async function ask(question: AllocationQuestion, options: NetworkOptions = {}, scenarios = 1_000) {
  const basis = basisFor(options);
  if (basis.revenue === undefined) throw new Error('no ties');
  return await answerRevenue(basis, basis.revenue, question, scenarios, {
    clock: createFakeClock(),
    random: createRandom('answer'),
  });
}

describe('the mix', () => {
  const stream = (worth: number, now: number, exponent: number): MixStream => ({
    worth,
    now,
    exponent,
    least: 0.5 * now,
    most: 2 * now,
  });

  test('two streams of exponent .5 share by the squares of their worth per root of effort', () => {
    // Max 80·√(x/50) + 60·√(y/50), x + y = 100: x/y = (80/60)², so x = 64, y = 36; revenue 80·√1.28 + 60·√.72 = 141.4213562.
    const mix = bestMix([stream(80, 50, 0.5), stream(60, 50, 0.5)], 100);
    expect(mix?.amounts[0]).toBeCloseTo(64, 8);
    expect((mix?.revenue[0] ?? 0) + (mix?.revenue[1] ?? 0)).toBeCloseTo(141.42135623730951, 8);
  });

  test('a share that binds is met exactly, and no random mix within it earns more', () => {
    const streams = [stream(700, 60, 0.6), stream(200, 25, 0.4), stream(100, 15, 0.5)];
    const mix = bestMixWithShare(streams, 100, 0.6, 0);
    const all = mix?.revenue.reduce((a, b) => a + b, 0) ?? 0;
    expect((mix?.revenue[0] ?? 0) / all).toBeCloseTo(0.6, 9);
    const random = createRandom('mixes');
    let tried = 0;
    for (let i = 0; i < 20_000; i++) {
      const raw = streams.map(({ least, most }) => least + (most - least) * random.next());
      const sum = raw.reduce((a, b) => a + b, 0);
      if (sum > 100) continue;
      const revenue = streams.map((each, s) => revenueAt(each, raw[s] ?? 0));
      const total = revenue.reduce((a, b) => a + b, 0);
      if (revenue.some((each) => each > 0.6 * total)) continue;
      tried += 1;
      expect(total).toBeLessThanOrEqual(all * (1 + 1e-9));
    }
    expect(tried).toBeGreaterThan(100);
  });

  test('a share that cannot be: undefined', () => {
    expect(bestMixWithShare([stream(900, 90, 0.5), stream(100, 10, 0.5)], 100, 0.5, 0)).toBeUndefined();
  });
});

describe('prices', () => {
  const product = {
    product: 'p',
    stream: 's',
    price: 10,
    share: 1,
    range: [0.5, 2] as [number, number],
    error: 0,
  };

  test('elastic demand sells at the low end, inelastic at the high one', () => {
    const low = bestMultiplier({ ...product, unitCost: null, elasticity: -2 }, undefined);
    expect(low).toEqual({ multiplier: 0.5, setBy: 'range' });
    expect(revenueRatio({ ...product, unitCost: null, elasticity: -2 }, 0.5)).toBeCloseTo(2, 12);
    expect(bestMultiplier({ ...product, unitCost: null, elasticity: -0.5 }, undefined).multiplier).toBe(2);
  });

  test('never so low that the margin falls: with e −2 and cost 4 margin k^-2·(10k − 4) is 6 again at k = 2/3', () => {
    const chosen = bestMultiplier({ ...product, unitCost: 4, elasticity: -2 }, undefined);
    expect(chosen.setBy).toBe('margin');
    expect(chosen.multiplier).toBeCloseTo(2 / 3, 9);
  });

  test('at a cost above which lowering only loses, the price stays', () => {
    expect(bestMultiplier({ ...product, unitCost: 6, elasticity: -2 }, undefined)).toEqual({
      multiplier: 1,
      setBy: 'now',
    });
  });
});

describe('content, resources, mix and prices together', () => {
  test('certified within .01%, above what is done now, and above every random division', () => {
    const model = modelFor();
    const found = maximise(model, 1);
    expect(found.bound / found.revenue - 1).toBeLessThanOrEqual(1e-4);
    expect(found.bound).toBeGreaterThanOrEqual(found.revenue);
    const random = createRandom('divisions');
    const within = (lo: number, hi: number): number => lo + (hi - lo) * random.next() ** 2;
    for (let i = 0; i < 2_000; i++) {
      // Around the optimum and everywhere; scaled back into the totals.
      const near = random.next() < 0.5 ? random.next() ** 3 : 1;
      const amounts = model.pots.map(({ prepared: { box, part } }, p) => {
        const raw = Float64Array.from(box.lo, (lo, e) => {
          const at = found.amounts[p]?.[e] ?? 0;
          return at + near * (within(lo, box.hi[e] ?? lo) - at);
        });
        return scaled(raw, box.lo, part.total);
      });
      const low = Float64Array.from(model.streams, ({ least }) => least);
      const mix = scaled(
        Float64Array.from(model.streams, ({ least, most }, s) => {
          const at = found.mix[s] ?? 0;
          return at + near * (within(least, most) - at);
        }),
        low,
        model.mixTotal,
      );
      expect(revenueOf(model, { amounts, mix })).toBeLessThanOrEqual(found.revenue * (1 + 1e-9));
    }
  });

  test('the bound holds when streams live on quite different channels (property)', () => {
    const model = modelFor();
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 3 }), {
          minLength: 3,
          maxLength: 3,
        }),
        fc.array(fc.double({ min: 0.2, max: 0.8, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (earned, exponents) => {
          const streams = model.streams.slice(0, 3).map((stream, s) => ({
            ...stream,
            now: 30,
            least: 5,
            most: 80,
            exponent: exponents[s] ?? 0.5,
            apart: 1,
            earned: Float64Array.from(earned[s] ?? [], (each) => 100 * each),
          }));
          const changed = { ...model, streams, mixTotal: 90 };
          const found = maximise(changed, 1);
          expect(found.bound / found.revenue - 1).toBeLessThanOrEqual(1e-4);
          const random = createRandom('points');
          for (let i = 0; i < 200; i++) {
            const mix = Float64Array.from(streams, () => 5 + 75 * random.next());
            const sum = mix.reduce((a, b) => a + b, 0);
            const inside = mix.map((each) => (sum > 90 ? 5 + ((each - 5) * 75) / (sum - 15) : each));
            expect(revenueOf(changed, { amounts: found.amounts, mix: inside })).toBeLessThanOrEqual(
              found.bound * (1 + 1e-9),
            );
          }
        },
      ),
      { numRuns: 10, seed: 4 },
    );
  });

  test('a share of the revenue is kept, and its bound stays near', () => {
    const model = modelFor({ streams: { ads: 900, sponsorship: 250, products: 250 } });
    const free = maximise(model, 1);
    const share = (found: typeof free): number =>
      streamRevenue(model, found).reduce((a, b) => Math.max(a, b), 0) / found.revenue;
    const limit = share(free) - 0.04;
    const found = maximise(model, limit);
    expect(share(found)).toBeLessThanOrEqual(limit + 1e-9);
    expect(found.revenue).toBeLessThan(free.revenue);
    expect(found.bound).toBeGreaterThanOrEqual(found.revenue);
    expect(found.bound / found.revenue - 1).toBeLessThanOrEqual(1e-4);
  });
});

function scaled(raw: Float64Array, low: Float64Array, total: number): Float64Array {
  const sum = raw.reduce((a, b) => a + b, 0);
  const floor = low.reduce((a, b) => a + b, 0);
  if (sum <= total) return raw;
  const part = (total - floor) / (sum - floor);
  return raw.map((each, i) => (low[i] ?? 0) + part * (each - (low[i] ?? 0)));
}

describe('the answer', () => {
  test('brings everything: certificate, risk, steps by day, triggers, prices, growth', async () => {
    const answer = await ask({});
    expect(answer.certificate.gap ?? 1).toBeLessThanOrEqual(1e-4);
    const named = (name: string) => answer.candidates.find((each) => each.name === name);
    expect(named('best expected return')?.expected).toBeGreaterThan(named('current')?.expected ?? 0);
    expect(named('best expected return')?.expected).toBeGreaterThan(
      named('prices as they are')?.expected ?? Infinity,
    );
    expect(answer.moves?.find(({ product }) => product === 'course')?.multiplier).toBeGreaterThan(1);
    expect(answer.moves?.find(({ product }) => product === 'guide')?.multiplier).toBeLessThan(1);
    for (const resource of ['content_budget', 'mix'])
      expect(answer.rows.some((row) => row.resource === resource)).toBe(true);
    const money = answer.resources.filter(({ id }) => id === 'content_budget' || id === 'promotion');
    expect(money.reduce((sum, { used }) => sum + used, 0)).toBeLessThanOrEqual(
      money.reduce((sum, { total }) => sum + total, 0) * (1 + 1e-9),
    );
    expect(answer.largest.share ?? 1).toBeLessThanOrEqual(0.6 + 1e-9);
    expect(answer.growthChance ?? -1).toBeGreaterThanOrEqual(0);
    expect(answer.triggers.every(({ above, below }) => above > below)).toBe(true);
    const days = answer.steps.map(({ day }) => day ?? 0);
    expect(days).toEqual(days.toSorted((a, b) => a - b));
    // 90 to 180 by at most a tenth: ln 2/ln 1.1 = 7.27, so eight weeks.
    expect(answer.steps.filter(({ channel }) => channel === 'course').length).toBe(8);
    expect(JSON.stringify(answer)).not.toContain('null,null');
  });

  test('what all steps bring together is what the plan brings, and scenarios agree in mean', async () => {
    const answer = await ask({ riskTolerance: 10 });
    const chosen = answer.candidates.find(({ isChosen }) => isChosen);
    const now = answer.candidates.find(({ name }) => name === 'current');
    const gains = answer.steps.reduce((sum, { expectedGain }) => sum + expectedGain, 0);
    const gain = (chosen?.expected ?? 0) - (now?.expected ?? 0);
    // Moves too small to be steps are left out.
    expect(Math.abs(gains / gain - 1)).toBeLessThan(1e-3);
    expect(Math.abs((chosen?.risk.mean ?? 0) / (chosen?.expected ?? 1) - 1)).toBeLessThan(0.02);
  });

  test('the same question has the same answer, more scenarios than a block too', async () => {
    expect(await ask({})).toEqual(await ask({}));
    expect((await ask({}, {}, 5_000)).scenarios).toBe(5_000);
  });

  test('what is held is held: an amount, a part of the mix, a price', async () => {
    const answer = await ask({
      fixed: { 'channel-1': { promotion: 700 }, ads: { mix: 30 } },
      prices: { course: 1.1 },
    });
    const row = (channel: string, resource: string) =>
      answer.rows.find((each) => each.channel === channel && each.resource === resource);
    expect(row('channel-1', 'promotion')).toMatchObject({ isFixed: true });
    expect(row('channel-1', 'promotion')?.proposed).toBeCloseTo(700, 6);
    expect(row('ads', 'mix')?.proposed).toBeCloseTo(30, 6);
    expect(answer.moves?.find(({ product }) => product === 'course')).toMatchObject({
      multiplier: 1.1,
      setBy: 'held',
    });
  });

  test('limits that contradict are named; names that are not there too', async () => {
    await expect(ask({ maxStreamShare: 0.2 })).rejects.toThrow(
      /brings .*% of the revenue even when the others get/,
    );
    await expect(ask({ bounds: { ads: { mix: [90, 95] } } })).rejects.toThrow(/floors of all streams sum to/);
    await expect(ask({ bounds: { 'channel-0': { promotion: [500, 100] } } })).rejects.toThrow(
      /above ceiling 100/,
    );
    await expect(ask({ prices: { nothing: 1 } })).rejects.toThrow(/prices.nothing/);
    await expect(ask({ fixed: { ads: { promotion: 1 } } })).rejects.toThrow(
      /fixed.ads.promotion: it gets none/,
    );
  });

  test('the limit of the seeds gives way where it is out of reach, and says so; one asked for does not', async () => {
    const options = { streams: { ads: 900, tips: 60, memberships: 40 } };
    const answer = await ask({}, options);
    expect(answer.notes.join()).toMatch(/ads brings 9\d\.\d% of the revenue now.*out of reach/);
    expect(answer.largest.share ?? 1).toBeLessThanOrEqual((answer.largest.currentShare ?? 0) + 1e-6);
    await expect(ask({ maxStreamShare: 0.6 }, options)).rejects.toThrow(/ads brings/);
  });
});
