import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createJsonCodec } from '../platform/bus/json.ts';
import { AudienceQuestion, audienceSubject, type AudienceAnswer } from '../platform/contracts/audience.ts';
import { PrivacyRequest, privacySubject, type PrivacyState } from '../platform/contracts/privacy.ts';
import type { PostDetail } from '../platform/contracts/posts.ts';
import { WeirError } from '../platform/errors/weir-error.ts';
import { startRig, type Rig } from './testing/rig.ts';

const asked: AudienceQuestion[] = [];
let refusal: WeirError | undefined;

function answerTo(question: AudienceQuestion): AudienceAnswer {
  return {
    what: question.what,
    timeZone: 'UTC',
    fromMs: question.fromMs ?? 0,
    toMs: question.toMs ?? 1,
    watermarkMs: 1,
    segment: question.segment ?? {},
    release: question.release,
    privacy: { kind: 'exact' },
    body: { kind: 'returning', horizons: [{ days: 1, viewers: asked.length, returned: 0, rate: 0 }] },
  };
}

const state: PrivacyState = {
  period: '2026-11',
  periodStartMs: 0,
  periodEndMs: 1,
  budget: { epsilon: 1, delta: 1e-6 },
  perAnswer: { epsilon: 0.1, delta: 1e-6 },
  spentEpsilon: 0.1,
  spentShare: 0.02,
  answersLeft: 50,
  compared: { basic: { epsilon: 0.1, delta: 1e-6 }, renyi: 0.1, advanced: null },
  charges: [
    {
      id: 'a'.repeat(32),
      question: 'b'.repeat(64),
      atMs: 0,
      what: 'activity',
      about: 'activity: country DE',
      by: 'user-7',
      mechanism: 'gaussian',
      epsilon: 0.1,
      delta: 1e-6,
      rho: 0.0004,
      isAnswered: true,
    },
  ],
};

let rig: Rig;
let viewer: string;
let analyst: string;
beforeAll(async () => {
  rig = await startRig();
  viewer = await rig.key('main', 'query:read');
  analyst = await rig.key('main', 'query:read', 'kpis:write');
  // The processors, as the gateway sees them.
  rig.bus.respond(audienceSubject, createJsonCodec(AudienceQuestion), (question) => {
    asked.push(question);
    if (refusal !== undefined) throw refusal;
    return answerTo(question);
  });
  rig.bus.respond(privacySubject, createJsonCodec(PrivacyRequest), ({ tenant, atMs }) => ({
    ...state,
    period: `${tenant} ${atMs ?? 'now'}`,
  }));
});
afterAll(() => rig.stop());

describe('questions about the audience', () => {
  test('are asked for the tenant of the credential, with the range and nothing else', async () => {
    const { body, status } = await rig.call(
      'GET',
      '/api/v1/audience/returning?from=2026-11-01&to=1795000000000',
      {
        key: viewer,
      },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ what: 'returning', privacy: { kind: 'exact' } });
    expect(asked.at(-1)).toEqual({
      tenant: 'main',
      asker: '',
      what: 'returning',
      release: 'tenant',
      fromMs: Date.UTC(2026, 10, 1),
      toMs: 1_795_000_000_000,
    });
    expect((await rig.call('GET', '/api/v1/audience/returning?country=DE', { key: viewer })).status).toBe(
      400,
    );
    expect((await rig.call('GET', '/api/v1/audience/everything', { key: viewer })).status).toBe(400);
  });

  test('equal exact questions of a moment are computed once', async () => {
    const before = asked.length;
    const ask = async () => await rig.call('GET', '/api/v1/audience/churn', { key: viewer });
    const [one, two] = await Promise.all([ask(), ask()]);
    expect(one?.body).toEqual(two?.body);
    expect(asked.length - before).toBe(1);
  });

  test('about a segment need the right to spend; who asks comes from the credential', async () => {
    const body = { segment: { country: 'DE' }, epsilon: 0.2 };
    expect((await rig.call('POST', '/api/v1/audience/activity', { key: viewer, body })).status).toBe(403);
    expect((await rig.call('POST', '/api/v1/audience/activity', { key: analyst, body })).status).toBe(200);
    expect(asked.at(-1)).toMatchObject({ tenant: 'main', release: 'tenant', ...body });
    expect(asked.at(-1)?.asker).not.toBe('');
    const wrong = { ...body, tenant: 'other' };
    expect((await rig.call('POST', '/api/v1/audience/activity', { key: analyst, body: wrong })).status).toBe(
      400,
    );
    const tooMuch = { ...body, epsilon: 3 };
    expect(
      (await rig.call('POST', '/api/v1/audience/activity', { key: analyst, body: tooMuch })).status,
    ).toBe(400);
  });

  test('a refusal of the processors arrives with its code and words; a fault does not', async () => {
    const ask = async () => await rig.call('POST', '/api/v1/audience/loyalty', { key: analyst, body: {} });
    refusal = new WeirError('PRIVACY_BUDGET_SPENT', 'The privacy budget of this period has 0.0% left.');
    expect(await ask()).toMatchObject({
      status: 429,
      body: { code: 'PRIVACY_BUDGET_SPENT', detail: 'The privacy budget of this period has 0.0% left.' },
    });
    refusal = new WeirError('PLATFORM_INTERNAL', 'secret words');
    const fault = await ask();
    expect(fault.body.code).toBe('BUS_REQUEST_FAILED');
    expect(fault.text).not.toContain('secret');
    refusal = undefined;
  });

  test('the budget is for everybody to see, who asked for admins', async () => {
    const seen = await rig.call('GET', '/api/v1/privacy-budget', { key: viewer });
    expect(seen.body).toMatchObject({
      period: 'main now',
      charges: [{ about: 'activity: country DE', by: '' }],
    });
    const earlier = await rig.call('GET', '/api/v1/privacy-budget?at=86400000', { key: rig.adminKey });
    expect(earlier.body).toMatchObject({ period: 'main 86400000', charges: [{ by: 'user-7' }] });
  });
});

