import { Type, type Static } from '@sinclair/typebox';

/** Prices, subscription tiers and videos: what is known of a tenant and what may be asked. Money in major units of the tenant's currency. */

/** Core subjects on which the models service answers at once. */
export const quoteSubject = 'models.price';
export const videoSubject = 'models.video';
export const subscriptionSubject = 'models.subscription';
export const priceTestSubject = 'models.pricetest';

const strict = { additionalProperties: false };
const Maybe = Type.Union([Type.Number(), Type.Null()]);
const Id = Type.String({ minLength: 1, maxLength: 256 });
const Price = Type.Number({ exclusiveMinimum: 0, maximum: 1e12 });
const Count = Type.Number({ minimum: 0, maximum: 1e12 });

export const ElasticityView = Type.Object({
  value: Type.Number(),
  error: Type.Number(),
  low: Type.Number(),
  high: Type.Number(),
});
export type ElasticityView = Static<typeof ElasticityView>;

/** What competitors ask and how our volume answers to it. */
export const Competition = Type.Object({
  /** `read`: prices and sales over enough weeks. `thin`: some prices. `none`: no price was told. `why` says what is missing. */
  state: Type.Union([Type.Literal('read'), Type.Literal('thin'), Type.Literal('none')]),
  why: Type.String(),
  /** Newest price of each, over countries, and in how many weeks one was told. */
  competitors: Type.Array(
    Type.Object({
      competitor: Type.String(),
      price: Type.Number(),
      seenMs: Type.Number(),
      weeks: Type.Integer(),
    }),
    { maxItems: 20 },
  ),
  /** Our price above the mean of theirs, share. */
  position: Maybe,
  /** Change of our volume in percent per percent of their prices, drawn towards 0 as far as history leaves it open. */
  cross: Type.Union([ElasticityView, Type.Null()]),
  /** As history alone has it, and its weight in `cross`. */
  alone: Maybe,
  weight: Maybe,
});
export type Competition = Static<typeof Competition>;

export const ProductPricing = Type.Object({
  product: Id,
  /** `ready`: read from history. `thin`: too few weeks, or a price that hardly moved; `why` says what to do. */
  state: Type.Union([Type.Literal('ready'), Type.Literal('thin')]),
  why: Type.String(),
  price: Type.Number(),
  unitCost: Maybe,
  /** Lowest and highest weekly price seen. */
  seen: Type.Tuple([Type.Number(), Type.Number()]),
  weeks: Type.Integer(),
  markets: Type.Integer(),
  /** Expected volume of a week at the current price, and the standard deviation of its logarithm. */
  volume: Type.Number(),
  volumeDeviation: Type.Number(),
  revenue: Type.Number(),
  /** The same question held against different things; none is causal. */
  readings: Type.Array(Type.Object({ name: Type.String(), elasticity: ElasticityView })),
  elasticity: Type.Union([ElasticityView, Type.Null()]),
  bySegment: Type.Array(
    Type.Object({ market: Type.String(), elasticity: ElasticityView, weight: Type.Number() }),
  ),
  bySeason: Type.Array(Type.Object({ quarter: Type.Integer(), elasticity: ElasticityView })),
  /** Error on weeks held out, price given, and by how much intervals were widened to hold there. */
  demand: Type.Union([
    Type.Object({ wape: Type.Number(), widening: Type.Number(), halfLifeWeeks: Type.Number() }),
    Type.Null(),
  ]),
  history: Type.Array(Type.Object({ weekMs: Type.Number(), price: Type.Number(), volume: Type.Number() })),
  /** Volume of the weeks to come at the current price, with its 95% interval. */
  forecast: Type.Optional(
    Type.Array(
      Type.Object({
        weekMs: Type.Number(),
        volume: Type.Number(),
        low: Type.Number(),
        high: Type.Number(),
      }),
    ),
  ),
  competition: Type.Optional(Competition),
});
export type ProductPricing = Static<typeof ProductPricing>;

