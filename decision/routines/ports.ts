import type { CustomerRun, CustomerScore } from '../../platform/contracts/customers.ts';
import type { Experiment, ExperimentResult } from '../../platform/contracts/experiment.ts';
import type { ProposalSource } from '../../platform/contracts/proposal.ts';
import type { NoWish, Wish } from '../proposals/wish.ts';

/** Sums of one day of one value of a dimension; money in major units. */
export interface DayOfPart {
  readonly dim: string;
  readonly dayMs: number;
  readonly revenue: number;
  readonly views: number;
  readonly watchMs: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly engagements: number;
}

/** What routines look at: stored days, scores of the models, experiments, and what the workbenches recommend. */
export interface RoutineFacts {
  /** Whole days since `fromMs` of the largest parts by revenue and views, by dimension value and day. */
  days(
    tenant: string,
    rollup: 'channel' | 'content' | 'stream',
    fromMs: number,
    most: number,
  ): Promise<readonly DayOfPart[]>;
  /** The newest run of the churn models with its scores of medium risk and above, most money at risk first; undefined without one. */
  churn(
    tenant: string,
  ): Promise<{ readonly run: CustomerRun; readonly scores: readonly CustomerScore[] } | undefined>;
  experiments(
    tenant: string,
  ): Promise<readonly { readonly experiment: Experiment; readonly result: ExperimentResult | undefined }[]>;
  /** Products whose demand could be read. */
  products(tenant: string): Promise<readonly string[]>;
  /** What a workbench recommends; undefined where its history was not read, or the models do not answer. */
  recommended(tenant: string, source: ProposalSource): Promise<Wish | NoWish | undefined>;
}
