import { Type, type Static } from '@sinclair/typebox';

/** Where a sign of a trend came from: mentions, search interest, news, competitors' posts, platforms' posts and charts. */
export const trendSources = ['social', 'search', 'news', 'competitor', 'platform'] as const;
export type TrendSource = (typeof trendSources)[number];

export const trendStages = ['emerging', 'rising', 'peak', 'declining', 'dead'] as const;
export type TrendStage = (typeof trendStages)[number];

/** What each stage stands for, from the seeds: competition 0 to 1, growth a day, risk 0 to 1. */
export const stageFigures: Readonly<
  Record<TrendStage, { readonly competition: number; readonly growth: number; readonly risk: number }>
> = {
  emerging: { competition: 0.1, growth: 2.5, risk: 0.3 },
  rising: { competition: 0.3, growth: 1.8, risk: 0.2 },
  peak: { competition: 0.7, growth: 1.1, risk: 0.1 },
  declining: { competition: 0.5, growth: 0.7, risk: 0.4 },
  dead: { competition: 0.2, growth: 0.3, risk: 0.8 },
};

const literals = <const T extends readonly string[]>(values: T) =>
  Type.Union(values.map((value) => Type.Literal(value as T[number])));
const Share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
const nullable = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });
const AtMs = Type.Number({ description: 'Milliseconds since 1970' });

export const TrendStageName = literals(trendStages);
export const TrendSourceName = literals(trendSources);

/** A time with the interval that holds it four times in five. */
export const TrendMoment = Type.Object({
  expectedMs: AtMs,
  fromMs: AtMs,
  toMs: AtMs,
  isPast: Type.Boolean({ description: 'Known rather than expected; from and to are the same then' }),
});
export type TrendMoment = Static<typeof TrendMoment>;

export const TrendEvidence = Type.Object({
  mentions24h: Type.Number({ description: 'Posts, mentions, news and search reports of the last 24 hours' }),
  expectedMentions24h: Type.Number({ description: 'By its own share and weekday in the five weeks before' }),
  pValue: Share(
    'Chance of so many mentions if nothing were new (negative binomial, the better of 4 h and 24 h)',
  ),
  qValue: Share('The same after correction for all terms tested (Benjamini-Hochberg)'),
  views24h: Type.Number(),
  viewsBefore24h: Type.Number({ description: 'Views of the 24 hours before those' }),
  expectedViewsNext24h: Type.Number({
    description: 'Contents carried on by the growth of contents of their age',
  }),
  contents: Type.Integer({ description: 'Contents with a report in the last 36 hours' }),
  freshContents: Type.Integer({ description: 'Those of them first seen in the last 24 hours' }),
  channels: Type.Integer(),
  sources: Type.Object(
    {
      social: Type.Number(),
      search: Type.Number(),
      news: Type.Number(),
      competitor: Type.Number(),
      platform: Type.Number(),
    },
    { description: 'Mentions by source since the start of yesterday (UTC)' },
  ),
  audience: Type.Object(
    {
      views24h: Type.Number({
        description: 'Of the views of the last 24 hours, each by the time it was watched',
      }),
      contents: Type.Integer({ description: 'Contents they watched' }),
    },
    { description: 'The tenant’s own viewers, counted view by view; everything else is the market’s' },
  ),
  voice: Type.Optional(
    Type.Object(
      {
        reach: Type.Number({ description: 'Accounts reached, as the mentions say' }),
        sentiment: nullable('Mean of the sentiments that mentions told, −1 to 1; null when none did'),
        rated: Type.Number({ description: 'Mentions that told one' }),
      },
      { description: 'Of mentions since the start of yesterday (UTC)' },
    ),
  ),
  examples: Type.Array(
    Type.Object({
      content: Type.String(),
      title: Type.String(),
      channel: Type.String(),
      views24h: Type.Number(),
    }),
    { maxItems: 5 },
  ),
});
export type TrendEvidence = Static<typeof TrendEvidence>;

/** Percent of a day's attention on each of the next thirty days. */
const Days = Type.Array(Type.Number(), { maxItems: 30 });
export const TrendTrajectory = Type.Object(
  { low: Days, expected: Days, high: Days },
  {
    description:
      'From tomorrow on: the part of the median that errs least so far, and the interval that holds it four times in five',
  },
);

