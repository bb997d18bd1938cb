import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { openKvMirror, type KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Bus, Stop } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import {
  AllocateRequest,
  allocateSubject,
  AllocationBasis,
} from '../../platform/contracts/allocation-plan.ts';
import {
  PriceQuestion,
  PriceTestRecord,
  PriceTestRequest,
  priceTestSubject,
  PricingBasis,
  quoteSubject,
  seedTiers,
  SubscriptionQuestion,
  subscriptionSubject,
  TierSet,
  VideoQuestion,
  videoSubject,
} from '../../platform/contracts/pricing.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { quoteSubscription } from '../pricing/subscription-quote.ts';
import { createAnswerThread } from './answer-thread.ts';
import { createPriceTests } from './price-tests.ts';

export interface WorkbenchDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Processes that answer share the questions. */
const QUEUE = 'models';

function asked<T extends TSchema>(question: T) {
  return Type.Object({ tenant: Type.String(), question });
}

/** Answers what people ask of the workbenches at once: allocations and prices on a thread, price tests by compare-and-set. */
export async function startWorkbenches({
  bus,
  clock,
  metrics,
}: WorkbenchDeps): Promise<{ stop(): Promise<void> }> {
  const waiting = metrics.gauge(
    'weir_models_waiting_answers',
    'Questions of the workbenches that wait for the models',
  );
  const thread = createAnswerThread({ clock, waiting });
  const [allocations, prices, tests, tiers] = await Promise.all([
    openKvMirror(bus, buckets.allocationBases, { schema: AllocationBasis }),
    openKvMirror(bus, buckets.pricingBases, { schema: PricingBasis }),
    openKvMirror(bus, buckets.priceTests, { schema: PriceTestRecord }),
    openKvMirror(bus, buckets.tiers, { schema: TierSet }),
  ]);
  const priceTests = createPriceTests(tests, clock);
  const pricing = (tenant: string): PricingBasis => {
    const basis = prices.get(tenant);
    if (basis === undefined)
      throw new WeirError('PRICING_BASIS_MISSING', 'The history has not been read yet.');
    return basis;
  };
  const respond = <T extends TSchema>(
    subject: string,
    schema: T,
    answer: (request: Static<T>) => Promise<unknown>,
  ): Stop => bus.respond(subject, createJsonCodec(schema), answer, QUEUE);
  const stops = [
    respond(allocateSubject, AllocateRequest, async ({ kind, question, tenant }) => {
      const basis = allocations.get(`${tenant}.${kind}`);
      if (basis === undefined)
        throw new WeirError('ALLOCATION_BASIS_MISSING', 'The history has not been read yet.');
      return await thread.ask({ kind: 'allocate', basis, question });
    }),
    respond(quoteSubject, asked(PriceQuestion), async ({ question, tenant }) =>
      thread.ask({ kind: 'price', basis: pricing(tenant), question }),
    ),
    respond(videoSubject, asked(VideoQuestion), async ({ question, tenant }) =>
      thread.ask({ kind: 'video', basis: pricing(tenant), question }),
    ),
    respond(subscriptionSubject, asked(SubscriptionQuestion), async ({ question, tenant }) =>
      Promise.resolve(quoteSubscription(question, tiers.get(tenant)?.tiers ?? seedTiers)),
    ),
    respond(priceTestSubject, PriceTestRequest, async ({ act, tenant }) => priceTests.act(tenant, act)),
  ];
  const mirrors: readonly Pick<KvMirror<unknown>, 'stop'>[] = [allocations, prices, tests, tiers];
  return {
    stop: async () => {
      for (const each of stops) each.stop();
      await thread.stop();
      for (const mirror of mirrors) await mirror.stop();
    },
  };
}
