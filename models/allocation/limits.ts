import type { AllocationResource } from '../../platform/contracts/allocation-plan.ts';

/** Limits of the seeds for a month: totals and what one channel may get of them. Defaults a user can change. */
export const seedResources = [
  { id: 'content_budget', title: 'Content budget', unit: 'money', total: 10_000, least: 100, most: 3_000 },
  { id: 'production_hours', title: 'Production hours', unit: 'hours', total: 720, least: 20, most: 200 },
  { id: 'promotion', title: 'Promotion', unit: 'money', total: 5_000, least: 50, most: 1_500 },
] as const;
export type ResourceId = (typeof seedResources)[number]['id'];

export interface ResourceLimits {
  readonly resource: AllocationResource;
  readonly least: number;
  readonly most: number;
}

/**
 * The seeds' limits in proportion to what a tenant really gives out; as they are where it gives nothing yet. A floor is at most half of the even share
 * and a cap at least twice it, so that few or many channels still have room to move.
 */
export function limitsFor(id: ResourceId, currentTotal: number, channels: number): ResourceLimits {
  const seed = seedResources.find((each) => each.id === id) ?? seedResources[0];
  const total = currentTotal > 0 ? currentTotal : seed.total;
  const even = 1 / Math.max(1, channels);
  return {
    resource: {
      id,
      title: seed.title,
      unit: seed.unit,
      total: round(total),
      currentTotal: round(currentTotal),
    },
    least: round(total * Math.min(seed.least / seed.total, even / 2)),
    most: round(total * Math.min(1, Math.max(seed.most / seed.total, 2 * even))),
  };
}

/** To the hundredth: amounts are shown and typed. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