export const RpmModelView = Type.Object({
  features: Type.Array(Type.String()),
  mean: Type.Array(Type.Number()),
  covariance: Type.Array(Type.Array(Type.Number())),
  noise: Type.Number(),
  videos: Type.Integer(),
  dropped: Type.Integer(),
  /** What a US dollar of the seeds' table is in the tenant's currency, and whether the tenant has a rate that says so. */
  tableScale: Type.Optional(Type.Number()),
  isRateKnown: Type.Optional(Type.Boolean()),
});

export const VideoChannel = Type.Object({
  channel: Id,
  category: Type.String(),
  views: Type.Number(),
  /** Share of views by country tier 1, 2, 3. */
  tiers: Type.Tuple([Type.Number(), Type.Number(), Type.Number()]),
  /** Share still watching after each ten seconds; from views that carry their watch time. */
  retention: Type.Array(Type.Number()),
  /** Share still watching after each percent of the video; from views that carry the part watched. */
  retentionByPercent: Type.Optional(Type.Array(Type.Number(), { maxItems: 102 })),
  watched: Type.Integer(),
});
export type VideoChannel = Static<typeof VideoChannel>;

/** KV bucket `pricingbases`, key `<tenant>`. */
export const PricingBasis = Type.Object({
  tenant: Type.String(),
  computedAtMs: Type.Number(),
  currency: Type.String(),
  timeZone: Type.String(),
  products: Type.Array(ProductPricing, { maxItems: 200 }),
  reportedRows: Type.Integer(),
  videos: Type.Object({
    channels: Type.Array(VideoChannel, { maxItems: 200 }),
    rpm: RpmModelView,
    /** Revenue of one ad shown, and ads a view; null where no ad was counted. */
    perAd: Maybe,
    adsPerView: Maybe,
    /** Views by local weekday (0 Sunday) and hour: `activity[24 * weekday + hour]`, as a share of the mean. */
    activity: Type.Array(Type.Number()),
    /** Whole days the activity rests on; below 14 weekdays are not told apart. */
    activityDays: Type.Integer(),
  }),
  notes: Type.Array(Type.String()),
});
export type PricingBasis = Static<typeof PricingBasis>;

export const PricingReply = Type.Object({ basis: Type.Union([PricingBasis, Type.Null()]) });
export type PricingReply = Static<typeof PricingReply>;

export const PriceQuestion = Type.Object(
  {
    product: Id,
    objective: Type.Optional(Type.Union([Type.Literal('revenue'), Type.Literal('margin')])),
    unitCost: Type.Optional(Type.Number({ minimum: 0, maximum: 1e12 })),
    bounds: Type.Optional(Type.Tuple([Price, Price])),
    /** A price to look at beside the current and the best one. */
    price: Type.Optional(Price),
    reading: Type.Optional(Type.String({ maxLength: 64, description: 'Name of the reading to use' })),
    competitorMove: Type.Optional(
      Type.Number({
        minimum: -0.9,
        maximum: 9,
        description: 'Share by which competitors change their prices',
      }),
    ),
    follow: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'Part of our change of price that competitors follow; 0 when absent',
      }),
    ),
  },
  strict,
);
export type PriceQuestion = Static<typeof PriceQuestion>;

const Interval = Type.Object({ expected: Type.Number(), low: Type.Number(), high: Type.Number() });
export const PriceOutcomeView = Type.Object({
  price: Type.Number(),
  volume: Interval,
  revenue: Interval,
  margin: Interval,
});
export type PriceOutcomeView = Static<typeof PriceOutcomeView>;

export const PriceAnswer = Type.Object({
  product: Id,
  objective: Type.Union([Type.Literal('revenue'), Type.Literal('margin')]),
  reading: Type.String(),
  elasticity: ElasticityView,
  unitCost: Type.Number(),
  bounds: Type.Tuple([Type.Number(), Type.Number()]),
  /** A week each. */
  current: PriceOutcomeView,
  best: PriceOutcomeView,
  asked: Type.Union([PriceOutcomeView, Type.Null()]),
  atBound: Type.Boolean(),
  curve: Type.Array(PriceOutcomeView),
  rollout: Type.Array(Type.Object({ price: Type.Number(), share: Type.Number(), stopBelow: Type.Number() })),
  notes: Type.Array(Type.String()),
});
export type PriceAnswer = Static<typeof PriceAnswer>;

