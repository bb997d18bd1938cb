import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnalyticsScope } from '../../platform/contracts/analytics.ts';
import { RisksAnswer } from '../../platform/contracts/risks.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { createFakeClock } from '../../platform/time/clock.ts';
import type { AnswerDeps } from '../analytics/answer-users.ts';
import { answerRisks } from './answer.ts';
import { readRiskFacts } from './read-facts.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Midnight in Berlin, and eleven in the morning of that day. */
const asOfMs = Date.UTC(2026, 5, 1, 22);
const nowMs = asOfMs + 11 * HOUR;
const scope: AnalyticsScope = { tenant: 'alpha', timeZone: 'Europe/Berlin', currency: 'EUR' };
const progress = { report: () => {}, signal: new AbortController().signal };

let directory: string;
let store: ClickHouseStore;
let deps: AnswerDeps;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'weir-risk-'));
  store = await openClickHouse({ database: 'default', path: join(directory, 'chdb') });
  await migrate(store);
  const clock = createFakeClock(nowMs);
  deps = { store, clock, completeMs: () => nowMs };
  const kpi: string[] = [];
  const window = (tenant: string, rollup: string, at: number, dim: string, sums: object): number =>
    kpi.push([tenant, '1d', rollup, at, dim, 0, JSON.stringify(sums).replaceAll('"', "'"), 1, 1].join('\t'));
  for (let day = 1; day <= 60; day += 1)
    for (const tenant of ['alpha', 'beta']) {
      const at = asOfMs - day * DAY;
      window(tenant, 'total', at, '', { revenue: 1_000, view_events: 500, reported_views: 500 });
      window(tenant, 'stream', at, 'ads', { revenue: tenant === 'alpha' ? 900 : 1 });
      window(tenant, 'stream', at, 'tips', { revenue: 100 });
      window(tenant, 'channel', at, 'main', { revenue: 600, cost: 100 });
      window(tenant, 'channel', at, 'side', { revenue: 400, cost: 200 });
      window(tenant, 'content', at, 'v1', { revenue: 300 });
    }
  await store.insertRows(
    'kpi',
    ['tenant', 'window', 'rollup', 'window_start', 'dim', 'part', 'sums', 'revision', 'version'],
    `${kpi.join('\n')}\n`,
  );

  const events: string[] = [];
  const event = (
    type: string,
    at: number,
    user: string,
    minor: number,
    data: object,
    source = 'shop',
  ): number =>
    events.push(
      ['alpha', source, `e${events.length}`, type, at, at, 'v1', user, minor, JSON.stringify(data)].join(
        '\t',
      ),
    );
  for (let day = 1; day <= 60; day += 1)
    for (let hour = 0; hour < 24; hour += 2) {
      const at = asOfMs - day * DAY + hour * HOUR;
      event('product_sale', at, hour === 0 ? 'big' : `u${day}-${hour}`, 80, { platform: 'youtube' });
      if (hour === 4) event('product_sale', at, 'u', -96, {}, 'desk');
    }
  // Failures without any payment stored: a share of nothing.
  for (let i = 0; i < 3; i += 1) event('payment_failed', asOfMs - 25 * DAY, `q${i}`, 0, {});
  event('subscription_payment', asOfMs - 22 * DAY, 'first', 50, {});
  // Ten failures of three weeks ago: five are made good within two weeks, five never.
  for (let i = 0; i < 10; i += 1) {
    event('payment_failed', asOfMs - 21 * DAY, `p${i}`, 0, {});
    if (i < 5) event('subscription_payment', asOfMs - 15 * DAY, `p${i}`, 50, { platform: 'web' });
  }
  event('post_published', asOfMs - DAY, '', 0, { title: 'The one' });
  await store.insertRows(
    'events',
    ['tenant', 'source', 'id', 'type', 'time', 'received_at', 'content', 'user', 'amount_base_minor', 'data'],
    `${events.join('\n')}\n`,
  );

  const months = [200, 200, 200, 600].map((lost, i) =>
    ['alpha', 3, '1mo', Date.UTC(2026, i, 31, 22), `c${i}`, 10_000, -lost, 0, 9_000, 1].join('\t'),
  );
  await store.insertRows(
    'mrr_movements',
    [
      'tenant',
      'policy_version',
      'window',
      'window_start',
      'customer',
      'opening_base',
      'churn_base',
      'contraction_base',
      'closing_base',
      'version',
    ],
    `${months.join('\n')}\n`,
  );
  await store.insertRows(
    'mrr_status',
    ['tenant', 'policy_version', 'as_of', 'version'],
    `${['alpha', 3, nowMs, 1].join('\t')}\n`,
  );
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

