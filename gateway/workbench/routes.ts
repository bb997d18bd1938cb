import { openKvMirror, type KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { AllocationBasis, AllocationPlanRecord } from '../../platform/contracts/allocation-plan.ts';
import { PricingBasis, TierSet } from '../../platform/contracts/pricing.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { allocationRoutes, allocationSchemas } from '../allocation/allocation-routes.ts';
import type { Route } from '../http/route.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { pricingRoutes, pricingSchemas } from '../pricing/pricing-routes.ts';
import type { ModelsAsker } from './ask-models.ts';

/** What the models wrote and people keep, in memory. */
export interface WorkbenchRecords {
  readonly allocationBases: KvMirror<AllocationBasis>;
  readonly plans: KvMirror<AllocationPlanRecord>;
  readonly pricingBases: KvMirror<PricingBasis>;
  readonly tiers: KvMirror<TierSet>;
  readonly mirrors: readonly { stop(): Promise<void> }[];
}

export async function openWorkbenchRecords(bus: Bus): Promise<WorkbenchRecords> {
  const [allocationBases, plans, pricingBases, tiers] = await Promise.all([
    openKvMirror(bus, buckets.allocationBases, { schema: AllocationBasis }),
    openKvMirror(bus, buckets.plans, { schema: AllocationPlanRecord }),
    openKvMirror(bus, buckets.pricingBases, { schema: PricingBasis }),
    openKvMirror(bus, buckets.tiers, { schema: TierSet }),
  ]);
  return {
    allocationBases,
    plans,
    pricingBases,
    tiers,
    mirrors: [allocationBases, plans, pricingBases, tiers],
  };
}

/** Routes of allocation and pricing. */
export function workbenchRoutes(records: WorkbenchRecords, jobs: Jobs, models: ModelsAsker): Route[] {
  return [
    ...allocationRoutes({ bases: records.allocationBases, plans: records.plans, jobs, models }),
    ...pricingRoutes({ bases: records.pricingBases, tiers: records.tiers, models }),
  ];
}

export const workbenchSchemas = { ...allocationSchemas, ...pricingSchemas };
