import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Trend } from '../../platform/contracts/trend.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { startAnalytics } from '../../streams/analytics/responder.ts';
import { startRig, type Rig } from '../testing/rig.ts';

const HOUR_MS = 3_600_000;
const T = Date.UTC(2026, 1, 10, 12, 15);

function trend(change: Partial<Trend> & Pick<Trend, 'key' | 'rank'>): Trend {
  const moment = { expectedMs: T, fromMs: T, toMs: T, isPast: false };
  return {
    kind: change.key.startsWith('channel:') ? 'channel' : 'topic',
    label: change.key.slice(change.key.indexOf(':') + 1),
    members: [],
    angles: [],
    score: 0.4,
    virality: 0.5,
    validation: 0.8,
    stage: 'rising',
    stageSinceMs: T,
    health: 0.7,
    attention: 2,
    velocity: 1,
    acceleration: 0,
    risk: 0.2,
    competition: 0.3,
    timing: { onsetMs: T, peak: moment, end: moment, advice: 'publish now' },
    formats: [],
    monitor: {
      socialVelocity: null,
      searchVelocity: null,
      saturation: 0,
      againstExpected: 1,
      adjustments: [],
    },
    trajectory: { low: [1], expected: [2], high: [4] },
    viewsPerPoint: 1_000,
    monetization: { rpmUsdEstimate: 4.5, revenueUsdEstimate: 12, category: 'entertainment' },
    evidence: {
      mentions24h: 10,
      expectedMentions24h: 1,
      pValue: 0.001,
      qValue: 0.01,
      views24h: 1_000,
      viewsBefore24h: 400,
      expectedViewsNext24h: 1_500,
      contents: 3,
      freshContents: 1,
      channels: 2,
      sources: { social: 4, search: 0, news: 1, competitor: 0, platform: 5 },
      audience: { views24h: 0, contents: 0 },
      examples: [{ content: 'v1', title: 'Kayak\tcamp', channel: 'c', views24h: 700 }],
    },
    spark: [0, 1, 2],
    ...change,
  };
}

