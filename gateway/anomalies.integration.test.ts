import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRig, type Rig } from './testing/rig.ts';

const START_MS = Date.UTC(2026, 4, 4, 10);
const MINUTE_MS = 60_000;

describe('anomalies over the API', () => {
  let rig: Rig;
  let reader: string;

  const insert = async (id: string, change: Readonly<Record<string, string | number>>): Promise<void> => {
    const row = {
      tenant: 'main',
      started_at: START_MS,
      id,
      kpi: 'views',
      window: '1m',
      rollup: 'total',
      dim: '',
      state: 'resolved',
      severity: 'warning',
      reason: 'value',
      ended_at: START_MS + 10 * MINUTE_MS,
      peak_at: START_MS + MINUTE_MS,
      score: 0.9,
      observed: 20,
      expected: 140,
      lower: 110,
      upper: 170,
      is_good: 'false',
      parent_id: '',
      explanation: '',
      version: 1,
      ...change,
    };
    await rig.store.insertRows('anomalies', Object.keys(row), `${Object.values(row).join('\t')}\n`);
  };
  const list = async (query: string): Promise<string[]> => {
    const { body, status } = await rig.call('GET', `/api/v1/anomalies?from=${START_MS - 1}&${query}`, {
      key: reader,
    });
    expect(status, JSON.stringify(body)).toBe(200);
    return body.anomalies.map(({ id }: { id: string }) => id);
  };

  beforeAll(async () => {
    rig = await startRig();
    reader = await rig.key('main', 'query:read');
    const explanation = JSON.stringify({
      windowStartMs: START_MS,
      expected: 140,
      observed: 20,
      dimensions: [],
    });
    await insert('total', { state: 'open', explanation });
    await insert('total', { state: 'resolved', severity: 'critical', version: 2, explanation });
    await insert('part', {
      rollup: 'channel',
      dim: 'c1',
      parent_id: 'total',
      started_at: START_MS + MINUTE_MS,
    });
    await insert('later', {
      kpi: 'rpm',
      state: 'open',
      started_at: START_MS + 30 * MINUTE_MS,
      ended_at: START_MS + 31 * MINUTE_MS,
    });
    // Of the same incident: counted as one with the total of views, under its own KPI all the same.
    await insert('sibling', {
      kpi: 'avg_watch_time',
      parent_id: 'total',
      started_at: START_MS + 2 * MINUTE_MS,
    });
    await insert('covered', {
      kpi: 'ctr',
      rollup: 'channel',
      dim: 'c2',
      parent_id: 'ctr.1m.total.7',
      started_at: START_MS + 2 * MINUTE_MS,
    });
    await insert('gone', { kpi: 'no_such_kpi' });
    const band = [-1, 0, 1].map((i) =>
      [
        'main',
        'views',
        '1m',
        'total',
        '',
        START_MS + i * MINUTE_MS,
        20,
        140,
        110,
        170,
        0.9,
        Math.floor(Date.now() / 1_000),
        1,
      ].join('\t'),
    );
    await rig.store.insertRows(
      'expectations',
      [
        'tenant',
        'kpi',
        'window',
        'rollup',
        'dim',
        'window_start',
        'observed',
        'expected',
        'lower',
        'upper',
        'score',
        'judged_at',
        'version',
      ],
      `${band.join('\n')}\n`,
    );
  });
  afterAll(async () => rig.stop());

  test('the newest version counts, the newest start comes first, parts only when asked for', async () => {
    expect(await list('')).toEqual(['later', 'total']);
    expect(await list('parts=true')).toEqual(['later', 'covered', 'sibling', 'part', 'total']);
    expect(await list('kpi=avg_watch_time')).toEqual(['sibling']);
    expect(await list('kpi=ctr')).toEqual([]);
    expect(await list('channel=c1')).toEqual(['part']);
    expect(await list('severity=critical')).toEqual(['total']);
    expect(await list('state=open')).toEqual(['later']);
    expect(await list('kpi=rpm')).toEqual(['later']);
    expect(await list(`to=${START_MS + 20 * MINUTE_MS}`)).toEqual(['total']);
    expect(await list('limit=1')).toEqual(['later']);
  });

  test('one episode comes with its band, why, and what overlaps it', async () => {
    const { body } = await rig.call('GET', '/api/v1/anomalies/total', { key: reader });
    expect(body.anomaly).toMatchObject({
      state: 'resolved',
      severity: 'critical',
      unit: 'count',
      title: 'Views',
      others: 2,
    });
    expect(body.band).toHaveLength(3);
    expect(body.explanation).toMatchObject({ expected: 140, observed: 20 });
    expect(body.related.map(({ id }: { id: string }) => id)).toEqual(['sibling', 'part', 'covered']);
    const none = await rig.call('GET', '/api/v1/anomalies/nothing', { key: reader });
    expect([none.status, none.body.code]).toEqual([404, 'ANOMALY_NOT_FOUND']);
  });

  test('two dimensions at once are refused: series are watched by one', async () => {
    const { body, status } = await rig.call('GET', '/api/v1/anomalies?channel=a&country=b', { key: reader });
    expect([status, body.code, body.details.field]).toEqual([400, 'GATEWAY_REQUEST_INVALID', 'country']);
  });

  test('admins set the sensitivity and everybody sees who did', async () => {
    const refused = await rig.call('PATCH', '/api/v1/watch', {
      key: reader,
      body: { falseAlarmsPerWeek: 9 },
    });
    expect(refused.body.code).toBe('GATEWAY_FORBIDDEN');
    const { adminKey } = rig;
    await rig.call('PATCH', '/api/v1/watch', { key: adminKey, body: { falseAlarmsPerWeek: 9 } });
    const own = { kpi: { key: 'views', falseAlarmsPerWeek: 1 } };
    await rig.call('PATCH', '/api/v1/watch', { key: adminKey, body: own });
    const unknown = { kpi: { key: 'no_such_kpi', falseAlarmsPerWeek: 1 } };
    const missing = await rig.call('PATCH', '/api/v1/watch', { key: adminKey, body: unknown });
    expect(missing.body.code).toBe('KPI_NOT_FOUND');
    const { body } = await rig.call('GET', '/api/v1/watch', { key: reader });
    expect(body).toMatchObject({ falseAlarmsPerWeek: 9, perKpi: { views: 1 } });
    expect(body.changes.map(({ what, from, to }: Record<string, unknown>) => [what, from, to])).toEqual([
      ['views', null, 1],
      ['tenant', 2, 9],
    ]);
    expect(body.changes[0].by).not.toBe('');
  });

  test('a stage nobody works on is told as such', async () => {
    const { body } = await rig.call('GET', '/api/v1/system/stages', { key: reader });
    expect(body.stages).toContainEqual({
      name: 'watch',
      isOwned: false,
      position: null,
      pendingMessages: null,
      flushedAtMs: null,
      owesWrites: null,
      failure: null,
      repair: null,
    });
  });
});
