import type { ChurnBand } from '../../platform/contracts/churn-bands.ts';
import type { ChurnBacktest } from '../../platform/contracts/customers.ts';
import type { ChurnModel } from '../churn/model.ts';
import type { PurchaseHistory } from '../value/purchase-history.ts';
import type { FormerSegment } from '../value/segment-matching.ts';
import type { ActivityWeeks, CustomerHistory } from './history.ts';

/** A buyer without a contract, with what it did lately; `user` is its place in the activity, after the customers. */
export interface Buyer {
  readonly user: string;
  readonly purchases: PurchaseHistory;
}

/** Everything a run needs; made by `gather`, cloned to the thread. */
export interface CustomersOrder {
  readonly asOfMs: number;
  readonly horizonWeeks: number;
  readonly currency: string;
  readonly customers: readonly CustomerHistory[];
  readonly buyers: readonly Buyer[];
  readonly leftOut: number;
  /** Of customers, then of buyers. */
  readonly activity: ActivityWeeks;
  readonly marginShare: number;
  /** Of the tenant, least risk first. */
  readonly bands: readonly ChurnBand[];
  /** The model in force; undefined: none. */
  readonly current: ChurnModel | undefined;
  readonly currentBacktest: ChurnBacktest | undefined;
  readonly currentVersion: number;
  /** When it was learned: what became of customers by then it has seen. */
  readonly currentLearnedMs: number;
  readonly nextVersion: number;
  readonly train: boolean;
  readonly former: {
    readonly segments: readonly FormerSegment[];
    readonly of: readonly (readonly [string, string])[];
  };
}