describe('trends over the API', () => {
  let rig: Rig;
  let key = '';
  const write = async (
    tenant: string,
    atMs: number,
    version: number,
    trends: readonly Trend[],
  ): Promise<void> => {
    const rows = trends.map((each) =>
      JSON.stringify({
        tenant,
        hour: Math.floor(atMs / HOUR_MS) * 3_600,
        key: each.key,
        evaluated_at: atMs,
        rank: each.rank,
        stage: each.stage,
        score: each.score,
        attention: each.attention,
        views24h: each.evidence.views24h,
        mentions24h: each.evidence.mentions24h,
        health: each.health,
        detail: JSON.stringify(each),
        version,
      }),
    );
    await rig.store.command(`INSERT INTO trends FORMAT JSONEachRow ${rows.join('\n')}`);
  };
  beforeAll(async () => {
    rig = await startRig();
    key = await rig.key('main', 'query:read');
  });
  afterAll(() => rig.stop());

  test('before the first evaluation the list is empty and says so', async () => {
    const answer = await rig.call('GET', '/api/v1/trends', { key });
    expect([answer.status, answer.body]).toEqual([200, { evaluatedAtMs: null, trends: [] }]);
  });

  test('the newest evaluation is listed by rank, and filtered', async () => {
    await write('main', T - HOUR_MS, 10, [
      trend({ key: 'topic:kayak', rank: 1 }),
      trend({ key: 'topic:gone', rank: 2 }),
    ]);
    await write('main', T, 20, [
      trend({ key: 'topic:jumanji', rank: 1, stage: 'emerging' }),
      trend({ key: 'topic:kayak', rank: 2, attention: 5 }),
      trend({ key: 'channel:a/b ü', rank: 3, stage: 'peak' }),
    ]);
    // The same evaluation written again, as after a crash.
    await write('main', T, 20, [trend({ key: 'topic:kayak', rank: 2, attention: 5 })]);
    await write('other', T + HOUR_MS, 99, [trend({ key: 'topic:secret', rank: 1 })]);
    const keys = async (query: string): Promise<string[]> => {
      const { status, body } = await rig.call('GET', `/api/v1/trends${query}`, { key });
      expect(status).toBe(200);
      expect(body.evaluatedAtMs).toBe(T);
      return body.trends.map((each: Trend) => each.key);
    };
    // Answers are shared for a second: each question here is another.
    expect(await keys('?limit=50')).toEqual(['topic:jumanji', 'topic:kayak', 'channel:a/b ü']);
    expect(await keys('?limit=2')).toEqual(['topic:jumanji', 'topic:kayak']);
    expect(await keys('?stage=peak')).toEqual(['channel:a/b ü']);
    expect(await keys('?kind=topic&stage=rising')).toEqual(['topic:kayak']);
    expect(await keys('?source=news')).toHaveLength(3);
    expect(await keys('?source=search')).toEqual([]);
  });

  test('one trend with how it went', async () => {
    const { status, body } = await rig.call('GET', '/api/v1/trends/topic%3Akayak', { key });
    expect(status).toBe(200);
    expect(body.trend.attention).toBe(5);
    expect(body.trend.evidence.examples[0].title).toBe('Kayak\tcamp');
    expect(body.points.map(({ atMs, rank }: { atMs: number; rank: number }) => [atMs, rank])).toEqual([
      [T - HOUR_MS, 1],
      [T, 2],
    ]);
    const channel = await rig.call('GET', `/api/v1/trends/${encodeURIComponent('channel:a/b ü')}`, { key });
    expect(channel.body.trend.stage).toBe('peak');
    const cut = await rig.call('GET', `/api/v1/trends/topic%3Akayak?from=${T - 60_000}&to=${T + 1}`, { key });
    expect(cut.body.points).toHaveLength(1);
  });

  test('its life is weighed by whoever owns it, with what the tenant reckons with', async () => {
    const analytics = startAnalytics({
      bus: rig.bus,
      store: rig.store,
      clock: systemClock,
      metrics: rig.metrics,
      completeMs: () => systemClock.nowMs(),
    });
    const ask = async (path = 'topic%3Akayak', as = key): ReturnType<Rig['call']> =>
      await rig.call('GET', `/api/v1/trends/${path}/lifecycle`, { key: as });
    const before = await ask();
    expect(before.status).toBe(200);
    expect(before.body).toMatchObject({ key: 'topic:kayak', atMs: T, rpm: { from: 'estimate' } });
    expect(before.body.reasons.length).toBeGreaterThan(0);
    const change = async (body: unknown, as: string): Promise<number> =>
      (await rig.call('PATCH', '/api/v1/trend-assumptions', { key: as, body })).status;
    expect(await change({ rpm: 9 }, key)).toBe(403);
    const writer = await rig.key('main', 'kpis:write', 'query:read');
    expect(await change({ rpm: -1 }, writer)).toBe(400);
    expect(await change({ rpm: 9, leadTimeHours: 2 }, writer)).toBe(200);
    expect((await ask()).body).toMatchObject({ rpm: { value: 9, from: 'assumed' } });
    const kept = await rig.call('GET', '/api/v1/trend-assumptions', { key });
    expect(kept.body).toMatchObject({ rpm: 9, leadTimeHours: 2, minRoi: 0.5 });
    const other = await rig.key('other', 'query:read');
    const theirs = await rig.call('GET', '/api/v1/trend-assumptions', { key: other });
    expect(theirs.body).toMatchObject({ rpm: null });
    expect((await ask('topic%3Akayak', other)).body.code).toBe('TREND_NOT_FOUND');
    analytics.stop();
  });

  test('bad questions get the reason, other tenants nothing', async () => {
    const code = async (path: string, as: string = key): Promise<unknown[]> => {
      const { status, body } = await rig.call('GET', path, { key: as });
      return [status, body.code];
    };
    expect(await code('/api/v1/trends/topic%3Asecret')).toEqual([404, 'TREND_NOT_FOUND']);
    expect(await code('/api/v1/trends?stage=dying')).toEqual([400, 'GATEWAY_REQUEST_INVALID']);
    expect(await code('/api/v1/trends?limit=1000')).toEqual([400, 'GATEWAY_REQUEST_INVALID']);
    expect(await code('/api/v1/trends/topic%3Akayak?from=never')).toEqual([400, 'GATEWAY_REQUEST_INVALID']);
    expect((await code('/api/v1/trends', await rig.key('main', 'ingest:write')))[0]).toBe(403);
    const { body } = await rig.call('GET', '/api/v1/trends?limit=9', {
      key: await rig.key('other', 'query:read'),
    });
    expect(body.trends.map((each: Trend) => each.key)).toEqual(['topic:secret']);
  });
});
