import type {
  Competition,
  ElasticityView,
  PriceAnswer,
  PriceOutcomeView,
  PriceTestList,
  PriceTestView,
  PricingBasis,
  PricingReply,
  PricingTier,
  ProductPricing,
  SubscriptionAnswer,
  TierReply,
  VideoAnswer,
  VideoChannel,
} from '../../platform/contracts/pricing.ts';
import {
  arrayOf,
  isBoolean,
  isNumber,
  isString,
  nullable,
  object,
  oneOf,
  optional,
  type Guard,
} from './guard.ts';

const isPair: Guard<[number, number]> = (value): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(isNumber);
const isTriple: Guard<[number, number, number]> = (value): value is [number, number, number] =>
  Array.isArray(value) && value.length === 3 && value.every(isNumber);

const isElasticity = object<ElasticityView>({
  value: isNumber,
  error: isNumber,
  low: isNumber,
  high: isNumber,
});
const isInterval = object<PriceOutcomeView['volume']>({ expected: isNumber, low: isNumber, high: isNumber });
const isOutcome = object<PriceOutcomeView>({
  price: isNumber,
  volume: isInterval,
  revenue: isInterval,
  margin: isInterval,
});

const isProduct = object<ProductPricing>({
  product: isString,
  state: oneOf(['ready', 'thin']),
  why: isString,
  price: isNumber,
  unitCost: nullable(isNumber),
  seen: isPair,
  weeks: isNumber,
  markets: isNumber,
  volume: isNumber,
  volumeDeviation: isNumber,
  revenue: isNumber,
  readings: arrayOf(object<ProductPricing['readings'][number]>({ name: isString, elasticity: isElasticity })),
  elasticity: nullable(isElasticity),
  bySegment: arrayOf(
    object<ProductPricing['bySegment'][number]>({
      market: isString,
      elasticity: isElasticity,
      weight: isNumber,
    }),
  ),
  bySeason: arrayOf(
    object<ProductPricing['bySeason'][number]>({ quarter: isNumber, elasticity: isElasticity }),
  ),
  demand: nullable(
    object<NonNullable<ProductPricing['demand']>>({
      wape: isNumber,
      widening: isNumber,
      halfLifeWeeks: isNumber,
    }),
  ),
  history: arrayOf(
    object<ProductPricing['history'][number]>({ weekMs: isNumber, price: isNumber, volume: isNumber }),
  ),
  forecast: optional(
    arrayOf(
      object<NonNullable<ProductPricing['forecast']>[number]>({
        weekMs: isNumber,
        volume: isNumber,
        low: isNumber,
        high: isNumber,
      }),
    ),
  ),
  competition: optional(
    object<Competition>({
      state: oneOf(['read', 'thin', 'none']),
      why: isString,
      competitors: arrayOf(
        object<Competition['competitors'][number]>({
          competitor: isString,
          price: isNumber,
          seenMs: isNumber,
          weeks: isNumber,
        }),
      ),
      position: nullable(isNumber),
      cross: nullable(isElasticity),
      alone: nullable(isNumber),
      weight: nullable(isNumber),
    }),
  ),
});

const isBasis = object<PricingBasis>({
  tenant: isString,
  computedAtMs: isNumber,
  currency: isString,
  timeZone: isString,
  products: arrayOf(isProduct),
  reportedRows: isNumber,
  videos: object<PricingBasis['videos']>({
    channels: arrayOf(
      object<VideoChannel>({
        channel: isString,
        category: isString,
        views: isNumber,
        tiers: isTriple,
        retention: arrayOf(isNumber),
        retentionByPercent: optional(arrayOf(isNumber)),
        watched: isNumber,
      }),
    ),
    rpm: object<PricingBasis['videos']['rpm']>({
      features: arrayOf(isString),
      mean: arrayOf(isNumber),
      covariance: arrayOf(arrayOf(isNumber)),
      noise: isNumber,
      videos: isNumber,
      dropped: isNumber,
      tableScale: optional(isNumber),
      isRateKnown: optional(isBoolean),
    }),
    perAd: nullable(isNumber),
    adsPerView: nullable(isNumber),
    activity: arrayOf(isNumber),
    activityDays: isNumber,
  }),
  notes: arrayOf(isString),
});

