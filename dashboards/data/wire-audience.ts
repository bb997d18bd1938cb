import type { AudienceAnswer, AudienceBody } from '../../platform/contracts/audience.ts';
import type { DemographicField } from '../../platform/contracts/demographics.ts';
import type { PostList, PostView } from '../../platform/contracts/posts.ts';
import type { PrivacyState } from '../../platform/contracts/privacy.ts';
import {
  anyOf,
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

/** The contract's list, spelled again because importing it would bring the schema library into the page. */
export const audienceTopics = [
  'activity',
  'returning',
  'watch_time',
  'interaction',
  'loyalty',
  'churn',
  'preferences',
  'demographics',
] as const satisfies readonly AudienceAnswer['what'][];

type Body<K extends AudienceBody['kind']> = Extract<AudienceBody, { kind: K }>;
type Private = Extract<AudienceAnswer['privacy'], { kind: 'private' }>;

const isShare = nullable(isNumber);
const channelOrContent = oneOf(['channel', 'content']);
const mechanism = oneOf(['gaussian', 'laplace']);

const isActivity: Guard<Body<'activity'>> = object<Body<'activity'>>({
  kind: oneOf(['activity']),
  cells: arrayOf(
    object<Body<'activity'>['cells'][number]>({
      weekday: isNumber,
      hour: isNumber,
      occurrences: isNumber,
      viewers: isNumber,
      views: nullable(isNumber),
      watchMinutes: nullable(isNumber),
    }),
  ),
});

const isHalfWidth = optional(isNumber);
const isReturning: Guard<Body<'returning'>> = object<Body<'returning'>>({
  kind: oneOf(['returning']),
  horizons: arrayOf(
    object<Body<'returning'>['horizons'][number]>({
      days: isNumber,
      viewers: isNumber,
      viewersHalfWidth: isHalfWidth,
      returned: isNumber,
      returnedHalfWidth: isHalfWidth,
      rate: isShare,
      rateHalfWidth: isHalfWidth,
    }),
  ),
});

const isWatchTime: Guard<Body<'watch_time'>> = object<Body<'watch_time'>>({
  kind: oneOf(['watch_time']),
  viewers: isNumber,
  viewersHalfWidth: isHalfWidth,
  totalMinutes: nullable(isNumber),
  meanMinutes: nullable(isNumber),
  bins: arrayOf(
    object<Body<'watch_time'>['bins'][number]>({
      fromMinutes: isNumber,
      toMinutes: nullable(isNumber),
      viewers: isNumber,
      share: isShare,
      shareHalfWidth: isHalfWidth,
    }),
  ),
});

const isInteraction: Guard<Body<'interaction'>> = object<Body<'interaction'>>({
  kind: oneOf(['interaction']),
  viewers: isNumber,
  viewersHalfWidth: isHalfWidth,
  interactions: nullable(isNumber),
  bins: arrayOf(
    object<Body<'interaction'>['bins'][number]>({
      from: isNumber,
      to: nullable(isNumber),
      viewers: isNumber,
      share: isShare,
      shareHalfWidth: isHalfWidth,
    }),
  ),
});

const isLoyalty: Guard<Body<'loyalty'>> = object<Body<'loyalty'>>({
  kind: oneOf(['loyalty']),
  viewers: isNumber,
  viewersHalfWidth: isHalfWidth,
  classes: arrayOf(
    object<Body<'loyalty'>['classes'][number]>({
      key: isString,
      title: isString,
      rule: isString,
      viewers: isNumber,
      share: isShare,
      shareHalfWidth: isHalfWidth,
      watchMinutes: nullable(isNumber),
    }),
  ),
});

const isChurn: Guard<Body<'churn'>> = object<Body<'churn'>>({
  kind: oneOf(['churn']),
  splitMs: isNumber,
  viewers: isNumber,
  viewersHalfWidth: isHalfWidth,
  lapsed: isNumber,
  lapsedHalfWidth: isHalfWidth,
  rate: isShare,
  rateHalfWidth: isHalfWidth,
  predictors: arrayOf(
    object<Body<'churn'>['predictors'][number]>({
      key: isString,
      title: isString,
      bands: arrayOf(
        object<Body<'churn'>['predictors'][number]['bands'][number]>({
          title: isString,
          viewers: isNumber,
          viewersHalfWidth: isHalfWidth,
          lapsed: isNumber,
          rate: isShare,
          rateHalfWidth: isHalfWidth,
        }),
      ),
    }),
  ),
});

const isPreferences: Guard<Body<'preferences'>> = object<Body<'preferences'>>({
  kind: oneOf(['preferences']),
  by: channelOrContent,
  viewers: isNumber,
  viewersHalfWidth: isHalfWidth,
  items: arrayOf(
    object<Body<'preferences'>['items'][number]>({
      id: isString,
      title: isString,
      viewers: isNumber,
      share: isShare,
      shareHalfWidth: isHalfWidth,
      index: isShare,
      indexLow: isShare,
      indexHigh: isShare,
    }),
  ),
  pairs: arrayOf(
    object<Body<'preferences'>['pairs'][number]>({
      a: isString,
      aTitle: isString,
      b: isString,
      bTitle: isString,
      viewers: isNumber,
      lift: isNumber,
      liftLow: isNumber,
      liftHigh: isNumber,
    }),
  ),
});

/** The contract's list, spelled again for the same reason. */
export const demographicFields = [
  'age_band',
  'gender',
  'device_type',
  'language',
  'region',
] as const satisfies readonly DemographicField[];

type Group = Body<'demographics'>['groups'][number];
const isDemographics: Guard<Body<'demographics'>> = object<Body<'demographics'>>({
  kind: oneOf(['demographics']),
  field: oneOf(demographicFields),
  viewers: isNumber,
  viewersHalfWidth: isHalfWidth,
  groups: arrayOf(
    object<Group>({
      value: isString,
      groups: isNumber,
      viewers: isNumber,
      share: isShare,
      shareHalfWidth: isHalfWidth,
      views: isShare,
      watchMinutes: isShare,
      revenueMinor: isShare,
      revenuePerViewerMinor: isShare,
      least: nullable(
        object<NonNullable<Group['least']>>({
          views: isNumber,
          viewsHalfWidth: isNumber,
          payers: isNumber,
          revenueMinor: isNumber,
          revenueHalfWidthMinor: isNumber,
        }),
      ),
    }),
  ),
  suppressed: isNumber,
});

const isPrivate: Guard<Private> = object<Private>({
  kind: oneOf(['private']),
  id: isString,
  epsilon: isNumber,
  delta: isNumber,
  mechanism,
  cellsPerPerson: isNumber,
  halfWidth95: isNumber,
  rho: isNumber,
  answeredAtMs: isNumber,
  isRepeated: isBoolean,
});

export const isAudienceAnswer: Guard<AudienceAnswer> = object<AudienceAnswer>({
  what: oneOf(audienceTopics),
  timeZone: isString,
  fromMs: isNumber,
  toMs: isNumber,
  watermarkMs: nullable(isNumber),
  segment: object<AudienceAnswer['segment']>({
    country: optional(isString),
    channel: optional(isString),
    content: optional(isString),
    age_band: optional(isString),
    gender: optional(isString),
    device_type: optional(isString),
    language: optional(isString),
    region: optional(isString),
  }),
  release: oneOf(['tenant', 'public']),
  privacy: anyOf(object<{ kind: 'exact' }>({ kind: oneOf(['exact']) }), isPrivate),
  body: anyOf(
    anyOf(anyOf(isActivity, isReturning), anyOf(isWatchTime, isLoyalty)),
    anyOf(isChurn, anyOf(isInteraction, anyOf(isPreferences, isDemographics))),
  ),
});

const isGuarantee = object<{ epsilon: number; delta: number }>({ epsilon: isNumber, delta: isNumber });

export const isPrivacyState: Guard<PrivacyState> = object<PrivacyState>({
  period: isString,
  periodStartMs: isNumber,
  periodEndMs: isNumber,
  budget: isGuarantee,
  perAnswer: isGuarantee,
  spentEpsilon: isNumber,
  spentShare: isNumber,
  answersLeft: isNumber,
  compared: object<PrivacyState['compared']>({
    basic: isGuarantee,
    renyi: nullable(isNumber),
    advanced: nullable(isGuarantee),
  }),
  charges: arrayOf(
    object<PrivacyState['charges'][number]>({
      id: isString,
      question: isString,
      atMs: isNumber,
      what: isString,
      about: isString,
      by: isString,
      mechanism,
      epsilon: isNumber,
      delta: isNumber,
      rho: isNumber,
      isAnswered: isBoolean,
    }),
  ),
});

export const isPost: Guard<PostView> = object<PostView>({
  content: isString,
  channel: isString,
  title: isString,
  publishedAtMs: isNumber,
  views: isNumber,
  engagement: isNumber,
  ageMinutes: isNumber,
  isViral: isBoolean,
  viralAtMs: nullable(isNumber),
  checks: arrayOf(
    object<PostView['checks'][number]>({
      ageMinutes: isNumber,
      dueAtMs: isNumber,
      isDue: isBoolean,
      views: nullable(isNumber),
      engagement: nullable(isNumber),
      expectedViews: nullable(isNumber),
      expectedEngagement: nullable(isNumber),
      isViral: nullable(isBoolean),
    }),
  ),
  predictions: arrayOf(
    object<PostView['predictions'][number]>({
      atAgeMinutes: isNumber,
      basedOnPosts: isNumber,
      points: arrayOf(
        object<PostView['predictions'][number]['points'][number]>({
          ageMinutes: isNumber,
          views: isNumber,
          low: isNumber,
          high: isNumber,
        }),
      ),
    }),
  ),
});

export const isPostList: Guard<PostList> = object<PostList>({
  posts: arrayOf(isPost),
  nextAfter: optional(isString),
});
