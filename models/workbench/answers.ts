import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { AllocationBasis, AllocationQuestion } from '../../platform/contracts/allocation-plan.ts';
import { PriceQuestion, PricingBasis, VideoQuestion } from '../../platform/contracts/pricing.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { planOf } from './plan-of.ts';
import { quotePrice } from '../pricing/quote.ts';
import { planVideo } from '../value/video-plan.ts';

/** Scenarios behind an answer that is given at once. */
const SCENARIOS = 1_000;

/** What a person waits for while moving a slider; the basis travels with the question, so the thread holds nothing. */
export const Quick = Type.Union([
  Type.Object({ kind: Type.Literal('allocate'), basis: AllocationBasis, question: AllocationQuestion }),
  Type.Object({ kind: Type.Literal('price'), basis: PricingBasis, question: PriceQuestion }),
  Type.Object({ kind: Type.Literal('video'), basis: PricingBasis, question: VideoQuestion }),
]);
export type Quick = Static<typeof Quick>;

/** Answers by the numbers alone: the same question and basis give the same scenarios. Throws what the models throw. */
export async function answerQuick(
  quick: unknown,
  clock: Pick<Clock, 'nowMs' | 'monotonicMs'>,
): Promise<unknown> {
  if (!Value.Check(Quick, quick)) throw new TypeError('the question is none of the known ones');
  switch (quick.kind) {
    case 'allocate': {
      const { basis, question } = quick;
      const random = createRandom(`allocate/${basis.tenant}/${basis.kind}`);
      return await planOf(basis, question, SCENARIOS, { clock, random });
    }
    case 'price':
      return quotePrice(quick.basis, quick.question);
    case 'video':
      return planVideo(quick.basis, quick.question, clock.nowMs());
  }
}
