import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { bandOf, ruleScore } from './bands.ts';
import { shapley } from './explain.ts';
import { learnFeatures, toBins, type CustomerRow } from './features.ts';
import { fitLogistic } from '../regression/logistic.ts';
import { classificationMetrics } from './metrics.ts';
import { canTrain, predictChurn, trainChurn } from './model.ts';
import { stayingOn, survivalAt, survivalCurve } from './survival.ts';
import { readTelco } from './telco.ts';
import { boost, boostedScore, logisticLoss } from '../trees/boost.ts';

const file = fileURLToPath(new URL('../../../shared/data/churn/telco_train.csv', import.meta.url));
const isThere = existsSync(file);
if (!isThere) console.warn('skipped: the Telco customers are not at ../shared/data/churn');

/** Customers whose chance of leaving is known: 1/(1 + e^(1 + days/10 − usage·4)) and nothing else. */
function simulate(n: number, seed: string): { rows: CustomerRow[]; left: boolean[]; truth: number[] } {
  const random = createRandom(seed);
  const truth: number[] = [];
  const rows = Array.from({ length: n }, (): CustomerRow => {
    const days = 30 * random.next();
    const usage = random.next();
    truth.push(1 / (1 + Math.exp(1 - days / 10 + usage * 2)));
    return { days, usage, plan: random.pick(['a', 'b', 'c']), noise: random.normal() };
  });
  return { rows, left: truth.map((p) => random.next() < p), truth };
}

describe('metrics of probabilities', () => {
  it('what is no number ends, too', () => {
    const { auc } = classificationMetrics(
      Float64Array.of(Number.NaN, 0.8, Number.NaN),
      Uint8Array.of(1, 0, 1),
    );
    expect(Number.isFinite(auc)).toBe(true);
  });

  it('by hand: scores .9 .8 .7 .3 with labels 1 0 1 0', () => {
    const metrics = classificationMetrics(Float64Array.of(0.9, 0.8, 0.7, 0.3), Uint8Array.of(1, 0, 1, 0));
    expect(metrics.auc).toBeCloseTo(0.75, 12);
    expect(metrics.averagePrecision).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(metrics.brier).toBeCloseTo((0.01 + 0.64 + 0.09 + 0.09) / 4, 12);
    expect(metrics.logLoss).toBeCloseTo(
      -(Math.log(0.9) + Math.log(0.2) + Math.log(0.7) + Math.log(0.7)) / 4,
      12,
    );
    expect(metrics.calibrationError).toBeCloseTo((0.1 + 0.8 + 0.3 + 0.3) / 4, 12);
  });

  it('equal scores are worth half', () => {
    expect(classificationMetrics(new Float64Array(4).fill(0.5), Uint8Array.of(1, 0, 1, 0)).auc).toBe(0.5);
  });
});