export const Trend = Type.Object({
  key: Type.String({ description: 'topic:<folded words> or channel:<id>' }),
  kind: literals(['topic', 'channel']),
  label: Type.String(),
  members: Type.Array(Type.String(), { maxItems: 12, description: 'Keys merged into this one' }),
  angles: Type.Array(Type.String(), { maxItems: 6, description: 'What goes along with it in titles' }),
  rank: Type.Integer({ minimum: 1 }),
  score: Share('virality × validation: what the rank goes by'),
  virality: Share(
    'Chance that within a week the attention is twice the highest of its last three days; past its peak, that it comes back. Corrected by what came of trends in the same stage',
  ),
  validation: Share('How well founded: significance, contents, channels, sources'),
  stage: TrendStageName,
  stageSinceMs: AtMs,
  health: Share('Above .8 going up, below .3 down'),
  attention: Type.Number({
    description: 'Last 24 hours, percent of all that the tenant saw on an average day of the week',
  }),
  velocity: Type.Number({ description: 'Doublings a day' }),
  acceleration: Type.Number({ description: 'Change of velocity, doublings a day per day' }),
  risk: Share('Of the stage'),
  competition: Share('How crowded: of the stage, channels at work and new contents'),
  timing: Type.Object({
    onsetMs: AtMs,
    peak: TrendMoment,
    end: TrendMoment,
    advice: literals(['publish now', 'prepare', 'too late']),
  }),
  formats: Type.Array(
    Type.Object({
      name: Type.String(),
      contents: Type.Integer(),
      viewsAgainstMedian: Type.Number({
        description: 'Median views of these ÷ the median of the trend’s, ten at most',
      }),
    }),
    { maxItems: 4, description: 'Forms of its contents that two or more have, best watched first' },
  ),
  monitor: Type.Object(
    {
      socialVelocity: nullable('Doublings a day of mentions'),
      searchVelocity: nullable('Doublings a day of search interest'),
      saturation: Share('How much fewer views a content gets in a day than at best'),
      againstExpected: Type.Number({ description: 'Views of the last whole day ÷ those expected for it' }),
      adjustments: Type.Array(Type.String(), { maxItems: 4, description: 'What to change, in words' }),
    },
    { description: 'Null where no source says anything' },
  ),
  trajectory: TrendTrajectory,
  viewsPerPoint: Type.Number({
    description: 'Views of one percent of a day’s attention, over the week; 0 without views',
  }),
  monetization: Type.Object({
    rpmUsdEstimate: Type.Number({
      description:
        'Estimate in US dollars: seed RPM of the category by season, of viewers in countries of the first tier; of the second .6 of it, of the third .3',
    }),
    revenueUsdEstimate: Type.Number({
      description: 'Estimate: of one content with the median views of this trend',
    }),
    category: Type.String(),
  }),
  evidence: TrendEvidence,
  noDataSinceMs: Type.Optional(
    Type.Number({
      description:
        'The feed it lives on has paused since then: everything is as it was last known, and nothing new is told. Absent while it is heard of',
    }),
  ),
  spark: Type.Array(Type.Number(), {
    maxItems: 7,
    description: 'Attention of the last seven times 24 hours, oldest first',
  }),
});
export type Trend = Static<typeof Trend>;

export const TrendList = Type.Object({
  evaluatedAtMs: Type.Union([AtMs, Type.Null()], {
    description: 'Event time up to which these are known; null while there are none',
  }),
  trends: Type.Array(Trend, { maxItems: 100 }),
});
export type TrendList = Static<typeof TrendList>;

export const TrendPoint = Type.Object({
  atMs: AtMs,
  rank: Type.Integer(),
  stage: TrendStageName,
  score: Type.Number(),
  attention: Type.Number(),
  views24h: Type.Number(),
  mentions24h: Type.Number(),
  health: Type.Number(),
});
export type TrendPoint = Static<typeof TrendPoint>;

export const TrendHistory = Type.Object({
  trend: Trend,
  points: Type.Array(TrendPoint, { maxItems: 2_000, description: 'By the hour, oldest first' }),
});
export type TrendHistory = Static<typeof TrendHistory>;
