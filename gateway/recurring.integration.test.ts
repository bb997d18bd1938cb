import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mrrPresetPolicies } from '../platform/contracts/recurring.ts';
import { startRig, type Rig } from './testing/rig.ts';

const month = (n: number): number => Date.UTC(2025, n, 1);
const amounts = [
  'opening',
  'new',
  'reactivation',
  'expansion',
  'contraction',
  'churn',
  'transfer',
  'fx',
  'closing',
  'year_ago',
] as const;
type Amount = (typeof amounts)[number];
const columns = [
  'tenant',
  'policy_version',
  'window',
  'window_start',
  'customer',
  'segment',
  'currency',
  ...amounts,
  ...amounts.map((name) => `${name}_base`),
  'version',
];

function row(
  window: '1d' | '1mo',
  startMs: number,
  customer: string,
  segment: string,
  own: Partial<Record<Amount, number>>,
  currency = 'USD',
  rate = 1,
): string {
  const native = amounts.map((name) => own[name] ?? 0);
  return `${['main', 0, window, startMs, customer, segment, currency, ...native, ...native.map((n) => n * rate), 1].join('\t')}\n`;
}

/** A year: ada stays and moves up a plan, bo (in euros) leaves in January 2026, cy is new then. */
function rows(): string {
  const out: string[] = [];
  const january = month(12);
  out.push(row('1mo', month(0), 'ada', 'basic', { new: 10_000, closing: 10_000 }));
  out.push(row('1mo', month(0), 'bo', 'basic', { new: 10_000, closing: 10_000 }, 'EUR', 2));
  for (let n = 1; n < 12; n++) {
    out.push(row('1mo', month(n), 'ada', 'basic', { opening: 10_000, closing: 10_000 }));
    out.push(row('1mo', month(n), 'bo', 'basic', { opening: 10_000, closing: 10_000 }, 'EUR', 2));
  }
  out.push(row('1mo', january, 'ada', 'basic', { opening: 10_000, transfer: -10_000, year_ago: 10_000 }));
  out.push(row('1mo', january, 'ada', 'pro', { expansion: 5_000, transfer: 10_000, closing: 15_000 }));
  out.push(
    row('1mo', january, 'bo', 'basic', { opening: 10_000, churn: -10_000, year_ago: 10_000 }, 'EUR', 2),
  );
  out.push(row('1mo', january, 'cy', 'pro', { new: 3_000, closing: 3_000 }));
  out.push(row('1d', month(0) + 86_400_000, 'ada', 'basic', { new: 10_000, closing: 10_000 }));
  out.push(row('1d', month(0) + 4 * 86_400_000, 'bo', 'basic', { new: 10_000, closing: 10_000 }, 'EUR', 2));
  return out.join('');
}

