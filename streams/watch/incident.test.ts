import { describe, expect, test } from 'vitest';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { MeasureState } from '../../platform/contracts/kpi.ts';
import { createRandom } from '../../platform/time/random.ts';
import { standsFor, withRoot, type IncidentRoot } from './incident.ts';
import { judgeWindow } from './judge.ts';
import { planKpis } from './kpi-plan.ts';
import { anomalyColumns } from './rows.ts';
import {
  createTenantWatch,
  decodeTenantWatch,
  emptyOutbox,
  encodeTenantWatch,
  seriesKey,
  totalKey,
  type WatchedKey,
} from './watch-state.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 4, 4, 6);
const catalogue = planKpis(kpiCatalogue, 100);
const kpi = (key: string) => {
  const found = catalogue.kpis.find(({ definition }) => definition.key === key);
  if (found === undefined) throw new Error(key);
  return found;
};
const total: WatchedKey = { rollup: 'total', dim: '' };
const channelA: WatchedKey = { rollup: 'channel', dim: 'a' };
const rootOf = (of: string, key: WatchedKey): IncidentRoot => ({ id: of, kpi: of, ...key, startedMs: 0 });

describe('whether one episode stands for another', () => {
  test.each([
    ['total_revenue', 'profit', true],
    ['profit', 'total_revenue', true],
    ['views', 'rpm', true],
    // An outage does not go under the ratio that wobbled before it.
    ['rpm', 'views', false],
    ['views', 'unique_viewers', true],
    ['arpu', 'views', false],
    ['views', 'availability', false],
    ['signups', 'availability', false],
  ])('%s for %s: %s', (one, other, stands) => {
    expect(standsFor(rootOf(one, total), kpi(one), 60_000, total, kpi(other))).toBe(stands);
  });

  test('two channels have no event in common; a channel and a country may; a total goes under no part that was first', () => {
    const [views, rpm] = [kpi('views'), kpi('rpm')];
    const part = rootOf('views', channelA);
    expect(standsFor(part, views, 0, { rollup: 'channel', dim: 'b' }, rpm)).toBe(false);
    expect(standsFor(part, views, 0, channelA, rpm)).toBe(true);
    expect(standsFor(part, views, 0, { rollup: 'country', dim: 'DE' }, rpm)).toBe(true);
    expect(standsFor(part, views, 60_000, total, rpm)).toBe(false);
    expect(standsFor(part, views, 0, total, rpm)).toBe(true);
  });

  test('only the newest are remembered', () => {
    const root = (at: number): IncidentRoot => ({ id: `${at}`, kpi: 'views', ...total, startedMs: at });
    let roots: readonly IncidentRoot[] = [];
    for (let at = 0; at < 100; at++) roots = withRoot(roots, root(at));
    expect(roots.map(({ id }) => id)).toEqual(Array.from({ length: 64 }, (_, at) => String(at + 36)));
  });
});

describe('three minutes of payments of a hundred times the usual, and later an outage of all', () => {
  const plan = planKpis(
    ['total_revenue', 'profit', 'views', 'availability'].map((key) => kpi(key).definition),
    100,
  );
  const part: WatchedKey = { rollup: 'channel', dim: 'a' };
  const state = (sums: Readonly<Record<string, number>>): MeasureState => ({
    sums,
    mins: {},
    maxs: {},
    uniques: {},
    quantiles: {},
  });

  /** Rows of episodes by id as they were last told, and the signals that fired. */
  function judged() {
    const random = createRandom('incident');
    let tenant = createTenantWatch('main');
    for (const grain of Object.values(tenant.grains)) grain.keys = [totalKey, part];
    const rows = new Map<string, Readonly<Record<string, string>>>();
    const signals = new Map<string, unknown>();
    for (let minute = 0; minute < 1_120; minute++) {
      const startMs = START_MS + minute * MINUTE_MS;
      const isOut = minute >= 1_100;
      const views = isOut ? 0 : random.poisson(400);
      const revenue = (isOut ? 0 : random.poisson(300)) + (minute >= 700 && minute < 703 ? 30_000 : 0);
      const all = state({ view_events: views, revenue, up_ms: 60_000, total_ms: 60_000 });
      const half = state({ view_events: Math.floor(views / 2), revenue: Math.floor(revenue / 2) });
      judgeWindow(
        tenant,
        {
          window: '1m',
          startMs,
          endMs: startMs + MINUTE_MS,
          states: new Map([
            [seriesKey('', totalKey), all],
            [seriesKey('', part), half],
          ]),
        },
        {
          plan,
          words: { currency: 'USD' },
          budgetOf: () => 0.2,
          nowMs: 0,
          signalMaxAgeMs: 0,
        },
      );
      for (const line of tenant.outbox.anomalies) {
        const cells = line.trimEnd().split('\t');
        const row = Object.fromEntries(anomalyColumns.map((column, at) => [column, cells[at] ?? '']));
        rows.set(row['id'] ?? '', row);
      }
      for (const { evidence, id, kind } of tenant.outbox.signals)
        if (kind === 'anomaly') signals.set(id, evidence['incident']);
      tenant.outbox = emptyOutbox();
      // Whoever takes over goes on as if nothing had happened, in the middle of an incident too.
      if (minute % 100 === 0 || minute === 1_105)
        tenant = decodeTenantWatch(encodeTenantWatch(tenant)) ?? createTenantWatch('main');
    }
    return { rows: [...rows.values()], signals };
  }

  test('all of it that is made of the same events is one incident; every KPI of it tells its own signal, parts tell none', () => {
    const { rows, signals } = judged();
    const within = (from: number, to: number) =>
      rows.filter((row) => {
        const minute = (Number(row['started_at']) - START_MS) / MINUTE_MS;
        return minute >= from && minute <= to;
      });
    for (const [from, to, first] of [
      [698, 704, ['total_revenue']],
      [1_098, 1_119, ['total_revenue', 'views']],
    ] as const) {
      const found = within(from, to);
      const roots = found.filter((row) => row['parent_id'] === '');
      // Views are made of other events than money.
      expect(new Set(roots.map((row) => row['kpi']))).toEqual(new Set(first));
      expect(roots).toHaveLength(first.length);
      const totals = found.filter((row) => row['rollup'] === 'total');
      expect(new Set(totals.map((row) => row['kpi']))).toEqual(new Set(['profit', ...first]));
      for (const row of totals) {
        expect(signals.has(row['id'] ?? '')).toBe(true);
        const root = roots.find((each) => each['id'] === row['parent_id']);
        const incident = row['parent_id'] === '' ? undefined : { id: root?.['id'], kpi: 'total_revenue' };
        expect(signals.get(row['id'] ?? '')).toEqual(incident);
      }
      const parts = found.filter((row) => row['rollup'] === 'channel');
      expect(parts.length).toBeGreaterThan(0);
      for (const row of parts) expect(row['parent_id']).not.toBe('');
    }
  });
});
