import type {
  AllocationAnswer,
  AllocationKind,
  AllocationPlanRecord,
  AllocationQuestion,
  AllocationWorkbench,
  PlanList,
  PlanRequest,
} from '../../platform/contracts/allocation-plan.ts';
import type { Job } from '../../platform/contracts/api.ts';
import type {
  PriceAnswer,
  PriceQuestion,
  PriceTestList,
  PriceTestView,
  PriceTestWish,
  PricingReply,
  SubscriptionAnswer,
  SubscriptionQuestion,
  TierReply,
  TierSet,
  VideoAnswer,
  VideoQuestion,
} from '../../platform/contracts/pricing.ts';
import { apiPath } from './api-path.ts';
import { isUnknown } from './guard.ts';
import type { Http } from './http.ts';
import type { Query, QuerySpec } from './query.ts';
import {
  isPriceAnswer,
  isPriceTest,
  isPriceTestList,
  isPricingReply,
  isSubscriptionAnswer,
  isTierReply,
  isVideoAnswer,
} from './wire-pricing.ts';
import { isJob } from './wire-system.ts';
import { isAllocationAnswer, isAllocationWorkbench, isPlanList, isPlanRecord } from './wire-workbench.ts';

export interface AllocateArgs {
  readonly kind: AllocationKind;
  readonly question: AllocationQuestion;
}

/** Routes of the workbenches of allocation and pricing. Each throws ApiError. */
export interface WorkbenchApi {
  readonly readHistory: () => Promise<Job>;
  readonly allocation: (kind: AllocationKind) => Promise<AllocationWorkbench>;
  readonly allocate: (args: AllocateArgs) => Promise<AllocationAnswer>;
  readonly plans: () => Promise<PlanList>;
  readonly plan: (id: string) => Promise<AllocationPlanRecord>;
  readonly keepPlan: (body: PlanRequest) => Promise<Job>;
  readonly deletePlan: (id: string) => Promise<unknown>;
  readonly pricing: () => Promise<PricingReply>;
  readonly quote: (body: PriceQuestion) => Promise<PriceAnswer>;
  readonly video: (body: VideoQuestion) => Promise<VideoAnswer>;
  readonly priceTests: () => Promise<PriceTestList>;
  readonly startPriceTest: (body: PriceTestWish) => Promise<PriceTestView>;
  readonly stopPriceTest: (id: string) => Promise<PriceTestView>;
  readonly tiers: () => Promise<TierReply>;
  readonly setTiers: (body: TierSet) => Promise<TierReply>;
  readonly subscription: (body: SubscriptionQuestion) => Promise<SubscriptionAnswer>;
}

export function createWorkbenchApi({ request }: Pick<Http, 'request'>): WorkbenchApi {
  return {
    readHistory: () => request({ method: 'POST', path: apiPath('allocation', 'history') }, isJob),
    allocation: (kind) =>
      request({ method: 'GET', path: apiPath('allocation', 'workbench', kind) }, isAllocationWorkbench),
    allocate: ({ kind, question }) =>
      request(
        { method: 'POST', path: apiPath('allocation', 'workbench', kind), body: question },
        isAllocationAnswer,
      ),
    plans: () => request({ method: 'GET', path: apiPath('allocation', 'plans') }, isPlanList),
    plan: (id) => request({ method: 'GET', path: apiPath('allocation', 'plans', id) }, isPlanRecord),
    keepPlan: (body) => request({ method: 'POST', path: apiPath('allocation', 'plans'), body }, isJob),
    deletePlan: (id) => request({ method: 'DELETE', path: apiPath('allocation', 'plans', id) }, isUnknown),
    pricing: () => request({ method: 'GET', path: apiPath('pricing') }, isPricingReply),
    quote: (body) => request({ method: 'POST', path: apiPath('pricing', 'quote'), body }, isPriceAnswer),
    video: (body) => request({ method: 'POST', path: apiPath('pricing', 'video'), body }, isVideoAnswer),
    priceTests: () => request({ method: 'GET', path: apiPath('pricing', 'tests') }, isPriceTestList),
    startPriceTest: (body) =>
      request({ method: 'POST', path: apiPath('pricing', 'tests'), body }, isPriceTest),
    stopPriceTest: (id) =>
      request({ method: 'POST', path: apiPath('pricing', 'tests', id, 'stop') }, isPriceTest),
    tiers: () => request({ method: 'GET', path: apiPath('pricing', 'tiers') }, isTierReply),
    setTiers: (body) => request({ method: 'PUT', path: apiPath('pricing', 'tiers'), body }, isTierReply),
    subscription: (body) =>
      request({ method: 'POST', path: apiPath('pricing', 'subscription'), body }, isSubscriptionAnswer),
  };
}

/** What the workbenches read, each kind of answer once. */
export interface WorkbenchQueries {
  readonly allocation: Query<AllocationKind, AllocationWorkbench>;
  readonly allocate: Query<AllocateArgs, AllocationAnswer>;
  readonly plans: Query<'all', PlanList>;
  readonly plan: Query<string, AllocationPlanRecord>;
  readonly pricing: Query<'all', PricingReply>;
  readonly quote: Query<PriceQuestion, PriceAnswer>;
  readonly video: Query<VideoQuestion, VideoAnswer>;
  readonly priceTests: Query<'all', PriceTestList>;
  readonly tiers: Query<'all', TierReply>;
  readonly subscription: Query<SubscriptionQuestion, SubscriptionAnswer>;
}

export function createWorkbenchQueries(
  api: WorkbenchApi,
  query: <A, T>(spec: QuerySpec<A, T>) => Query<A, T>,
): WorkbenchQueries {
  const second = 1_000;
  const text = (args: unknown): string => JSON.stringify(args);
  return {
    allocation: query({
      keyOf: (kind) => kind,
      load: api.allocation,
      // Before the first reading a page waits for it.
      refreshMs: ({ basis }) => (basis === null ? 5 * second : 60 * second),
    }),
    allocate: query({ keyOf: text, load: api.allocate }),
    plans: query({ keyOf: () => 'all', load: api.plans, refreshMs: 5 * second }),
    plan: query({ keyOf: (id) => id, load: api.plan }),
    pricing: query({
      keyOf: () => 'all',
      load: api.pricing,
      refreshMs: ({ basis }) => (basis === null ? 5 * second : 60 * second),
    }),
    quote: query({ keyOf: text, load: api.quote }),
    video: query({ keyOf: text, load: api.video }),
    priceTests: query({ keyOf: () => 'all', load: api.priceTests, refreshMs: 5 * second }),
    tiers: query({ keyOf: () => 'all', load: api.tiers }),
    subscription: query({ keyOf: text, load: api.subscription }),
  };
}
