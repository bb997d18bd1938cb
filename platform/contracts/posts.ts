import { Type, type Static } from '@sinclair/typebox';

/** Posts as they are tracked from publication on. Ages are whole minutes of event time after the minute of publication. */

export const checkAges = [15, 60, 240, 720, 1_440] as const;
/** The end of tracking: seven days. */
export const FINAL_AGE = 10_080;

const Maybe = Type.Union([Type.Number({ minimum: 0 }), Type.Null()]);

export const PostCheck = Type.Object({
  ageMinutes: Type.Integer(),
  dueAtMs: Type.Number(),
  /** Whether event time has passed it; until then the values are null. */
  isDue: Type.Boolean(),
  views: Maybe,
  engagement: Maybe,
  /** What posts of this channel had at this age, drawn towards the tenant's; null with too little history. */
  expectedViews: Maybe,
  expectedEngagement: Maybe,
  isViral: Type.Union([Type.Boolean(), Type.Null()]),
});
export type PostCheck = Static<typeof PostCheck>;

const PredictionPoint = Type.Object({
  ageMinutes: Type.Integer(),
  views: Type.Number({ minimum: 0 }),
  /** 80 of 100 posts end between. */
  low: Type.Number({ minimum: 0 }),
  high: Type.Number({ minimum: 0 }),
});

/** Made at a check from what was known then: earlier posts that had reached the age in question. */
export const PostPrediction = Type.Object({
  atAgeMinutes: Type.Integer(),
  /** Earlier posts it rests on, for the furthest point. */
  basedOnPosts: Type.Integer(),
  points: Type.Array(PredictionPoint),
});
export type PostPrediction = Static<typeof PostPrediction>;

export const PostDetail = Type.Object({
  checks: Type.Array(PostCheck),
  predictions: Type.Array(PostPrediction),
});
export type PostDetail = Static<typeof PostDetail>;

export const PostView = Type.Object({
  content: Type.String(),
  channel: Type.String(),
  title: Type.String(),
  publishedAtMs: Type.Number(),
  /** Up to seven days after publication. */
  views: Type.Number({ minimum: 0 }),
  engagement: Type.Number({ minimum: 0, description: 'Likes, comments and shares' }),
  /** Minutes since publication; stops at seven days. */
  ageMinutes: Type.Number({ minimum: 0 }),
  isViral: Type.Boolean({
    description: 'At any check: engagement above 2.0 times and views above 1.5 times expected',
  }),
  /** The first check at which it was. */
  viralAtMs: Type.Union([Type.Number(), Type.Null()]),
  ...PostDetail.properties,
});
export type PostView = Static<typeof PostView>;

/** A post as it is stored: its age is left to whoever looks. */
export type TrackedPost = Omit<PostView, 'ageMinutes'>;

export const PostList = Type.Object({
  posts: Type.Array(PostView),
  /** Give it as `after` for the next page; absent at the end. */
  nextAfter: Type.Optional(Type.String()),
});
export type PostList = Static<typeof PostList>;
