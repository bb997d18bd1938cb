import type { Static, TSchema } from '@sinclair/typebox';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { openKv } from '../../platform/bus/kv.ts';
import { remoteError } from '../../platform/bus/remote-error.ts';
import {
  allocateSubject,
  AllocationAnswer,
  AllocationBasis,
  AllocationPlanRecord,
} from '../../platform/contracts/allocation-plan.ts';
import { Experiment, ExperimentResult } from '../../platform/contracts/experiment.ts';
import {
  PriceAnswer,
  PriceTestList,
  PriceTestRecord,
  priceTestSubject,
  PricingBasis,
  quoteSubject,
  seedTiers,
  TierSet,
  VideoAnswer,
  videoSubject,
  type PriceTestView,
  type PricingTier,
} from '../../platform/contracts/pricing.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { hashOf } from '../lifecycle/hash.ts';
import type { ProposalFactsPort } from '../proposals/desk.ts';
import { basisHash, wishOfAllocation } from '../proposals/from-allocation.ts';
import { adviceHash, wishOfExperiment } from '../proposals/from-experiment.ts';
import {
  priceTestHash,
  tiersHash,
  wishOfPrice,
  wishOfPriceTest,
  wishOfTiers,
  wishOfVideo,
} from '../proposals/from-pricing.ts';

/** The models give up after eight seconds. */
const timeoutMs = 12_000;
const theirs = /^(ALLOCATION|PRICING|PRICE|MONETIZATION|MODELS)_/;
/** Resources that are money where their basis is gone; production hours and effort are not. */
const moneyResources = ['content_budget', 'promotion'];

