import type { Answered } from '../../platform/contracts/analytics.ts';
import type { AttributionAnswer, AttributionQuestion } from '../../platform/contracts/attribution.ts';
import type { CohortAnswer, CohortQuestion } from '../../platform/contracts/cohorts.ts';
import type { FunnelAnswer, FunnelQuestion } from '../../platform/contracts/funnel.ts';
import type { Dimension } from '../../platform/contracts/kpi.ts';
import type { Plan, PnlGrain, PnlReply } from '../../platform/contracts/pnl.ts';
import type {
  MrrPolicy,
  MrrPolicyReply,
  MrrPolicyRequest,
  RecurringCut,
  RecurringReply,
} from '../../platform/contracts/recurring.ts';
import type { BreakdownReply, DecompositionReply } from '../../platform/contracts/revenue.ts';
import type { RisksAnswer } from '../../platform/contracts/risks.ts';
import { apiPath } from './api-path.ts';
import type { Http } from './http.ts';
import type { Filters } from './view-state.ts';
import {
  isAttributionReply,
  isBreakdownReply,
  isCohortReply,
  isDecompositionReply,
  isFunnelReply,
  isPnlReply,
  isRisksReply,
} from './wire-analytics.ts';
import { isMrrPolicy, isMrrPolicyReply, isRecurring } from './wire-recurring.ts';

export interface RecurringArgs {
  readonly by?: RecurringCut | undefined;
}

export interface BreakdownArgs {
  readonly by: Dimension;
  readonly fromMs: number;
  readonly toMs: number;
  readonly compared: { readonly fromMs: number; readonly toMs: number } | undefined;
}

export interface DecompositionArgs {
  readonly fromMs: number;
  readonly toMs: number;
  readonly filters: Filters;
}

export interface PnlArgs {
  readonly fromMs: number;
  readonly toMs: number;
  readonly grain: PnlGrain;
  /** What the settings say when absent. */
  readonly plan?: Plan | undefined;
  readonly targetPerMonth?: number | undefined;
}

/** Routes of revenue: recurring, its parts, seasons, profit and the long questions. Each throws ApiError. */
export interface RevenueApi {
  readonly recurring: (args: RecurringArgs) => Promise<RecurringReply>;
  readonly mrrPolicy: () => Promise<MrrPolicyReply>;
  readonly setMrrPolicy: (body: MrrPolicyRequest) => Promise<MrrPolicy>;
  readonly breakdown: (args: BreakdownArgs) => Promise<BreakdownReply>;
  readonly decomposition: (args: DecompositionArgs) => Promise<DecompositionReply>;
  readonly pnl: (args: PnlArgs) => Promise<PnlReply>;
  readonly risks: () => Promise<Answered<RisksAnswer>>;
  readonly funnel: (body: FunnelQuestion) => Promise<Answered<FunnelAnswer>>;
  readonly cohorts: (body: CohortQuestion) => Promise<Answered<CohortAnswer>>;
  readonly attribution: (body: AttributionQuestion) => Promise<Answered<AttributionAnswer>>;
}

export function createRevenueApi({ request }: Pick<Http, 'request'>): RevenueApi {
  return {
    recurring: ({ by }) => request({ method: 'GET', path: apiPath('recurring'), query: { by } }, isRecurring),
    mrrPolicy: () => request({ method: 'GET', path: apiPath('recurring', 'policy') }, isMrrPolicyReply),
    setMrrPolicy: (body) =>
      request({ method: 'PUT', path: apiPath('recurring', 'policy'), body }, isMrrPolicy),
    breakdown: ({ by, fromMs, toMs, compared }) =>
      request(
        {
          method: 'GET',
          path: apiPath('revenue', 'breakdown'),
          query: {
            by,
            from: fromMs,
            to: toMs,
            comparedFrom: compared?.fromMs,
            comparedTo: compared?.toMs,
            limit: 1_000,
          },
        },
        isBreakdownReply,
      ),
    decomposition: ({ fromMs, toMs, filters }) =>
      request(
        {
          method: 'GET',
          path: apiPath('revenue', 'decomposition'),
          query: { from: fromMs, to: toMs, ...filters },
        },
        isDecompositionReply,
      ),
    pnl: ({ fromMs, toMs, ...rest }) =>
      request(
        { method: 'GET', path: apiPath('pnl'), query: { from: fromMs, to: toMs, ...rest } },
        isPnlReply,
      ),
    risks: () => request({ method: 'GET', path: apiPath('revenue', 'risks') }, isRisksReply),
    funnel: (body) => request({ method: 'POST', path: apiPath('funnels'), body }, isFunnelReply),
    cohorts: (body) => request({ method: 'POST', path: apiPath('cohorts'), body }, isCohortReply),
    attribution: (body) =>
      request({ method: 'POST', path: apiPath('attribution'), body }, isAttributionReply),
  };
}