describe('the boosted trees', () => {
  const { rows, left } = simulate(600, 'trees');
  const space = learnFeatures(rows, ['days', 'usage', 'plan', 'noise']);
  const bins = toBins(space, rows);
  const label = Uint8Array.from(left, (each) => (each ? 1 : 0));
  const settings = {
    trees: 30,
    learningRate: 0.1,
    maxLeaves: 6,
    maxDepth: 3,
    minRows: 10,
    ridge: 1,
    rowShare: 0.7,
    featureShare: 0.8,
  };
  const model = boost(bins, label, logisticLoss, settings, createRandom(1));

  it('reasons sum to the score: Shapley values are efficient', () => {
    for (let i = 0; i < 60; i++) {
      const { mean, values } = shapley(model, bins, i, space.columnOf, space.columns.length);
      const sum = values.reduce((a, b) => a + b, mean);
      expect(sum).toBeCloseTo(boostedScore(model, bins, i), 9);
    }
  });

  it('a column that is never split on has no share; missing, infinite and unseen values have a bin', () => {
    const odd: CustomerRow[] = [{ days: null, usage: Number.NaN, plan: 'never seen', noise: Infinity }];
    const oddBins = toBins(space, odd);
    expect(Number.isFinite(boostedScore(model, oddBins, 0))).toBe(true);
    const flat = boost(
      bins.map((each) => (each === bins[0] ? each : new Uint8Array(each.length))),
      label,
      logisticLoss,
      settings,
      createRandom(1),
    );
    const { values } = shapley(flat, bins, 3, space.columnOf, space.columns.length);
    expect(Array.from(values).slice(1)).toEqual([0, 0, 0]);
  });

  it('two columns, one tree, by hand', () => {
    // Root: column 0 (6 of 8 rows left). Left: column 1 (3 of 6 rows left). Leaves 1, 2, 5. The row goes left, left.
    const tree = {
      feature: Int16Array.of(0, 1, -1, -1, -1),
      threshold: Uint8Array.of(0, 0, 0, 0, 0),
      left: Int16Array.of(1, 3, 0, 0, 0),
      right: Int16Array.of(2, 4, 0, 0, 0),
      value: Float64Array.of(0, 0, 5, 1, 2),
      cover: Float64Array.of(8, 6, 2, 3, 3),
    };
    const { mean, values } = shapley(
      { base: 0, trees: [tree] },
      [Uint8Array.of(0), Uint8Array.of(0)],
      0,
      [0, 1],
      2,
    );
    // v(∅) = .75·1.5 + .25·5 = 2.375; v({0}) = 1.5; v({1}) = .75·1 + .25·5 = 2; v({0,1}) = 1.
    expect(mean).toBeCloseTo(2.375, 12);
    expect(values[0]).toBeCloseTo((1.5 - 2.375 + 1 - 2) / 2, 12);
    expect(values[1]).toBeCloseTo((2 - 2.375 + 1 - 1.5) / 2, 12);
  });
});

describe('logistic regression', () => {
  it('meets its normal equations', () => {
    const random = createRandom(4);
    const x = Float64Array.from({ length: 400 }, () => random.normal());
    const y = Uint8Array.from(x, (each) => (random.next() < 1 / (1 + Math.exp(-0.5 - 1.5 * each)) ? 1 : 0));
    const { weights } = fitLogistic([x], y, 0);
    const residual = [...y.keys()].map(
      (i) => (y[i] ?? 0) - 1 / (1 + Math.exp(-(weights[0] ?? 0) - (weights[1] ?? 0) * (x[i] ?? 0))),
    );
    expect(residual.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 6);
    expect(residual.reduce((sum, each, i) => sum + each * (x[i] ?? 0), 0)).toBeCloseTo(0, 6);
    expect(weights[1]).toBeCloseTo(1.5, 0);
  });
});

describe('the churn model on customers whose chances are known', () => {
  const train = simulate(2_000, 'train');
  const test = simulate(2_000, 'test');
  const columns = ['days', 'usage', 'plan', 'noise'];
  const model = trainChurn(train.rows, train.left, columns, createRandom('model'));
  const risks = predictChurn(model, test.rows);

  it('is close to the truth and calibrated on customers it has not seen', () => {
    const error =
      risks.reduce((sum, each, i) => sum + Math.abs(each.probability - (test.truth[i] ?? 0)), 0) /
      risks.length;
    expect(error).toBeLessThan(0.05);
    const label = Uint8Array.from(test.left, (each) => (each ? 1 : 0));
    const found = classificationMetrics(
      Float64Array.from(risks, (each) => each.probability),
      label,
    );
    const best = classificationMetrics(Float64Array.from(test.truth), label);
    expect(found.calibrationError).toBeLessThan(0.04);
    expect(found.logLoss).toBeLessThan(best.logLoss + 0.015);
    expect(Math.abs(model.backtest.auc - found.auc)).toBeLessThan(0.03);
  });

  it('names the reasons that are', () => {
    const strongest = risks.map((each) => each.reasons[0]?.column);
    const true2 = strongest.filter((each) => each === 'days' || each === 'usage').length;
    expect(true2 / risks.length).toBeGreaterThan(0.95);
  });

  it('the same customers and seed give the same model', () => {
    const again = trainChurn(train.rows.slice(0, 400), train.left.slice(0, 400), columns, createRandom(9));
    expect(trainChurn(train.rows.slice(0, 400), train.left.slice(0, 400), columns, createRandom(9))).toEqual(
      again,
    );
  });

  it('too little history is no model', () => {
    expect(canTrain(train.left.slice(0, 299))).toBe(false);
    expect(() =>
      trainChurn(train.rows.slice(0, 50), train.left.slice(0, 50), columns, createRandom(1)),
    ).toThrow(/needs 300 customers/);
  });
});

