import { createHash } from 'node:crypto';
import type {
  ChurnBacktest,
  CustomerRun,
  CustomerScore,
  CustomerSegment,
  CustomerValue,
} from '../../platform/contracts/customers.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { ChurnModel } from '../churn/model.ts';
import type { Computation, ComputeContext } from '../tasks/compute-context.ts';
import { calibrationDrift, examplesOf, learnChurn, newestLoss } from './learn.ts';
import type { CustomersOrder } from './order.ts';
import { scoreCustomers } from './score.ts';
import { survivalByPlan } from './survival-by-plan.ts';
import { valueCustomers } from './value-customers.ts';

export interface TrainedChurn {
  readonly model: ChurnModel;
  readonly backtest: ChurnBacktest;
  readonly newest: number | null;
  readonly newestOfCurrent: number | null;
  readonly isBetter: boolean;
  readonly dataHash: string;
}

export interface CustomersResult {
  readonly kind: 'customers';
  readonly run: Omit<CustomerRun, 'madeAtMs'>;
  readonly scores: readonly CustomerScore[];
  readonly values: readonly CustomerValue[];
  readonly segments: readonly CustomerSegment[];
  readonly trained: TrainedChurn | undefined;
  /** Why a model should be learned anew; null where the one in force does well. */
  readonly drift: string | null;
}

/** Beyond these standard deviations too many (or few) leave for the model in force. */
const DRIFT_DEVIATIONS = 3;
/** A new version may be this much worse on the newest reference date, where both foretold it, before it is refused. */
const TOLERANCE = 0.002;

/** Churn, lifetime value and segments of a tenant's customers. Pure. */
export const computeCustomers: Computation = async (input, context) => {
  if (!isOrder(input))
    throw new WeirError('MODELS_TASK_FAILED', 'the order of the customers was not understood');
  return run(input, context);
};

function run(order: CustomersOrder, context: ComputeContext): CustomersResult {
  const { random } = context;
  const progress = (share: number, stage: string): void => context.progress(share, stage);
  const { activity, asOfMs, customers, horizonWeeks } = order;
  progress(0.05, 'looking back at what became of customers');
  const examples = examplesOf(customers, activity, asOfMs, horizonWeeks);
  const learned = order.train
    ? learnChurn(examples, asOfMs, random.fork('churn'), (share) =>
        progress(0.1 + 0.6 * share, 'learning who leaves'),
      )
    : undefined;
  let trained: TrainedChurn | undefined;
  if (learned !== undefined) {
    const { newest } = learned;
    const newestOfCurrent =
      order.current === undefined
        ? null
        : newestLoss(order.current, order.currentLearnedMs, examples, asOfMs);
    const beatsAverage = learned.backtest.metrics.logLoss < learned.backtest.baseLogLoss;
    // The same customers of the same date, foretold by both from what lay before it; where one of them could not, there is nothing to compare.
    const isNoWorse = newest === null || newestOfCurrent === null || newest <= newestOfCurrent + TOLERANCE;
    trained = {
      ...learned,
      newestOfCurrent,
      isBetter: beatsAverage && isNoWorse,
      dataHash: hashOf(
        examples.map(({ customer, left, before }) => `${customer}${left ? 'x' : '.'}${before}`),
      ),
    };
  }
  const isNew = trained?.isBetter === true;
  const model = isNew ? trained?.model : order.current;
  const backtest = isNew ? trained?.backtest : order.currentBacktest;
  const deviations =
    order.current === undefined || order.train || examples.length === 0
      ? 0
      : calibrationDrift(order.current, order.currentLearnedMs, examples, asOfMs);

  progress(0.75, 'scoring customers');
  const survival = survivalByPlan(customers, asOfMs);
  const scored = scoreCustomers(order, survival.hazards, model);
  progress(0.85, 'valuing customers');
  const valued = valueCustomers(order, scored.scores, random.fork('value'));
  progress(0.98, 'done');
  return {
    kind: 'customers',
    scores: scored.scores,
    values: valued.values,
    segments: valued.segments,
    trained,
    drift:
      Math.abs(deviations) > DRIFT_DEVIATIONS
        ? `of late ${deviations > 0 ? 'more' : 'fewer'} customers left than the model had said (${Math.abs(deviations).toFixed(1)} standard deviations)`
        : null,
    run: {
      asOfMs,
      horizonDays: 7 * horizonWeeks,
      currency: order.currency,
      scoredBy: model === undefined ? 'rule' : 'model',
      ruleReason: model === undefined ? ruleReason(examples, trained) : null,
      modelVersion: model === undefined ? 0 : isNew ? order.nextVersion : order.currentVersion,
      backtest: model === undefined ? (trained?.backtest ?? null) : (backtest ?? null),
      customers: scored.scores.length,
      leaving: scored.leaving,
      leftOut: order.leftOut,
      bands: scored.bands,
      reasons: scored.reasons,
      survival: survival.curves,
      hazard: survival.hazard,
      segments: [...valued.segments],
      segmentation: valued.segmentation,
      values: valued.summary,
    },
  };
}

function ruleReason(
  examples: readonly { readonly left: boolean }[],
  trained: TrainedChurn | undefined,
): string {
  if (trained !== undefined)
    return 'A model was learned and foretold no better than saying the average to everybody, so it is not used.';
  const left = examples.filter((each) => each.left).length;
  return (
    `Too little history to learn from: a model needs 300 customers at past dates with at least 40 who left and 40 who stayed; ` +
    `there are ${examples.length}, of whom ${left} left.`
  );
}

/** FNV-1a of what was learned from, to tell two trainings apart. */
function hashOf(parts: readonly string[]): string {
  const hash = createHash('sha256');
  // Each with its length before it: no two lists of parts are the same bytes.
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex');
}

function isOrder(value: unknown): value is CustomersOrder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'customers' in value &&
    Array.isArray(value.customers) &&
    'activity' in value
  );
}

export function isCustomersResult(value: unknown): value is CustomersResult {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'customers';
}
