import { Type } from '@sinclair/typebox';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import {
  PriceAnswer,
  PriceOffer,
  PriceQuestion,
  PriceTestList,
  priceTestSubject,
  PriceTestView,
  PriceTestWish,
  PricingReply,
  quoteSubject,
  seedTiers,
  SubscriptionAnswer,
  SubscriptionQuestion,
  subscriptionSubject,
  TierReply,
  TierSet,
  VideoAnswer,
  VideoQuestion,
  videoSubject,
  type PriceTestRequest,
  type PricingBasis,
} from '../../platform/contracts/pricing.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { principalOf, type Caller } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';
import type { ModelsAsker } from '../workbench/ask-models.ts';

export interface PricingRouteDeps {
  readonly bases: KvMirror<PricingBasis>;
  readonly tiers: KvMirror<TierSet>;
  readonly models: ModelsAsker;
}

const tag = 'Pricing';
const base = '/api/v1/pricing';
const ofTest = Type.Object({ id: Type.String({ maxLength: 64 }) });
const busy = ['MODELS_BUSY', 'GATEWAY_OVERLOADED', 'BUS_REQUEST_FAILED'] as const;
const codecs = {
  price: createJsonCodec(PriceAnswer),
  video: createJsonCodec(VideoAnswer),
  subscription: createJsonCodec(SubscriptionAnswer),
  tests: createJsonCodec(PriceTestList),
  test: createJsonCodec(PriceTestView),
  offer: createJsonCodec(PriceOffer),
};

/** Prices of products, price tests, subscription tiers and what a video earns. */
export function pricingRoutes({ bases, models, tiers }: PricingRouteDeps): Route[] {
  const acting = (caller: Caller, act: PriceTestRequest['act']): PriceTestRequest => ({
    tenant: principalOf(caller).tenant,
    act,
  });
  return [
    defineRoute({
      method: 'GET',
      path: base,
      tag,
      summary:
        'Products with their elasticities and demand, and what videos earn, as the models last read them.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: PricingReply,
      handle: async ({ caller }) =>
        await Promise.resolve({ basis: bases.get(principalOf(caller).tenant) ?? null }),
    }),
    defineRoute({
      method: 'POST',
      path: `${base}/quote`,
      tag,
      summary:
        'The best price of a product within bounds, with revenue, margin and volume, their intervals and a staged roll-out.',
      guard: 'query:read',
      params: none,
      query: none,
      body: PriceQuestion,
      reply: PriceAnswer,
      errors: ['PRICING_INPUT_INVALID', 'PRICING_BASIS_MISSING', ...busy],
      handle: async ({ body, caller }) =>
        await models.ask(quoteSubject, { tenant: principalOf(caller).tenant, question: body }, codecs.price),
    }),
    defineRoute({
      method: 'POST',
      path: `${base}/video`,
      tag,
      summary: 'What a video of a channel earns, where its ad breaks go and when to publish it.',
      guard: 'query:read',
      params: none,
      query: none,
      body: VideoQuestion,
      reply: VideoAnswer,
      errors: ['MONETIZATION_INPUT_INVALID', 'PRICING_BASIS_MISSING', ...busy],
      handle: async ({ body, caller }) =>
        await models.ask(videoSubject, { tenant: principalOf(caller).tenant, question: body }, codecs.video),
    }),
    defineRoute({
      method: 'GET',
      path: `${base}/tiers`,
      tag,
      summary: 'Subscription tiers: your own, or the defaults.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: TierReply,
      handle: async ({ caller }) => {
        const own = tiers.get(principalOf(caller).tenant);
        return await Promise.resolve({ tiers: own?.tiers ?? [...seedTiers], isOwn: own !== undefined });
      },
    }),
    defineRoute({
      method: 'PUT',
      path: `${base}/tiers`,
      tag,
      summary: 'Replaces the subscription tiers.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: TierSet,
      reply: TierReply,
      handle: async ({ body, caller }) => {
        const names = new Set(body.tiers.map(({ name }) => name));
        if (names.size < body.tiers.length)
          throw new WeirError('GATEWAY_REQUEST_INVALID', 'Two tiers have the same name.', {
            details: { in: 'body', field: 'tiers' },
          });
        const sorted = { tiers: body.tiers.toSorted((a, b) => a.base - b.base) };
        await tiers.update(principalOf(caller).tenant, () => sorted);
        return { ...sorted, isOwn: true };
      },
    }),
    defineRoute({
      method: 'POST',
      path: `${base}/subscription`,
      tag,
      summary: 'Price of a usage in every tier, the one that costs least, and whether to offer the next.',
      description: 'base × usage × enterprise × (1 − engagement discount).',
      guard: 'query:read',
      params: none,
      query: none,
      body: SubscriptionQuestion,
      reply: SubscriptionAnswer,
      errors: ['PRICING_INPUT_INVALID', ...busy],
      handle: async ({ body, caller }) =>
        await models.ask(
          subscriptionSubject,
          { tenant: principalOf(caller).tenant, question: body },
          codecs.subscription,
        ),
    }),
    ...priceTestRoutes(models, acting),
  ];
}