describe('bands and the rule score of the seeds', () => {
  it.each([
    [0, 'low'],
    [0.2999, 'low'],
    [0.3, 'medium'],
    [0.5, 'high'],
    [0.6999, 'high'],
    [0.7, 'critical'],
    [1, 'critical'],
  ])('%d is %s', (p, band) => {
    expect(bandOf(p).band).toBe(band);
  });

  it('runs from 0 to 1, grows with each factor and says what it is', () => {
    const calm = {
      daysSinceLogin: 0,
      sessionsPerWeek: 7,
      sessionMinutes: 30,
      featureUsage: 1,
      tickets: 0,
      failedPayments: 0,
    };
    expect(ruleScore(calm).score).toBe(0);
    expect(
      ruleScore({
        daysSinceLogin: 60,
        sessionsPerWeek: 0,
        sessionMinutes: 0,
        featureUsage: 0,
        tickets: 9,
        failedPayments: 3,
      }).score,
    ).toBeCloseTo(1, 12);
    expect(ruleScore({ ...calm, daysSinceLogin: 30 })).toMatchObject({
      score: 0.3,
      points: [{ factor: 'daysSinceLogin' }, {}, {}, {}, {}, {}],
    });
    expect(ruleScore({ ...calm, tickets: Number.NaN }).score).toBeCloseTo(0.05, 12);
    expect(ruleScore(calm).note).toMatch(/too little history/);
  });
});

describe('survival', () => {
  it('Kaplan-Meier of the 6-MP patients (Freireich et al. 1963): .857 at 6 weeks, .690 at 13, median 23', () => {
    const weeks = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35];
    const left = [
      true,
      true,
      true,
      false,
      true,
      false,
      true,
      false,
      false,
      true,
      true,
      false,
      false,
      false,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ];
    const curve = survivalCurve(weeks, left);
    expect(survivalAt(curve, 6)).toBeCloseTo(0.857, 3);
    expect(survivalAt(curve, 10)).toBeCloseTo(0.753, 3);
    expect(survivalAt(curve, 13)).toBeCloseTo(0.69, 3);
    expect(survivalAt(curve, 23)).toBeCloseTo(0.448, 3);
    expect(curve.median).toBe(23);
    expect(stayingOn(curve, 6, 7)).toBeCloseTo(0.6902 / 0.8571, 3);
    expect([...curve.low].every((each, i) => each <= (curve.survival[i] ?? 0))).toBe(true);
  });

  it('without censoring it is the share still there', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 20 }),
        (durations, at) => {
          const curve = survivalCurve(
            durations,
            durations.map(() => true),
          );
          expect(survivalAt(curve, at)).toBeCloseTo(
            durations.filter((each) => each > at).length / durations.length,
            9,
          );
        },
      ),
    );
  });
});

describe.skipIf(!isThere)('Telco customers', () => {
  it('out of fold, reaches what these customers allow and does not leak; `weir bench churn` repeats it three times', () => {
    const { rows, left, columns } = readTelco(file);
    expect(rows).toHaveLength(new Set(rows.map((each) => each['customerID'])).size);
    const { backtest } = trainChurn(rows, left, columns, createRandom('telco'));
    expect(backtest.auc).toBeGreaterThan(0.845);
    expect(backtest.auc).toBeLessThan(0.86);
    expect(backtest.averagePrecision).toBeGreaterThan(0.655);
    expect(backtest.logLoss).toBeLessThan(0.418);
    expect(backtest.calibrationError).toBeLessThan(0.025);
  });
});
