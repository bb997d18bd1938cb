import { Type, type TObject, type TSchema } from '@sinclair/typebox';
import { intervalWords } from './interval-words.ts';
import { CASH_BALANCE, CASH_MOVEMENT, cashKindNames } from './cash.ts';

/**
 * The event catalogue as data. Ingest compiles `data` into validators, streams reads `metrics` as numeric columns, the
 * gateway publishes the JSON Schema, dashboards show titles. A tenant's custom types have the same shape.
 *
 * Money inside `data`: `amount_minor` (integer minor units of `currency`) or `amount` (decimal number or string, converted
 * with the currency's ISO 4217 exponent); refunds and corrections are negative.
 */
export interface EventTypeSpec {
  readonly type: string;
  readonly version: number;
  readonly group: EventGroup;
  readonly title: string;
  readonly description: string;
  /** JSON Schema of `data`. Additional properties are kept, never refused. */
  readonly data: TObject;
  /** Numeric fields of `data` that become columns of the record batch, at most `MAX_METRICS`, in this order. */
  readonly metrics: readonly string[];
  /** Whether `data` carries money, and what it is; `cash` counts in no KPI. */
  readonly money?: 'revenue' | 'cost' | 'cash';
  /** Revenue stream an event of this type belongs to when `data.stream` names none. */
  readonly stream?: string;
}

export type EventGroup = 'revenue' | 'content' | 'operational' | 'social' | 'market' | 'account' | 'custom';

export const MAX_METRICS = 8;

/** Says who saw what; read by the experiments. */
export const EXPOSURE_TYPE = 'experiment_exposure';

const Id = (description: string) => Type.String({ minLength: 1, maxLength: 256, description });
const count = (description: string) => Type.Number({ minimum: 0, maximum: 1e15, description });
const delta = (description: string) => Type.Number({ minimum: -1e15, maximum: 1e15, description });
const ms = (description: string) => Type.Number({ minimum: 0, maximum: 1e12, description });

/** Fields any event may carry in `data`; they become the dimensions. */
export const commonFields = {
  content_id: Type.Optional(Id('Video, post or article the event is about')),
  channel_id: Type.Optional(Id('Channel the content belongs to')),
  viewer_id: Type.Optional(Id('Viewer, pseudonymous')),
  user_id: Type.Optional(Id('Signed-in user or customer, pseudonymous')),
  country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' })),
  platform: Type.Optional(Type.String({ maxLength: 64 })),
  age_band: Type.Optional(
    Type.String({
      maxLength: 64,
      description: 'Age of the viewer, such as 18-24 (contracts/demographics.ts)',
    }),
  ),
  gender: Type.Optional(Type.String({ maxLength: 64, description: 'female, male, other' })),
  device_type: Type.Optional(
    Type.String({ maxLength: 64, description: 'phone, tablet, computer, tv, console' }),
  ),
  language: Type.Optional(Type.String({ maxLength: 64, description: 'Such as de or pt-BR' })),
  region: Type.Optional(Type.String({ maxLength: 64, description: 'Part of a country' })),
  stream: Type.Optional(
    Type.String({ maxLength: 64, description: 'Revenue stream, when not the default of the type' }),
  ),
} satisfies Record<string, TSchema>;

/** Amount fields of a money event: one of the two, with the currency. */
export const moneyFields = {
  amount_minor: Type.Optional(
    Type.Integer({ minimum: -9e15, maximum: 9e15, description: 'Minor units of currency' }),
  ),
  amount: Type.Optional(
    Type.Union([Type.Number(), Type.String({ pattern: '^-?\\d{1,13}(\\.\\d{1,6})?$' })], {
      description: 'Major units',
    }),
  ),
  currency: Type.Optional(
    Type.String({ pattern: '^[A-Za-z]{3}$', description: 'ISO 4217; the tenant currency when absent' }),
  ),
} satisfies Record<string, TSchema>;

/** A moment in a payload: RFC 3339, or seconds since 1970 as Stripe has them. */
const When = (description: string) =>
  Type.Union([Type.String({ maxLength: 64 }), Type.Number({ minimum: 0, maximum: 1e14 }), Type.Null()], {
    description,
  });

const intervalFields = {
  interval: Type.Optional(
    Type.Union(
      intervalWords.map((word) => Type.Literal(word)),
      { description: 'month when absent; one_time and once do not recur' },
    ),
  ),
  interval_count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_200, description: '1 when absent' })),
};