export const isPricingReply: Guard<PricingReply> = object<PricingReply>({ basis: nullable(isBasis) });

export const isPriceAnswer: Guard<PriceAnswer> = object<PriceAnswer>({
  product: isString,
  objective: oneOf(['revenue', 'margin']),
  reading: isString,
  elasticity: isElasticity,
  unitCost: isNumber,
  bounds: isPair,
  current: isOutcome,
  best: isOutcome,
  asked: nullable(isOutcome),
  atBound: isBoolean,
  curve: arrayOf(isOutcome),
  rollout: arrayOf(
    object<PriceAnswer['rollout'][number]>({ price: isNumber, share: isNumber, stopBelow: isNumber }),
  ),
  notes: arrayOf(isString),
});

export const isPriceTest: Guard<PriceTestView> = object<PriceTestView>({
  id: isString,
  product: isString,
  name: isString,
  createdAtMs: isNumber,
  state: oneOf(['running', 'stopped']),
  unitCost: isNumber,
  exploration: isNumber,
  offersAnArm: isNumber,
  offers: isNumber,
  arms: arrayOf(
    object<PriceTestView['arms'][number]>({
      price: isNumber,
      offered: isNumber,
      bought: isNumber,
      rate: nullable(isNumber),
      low: isNumber,
      high: isNumber,
      bestChance: isNumber,
      earnedAnOffer: nullable(isNumber),
    }),
  ),
  willingness: nullable(
    object<NonNullable<PriceTestView['willingness']>>({
      median: nullable(isNumber),
      bestPrice: nullable(isNumber),
      offers: isNumber,
    }),
  ),
  advice: isString,
});
export const isPriceTestList: Guard<PriceTestList> = object<PriceTestList>({ tests: arrayOf(isPriceTest) });

const isTier = object<PricingTier>({
  name: isString,
  base: isNumber,
  apiCalls: isNumber,
  storageGib: isNumber,
  seats: isNumber,
});
export const isTierReply: Guard<TierReply> = object<TierReply>({ tiers: arrayOf(isTier), isOwn: isBoolean });

export const isSubscriptionAnswer: Guard<SubscriptionAnswer> = object<SubscriptionAnswer>({
  recommended: isString,
  upsellTo: nullable(isString),
  offers: arrayOf(
    object<SubscriptionAnswer['offers'][number]>({
      tier: isString,
      base: isNumber,
      usageMultiplier: isNumber,
      usage: isNumber,
      price: isNumber,
    }),
  ),
});

export const isVideoAnswer: Guard<VideoAnswer> = object<VideoAnswer>({
  channel: isString,
  category: isString,
  quarter: isNumber,
  rpm: arrayOf(
    object<VideoAnswer['rpm'][number]>({
      tier: isNumber,
      share: isNumber,
      rpm: isNumber,
      low: isNumber,
      high: isNumber,
      table: isNumber,
    }),
  ),
  blendedRpm: isNumber,
  weekdays: arrayOf(
    object<VideoAnswer['weekdays'][number]>({ weekday: isNumber, rpm: isNumber, table: isNumber }),
  ),
  isPrior: isBoolean,
  revenue: isInterval,
  views: isNumber,
  adBreaks: object<VideoAnswer['adBreaks']>({
    atS: arrayOf(isNumber),
    value: isNumber,
    valueWithout: isNumber,
    note: isString,
    retention: arrayOf(
      object<VideoAnswer['adBreaks']['retention'][number]>({ atS: isNumber, share: isNumber }),
    ),
    isAssumedRetention: isBoolean,
  }),
  publish: object<VideoAnswer['publish']>({
    best: arrayOf(
      object<VideoAnswer['publish']['best'][number]>({
        weekday: nullable(isNumber),
        hour: isNumber,
        index: isNumber,
      }),
    ),
    index: arrayOf(isNumber),
    days: isNumber,
    timeZone: isString,
  }),
  notes: arrayOf(isString),
});
