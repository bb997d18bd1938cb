import type { AudienceAnswer, AudienceTopic, PrivateRequest } from '../../platform/contracts/audience.ts';
import type { DemographicField } from '../../platform/contracts/demographics.ts';
import type { PostList, PostView } from '../../platform/contracts/posts.ts';
import type { PrivacyState } from '../../platform/contracts/privacy.ts';
import { apiPath } from './api-path.ts';
import type { Http } from './http.ts';
import { isAudienceAnswer, isPost, isPostList, isPrivacyState } from './wire-audience.ts';

export interface AudienceArgs {
  readonly what: AudienceTopic;
  readonly fromMs: number;
  readonly by?: 'channel' | 'content' | undefined;
  readonly field?: DemographicField | undefined;
}

export interface PostArgs {
  readonly viral?: boolean | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Routes of the audience and of posts. Each throws ApiError. */
export interface AudienceApi {
  readonly audience: (args: AudienceArgs) => Promise<AudienceAnswer>;
  /** Costs privacy budget, the first time in a period. */
  readonly askPrivately: (what: AudienceTopic, body: PrivateRequest) => Promise<AudienceAnswer>;
  readonly privacy: () => Promise<PrivacyState>;
  readonly posts: (args: PostArgs) => Promise<PostList>;
  readonly post: (content: string) => Promise<PostView>;
}

export function createAudienceApi({ request }: Pick<Http, 'request'>): AudienceApi {
  return {
    audience: ({ what, fromMs, by, field }) =>
      request(
        { method: 'GET', path: apiPath('audience', what), query: { from: fromMs, by, field } },
        isAudienceAnswer,
      ),
    askPrivately: (what, body) =>
      request({ method: 'POST', path: apiPath('audience', what), body }, isAudienceAnswer),
    privacy: () => request({ method: 'GET', path: apiPath('privacy-budget') }, isPrivacyState),
    posts: ({ viral, after, limit }) =>
      request(
        {
          method: 'GET',
          path: apiPath('posts'),
          query: { viral: viral === undefined ? undefined : String(viral), after, limit },
        },
        isPostList,
      ),
    post: (content) => request({ method: 'GET', path: apiPath('posts', content) }, isPost),
  };
}