/** A price test that runs: the shop asks which price to offer and says what came of it. KV bucket `pricetests`, key `<tenant>.<id>`. */
export const PriceTestArm = Type.Object({
  price: Price,
  offered: Type.Integer({ minimum: 0 }),
  bought: Type.Integer({ minimum: 0 }),
});
export const PriceTestRecord = Type.Object({
  id: Type.String({ pattern: '^test_[A-Za-z0-9]{16}$' }),
  tenant: Type.String(),
  product: Id,
  name: Type.String({ minLength: 1, maxLength: 120 }),
  createdAtMs: Type.Number(),
  state: Type.Union([Type.Literal('running'), Type.Literal('stopped')]),
  unitCost: Count,
  exploration: Type.Number({ minimum: 0, maximum: 1 }),
  /** Offers an arm needs to tell a tenth more sales from chance (power .8, level .05). */
  offersAnArm: Type.Integer({ minimum: 1 }),
  arms: Type.Array(PriceTestArm, { minItems: 2, maxItems: 6 }),
  /** Outcomes that may still be told: number of the offer and its arm; the oldest is dropped beyond 1,000 and counts as not bought. */
  open: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]), { maxItems: 1_000 }),
  offers: Type.Integer({ minimum: 0 }),
});
export type PriceTestRecord = Static<typeof PriceTestRecord>;

export const PriceTestView = Type.Object({
  ...Type.Omit(PriceTestRecord, ['open', 'tenant']).properties,
  arms: Type.Array(
    Type.Object({
      ...PriceTestArm.properties,
      /** Share that bought, with its 95% interval, and the chance that this arm earns most an offer. */
      rate: Maybe,
      low: Type.Number(),
      high: Type.Number(),
      bestChance: Type.Number(),
      earnedAnOffer: Maybe,
    }),
  ),
  willingness: Type.Union([
    Type.Object({ median: Maybe, bestPrice: Maybe, offers: Type.Integer() }),
    Type.Null(),
  ]),
  advice: Type.String(),
});
export type PriceTestView = Static<typeof PriceTestView>;
export const PriceTestList = Type.Object({ tests: Type.Array(PriceTestView) });
export type PriceTestList = Static<typeof PriceTestList>;

export const PriceTestWish = Type.Object(
  {
    product: Id,
    name: Type.String({ minLength: 1, maxLength: 120 }),
    prices: Type.Array(Price, { minItems: 2, maxItems: 6, uniqueItems: true }),
    unitCost: Type.Optional(Count),
    /** Share that buys now; for the size of the test. */
    baseRate: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    exploration: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: '.1 when absent' })),
  },
  strict,
);
export type PriceTestWish = Static<typeof PriceTestWish>;

/** What the models service is asked about price tests. */
export const PriceTestRequest = Type.Object({
  tenant: Type.String(),
  act: Type.Union([
    Type.Object({ kind: Type.Literal('list') }),
    Type.Object({ kind: Type.Literal('create'), wish: PriceTestWish }),
    Type.Object({ kind: Type.Literal('offer'), id: Type.String() }),
    Type.Object({
      kind: Type.Literal('outcome'),
      id: Type.String(),
      offer: Type.Integer(),
      bought: Type.Boolean(),
    }),
    Type.Object({ kind: Type.Literal('stop'), id: Type.String() }),
  ]),
});
export type PriceTestRequest = Static<typeof PriceTestRequest>;
export const PriceOffer = Type.Object({ offer: Type.Integer(), price: Type.Number() });

export const PricingTier = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    base: Type.Number({ minimum: 0, maximum: 1e9 }),
    apiCalls: Type.Number({ exclusiveMinimum: 0, maximum: 1e15 }),
    storageGib: Type.Number({ exclusiveMinimum: 0, maximum: 1e12 }),
    seats: Type.Number({ exclusiveMinimum: 0, maximum: 1e9 }),
  },
  strict,
);
export type PricingTier = Static<typeof PricingTier>;
/** Tiers of the seeds, USD a month, with the usage each is meant for (the seeds give prices only; limits are ours); defaults a user can change. */
export const seedTiers: readonly PricingTier[] = [
  { name: 'Starter', base: 29, apiCalls: 10_000, storageGib: 10, seats: 3 },
  { name: 'Professional', base: 99, apiCalls: 100_000, storageGib: 100, seats: 15 },
  { name: 'Enterprise', base: 499, apiCalls: 1_000_000, storageGib: 1_000, seats: 100 },
];
export const TierSet = Type.Object({ tiers: Type.Array(PricingTier, { minItems: 1, maxItems: 12 }) }, strict);
export type TierSet = Static<typeof TierSet>;
export const TierReply = Type.Object({ tiers: Type.Array(PricingTier), isOwn: Type.Boolean() });
export type TierReply = Static<typeof TierReply>;

