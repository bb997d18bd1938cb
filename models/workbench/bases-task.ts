import { Type } from '@sinclair/typebox';
import { openKv } from '../../platform/bus/kv.ts';
import {
  AllocationBasis,
  allocationKinds,
  AllocationPlanRecord,
} from '../../platform/contracts/allocation-plan.ts';
import { PricingBasis } from '../../platform/contracts/pricing.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { createSignalPublisher } from '../../platform/signals/publisher.ts';
import { readAllocationFacts } from '../allocation/facts.ts';
import { readPricingFacts } from '../pricing/facts.ts';
import { defineTask } from '../tasks/define-task.ts';
import type { AnyTask, TaskDeps } from '../tasks/task.ts';
import { readVideoFacts } from '../value/video-facts.ts';
import { isBases, type Bases, type BasesInput } from './compute-bases.ts';
import { FiringTriggers, noTriggers, stepPlanTriggers } from './plan-triggers.ts';

const DAY_MS = 86_400_000;
/** A tenant without anything to read is looked at again this often. */
const EMPTY_MS = 3_600_000;
const Params = Type.Object({}, { additionalProperties: false });

/**
 * Reads each tenant's history once a day, and when somebody asks, into what the workbenches answer from. Crash order: all is computed before anything
 * is written, and each record is whole and replaces the one before; what kept plans wait for is told before it is remembered, and the record `due` looks at
 * goes last. A repeat writes and tells the same again.
 */
export function createBasesTask(): AnyTask {
  return defineTask<typeof Params, BasesInput, Bases>({
    name: 'workbenches',
    params: Params,
    title: () => 'History read for allocation and pricing',
    gather: async ({ clock, store }, tenant) => {
      const nowMs = clock.nowMs();
      return {
        allocation: await readAllocationFacts(store, tenant, nowMs),
        pricing: await readPricingFacts(store, tenant, nowMs),
        videos: await readVideoFacts(store, tenant, nowMs),
      };
    },
    isResult: isBases,
    store: async (deps, tenant, _params, { allocation, pricing }) => {
      const { bus } = deps;
      const bases = await openKv(bus, buckets.allocationBases, { schema: AllocationBasis });
      for (const basis of allocation) await bases.put(`${tenant.id}.${basis.kind}`, basis);
      const told = await tellTriggers(deps, tenant.id, allocation);
      const prices = await openKv(bus, buckets.pricingBases, { schema: PricingBasis });
      await prices.put(tenant.id, pricing);
      const channels = allocation.find(({ kind }) => kind === 'content')?.channels.length ?? 0;
      return `${channels} channels, ${pricing.products.length} products, ${pricing.videos.channels.length} channels with views${told > 0 ? `, ${told} ${told === 1 ? 'signal' : 'signals'} of plans` : ''}`;
    },
    due: async (deps, tenants) => {
      const prices = await openKv(deps.bus, buckets.pricingBases, { schema: PricingBasis });
      const wishes: { tenant: string; params: Record<string, unknown>; isShown: boolean }[] = [];
      for (const tenant of tenants) {
        const known = await prices.get(tenant.id).catch(() => undefined);
        if (!(await hasEvents(deps, tenant.id))) {
          if (known !== undefined) await forget(deps, tenant.id);
          continue;
        }
        const ageMs = deps.clock.nowMs() - (known?.value.computedAtMs ?? Number.NEGATIVE_INFINITY);
        const isEmpty =
          known !== undefined && known.value.products.length + known.value.videos.channels.length === 0;
        if (ageMs >= (isEmpty ? EMPTY_MS : DAY_MS))
          wishes.push({ tenant: tenant.id, params: {}, isShown: false });
      }
      return wishes;
    },
  });
}

/** Holds the kept plans of a tenant against the bases read anew. Answers how many signals were told. */
async function tellTriggers(
  { bus, store }: TaskDeps,
  tenant: string,
  bases: readonly AllocationBasis[],
): Promise<number> {
  const known = await openKv(bus, buckets.planTriggers, { schema: FiringTriggers });
  const before = (await known.get(tenant))?.value ?? noTriggers;
  const kept = await openKv(bus, buckets.plans, { schema: AllocationPlanRecord });
  const plans: AllocationPlanRecord[] = [];
  for (const key of await kept.keys(`${tenant}.>`)) {
    const plan = await kept.get(key);
    if (plan !== undefined) plans.push(plan.value);
  }
  const [after, signals] = stepPlanTriggers(before, plans, bases, tenant);
  await createSignalPublisher(bus, store).publish(signals);
  if (signals.length > 0) await known.put(tenant, after);
  return signals.length;
}

/** A tenant's data were removed: what was read from them goes too. The record `due` looks at goes last, so a crash repeats it. */
async function forget({ bus }: TaskDeps, tenant: string): Promise<void> {
  const bases = await openKv(bus, buckets.allocationBases, { schema: AllocationBasis });
  for (const kind of allocationKinds) await bases.delete(`${tenant}.${kind}`);
  const triggers = await openKv(bus, buckets.planTriggers, { schema: FiringTriggers });
  await triggers.delete(tenant);
  const prices = await openKv(bus, buckets.pricingBases, { schema: PricingBasis });
  await prices.delete(tenant);
}

const OneRow = Type.Object({ one: Type.Number() });

async function hasEvents({ store }: TaskDeps, tenant: string): Promise<boolean> {
  const rows = await store.query(
    'SELECT 1 AS one FROM events WHERE tenant = {tenant:String} LIMIT 1',
    { tenant },
    OneRow,
  );
  return rows.length > 0;
}
