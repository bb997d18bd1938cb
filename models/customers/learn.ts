import type { ChurnBacktest } from '../../platform/contracts/customers.ts';
import type { Random } from '../../platform/time/random.ts';
import type { CustomerRow } from '../churn/features.ts';
import { classificationMetrics } from '../churn/metrics.ts';
import { canTrain, predictChurn, trainChurn, type ChurnModel } from '../churn/model.ts';
import { contractAt } from './contract.ts';
import { featureNames, featuresAt, knownSince } from './features.ts';
import { WEEK_MS, type ActivityWeeks, type CustomerHistory } from './history.ts';
import { calibrationBins } from './calibration.ts';

/** A customer at a reference date and what became of it. */
export interface Example {
  readonly row: CustomerRow;
  readonly left: boolean;
  readonly customer: number;
  /** Weeks from the reference date to now. */
  readonly before: number;
}

const MAX_REFERENCES = 12;
/** Oldest references are left out beyond. */
const MAX_EXAMPLES = 40_000;
/** Newest references that are foretold from those before. */
const MAX_ORIGINS = 3;

/**
 * Customers who paid at past reference dates, a horizon apart, with whether they said within the horizon that they go (or did not renew).
 * The features of a date know nothing of what came after it; those who had said so before it are not among them.
 */
export function examplesOf(
  histories: readonly CustomerHistory[],
  activity: ActivityWeeks,
  asOfMs: number,
  horizonWeeks: number,
): Example[] {
  const examples: Example[] = [];
  for (let k = 1; k <= MAX_REFERENCES && examples.length < MAX_EXAMPLES; k += 1) {
    const before = k * horizonWeeks;
    const atMs = asOfMs - before * WEEK_MS;
    const untilMs = atMs + horizonWeeks * WEEK_MS;
    const known = knownSince(activity, before);
    for (const [customer, { country, facts }] of histories.entries()) {
      if ((facts[0]?.atMs ?? Number.POSITIVE_INFINITY) >= atMs) continue;
      const contract = contractAt(facts, atMs);
      if (!contract.isPaying) continue;
      const spell = contractAt(facts, untilMs).spells[contract.spells.length - 1];
      examples.push({
        row: featuresAt(contract, country, customer, activity, known, asOfMs, before),
        left: spell?.saidMs !== null && spell?.saidMs !== undefined && spell.saidMs < untilMs,
        customer,
        before,
      });
    }
  }
  return examples.slice(0, MAX_EXAMPLES);
}

export interface Learned {
  readonly model: ChurnModel;
  readonly backtest: ChurnBacktest;
  /** Log-loss on the newest reference date, foretold from those before; null where too little lies before it. */
  readonly newest: number | null;
}

/**
 * Learns from examples; undefined where there are too few. The backtest foretells the newest reference dates from those that had ended
 * by then; where too little lies before them, it is that of folds by customer, and says so.
 */
export function learnChurn(
  examples: readonly Example[],
  asOfMs: number,
  random: Random,
  progress: (share: number) => void,
): Learned | undefined {
  if (!canTrain(examples.map(({ left }) => left))) return undefined;
  const references = [...new Set(examples.map(({ before }) => before))].toSorted((a, b) => a - b);
  const said: number[] = [];
  const became: number[] = [];
  const origins: number[] = [];
  let newest: number | null = null;
  for (const reference of references.slice(0, MAX_ORIGINS)) {
    const past = examples.filter(({ before }) => before > reference);
    if (!canTrain(past.map(({ left }) => left))) break;
    const model = train(past, random.fork(`origin ${reference}`));
    const now = examples.filter(({ before }) => before === reference);
    for (const [i, { probability }] of predictChurn(
      model,
      now.map(({ row }) => row),
      0,
    ).entries()) {
      said.push(probability);
      became.push(now[i]?.left === true ? 1 : 0);
    }
    if (origins.length === 0 && now.length > 0)
      newest = classificationMetrics(Float64Array.from(said), Uint8Array.from(became)).logLoss;
    origins.push(asOfMs - reference * WEEK_MS);
    progress(origins.length / (MAX_ORIGINS + 1));
  }
  const model = train(examples, random.fork('all'));
  progress(1);
  const isByTime = became.some((each) => each === 1) && became.some((each) => each === 0);
  const label = Uint8Array.from(isByTime ? became : examples.map((each) => (each.left ? 1 : 0)));
  const probability = isByTime ? Float64Array.from(said) : model.outOfFold;
  const left = label.reduce((sum, each) => sum + each, 0);
  const rate = left / label.length;
  return {
    model,
    newest,
    backtest: {
      metrics: { ...classificationMetrics(probability, label) },
      baseLogLoss: -(rate * Math.log(rate) + (1 - rate) * Math.log(1 - rate)),
      baseRate: rate,
      rows: label.length,
      left,
      method: isByTime ? 'time' : 'folds',
      origins: isByTime ? origins : [],
      calibration: calibrationBins(probability, label),
    },
  };
}

function train(examples: readonly Example[], random: Random): ChurnModel {
  return trainChurn(
    examples.map(({ row }) => row),
    examples.map(({ left }) => left),
    featureNames,
    random,
    Int32Array.from(examples, ({ customer }) => customer),
  );
}

/**
 * Customers of the newest reference date, if a model learned at `learnedMs` foretells what became of them: one learned later has seen it. Undefined where it
 * has, or where nobody was a customer then.
 */
function unseenNewest(
  examples: readonly Example[],
  asOfMs: number,
  learnedMs: number,
): Example[] | undefined {
  const newest = examples.reduce((least, { before }) => Math.min(least, before), Number.POSITIVE_INFINITY);
  if (!(asOfMs - newest * WEEK_MS >= learnedMs)) return undefined;
  return examples.filter(({ before }) => before === newest);
}

/** Log-loss of a model on the newest reference date; null where it had seen what became of that date's customers. */
export function newestLoss(
  model: ChurnModel,
  learnedMs: number,
  examples: readonly Example[],
  asOfMs: number,
): number | null {
  const now = unseenNewest(examples, asOfMs, learnedMs);
  if (now === undefined) return null;
  const rows = now.map(({ row }) => row);
  const probability = Float64Array.from(predictChurn(model, rows, 0), (each) => each.probability);
  return classificationMetrics(
    probability,
    Uint8Array.from(now, ({ left }) => (left ? 1 : 0)),
  ).logLoss;
}

/** How far those who left among the newest reference date are from what a model had said of them, in standard deviations; 0 where it had seen them. */
export function calibrationDrift(
  model: ChurnModel,
  learnedMs: number,
  examples: readonly Example[],
  asOfMs: number,
): number {
  const now = unseenNewest(examples, asOfMs, learnedMs);
  if (now === undefined) return 0;
  const said = predictChurn(
    model,
    now.map(({ row }) => row),
    0,
  );
  let expected = 0;
  let variance = 0;
  for (const { probability } of said) {
    expected += probability;
    variance += probability * (1 - probability);
  }
  const left = now.filter((each) => each.left).length;
  return variance > 0 ? (left - expected) / Math.sqrt(variance) : 0;
}
