import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { AllocationBasis } from '../../platform/contracts/allocation-plan.ts';
import { PricingBasis } from '../../platform/contracts/pricing.ts';
import { channelBasesBy } from '../allocation/basis.ts';
import type { AllocationFacts } from '../allocation/facts.ts';
import { curveValuesFor } from '../allocation/tensor-curves.ts';
import { productBases } from '../pricing/basis.ts';
import type { PricingFacts } from '../pricing/facts.ts';
import { revenueBasis } from '../revenue-plan/basis.ts';
import type { ComputeContext } from '../tasks/compute-context.ts';
import { videoBasis } from '../value/video-basis.ts';
import type { VideoFacts } from '../value/video-facts.ts';

export interface BasesInput {
  readonly allocation: AllocationFacts;
  readonly pricing: PricingFacts;
  readonly videos: VideoFacts;
}

export const Bases = Type.Object({ allocation: Type.Array(AllocationBasis), pricing: PricingBasis });
export type Bases = Static<typeof Bases>;

/** Everything the workbenches answer from, read anew from a tenant's facts. */
export async function computeBases(input: unknown, context: ComputeContext): Promise<Bases> {
  if (!isInput(input)) throw new TypeError('the facts of the workbenches are something else');
  const { allocation, pricing, videos } = input;
  const [content, marketing] = await channelBasesBy(
    allocation,
    context.random,
    (share) => context.progress(0.05 + 0.5 * share, 'reading how channels respond'),
    async (batch) => {
      const progress = (share: number): void =>
        context.progress(0.55 + 0.1 * share, 'drawing how channels may respond');
      const valuesOf = await curveValuesFor(context.backend, batch.amounts.length, { progress });
      return await valuesOf(batch);
    },
  );
  context.progress(0.65, 'reading prices');
  const products = productBases(pricing, (share) => context.progress(0.65 + 0.3 * share, 'reading prices'));
  context.progress(0.95, 'reading videos');
  const known: PricingBasis = {
    tenant: pricing.tenant,
    computedAtMs: pricing.nowMs,
    currency: pricing.currency,
    timeZone: pricing.timeZone,
    products: [...products],
    reportedRows: pricing.reported,
    videos: videoBasis(videos),
    notes: [],
  };
  return {
    allocation: [content, marketing, revenueBasis(allocation, content, known.products)],
    pricing: known,
  };
}

/** Comes from our own thread over a structured clone; a short look is enough. */
function isInput(value: unknown): value is BasesInput {
  return (
    typeof value === 'object' &&
    value !== null &&
    'allocation' in value &&
    'pricing' in value &&
    'videos' in value
  );
}

export function isBases(value: unknown): value is Bases {
  return Value.Check(Bases, value);
}
