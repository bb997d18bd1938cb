import { describe, expect, test } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { competitionEffect } from './competition-effect.ts';
import { readCompetition, type CompetitorPrice } from './competition.ts';
import { elasticityOf } from './elasticity.ts';
import type { PriceObservation } from './observation.ts';

const WEEK_MS = 604_800_000;
const START_MS = Date.UTC(2024, 0, 1);

/** Weeks in which volume answers with −1.5 to our price and with `cross` to the mean of two rivals'. */
function history(cross: number, weeks: number, noise: number, markets = ['DE', 'US']) {
  const random = createRandom(`cross ${cross} ${weeks}`);
  const told: CompetitorPrice[] = [];
  const index: number[] = [];
  for (let t = 0; t < weeks; t++) {
    let sum = 0;
    for (const competitor of ['one', 'two']) {
      const log = 0.15 * random.normal();
      sum += log / 2;
      told.push({
        product: 'p',
        competitor,
        market: '',
        weekMs: START_MS + t * WEEK_MS,
        price: 12 * Math.exp(log),
      });
    }
    index.push(sum);
  }
  const rows = markets.flatMap((market) =>
    index.map((theirs, t): PriceObservation => {
      const own = 0.1 * random.normal();
      return {
        segment: 'p',
        market,
        weekMs: START_MS + t * WEEK_MS,
        price: 10 * Math.exp(own),
        volume: 500 * Math.exp(-1.5 * own + cross * theirs + noise * random.normal()),
      };
    }),
  );
  return { rows: rows.toSorted((a, b) => a.weekMs - b.weekMs), told };
}

describe('competitors', () => {
  test('without noise the cross elasticity is the one that was put in', () => {
    const { rows, told } = history(0.7, 80, 0.0005);
    const found = readCompetition(rows, told, 10);
    expect(found.state).toBe('read');
    expect(found.cross?.value).toBeCloseTo(0.7, 2);
    expect(found.weight).toBeGreaterThan(0.999);
  });

  test('the interval holds the truth in about 95 of 100 histories', () => {
    let held = 0;
    for (let i = 0; i < 60; i++) {
      const { rows, told } = history(0.4, 60 + i, 0.15);
      const cross = readCompetition(rows, told, 10).cross;
      if (cross !== null && cross.low <= 0.4 && cross.high >= 0.4) held += 1;
    }
    // Binomial(60, .95): fewer than 50 has a chance below 1e-3.
    expect(held).toBeGreaterThanOrEqual(50);
  });

  test('few noisy weeks are drawn towards no effect: weight .5²/(.5² + error²)', () => {
    const { rows, told } = history(2, 28, 1.2, ['DE']);
    const found = readCompetition(rows, told, 10);
    expect(found.state).toBe('read');
    expect(Math.abs(found.cross?.value ?? 9)).toBeLessThan(Math.abs(found.alone ?? 0));
    expect(found.cross?.value).toBeCloseTo((found.alone ?? 0) * (found.weight ?? 0), 12);
    expect(found.weight ?? 1).toBeLessThan(0.6);
  });

  test('a competitor who comes in the middle at another level moves no index', () => {
    const { rows, told } = history(0.7, 80, 0.0005);
    const late = told
      .filter(({ competitor, weekMs }) => competitor === 'one' && weekMs > START_MS + 40 * WEEK_MS)
      .map((each) => ({ ...each, competitor: 'dear', price: 90 }));
    const found = readCompetition(rows, [...told, ...late], 10);
    expect(found.competitors.length).toBe(3);
    // The index of the second half is that of two who move and one who does not: weaker, not jumped.
    expect(found.cross?.value ?? 0).toBeGreaterThan(0.6);
    expect(found.cross?.value ?? 9).toBeLessThan(1.2);
  });

  test('what is not known is said', () => {
    const { rows, told } = history(0.7, 80, 0.1);
    expect(readCompetition(rows, [], 10)).toMatchObject({ state: 'none', cross: null, position: null });
    expect(readCompetition(rows, told.slice(0, 10), 10)).toMatchObject({ state: 'thin', cross: null });
    const flat = told.map((each) => ({ ...each, price: 12 }));
    expect(readCompetition(rows, flat, 10)).toMatchObject({ state: 'thin', cross: null });
    const broken = told.map((each) => ({ ...each, price: Number.NaN }));
    expect(readCompetition(rows, broken, 10).state).toBe('none');
    expect(readCompetition(rows, flat, 15).position).toBeCloseTo(0.25, 12);
  });
});

describe('what competitors do to a question', () => {
  const product = (cross: number | null) => ({
    product: 'p',
    state: 'ready' as const,
    why: '',
    price: 10,
    unitCost: null,
    seen: [8, 12] as [number, number],
    weeks: 80,
    markets: 2,
    volume: 100,
    volumeDeviation: 0.1,
    revenue: 1_000,
    readings: [],
    elasticity: null,
    bySegment: [],
    bySeason: [],
    demand: null,
    history: [],
    competition: {
      state: 'read' as const,
      why: '',
      competitors: [],
      position: 0,
      cross: cross === null ? null : elasticityOf(cross, 0.1),
      alone: null,
      weight: null,
    },
  });
  const own = elasticityOf(-1.5, 0.2);

  test('a move of theirs multiplies volume, following weakens our own elasticity', () => {
    const effect = competitionEffect(product(0.5), own, { product: 'p', competitorMove: 0.1, follow: 0.4 });
    // 1.1^.5 · exp(.1²·ln² 1.1/2)
    expect(effect.factor).toBeCloseTo(1.0488088 * Math.exp((0.01 * Math.log(1.1) ** 2) / 2), 6);
    expect(effect.elasticity.value).toBeCloseTo(-1.3, 12);
    expect(effect.elasticity.error).toBeCloseTo(Math.hypot(0.2, 0.04), 12);
  });

  test('unknown: nothing is assumed, and told', () => {
    const effect = competitionEffect(product(null), own, { product: 'p', competitorMove: -0.5 });
    expect(effect).toMatchObject({ factor: 1, elasticity: own });
    expect(effect.notes.join()).toMatch(/was not read/);
  });
});