describe('posts', () => {
  const detail: PostDetail = {
    checks: [
      {
        ageMinutes: 15,
        dueAtMs: 1,
        isDue: true,
        views: 7,
        engagement: 1,
        expectedViews: null,
        expectedEngagement: null,
        isViral: null,
      },
    ],
    predictions: [],
  };
  beforeAll(async () => {
    const row = (
      tenant: string,
      content: string,
      publishedAtMs: number,
      viral: string,
      version = 1,
    ): string =>
      [
        tenant,
        content,
        'c1',
        `Title ${content}`,
        new Date(publishedAtMs).toISOString().replace('T', ' ').slice(0, -1),
        7 * version,
        1,
        viral,
        JSON.stringify(detail),
        version,
      ].join('\t');
    await rig.store.insertRows(
      'posts',
      [
        'tenant',
        'content',
        'channel',
        'title',
        'published_at',
        'views',
        'engagement',
        'viral_at',
        'detail',
        'version',
      ],
      `${[
        row('main', 'a', Date.UTC(2026, 0, 1), '\\N'),
        row('main', 'b/with slash', Date.UTC(2026, 0, 2), '2026-01-02 00:15:00.000'),
        row('main', 'c', Date.UTC(2026, 0, 3), '\\N'),
        row('main', 'c', Date.UTC(2026, 0, 3), '\\N', 2),
        row('other', 'theirs', Date.UTC(2026, 0, 4), '\\N'),
      ].join('\n')}\n`,
    );
  });

  test('are listed newest first, in pages, each in its latest state', async () => {
    const first = await rig.call('GET', '/api/v1/posts?limit=2', { key: viewer });
    expect(
      first.body.posts.map((post: { content: string; views: number }) => [post.content, post.views]),
    ).toEqual([
      ['c', 14],
      ['b/with slash', 7],
    ]);
    expect(first.body.nextAfter).toBe(`${Date.UTC(2026, 0, 2)}.b/with slash`);
    const rest = await rig.call(
      'GET',
      `/api/v1/posts?limit=2&after=${encodeURIComponent(first.body.nextAfter)}`,
      {
        key: viewer,
      },
    );
    expect(rest.body).toMatchObject({ posts: [{ content: 'a', checks: detail.checks, viralAtMs: null }] });
    expect(rest.body.nextAfter).toBeUndefined();
    const viral = await rig.call('GET', '/api/v1/posts?viral=true', { key: viewer });
    expect(viral.body.posts).toMatchObject([
      { content: 'b/with slash', isViral: true, viralAtMs: Date.UTC(2026, 0, 2, 0, 15) },
    ]);
  });

  test('one by its content; those of others are not there', async () => {
    const path = (content: string): string => `/api/v1/posts/${encodeURIComponent(content)}`;
    expect((await rig.call('GET', path('b/with slash'), { key: viewer })).body).toMatchObject({
      title: 'Title b/with slash',
    });
    expect(await rig.call('GET', path('theirs'), { key: viewer })).toMatchObject({
      status: 404,
      body: { code: 'POST_NOT_FOUND' },
    });
  });
});