/** Records of allocation, pricing and experiments read past any memory, and the models asked over the bus. */
export async function openProposalFacts(bus: Bus, clock: Clock): Promise<ProposalFactsPort> {
  const [bases, plans, prices, tests, tiers, experiments, results] = await Promise.all([
    openKv(bus, buckets.allocationBases, { schema: AllocationBasis }),
    openKv(bus, buckets.plans, { schema: AllocationPlanRecord }),
    openKv(bus, buckets.pricingBases, { schema: PricingBasis }),
    openKv(bus, buckets.priceTests, { schema: PriceTestRecord }),
    openKv(bus, buckets.tiers, { schema: TierSet }),
    openKv(bus, buckets.experiments, { schema: Experiment }),
    openKv(bus, buckets.experimentResults, { schema: ExperimentResult }),
  ]);

  const ask = async <T extends TSchema>(subject: string, body: unknown, reply: T): Promise<Static<T>> => {
    try {
      return await bus.request(subject, body, createJsonCodec(reply), timeoutMs);
    } catch (error) {
      throw remoteError(subject, error, theirs);
    }
  };
  const pricing = async (tenant: string): Promise<PricingBasis> => {
    const found = await prices.get(tenant);
    if (found === undefined)
      throw new WeirError('PRICING_BASIS_MISSING', 'The history has not been read yet.');
    return found.value;
  };
  const tiersOf = async (tenant: string): Promise<readonly PricingTier[]> =>
    (await tiers.get(tenant))?.value.tiers ?? seedTiers;
  const testOf = async (tenant: string, id: string): Promise<PriceTestView> => {
    const known = await ask(priceTestSubject, { tenant, act: { kind: 'list' } }, PriceTestList);
    const found = known.tests.find((test) => test.id === id);
    if (found === undefined) throw new WeirError('PRICE_TEST_NOT_FOUND', 'There is no test of this id.');
    return found;
  };
  const productOf = (basis: PricingBasis | undefined, id: string) =>
    basis?.products.find(({ product }) => product === id);
  const productHash = (basis: PricingBasis, id: string): string =>
    hashOf(plain(productOf(basis, id) ?? null));
  const videoHash = ({ timeZone, videos }: PricingBasis, channel: string): string =>
    hashOf(
      plain({
        timeZone,
        channel: videos.channels.find((each) => each.channel === channel) ?? null,
        activity: videos.activity,
        rpm: videos.rpm,
      }),
    );

  return {
    wishFrom: async (tenant, source) => {
      switch (source.type) {
        case 'allocation': {
          const basis = (await bases.get(`${tenant}.${source.kind}`))?.value;
          if (basis === undefined)
            throw new WeirError('ALLOCATION_BASIS_MISSING', 'The history has not been read yet.');
          const { kind, question } = source;
          const answer = await ask(allocateSubject, { tenant, kind, question }, AllocationAnswer);
          return wishOfAllocation({
            source,
            answer,
            title: `Allocation workbench, ${kind}`,
            link: kind === 'content' ? '/allocation' : `/allocation/${kind}`,
            periodDays: basis.periodDays,
            money: basis.resources.filter(({ unit }) => unit === 'money').map(({ id }) => id),
            restsOn: basisHash(basis),
          });
        }
        case 'plan': {
          const plan = (await plans.get(`${tenant}.${source.id}`))?.value;
          if (plan === undefined) throw new WeirError('PLAN_NOT_FOUND', 'There is no plan of this id.');
          const basis = (await bases.get(`${tenant}.${plan.answer.kind}`))?.value;
          return wishOfAllocation({
            source,
            answer: plan.answer,
            title: `Plan “${plan.name}”`,
            link: `/allocation/plans/${plan.id}`,
            periodDays: basis?.periodDays ?? 30,
            money:
              basis?.resources.filter(({ unit }) => unit === 'money').map(({ id }) => id) ?? moneyResources,
            restsOn: hashOf(plain(plan)),
          });
        }
        case 'price': {
          const { question } = source;
          const before = productHash(await pricing(tenant), question.product);
          return wishOfPrice(source, await ask(quoteSubject, { tenant, question }, PriceAnswer), before);
        }
        case 'price-test': {
          const test = await testOf(tenant, source.id);
          return wishOfPriceTest(source, test, productOf((await prices.get(tenant))?.value, test.product));
        }
        case 'tiers':
          return wishOfTiers(source, await tiersOf(tenant));
        case 'video': {
          const { question } = source;
          const before = videoHash(await pricing(tenant), question.channel);
          return wishOfVideo(source, await ask(videoSubject, { tenant, question }, VideoAnswer), before);
        }
        case 'experiment': {
          const found = (await experiments.get(`${tenant}.${source.key}`))?.value;
          if (found === undefined)
            throw new WeirError('EXPERIMENT_NOT_FOUND', `There is no experiment "${source.key}".`);
          const result = (await results.get(`${tenant}.${source.key}`))?.value;
          return wishOfExperiment(source, found, result, clock.nowMs());
        }
      }
    },
    restsOnNow: async (tenant, source) => {
      switch (source.type) {
        case 'allocation': {
          const basis = (await bases.get(`${tenant}.${source.kind}`))?.value;
          return basis === undefined ? undefined : basisHash(basis);
        }
        case 'plan': {
          const plan = (await plans.get(`${tenant}.${source.id}`))?.value;
          return plan === undefined ? undefined : hashOf(plain(plan));
        }
        case 'price': {
          const basis = (await prices.get(tenant))?.value;
          return basis === undefined ? undefined : productHash(basis, source.question.product);
        }
        case 'price-test': {
          const test = (await tests.get(`${tenant}.${source.id}`))?.value;
          return test === undefined ? undefined : priceTestHash(test);
        }
        case 'tiers':
          return tiersHash(await tiersOf(tenant));
        case 'video': {
          const basis = (await prices.get(tenant))?.value;
          return basis === undefined ? undefined : videoHash(basis, source.question.channel);
        }
        case 'experiment': {
          const found = (await experiments.get(`${tenant}.${source.key}`))?.value;
          if (found === undefined) return undefined;
          return adviceHash(found, (await results.get(`${tenant}.${source.key}`))?.value);
        }
      }
    },
  };
}

/** Without what JSON does not hold, as KV gives it back. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
