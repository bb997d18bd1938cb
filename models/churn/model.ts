import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Random } from '../../platform/time/random.ts';
import { shapley } from './explain.ts';
import { learnFeatures, toBins, type CustomerRow, type FeatureSpace } from './features.ts';
import { fitLogistic } from '../regression/logistic.ts';
import { classificationMetrics, type ClassificationMetrics } from './metrics.ts';
import { boost, boostedScore, logisticLoss, type Boosted, type BoostSettings } from '../trees/boost.ts';

/** What a tenant's own history of customers has taught, with how well it did on customers it had not seen. */
export interface ChurnModel {
  readonly space: FeatureSpace;
  readonly bags: readonly Boosted[];
  /** Log-odds are `intercept + slope·score`, fitted on out-of-fold scores. */
  readonly calibration: { readonly intercept: number; readonly slope: number };
  readonly backtest: ClassificationMetrics;
  /** Calibrated probability of each training row by a model that had not seen it. */
  readonly outOfFold: Float64Array;
  readonly customers: number;
  readonly left: number;
}

export interface ChurnReason {
  readonly column: string;
  readonly value: number | string | null;
  /** Log-odds it adds to (or, below 0, takes from) those of the average customer. */
  readonly contribution: number;
}

export interface ChurnRisk {
  readonly probability: number;
  /** Strongest first. */
  readonly reasons: readonly ChurnReason[];
}

/** Shallow trees, half the rows each: on the Telco customers deeper ones gain nothing (docs/models.md). */
const SETTINGS: BoostSettings = {
  trees: 200,
  learningRate: 0.05,
  maxLeaves: 4,
  maxDepth: 2,
  minRows: 20,
  ridge: 1,
  rowShare: 0.6,
  featureShare: 0.5,
};
const BAGS = 3;
const FOLDS = 5;
const LEAST_CUSTOMERS = 300;
const LEAST_OF_EACH = 40;

/** Whether there is enough history for a model; below it the rule score stands in. */
export function canTrain(left: readonly boolean[]): boolean {
  const gone = left.filter(Boolean).length;
  return left.length >= LEAST_CUSTOMERS && gone >= LEAST_OF_EACH && left.length - gone >= LEAST_OF_EACH;
}

/**
 * Learns from customers whose fate is known. Rows of one group (a customer at several dates) stay in one fold, so that no customer is
 * judged by a model that has seen it. Throws CHURN_INPUT_INVALID when they are too few.
 */
export function trainChurn(
  rows: readonly CustomerRow[],
  left: readonly boolean[],
  columns: readonly string[],
  random: Random,
  groups?: Int32Array,
): ChurnModel {
  if (rows.length !== left.length || !canTrain(left))
    throw new WeirError(
      'CHURN_INPUT_INVALID',
      `a churn model needs ${LEAST_CUSTOMERS} customers with at least ${LEAST_OF_EACH} who left and who stayed; there are ${left.length} with ${left.filter(Boolean).length} who left`,
    );
  const label = Uint8Array.from(left, (each) => (each ? 1 : 0));
  const fold = groupedFolds(label, groups, random.fork('folds'));
  const outOfFold = new Float64Array(rows.length);
  for (let f = 0; f < FOLDS; f++) {
    const train = [...label.keys()].filter((i) => fold[i] !== f);
    const test = [...label.keys()].filter((i) => fold[i] === f);
    const trainRows = pick(rows, train);
    const space = learnFeatures(trainRows, columns);
    // One bag is enough here: the figures err on the careful side.
    const bag = boost(
      toBins(space, trainRows),
      Uint8Array.from(train, (i) => label[i] ?? 0),
      logisticLoss,
      SETTINGS,
      random.fork(`fold ${f}`),
    );
    const bins = toBins(space, pick(rows, test));
    for (const [k, i] of test.entries()) outOfFold[i] = boostedScore(bag, bins, k);
  }
  const { weights } = fitLogistic([outOfFold], label, 1e-6);
  const calibration = { intercept: weights[0] ?? 0, slope: weights[1] ?? 1 };
  const foretold = outOfFold.map((score) => calibrated(calibration, score));
  const space = learnFeatures(rows, columns);
  const bins = toBins(space, rows);
  return {
    space,
    bags: Array.from({ length: BAGS }, (_, k) =>
      boost(bins, label, logisticLoss, SETTINGS, random.fork(`bag ${k}`)),
    ),
    calibration,
    backtest: classificationMetrics(foretold, label),
    outOfFold: foretold,
    customers: rows.length,
    left: label.reduce((sum, each) => sum + each, 0),
  };
}

/** Probability that each leaves, and why; reasons with their share of the score, strongest first. */
export function predictChurn(model: ChurnModel, rows: readonly CustomerRow[], reasons = 5): ChurnRisk[] {
  const { space, bags, calibration } = model;
  const bins = toBins(space, rows);
  return rows.map((row, i) => {
    const score = bags.reduce((sum, bag) => sum + boostedScore(bag, bins, i), 0) / bags.length;
    const shares = new Float64Array(space.columns.length);
    for (const bag of reasons > 0 ? bags : []) {
      const { values } = shapley(bag, bins, i, space.columnOf, shares.length);
      for (const [c, value] of values.entries())
        shares[c] = (shares[c] ?? 0) + (value * calibration.slope) / bags.length;
    }
    return {
      probability: calibrated(calibration, score),
      reasons: space.columns
        .map(({ name }, c) => ({ column: name, value: row[name] ?? null, contribution: shares[c] ?? 0 }))
        .filter((each) => each.contribution !== 0)
        .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
        .slice(0, reasons),
    };
  });
}

/** Folds of groups: a group counts as one that left when it did so in any of its rows. */
function groupedFolds(label: Uint8Array, groups: Int32Array | undefined, random: Random): Int32Array {
  if (groups === undefined) return stratifiedFolds(label, FOLDS, random);
  const place = new Map<number, number>();
  for (const group of groups) if (!place.has(group)) place.set(group, place.size);
  const ofGroup = new Uint8Array(place.size);
  for (const [i, group] of groups.entries()) if (label[i] === 1) ofGroup[place.get(group) ?? 0] = 1;
  const fold = stratifiedFolds(ofGroup, FOLDS, random);
  return Int32Array.from(groups, (group) => fold[place.get(group) ?? 0] ?? 0);
}

/** Fold of each row, with the same share of ones in each. */
export function stratifiedFolds(label: Uint8Array, folds: number, random: Random): Int32Array {
  const fold = new Int32Array(label.length);
  for (const wanted of [0, 1]) {
    const rows = [...label.keys()].filter((i) => label[i] === wanted);
    for (let i = rows.length - 1; i > 0; i--) {
      const j = random.int(i + 1);
      const held = rows[i] ?? 0;
      rows[i] = rows[j] ?? 0;
      rows[j] = held;
    }
    for (const [k, i] of rows.entries()) fold[i] = k % folds;
  }
  return fold;
}

function calibrated({ intercept, slope }: ChurnModel['calibration'], score: number): number {
  return 1 / (1 + Math.exp(-(intercept + slope * score)));
}

/** The rows of these indexes, in their order. */
export function pick(rows: readonly CustomerRow[], indexes: readonly number[]): CustomerRow[] {
  return indexes.map((i) => rows[i]).filter((each) => each !== undefined);
}
