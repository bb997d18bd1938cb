import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { planAllocation } from './plan.ts';
import { randomProblem } from './random-problem.ts';
import { plainSums, scenarioTotals } from './scenario-sums.ts';
import { measureRisk } from './scenarios.ts';
import { mayPayAsTensors } from './tensor-sums.ts';

describe('scenarios', () => {
  it('have mean 1, the volatility and the correlation asked for', async () => {
    const draw = async (commonCorrelation: number) =>
      await scenarioTotals(
        { volatility: [0.2, 0.5], commonCorrelation },
        // Columns: the first channel, the second, both.
        Float64Array.of(1, 0, 1, 0, 1, 1),
        100_000,
        createRandom(1),
        plainSums,
      );
    const [first, second, both] = (await draw(0)).map((totals) => measureRisk(totals, 0));
    expect(first?.mean).toBeCloseTo(1, 2);
    expect(first?.volatility).toBeCloseTo(0.2, 2);
    expect(second?.volatility).toBeCloseTo(0.5, 1);
    // Log-normal, s = 0.19804: 5% quantile e^(−s²/2 − 1.64485 s) = 0.70802.
    expect(first?.worst5Percent).toBeCloseTo(0.708, 2);
    // Mean below it: Φ(−1.64485 − s)/.05 = 0.65275.
    expect((first?.mean ?? 0) - (first?.conditionalValueAtRisk95 ?? 0)).toBeCloseTo(0.653, 2);
    // Independent: variances add.
    expect(both?.volatility).toBeCloseTo(Math.sqrt(0.04 + 0.25), 1);
    // Moved by one shock alone: covariance e^(s₁·s₂) − 1 = .098068, so the deviation is √(.04 + .25 + 2 × .098068) = .69723.
    const [, , together] = (await draw(1)).map((totals) => measureRisk(totals, 0));
    expect(together?.volatility).toBeCloseTo(0.697, 2);
  });

  it('measures of a hand-made set', () => {
    const totals = Float64Array.from({ length: 100 }, (_, i) => i + 1);
    const risk = measureRisk(totals, 20.5);
    expect(risk).toMatchObject({
      mean: 50.5,
      worst5Percent: 5,
      valueAtRisk95: 45.5,
      conditionalValueAtRisk95: 47.5,
    });
    expect(risk.sharpe).toBeCloseTo(30 / Math.sqrt(841.6666666), 6);
  });

  it('without deviation there is no risk and no ratio', async () => {
    const model = { volatility: [0], commonCorrelation: 0 };
    const [totals] = await scenarioTotals(model, Float64Array.of(0), 10, createRandom(1), plainSums);
    expect(measureRisk(totals ?? new Float64Array(0), 0)).toMatchObject({
      volatility: 0,
      variation: null,
      sharpe: null,
    });
  });

  it.each([
    [{ volatility: [-1], commonCorrelation: 0 }, 10],
    [{ volatility: [0.1], commonCorrelation: 2 }, 10],
    [{ volatility: [0.1], commonCorrelation: 0 }, 0],
    [{ volatility: [0.1], commonCorrelation: 0 }, Number.NaN],
  ])('%o with %d scenarios is refused', async (model, count) => {
    await expect(
      scenarioTotals(model, Float64Array.of(1), count, createRandom(1), plainSums),
    ).rejects.toThrow(/ALLOCATION_INVALID|too many or none|no share|correlation/);
  });

  it('are worth measuring as tensors only where there are many sums over many channels', () => {
    expect(mayPayAsTensors(100_000, 200, 64)).toBe(true);
    expect(mayPayAsTensors(1_000, 200, 64)).toBe(false);
    expect(mayPayAsTensors(100_000, 12, 64)).toBe(false);
  });
});

describe('a plan', async () => {
  const plain = randomProblem({ channels: 8, resources: 2, shape: 'mixed' }, createRandom(3));
  const problem = {
    ...plain,
    channels: plain.channels.map((each) => ({ ...each, current: { 'resource-0': 100, 'resource-1': 100 } })),
  };
  const deps = { clock: createFakeClock(), linearSolver: undefined, random: createRandom(5) };
  const volatility = [0.1, 0.2, 0.3, 0.4, 0.5, 0.2, 0.1, 0.6];
  const plan = await planAllocation(
    problem,
    { scenarioModel: { volatility, commonCorrelation: 0.3 }, moneyResources: ['resource-0'] },
    deps,
  );
  const named = (name: string): (typeof plan.candidates)[number] | undefined =>
    plan.candidates.find((each) => each.name === name);

  it('beats what is done now and the rule of the seeds in expected return, and nothing passes the bound', () => {
    const best = named('best expected return');
    expect(best?.expected).toBeGreaterThan(named('current')?.expected ?? Infinity);
    expect(best?.expected).toBeGreaterThan(named('proportional rule')?.expected ?? Infinity);
    for (const each of plan.candidates)
      expect(each.expected).toBeLessThanOrEqual(plan.solution.bound * (1 + 1e-9));
  });

  it('takes the highest mean within the risk tolerance', () => {
    expect(plan.chosen.risk.variation).toBeLessThanOrEqual(0.15);
    for (const each of plan.candidates) {
      if (each.name === 'current' || (each.risk.variation ?? 0) > 0.15) continue;
      expect(each.risk.mean).toBeLessThanOrEqual(plan.chosen.risk.mean);
    }
  });

  it('says so when nothing is steady enough', async () => {
    const strict = await planAllocation(
      problem,
      { scenarioModel: { volatility, commonCorrelation: 0.3 }, riskTolerance: 0.001 },
      { ...deps, random: createRandom(5) },
    );
    expect(strict.reason).toMatch(/none keeps/);
  });

  it('steps lead from the current to the chosen division, cuts first, never above the total', () => {
    const now = new Map(problem.channels.map((each) => [each.id, { ...each.current }]));
    let isCutting = true;
    for (const step of plan.steps) {
      const held = now.get(step.channel);
      expect(held?.[step.resource as 'resource-0']).toBeCloseTo(step.from, 9);
      if (step.to > step.from) isCutting = false;
      else expect(isCutting).toBe(true);
      if (held !== undefined) held[step.resource as 'resource-0'] = step.to;
      const sum = [...now.values()].reduce(
        (total, each) => total + (each[step.resource as 'resource-0'] ?? 0),
        0,
      );
      expect(sum).toBeLessThanOrEqual(800 * (1 + 1e-9));
    }
    for (const trigger of plan.triggers) expect(trigger.below).toBeLessThanOrEqual(trigger.above);
  });
});