const subscriptionFields = {
  subscription_id: Type.Optional(Id('Subscription; one a customer when absent')),
  plan: Type.Optional(Id('Plan')),
  status: Type.Optional(
    Type.String({
      maxLength: 32,
      description: 'active (when absent), trialing, past_due, unpaid, paused, canceled, as Stripe names them',
    }),
  ),
  unit_amount_minor: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 9e15,
      description: 'Minor units for one unit and interval, before discounts, without tax',
    }),
  ),
  quantity: Type.Optional(Type.Number({ minimum: 0, maximum: 1e9, description: 'Seats; 1 when absent' })),
  currency: Type.Optional(
    Type.String({ pattern: '^[A-Za-z]{3}$', description: 'ISO 4217; the tenant currency when absent' }),
  ),
  ...intervalFields,
  metered: Type.Optional(Type.Boolean({ description: 'Charged by use' })),
  discount_percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
  discount_minor: Type.Optional(Type.Number({ minimum: 0, maximum: 9e15, description: 'Off each interval' })),
  discount_duration: Type.Optional(
    Type.String({ maxLength: 16, description: 'forever (when absent), repeating, once' }),
  ),
  discount_end: Type.Optional(When('End of a repeating discount')),
  trial_end: Type.Optional(When('End of the trial')),
  current_period_end: Type.Optional(When('End of what is paid')),
  effective_at: Type.Optional(When('When it takes effect; the event’s time when absent')),
};

function spec(
  group: EventGroup,
  type: string,
  title: string,
  description: string,
  fields: Record<string, TSchema> = {},
  extra: { metrics?: readonly string[]; money?: 'revenue' | 'cost' | 'cash'; stream?: string } = {},
): EventTypeSpec {
  const money = extra.money === undefined ? {} : moneyFields;
  const { metrics = [], ...rest } = extra;
  return {
    type,
    version: 1,
    group,
    title,
    description,
    data: Type.Object({ ...commonFields, ...money, ...fields }, { additionalProperties: true }),
    metrics,
    ...rest,
  };
}

const revenue = (
  type: string,
  title: string,
  description: string,
  stream: string,
  fields: Record<string, TSchema> = {},
  metrics: string[] = [],
) => spec('revenue', type, title, description, fields, { money: 'revenue', stream, metrics });

