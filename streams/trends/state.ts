import type { Signal } from '../../platform/contracts/signal.ts';
import { createActivity, type Activity } from './activity.ts';
import { createContents, type Contents } from './contents.ts';
import { createGrowthCurve, type GrowthCurve } from './growth-curve.ts';
import { createForecasts, type Forecasts } from './forecasts.ts';
import type { Episode } from './followed.ts';
import type { Evaluation } from './evaluation.ts';
import { createTermTable, type TermTable } from './term-table.ts';
import { createTimings, type Timings } from './timings.ts';

/** Sizes of what is kept for each tenant, and how often trends are evaluated in event time. */
export interface TrendLimits {
  /** Terms counted one by one, 2.0 KB each. */
  readonly maxTerms: number;
  /** Width of the sketch that counts the rest, 16 bytes each; a power of two. */
  readonly sketchWidth: number;
  readonly maxContents: number;
  /** Trends followed through their stages. */
  readonly maxEpisodes: number;
  readonly evaluateEveryMs: number;
  /** The same for events received long after they happened. */
  readonly evaluateHistoryEveryMs: number;
  /** Tenants beyond these are not followed and are counted as such. */
  readonly maxTenants: number;
}

export const defaultLimits: TrendLimits = {
  maxTerms: 8_192,
  sketchWidth: 65_536,
  maxContents: 20_000,
  maxEpisodes: 300,
  evaluateEveryMs: 15 * 60_000,
  evaluateHistoryEveryMs: 6 * 3_600_000,
  maxTenants: 64,
};

/** Everything known of the trends of one tenant. Changed in place by its owner. */
export interface TenantTrends {
  readonly tenant: string;
  readonly terms: TermTable;
  readonly contents: Contents;
  readonly curve: GrowthCurve;
  /** All terms together, in one slot. */
  readonly totals: Activity;
  /** Newest event time applied, never beyond the time it was received. */
  newestMs: number;
  firstMs: number;
  evaluatedMs: number;
  /** Between two marks, for the last event applied. */
  stepMs: number;
  /** Mark of event time at which the next evaluation is due; infinite while nothing came since the last. */
  dueMs: number;
  /** Mean weight of a search report, to make a report of average interest count one. */
  searchCount: number;
  searchMean: number;
  /** Mentions and search reports so far. */
  talk: number;
  readonly episodes: Map<string, Episode>;
  readonly timings: Timings;
  readonly forecasts: Forecasts;
  /** Events applied and evaluations made: both only grow, and their sum is the version of what is written. */
  observations: number;
  evaluations: number;
  unreadable: number;
  /** Single views that say how long they were watched (the newest hundred thousand weigh), and for how long on average. */
  watchedCount: number;
  watchMeanMs: number;
  /** Views of contents nobody has told of. */
  undescribedViews: number;
  /** Evaluations and signals not written yet. */
  readonly pending: Pending;
}

/** What waits for the next flush, oldest first; beyond the bounds the oldest go and are counted. */
export interface Pending {
  readonly evaluations: Evaluation[];
  readonly signals: Signal[];
  dropped: number;
  /** Applied events that the newest written evaluation did not hold. */
  isChanged: boolean;
  /** Processing time of the last preview. */
  previewedAtMs: number;
  /** Applied events at the last flush: the same at the next one means that nothing more comes for now. */
  flushedObservations: number;
}

export interface TrendState {
  readonly limits: TrendLimits;
  readonly tenants: Map<string, TenantTrends>;
  /** Events of tenants beyond the bound. */
  refused: number;
}

export function createTrendState(limits: TrendLimits = defaultLimits): TrendState {
  return { limits, tenants: new Map(), refused: 0 };
}

export function createTenantTrends(tenant: string, limits: TrendLimits): TenantTrends {
  return {
    tenant,
    terms: createTermTable(limits.maxTerms, limits.sketchWidth),
    contents: createContents(limits.maxContents),
    curve: createGrowthCurve(),
    totals: createActivity(1),
    newestMs: Number.NEGATIVE_INFINITY,
    firstMs: Number.POSITIVE_INFINITY,
    evaluatedMs: Number.NEGATIVE_INFINITY,
    stepMs: limits.evaluateEveryMs,
    dueMs: Number.POSITIVE_INFINITY,
    searchCount: 0,
    searchMean: 0,
    talk: 0,
    episodes: new Map(),
    timings: createTimings(),
    forecasts: createForecasts(),
    observations: 0,
    evaluations: 0,
    unreadable: 0,
    watchedCount: 0,
    watchMeanMs: 0,
    undescribedViews: 0,
    pending: {
      evaluations: [],
      signals: [],
      dropped: 0,
      isChanged: false,
      previewedAtMs: 0,
      flushedObservations: 0,
    },
  };
}