describe('recurring revenue over the API', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
    await rig.store.insertRows('mrr_movements', columns, rows());
    await rig.store.insertRows(
      'mrr_status',
      ['tenant', 'policy_version', 'as_of', 'customers', 'unattributed', 'refused', 'unrated', 'version'],
      `main\t0\t${month(12) + 20 * 86_400_000}\t3\t7\t0\t['CHF']\t1\n`,
    );
    await rig.store.insertRows(
      'kpi',
      ['tenant', 'window', 'rollup', 'window_start', 'dim', 'part', 'sums', 'revision', 'version'],
      `main\t1mo\ttotal\t${month(12)}\t\t0\t{'revenue':100000,'cost':60000,'marketing_cost':10000}\t0\t1\n`,
    );
  });
  afterAll(async () => rig.stop());

  const get = async (path: string, key = rig.adminKey) => rig.call('GET', `/api/v1/${path}`, { key });
  const series = async (kpi: string, query: string) => {
    const { body } = await get(`kpis/${kpi}/series?${query}`);
    return body.series[0].points.map((point: { windowStartMs: number; value: number }) => [
      point.windowStartMs,
      point.value,
    ]);
  };
  const january = `window=1mo&from=${month(12)}&to=${month(13)}`;

  it.each([
    ['mrr', 180],
    ['arr', 2_160],
    // 30 new + 50 more − 200 lost.
    ['net_new_mrr', -120],
    ['gross_mrr_churn', 200 / 300],
    ['net_mrr_churn', 150 / 300],
    // Of 300 a year ago: ada 150 now; kept 100.
    ['nrr', 0.5],
    ['grr', 1 / 3],
    ['quick_ratio', 0.4],
    ['logo_churn', 0.5],
    ['customers', 2],
    ['arpa', 90],
    ['cac', 100],
    // 90 × (1,000 − 600 + 100) / 1,000 × 60 months: two customers say nothing about churn.
    ['ltv', 2_700],
    ['ltv_cac', 27],
    ['cac_payback', 100 / 45],
  ])('%s of a month is %d', async (kpi, value) => {
    const [[start, found] = []] = await series(kpi, january);
    expect(start).toBe(month(12));
    expect(found).toBeCloseTo(value, 9);
  });

  it('has levels by day, on days without movements too, and says which windows a KPI has', async () => {
    const days = await series('mrr', `window=1d&from=${month(0)}&to=${month(0) + 7 * 86_400_000}`);
    expect(days).toEqual([1, 2, 3, 4, 5, 6].map((day) => [month(0) + day * 86_400_000, day < 4 ? 100 : 300]));
    const later = await series('customers', `window=1d&from=${month(1)}&to=${month(1) + 86_400_000}`);
    expect(later).toEqual([[month(1), 2]]);
    for (const [path, windows] of [
      ['nrr/series?window=1d', '1mo'],
      ['mrr/series?window=1h', '1d or 1mo'],
    ]) {
      const { body, status } = await get(`kpis/${path}`);
      expect([status, body.code]).toEqual([400, 'GATEWAY_REQUEST_INVALID']);
      expect(body.detail).toContain(`"window" must be ${windows}`);
    }
    // Without a window it is one that the KPI has.
    expect((await get('kpis/nrr/series')).body.window).toBe('1mo');
  });

  it('cannot be cut by what contents have, and ranks nothing', async () => {
    expect((await get('kpis/mrr/series?by=channel')).status).toBe(400);
    expect((await get('top?kpi=mrr')).status).toBe(400);
  });

  it('tells the movements by month, with identities that hold', async () => {
    const { body, status } = await get(`recurring?from=${month(0)}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      currency: 'USD',
      by: null,
      customers: 3,
      unattributedEvents: 7,
      unratedCurrencies: ['CHF'],
    });
    const [{ months }] = body.series;
    expect(months).toHaveLength(13);
    for (const m of months)
      expect(
        m.opening + m.new + m.reactivation + m.expansion + m.contraction + m.churn + m.transfer + m.fx,
      ).toBeCloseTo(m.closing, 9);
    expect(months.at(-1)).toMatchObject({
      opening: 300,
      new: 30,
      expansion: 50,
      churn: -200,
      transfer: 0,
      closing: 180,
      customersChurned: 1,
      isLifetimeCapped: true,
    });
  });

  it('cuts by segment and currency, and shows one currency in its own amounts', async () => {
    const { body } = await get(`recurring?by=segment&from=${month(12)}`);
    expect(body.series.map((s: { cut: string; months: object[] }) => [s.cut, s.months[0]])).toMatchObject([
      ['basic', { opening: 300, churn: -200, transfer: -100, closing: 0 }],
      ['pro', { opening: 0, new: 30, expansion: 50, transfer: 100, closing: 180 }],
    ]);
    const euros = await get(`recurring?currency=EUR&from=${month(12)}`);
    expect(euros.body).toMatchObject({
      currency: 'EUR',
      series: [{ months: [{ opening: 100, churn: -100 }] }],
    });
    expect((await get('recurring?by=stream')).status).toBe(400);
  });

  it('cuts by channel from rows of their own, and by plan from those of the policy that segments by it', async () => {
    const cut = (name: string, own: Partial<Record<Amount, number>>, customer = 'ada'): string =>
      `channel\t${row('1mo', month(12), customer, name, own)}`;
    await rig.store.insertRows(
      'mrr_cuts',
      ['cut_by', ...columns],
      cut('one', { opening: 10_000, expansion: 5_000, closing: 15_000 }) +
        cut('two', { new: 3_000, closing: 3_000 }, 'cy'),
    );
    const by = async (name: string) =>
      (await get(`recurring?by=${name}&from=${month(12)}`)).body.series.map(
        (s: { cut: string; months: object[] }) => [s.cut, s.months[0]],
      );
    expect(await by('channel')).toMatchObject([
      ['one', { opening: 100, expansion: 50, closing: 150 }],
      ['two', { opening: 0, new: 30, closing: 30 }],
    ]);
    expect(await by('country')).toEqual([]);
    // The default policy segments by plan.
    expect(await by('plan')).toEqual(await by('segment'));
    expect((await get('recurring?by=channel&segment=pro')).status).toBe(400);
  });

  it('shows nothing of another tenant', async () => {
    const key = await rig.key('other', 'query:read');
    expect((await get('recurring', key)).body).toMatchObject({ asOfMs: null, series: [] });
    expect((await get('kpis/mrr/series?window=1mo', key)).body.series).toEqual([{ dims: {}, points: [] }]);
  });

  it('divides MRR by the customers it is of: one without a rate is counted, and not divided by', async () => {
    const key = await rig.key('other', 'query:read');
    const of = (
      window: '1d' | '1mo',
      startMs: number,
      customer: string,
      minor: number,
      rate: number,
    ): string =>
      row(
        window,
        startMs,
        customer,
        'pro',
        { new: minor, closing: minor },
        rate === 0 ? 'CHF' : 'USD',
        rate,
      ).replace('main', 'other');
    const both = (['1d', '1mo'] as const)
      .map(
        (window) =>
          of(window, month(2), 'ada', 9_000, 1) +
          of(window, month(2), 'bo', 5_000, 1) +
          of(window, month(2), 'dee', 7_000, 0),
      )
      .join('');
    await rig.store.insertRows('mrr_movements', columns, both);
    await rig.store.insertRows(
      'mrr_status',
      ['tenant', 'policy_version', 'as_of', 'customers', 'unattributed', 'refused', 'unrated', 'version'],
      `other\t0\t${month(3)}\t3\t0\t0\t['CHF']\t1\n`,
    );
    for (const window of ['1d', '1mo']) {
      const value = async (kpi: string) => {
        const { body } = await get(
          `kpis/${kpi}/series?window=${window}&from=${month(2)}&to=${month(2) + 86_400_000}`,
          key,
        );
        return body.series[0].points[0].value;
      };
      expect(await value('customers')).toBe(3);
      expect(await value('mrr')).toBe(140);
      expect(await value('arpa')).toBe(70);
    }
  });

  it('keeps every version of the policy, and lets only admins set one', async () => {
    const path = '/api/v1/recurring/policy';
    const before = await get('recurring/policy');
    expect(before.body).toMatchObject({ policy: { version: 0, preset: 'weir' }, versions: [] });
    const reader = await rig.key('main', 'query:read');
    const body = mrrPresetPolicies.stripe;
    expect((await rig.call('PUT', path, { key: reader, body })).status).toBe(403);
    const saved = await rig.call('PUT', path, { key: rig.adminKey, body });
    expect(saved.body).toMatchObject({ version: 1, preset: 'stripe', discounts: 'forever' });
    const own = await rig.call('PUT', path, { key: rig.adminKey, body: { ...body, pauses: 'count' } });
    expect(own.body).toMatchObject({ version: 2, preset: 'custom' });
    const after = await get('recurring/policy');
    expect(after.body.versions.map((v: { version: number }) => v.version)).toEqual([2, 1]);
    // The figures still follow what they were made by.
    expect((await get('recurring')).body).toMatchObject({ policyVersion: 0, currentPolicyVersion: 2 });
    expect((await get('recurring/policy', await rig.key('other', 'query:read'))).body.policy.version).toBe(0);
  });

  it.each([
    [{ rates: [{ from: '2026-02-30', currency: 'EUR', rate: 1 }] }, 'MRR_POLICY_INVALID'],
    [{ rates: [{ from: '2026-02-01', currency: 'XXX', rate: 1 }] }, 'MRR_POLICY_INVALID'],
    [{ rates: [1, 2].map((rate) => ({ from: '2026-02-01', currency: 'EUR', rate })) }, 'MRR_POLICY_INVALID'],
    [{ rates: [{ from: '2026-02-01', currency: 'EUR', rate: 0 }] }, 'GATEWAY_REQUEST_INVALID'],
    [{ sameMonth: 'sometimes' }, 'GATEWAY_REQUEST_INVALID'],
    [{ grossMargin: 2 }, 'GATEWAY_REQUEST_INVALID'],
  ])('refuses the policy %j', async (change, code) => {
    const body = { ...mrrPresetPolicies.weir, ...change };
    const answer = await rig.call('PUT', '/api/v1/recurring/policy', { key: rig.adminKey, body });
    expect(answer.body).toMatchObject({ status: 400, code });
  });
});