export const SubscriptionQuestion = Type.Object(
  {
    apiCalls: Count,
    storageGib: Count,
    seats: Count,
    enterprise: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: '1 when absent' })),
    engagementDiscount: Type.Optional(
      Type.Number({ minimum: 0, maximum: 0.5, description: '0 when absent' }),
    ),
  },
  strict,
);
export type SubscriptionQuestion = Static<typeof SubscriptionQuestion>;
export const SubscriptionAnswer = Type.Object({
  recommended: Type.String(),
  upsellTo: Type.Union([Type.String(), Type.Null()]),
  offers: Type.Array(
    Type.Object({
      tier: Type.String(),
      base: Type.Number(),
      usageMultiplier: Type.Number(),
      /** Share of the tightest limit that is used. */
      usage: Type.Number(),
      price: Type.Number(),
    }),
  ),
});
export type SubscriptionAnswer = Static<typeof SubscriptionAnswer>;

export const VideoQuestion = Type.Object(
  {
    channel: Id,
    lengthS: Type.Integer({ minimum: 1, maximum: 86_400 }),
    category: Type.Optional(Type.String({ maxLength: 64, description: 'The channel’s when absent' })),
    quarter: Type.Optional(Type.Integer({ minimum: 1, maximum: 4, description: 'This one when absent' })),
    views: Type.Optional(Type.Number({ minimum: 0, maximum: 1e12, description: '10,000 when absent' })),
    breakLoss: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Share a break drives away; .05 when absent' }),
    ),
    maxBreaks: Type.Optional(Type.Integer({ minimum: 0, maximum: 20, description: '4 when absent' })),
    minLengthS: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 86_400,
        description: 'Shorter videos have no break; 480 when absent',
      }),
    ),
    spacingS: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 86_400, description: 'Between breaks at least; 150 when absent' }),
    ),
  },
  strict,
);
export type VideoQuestion = Static<typeof VideoQuestion>;

export const VideoAnswer = Type.Object({
  channel: Id,
  category: Type.String(),
  quarter: Type.Integer(),
  /** Revenue a thousand views by country tier on an average weekday, beside what the seeds' table says. */
  rpm: Type.Array(
    Type.Object({
      tier: Type.Integer(),
      share: Type.Number(),
      rpm: Type.Number(),
      low: Type.Number(),
      high: Type.Number(),
      table: Type.Number(),
    }),
  ),
  /** Over the channel's audience. */
  blendedRpm: Type.Number(),
  weekdays: Type.Array(Type.Object({ weekday: Type.Integer(), rpm: Type.Number(), table: Type.Number() })),
  isPrior: Type.Boolean(),
  revenue: Interval,
  views: Type.Number(),
  adBreaks: Type.Object({
    atS: Type.Array(Type.Number()),
    /** Worth of a thousand viewers who start, with these breaks and without. */
    value: Type.Number(),
    valueWithout: Type.Number(),
    note: Type.String(),
    retention: Type.Array(Type.Object({ atS: Type.Number(), share: Type.Number() })),
    isAssumedRetention: Type.Boolean(),
  }),
  publish: Type.Object({
    /** Worth of publishing then against the mean, best first. */
    best: Type.Array(Type.Object({ weekday: Maybe, hour: Type.Integer(), index: Type.Number() })),
    index: Type.Array(Type.Number()),
    days: Type.Integer(),
    timeZone: Type.String(),
  }),
  notes: Type.Array(Type.String()),
});
export type VideoAnswer = Static<typeof VideoAnswer>;