function priceTestRoutes(
  models: ModelsAsker,
  acting: (caller: Caller, act: PriceTestRequest['act']) => PriceTestRequest,
): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: `${base}/tests`,
      tag,
      summary: 'Price tests with what came of every price, newest first.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: PriceTestList,
      errors: busy,
      handle: async ({ caller }) =>
        await models.ask(priceTestSubject, acting(caller, { kind: 'list' }), codecs.tests),
    }),
    defineRoute({
      method: 'POST',
      path: `${base}/tests`,
      tag,
      summary: 'Starts a price test: two to six prices, offered by Thompson sampling.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: PriceTestWish,
      status: 201,
      reply: PriceTestView,
      errors: ['GATEWAY_LIMIT_REACHED', ...busy],
      handle: async ({ body, caller }) =>
        await models.ask(priceTestSubject, acting(caller, { kind: 'create', wish: body }), codecs.test),
    }),
    defineRoute({
      method: 'POST',
      path: `${base}/tests/{id}/offers`,
      tag,
      summary: 'The price to offer next; asked by the shop for each visitor.',
      guard: 'kpis:write',
      params: ofTest,
      query: none,
      body: noBody,
      status: 201,
      reply: PriceOffer,
      errors: ['PRICE_TEST_NOT_FOUND', 'PRICE_TEST_STOPPED', ...busy],
      handle: async ({ caller, params: { id } }) =>
        await models.ask(priceTestSubject, acting(caller, { kind: 'offer', id }), codecs.offer),
    }),
    defineRoute({
      method: 'POST',
      path: `${base}/tests/{id}/offers/{offer}`,
      tag,
      summary: 'What came of an offer; one that is never told counts as not bought.',
      guard: 'kpis:write',
      params: Type.Object({ ...ofTest.properties, offer: Type.Integer({ minimum: 0 }) }),
      query: none,
      body: Type.Object({ bought: Type.Boolean() }, { additionalProperties: false }),
      reply: PriceTestView,
      errors: ['PRICE_TEST_NOT_FOUND', 'PRICE_OFFER_UNKNOWN', ...busy],
      handle: async ({ body, caller, params: { id, offer } }) =>
        await models.ask(
          priceTestSubject,
          acting(caller, { kind: 'outcome', id, offer, bought: body.bought }),
          codecs.test,
        ),
    }),
    defineRoute({
      method: 'POST',
      path: `${base}/tests/{id}/stop`,
      tag,
      summary: 'Ends a price test; its result stays.',
      guard: 'kpis:write',
      params: ofTest,
      query: none,
      body: noBody,
      reply: PriceTestView,
      errors: ['PRICE_TEST_NOT_FOUND', ...busy],
      handle: async ({ caller, params: { id } }) =>
        await models.ask(priceTestSubject, acting(caller, { kind: 'stop', id }), codecs.test),
    }),
  ];
}

/** Schemas that have a name in the OpenAPI document. */
export const pricingSchemas = {
  PricingReply,
  PriceQuestion,
  PriceAnswer,
  PriceTestWish,
  PriceTestView,
  PriceTestList,
  TierSet,
  TierReply,
  SubscriptionQuestion,
  SubscriptionAnswer,
  VideoQuestion,
  VideoAnswer,
};