test('facts are those of the stored windows and events of this tenant, by days of its zone', async () => {
  const facts = await readRiskFacts(deps, scope, progress);
  expect(facts.asOfMs).toBe(asOfMs);
  expect(facts.days).toHaveLength(60);
  expect(facts.days.at(-1)).toEqual({ startMs: asOfMs - DAY, revenueMinor: 1_000, views: 1_000 });
  expect(facts.stream.parts[0]).toEqual({ id: 'ads', revenueMinor: 25_200, costMinor: 0 });
  expect(facts.stream.largestDays).toEqual(Array.from({ length: 60 }, () => 900));
  expect(facts.channel.parts[1]).toEqual({ id: 'side', revenueMinor: 11_200, costMinor: 5_600 });
  // Twelve sales a day.
  expect(facts.soldDays.slice(-3)).toEqual([960, 960, 960]);
  expect(facts.refundedDays.at(-1)).toBe(96);
  expect(facts.platform.parts.map(({ id, revenueMinor }) => [id, revenueMinor])).toEqual([
    ['youtube', 28 * 960],
    ['web', 250],
  ]);
  expect(facts.customers?.largestMinor).toBe(28 * 80);
  expect(facts.payments).toMatchObject({
    failed: 10,
    paid: 6,
    meanMinor: 50,
    known: 10,
    recovered: 5,
    open: 5,
  });
  expect(facts.recurring.map(({ churnMinor, openingMinor }) => churnMinor / openingMinor)).toEqual([
    0.02, 0.02, 0.02, 0.06,
  ]);
  expect(facts.mrrMinor).toBe(9_000);
  // Every second hour has a sale, so the longest pause is one hour; refunds bring nothing, so the desk is no source of money.
  expect(facts.sources).toMatchObject([
    { name: 'shop', longestPauseHours: 1, lastMs: asOfMs - HOUR, activeHours: 28 * 12 },
  ]);
});

test('the answer fits its contract and names what is beyond its bound, contents by their title', async () => {
  const answer = await answerRisks(deps, scope, {}, progress);
  expect([...Value.Errors(RisksAnswer, answer)]).toEqual([]);
  expect(answer.risks.map(({ code, subject, title }) => title ?? subject ?? code).toSorted()).toEqual([
    'The one',
    'ads',
    'churn_rising',
    'few_streams',
    'main',
    'refunds',
    'shop',
    'youtube',
  ]);
  expect(answer.recommendations[0]?.effectMinor).toBeGreaterThan(0);
});

test('a tenant without anything gets an empty answer', async () => {
  // While the processors are behind, nothing of it is known to be complete.
  const behind = { ...deps, completeMs: () => Number.NEGATIVE_INFINITY };
  const answer = await answerRisks(behind, { ...scope, tenant: 'nobody' }, {}, progress);
  expect([...Value.Errors(RisksAnswer, answer)]).toEqual([]);
  expect(answer).toMatchObject({ days: 0, revenueMinor: 0, risks: [], recommendations: [] });
  expect(answer.checks.every(({ state }) => state === 'unknown')).toBe(true);
});