/** Every event type Weir knows from the start (SYSTEMS row E1). */
export const eventCatalogue: readonly EventTypeSpec[] = [
  revenue(
    'ad_impression',
    'Ad impression',
    'Ads shown on a content, with the revenue they earned',
    'ads',
    {
      impressions: Type.Optional(count('Impressions, 1 when absent')),
      clicks: Type.Optional(count('Clicks on those ads')),
    },
    ['impressions', 'clicks'],
  ),
  revenue('sponsor_click', 'Sponsor click', 'A click on a sponsor link', 'sponsorship'),
  revenue(
    'affiliate_click',
    'Affiliate click',
    'A click on an affiliate link, with the commission when known',
    'affiliate',
    { product_id: Type.Optional(Id('Product')) },
  ),
  revenue(
    'product_sale',
    'Product sale',
    'A product sold; a refund has a negative amount',
    'product_sales',
    {
      order_id: Type.Optional(Id('Order')),
      product_id: Type.Optional(Id('Product')),
      quantity: Type.Optional(delta('Units, 1 when absent')),
    },
    ['quantity'],
  ),
  revenue('tip', 'Tip', 'A tip or donation', 'tips'),
  revenue(
    'subscription_payment',
    'Subscription payment',
    'A recurring payment received; a refund has a negative amount',
    'subscriptions',
    {
      subscription_id: Type.Optional(Id('Subscription')),
      plan: Type.Optional(Id('Plan')),
      ...intervalFields,
    },
  ),
  spec(
    'revenue',
    'subscription_started',
    'Subscription started',
    'A customer (user_id) has subscribed, with the terms; the basis of recurring revenue. No money moves with it',
    subscriptionFields,
  ),
  spec(
    'revenue',
    'subscription_changed',
    'Subscription changed',
    'New terms or a new status of a subscription; what is not named stays',
    subscriptionFields,
  ),
  spec(
    'revenue',
    'subscription_cancelled',
    'Subscription cancelled',
    'A subscription was cancelled, at once or to the end of what is paid',
    {
      subscription_id: Type.Optional(Id('Subscription')),
      ends_at: Type.Optional(When('End of what is paid; now when absent')),
      reason: Type.Optional(Type.String({ maxLength: 256 })),
      effective_at: Type.Optional(When('When it was cancelled; the event’s time when absent')),
    },
  ),
  revenue(
    'merchandise_sale',
    'Merchandise sale',
    'Merchandise sold',
    'merchandise',
    { quantity: Type.Optional(delta('Units, 1 when absent')) },
    ['quantity'],
  ),
  revenue('super_chat', 'Super chat', 'A paid message in a live chat', 'super_chat'),
  revenue('membership', 'Membership', 'A channel membership payment', 'memberships', {
    level: Type.Optional(Type.String({ maxLength: 64 })),
  }),

  spec(
    'content',
    'video_view',
    'Video view',
    'One view of a content',
    {
      watch_time_ms: Type.Optional(ms('Time watched')),
      retention: Type.Optional(
        Type.Number({ minimum: 0, maximum: 100, description: 'Share watched; may exceed 1 when rewatched' }),
      ),
    },
    { metrics: ['watch_time_ms', 'retention'] },
  ),
  spec(
    'content',
    'engagement',
    'Engagement',
    'A like, comment or other interaction',
    {
      kind: Type.Optional(Type.String({ maxLength: 32, description: 'like, dislike, comment, save …' })),
      count: Type.Optional(delta('How many, 1 when absent')),
    },
    { metrics: ['count'] },
  ),
  spec(
    'content',
    'subscription',
    'Channel subscription',
    'Subscribers gained (or lost, negative)',
    { count: Type.Optional(delta('How many, 1 when absent')) },
    { metrics: ['count'] },
  ),
  spec(
    'content',
    'share',
    'Share',
    'A content shared',
    { count: Type.Optional(delta('How many, 1 when absent')) },
    { metrics: ['count'] },
  ),
  spec(
    'content',
    'click',
    'Click',
    'Clicks on a thumbnail or link, with the impressions they came from',
    {
      clicks: Type.Optional(count('Clicks, 1 when absent')),
      impressions: Type.Optional(count('Impressions')),
    },
    { metrics: ['clicks', 'impressions'] },
  ),

  spec(
    'operational',
    'content_generation',
    'Content generation',
    'A content produced, with its cost',
    {
      duration_ms: Type.Optional(ms('Production time')),
      automated: Type.Optional(Type.Boolean()),
      succeeded: Type.Optional(Type.Boolean()),
    },
    { money: 'cost', metrics: ['duration_ms'] },
  ),
  spec(
    'operational',
    'api_usage',
    'API usage',
    'Use of a paid or limited API',
    { units: Type.Optional(count('Units')), tokens: Type.Optional(count('Tokens')) },
    { money: 'cost', metrics: ['units', 'tokens'] },
  ),
  spec(
    'operational',
    'system_performance',
    'System performance',
    'Up time and latency over an interval',
    {
      up_ms: Type.Optional(ms('Time up in the interval')),
      total_ms: Type.Optional(ms('Length of the interval')),
      latency_ms: Type.Optional(ms('Latency')),
      component: Type.Optional(Type.String({ maxLength: 64 })),
    },
    { metrics: ['up_ms', 'total_ms', 'latency_ms'] },
  ),
  spec(
    'operational',
    'cost',
    'Cost',
    'Any other cost',
    { category: Type.Optional(Type.String({ maxLength: 64 })) },
    { money: 'cost' },
  ),

  // Read by the cash flow statement alone.
  spec(
    'operational',
    CASH_MOVEMENT,
    'Cash movement',
    'Money that moved without being revenue or cost of the moment: a payout of revenue earned earlier, tax, equipment, capital, a loan. Positive comes in, negative goes out; counts in no KPI',
    {
      kind: Type.Union(
        cashKindNames.map((kind) => Type.Literal(kind)),
        { description: `What it was: ${cashKindNames.join(', ')}; a payout names its stream` },
      ),
      effective_at: Type.Optional(
        When('When it happened, where it is told later; the event’s time when absent'),
      ),
    },
    { money: 'cash' },
  ),
  spec(
    'operational',
    CASH_BALANCE,
    'Cash balance',
    'What is on an account at a moment; the cash flow statement opens and closes with it. Counts in no KPI',
    {
      account: Type.Optional(Id('Account; one when absent')),
      effective_at: Type.Optional(When('As of when; the event’s time when absent')),
    },
    { money: 'cash' },
  ),

  // Books of the time before Weir: counted in no KPI, read by the models of allocation and pricing.
  spec(
    'operational',
    'channel_report',
    'Channel report',
    'What a channel earned and was given in a past week (period_start: its Monday), from books kept before Weir; counts in no KPI',
    {
      period_start: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Monday of the week' }),
      revenue_minor: count('Revenue, minor units'),
      promotion_minor: Type.Optional(count('Advertising, minor units')),
      production_minor: Type.Optional(count('Cost of production, minor units')),
      production_hours: Type.Optional(count('Hours of production')),
      views: Type.Optional(count('Views')),
      currency: Type.Optional(
        Type.String({ pattern: '^[A-Z]{3}$', description: 'The tenant’s, which it must be, when absent' }),
      ),
    },
  ),
  spec(
    'operational',
    'sales_report',
    'Sales report',
    'What of a product was sold in a country in a past week (period_start: its Monday), from books kept before Weir; counts in no KPI',
    {
      period_start: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Monday of the week' }),
      product_id: Id('Product'),
      quantity: count('Units sold'),
      revenue_minor: count('What they brought, minor units'),
      unit_cost_minor: Type.Optional(count('Cost of one more unit, minor units')),
      currency: Type.Optional(
        Type.String({ pattern: '^[A-Z]{3}$', description: 'The tenant’s, which it must be, when absent' }),
      ),
    },
  ),

  spec(
    'operational',
    'content_upload',
    'Content upload',
    'A try to upload or publish a content to a platform',
    {
      succeeded: Type.Optional(Type.Boolean({ description: 'false when it failed' })),
      duration_ms: Type.Optional(ms('How long it took')),
    },
    { metrics: ['duration_ms'] },
  ),

  spec(
    'social',
    'post_published',
    'Post published',
    'A content or post went public',
    {
      lead_ms: Type.Optional(ms('From the detection of the trend, or the start of the work, to publication')),
      title: Type.Optional(Type.String({ maxLength: 1024 })),
      category: Type.Optional(Type.String({ maxLength: 128 })),
      tags: Type.Optional(Type.Array(Type.String({ maxLength: 256 }), { maxItems: 500 })),
    },
    { metrics: ['lead_ms'] },
  ),
  spec(
    'social',
    'post_metrics',
    'Post metrics',
    'Change of a post’s counters since the last report; a counter that goes down is a correction, a negative delta',
    {
      views: Type.Optional(delta('Views')),
      likes: Type.Optional(delta('Likes')),
      dislikes: Type.Optional(delta('Dislikes')),
      comments: Type.Optional(delta('Comments')),
      shares: Type.Optional(delta('Shares')),
      impressions: Type.Optional(delta('Impressions')),
      clicks: Type.Optional(delta('Clicks')),
      correction: Type.Optional(Type.Boolean()),
    },
    { metrics: ['views', 'likes', 'dislikes', 'comments', 'shares', 'impressions', 'clicks'] },
  ),
  spec(
    'social',
    'mention',
    'Mention',
    'A mention of a brand, channel or topic',
    {
      topic: Type.Optional(Type.String({ maxLength: 256 })),
      sentiment: Type.Optional(Type.Number({ minimum: -1, maximum: 1 })),
      reach: Type.Optional(count('Accounts reached')),
    },
    { metrics: ['sentiment', 'reach'] },
  ),

  spec(
    'market',
    'search_trend',
    'Search trend',
    'Search interest in a term',
    { term: Type.Optional(Type.String({ maxLength: 256 })), volume: Type.Optional(count('Interest')) },
    { metrics: ['volume'] },
  ),
  spec('market', 'news_item', 'News item', 'A news item on a topic', {
    title: Type.Optional(Type.String({ maxLength: 1024 })),
    topic: Type.Optional(Type.String({ maxLength: 256 })),
  }),
  spec('market', 'competitor_post', 'Competitor post', 'A competitor published', {
    competitor: Type.Optional(Type.String({ maxLength: 256 })),
    title: Type.Optional(Type.String({ maxLength: 1024 })),
    chart: Type.Optional(
      Type.String({
        maxLength: 128,
        description: 'The chart of a platform it was found in, whoever made it',
      }),
    ),
  }),
  spec(
    'market',
    'competitor_metrics',
    'Competitor metrics',
    'A competitor’s counters',
    {
      competitor: Type.Optional(Type.String({ maxLength: 256 })),
      views: Type.Optional(delta('Views')),
      chart_views: Type.Optional(
        delta('Views of a content of a chart, which is no chosen competitor’s: for trends only'),
      ),
      subscribers: Type.Optional(delta('Subscribers')),
    },
    { metrics: ['views', 'subscribers'] },
  ),
  spec(
    'market',
    'competitor_price',
    'Competitor price',
    'What a competitor asks for something that is bought instead of a product of ours; the last of a week and country counts',
    {
      competitor: Id('Competitor'),
      product_id: Id('Our product it competes with'),
      price_minor: count('Price of one, minor units'),
      currency: Type.Optional(
        Type.String({ pattern: '^[A-Z]{3}$', description: 'The tenant’s, which it must be, when absent' }),
      ),
      period_start: Type.Optional(
        Type.String({
          pattern: '^\\d{4}-\\d{2}-\\d{2}$',
          description:
            'Monday of the week it was seen in, where it is told later; the event’s time when absent',
        }),
      ),
    },
  ),
  spec(
    'market',
    'ad_spend',
    'Ad spend',
    'Money spent on advertising',
    {
      campaign: Type.Optional(Type.String({ maxLength: 256 })),
      impressions: Type.Optional(count('Impressions bought')),
      clicks: Type.Optional(count('Clicks bought')),
      conversions: Type.Optional(count('Conversions')),
    },
    { money: 'cost', metrics: ['impressions', 'clicks', 'conversions'] },
  ),

  spec('account', 'signup', 'Sign-up', 'A new account', { plan: Type.Optional(Id('Plan')) }),
  spec(
    'account',
    'session',
    'Session',
    'A session of a user',
    { duration_ms: Type.Optional(ms('Length')) },
    { metrics: ['duration_ms'] },
  ),
  spec('account', 'support_ticket', 'Support ticket', 'A support request', {
    category: Type.Optional(Type.String({ maxLength: 64 })),
    effective_at: Type.Optional(
      When('When it happened, where it is told later; the event’s time when absent'),
    ),
  }),
  spec(
    'account',
    'payment_failed',
    'Payment failed',
    'A payment that failed',
    {
      reason: Type.Optional(Type.String({ maxLength: 128 })),
      effective_at: Type.Optional(
        When('When it happened, where it is told later; the event’s time when absent'),
      ),
    },
    {},
  ),
  spec(
    'account',
    'usage',
    'Usage',
    'Use of a feature',
    {
      feature: Type.Optional(Type.String({ maxLength: 128 })),
      quantity: Type.Optional(count('How much, 1 when absent')),
    },
    { metrics: ['quantity'] },
  ),
  spec(
    'account',
    EXPOSURE_TYPE,
    'Experiment exposure',
    'A user has seen a variant of an experiment; the first one counts',
    {
      experiment: Id('Key of the experiment'),
      variant: Id('Key of the variant'),
    },
  ),
  // What the compatible routes need beside E1: identity and navigation calls of the Segment and PostHog clients.
  spec('account', 'identify', 'Identify', 'Traits of a user'),
  spec('account', 'group', 'Group', 'A user belongs to a group', { group_id: Type.Optional(Id('Group')) }),
  spec('account', 'alias', 'Alias', 'Two identities are one', {
    previous_id: Type.Optional(Id('Earlier identity')),
  }),
  spec('account', 'page_view', 'Page view', 'A page seen', {
    url: Type.Optional(Type.String({ maxLength: 4096 })),
    name: Type.Optional(Type.String({ maxLength: 512 })),
  }),
  spec('account', 'screen_view', 'Screen view', 'A screen of an app seen', {
    name: Type.Optional(Type.String({ maxLength: 512 })),
  }),
];

/** Name a custom or catalogue type must have. */
export const EVENT_TYPE_PATTERN = '^[a-z][a-z0-9_.]{0,127}$';
