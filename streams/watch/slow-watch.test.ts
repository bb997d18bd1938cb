import { beforeAll, describe, expect, it } from 'vitest';
import { Value } from '@sinclair/typebox/value';
import { newTenant } from '../../platform/access/tenant-rules.ts';
import { defaultWatchSettings } from '../../platform/contracts/anomaly.ts';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { defaultMrrPolicy, type MrrPolicy } from '../../platform/contracts/recurring.ts';
import { Signal } from '../../platform/contracts/signal.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import { createRandom } from '../../platform/time/random.ts';
import type { Store } from '../../platform/store/store.ts';
import { distinctMeasures } from '../directory.ts';
import { watchTenant } from './watch-tenant.ts';
import {
  createTenantWatch,
  decodeTenantWatch,
  emptyOutbox,
  encodeTenantWatch,
  type TenantWatch,
} from './watch-state.ts';

// A zone whose clocks are put forward in March and back in October: days have 23, 24 and 25 hours.
const tenant = { ...newTenant('main', 'Main', false, 0), timeZone: 'Europe/Berlin' };
const clock = createWindowClock(tenant.timeZone);
const HOUR_MS = 3_600_000;
const FIRST_MS = clock.start('1d', Date.UTC(2026, 0, 10, 12));
const DAYS = 120;
const days: number[] = [];
for (let start = FIRST_MS; days.length < DAYS; start = clock.end('1d', start)) days.push(start);
/** On this day a third of the customers leave. */
const LOSS_DAY = 100;

const kpi = (key: string, change: Partial<KpiDefinition> = {}): KpiDefinition => {
  const found = kpiCatalogue.find((each) => each.key === key);
  if (found === undefined) throw new RangeError(key);
  return { ...found, ...change };
};
const noises = ((random) => Array.from({ length: DAYS }, () => 4 * random.normal()))(createRandom('slow'));
const noise = (day: number): number => noises[day] ?? 0;

/** New MRR of a day, in cents, by policy: the second one counts half of everything. */
function gainOf(day: number, version: number): number {
  const level = day === 0 ? 1_000_000 : 4_000 + 100 * noise(day);
  return Math.round(level / (version + 1));
}
const lossOf = (day: number, version: number): number =>
  day === LOSS_DAY
    ? -Math.round(days.slice(0, day).reduce((sum, _, i) => sum + gainOf(i, version), 0) / 3)
    : 0;

interface World {
  definitions: readonly KpiDefinition[];
  policy: MrrPolicy | undefined;
  /** Up to when recurring revenue is told, and by which version. */
  asOfMs: number;
  version: number;
  state: TenantWatch;
  /** By id and revision. */
  readonly signals: Map<string, Signal>;
  readonly anomalies: Map<string, string[]>;
  readonly bands: Map<string, string>;
}

const newWorld = (definitions: readonly KpiDefinition[]): World => ({
  definitions,
  policy: undefined,
  asOfMs: Number.MAX_SAFE_INTEGER,
  version: 0,
  state: createTenantWatch('main'),
  signals: new Map(),
  anomalies: new Map(),
  bands: new Map(),
});

/** Contents a day of one channel: two, and none from the day of the loss on. */
function kpiRow(day: number) {
  const published = day < LOSS_DAY ? 2 : 0;
  return {
    dim: '',
    start_ms: days[day] ?? 0,
    s: { published, view_events: 1_000 + 10 * noise(day) },
    lo: {},
    hi: {},
    u: [],
    q: [],
    revision: 0,
  };
}

const noTotals = {
  opening: 0,
  reactivation: 0,
  expansion: 0,
  contraction: 0,
  transfer: 0,
  fx: 0,
  closing: 0,
  year_ago: 0,
  year_now: 0,
  year_kept: 0,
  customers_opening: 0,
  customers_new: 0,
  customers_reactivated: 0,
  customers_churned: 0,
  customers_closing: 0,
  customers_left: 0,
  customers_rated: 0,
  rated_entered: 0,
  rated_left: 0,
};

function storeOf(world: World): Store {
  const answer = (sql: string, params: Readonly<Record<string, unknown>>): unknown[] => {
    const isIn = (start: number): boolean =>
      start >= Number(params['from'] ?? 0) && start < Number(params['to'] ?? Infinity);
    if (sql.includes('mrr_status'))
      return [
        {
          policy_version: world.version,
          as_of_ms: world.asOfMs,
          customers: 1,
          unattributed: 0,
          refused: 0,
          unrated: [],
        },
      ];
    if (params['window'] !== '1d') return sql.includes('count() AS n') ? [{ start_ms: 0, n: 0 }] : [];
    if (sql.includes('count() AS n')) return [{ start_ms: FIRST_MS, n: DAYS }];
    if (sql.includes('mrr_movements'))
      return days.flatMap((start, day) =>
        start < Number(params['toMs'])
          ? [
              {
                ...noTotals,
                cut: '',
                start_ms: start,
                new: gainOf(day, world.version),
                churn: lossOf(day, world.version),
                customers_entered: 1,
              },
            ]
          : [],
      );
    return days.flatMap((start, day) => (isIn(start) ? [kpiRow(day)] : []));
  };
  return {
    query: async (sql, params, schema) => answer(sql, params).map((found) => Value.Decode(schema, found)),
    command: async () => {},
    insertRows: async () => {},
    ping: async () => true,
  };
}

/** What is known and closed by `nowMs` is judged; what is told is kept. */
async function judge(world: World, nowMs: number, { isLost = false } = {}): Promise<void> {
  const before = encodeTenantWatch(world.state);
  for (let judged = 1; judged > 0;) {
    const counts = await watchTenant(
      world.state,
      { watermarkMs: nowMs, isDrained: true },
      {
        store: storeOf(world),
        tenant,
        definitions: world.definitions,
        measures: distinctMeasures(world.definitions),
        settings: defaultWatchSettings,
        policy: world.policy,
        yieldTurn: async () => {},
      },
      {
        partitions: 1,
        watchSettleMs: 15_000,
        watchDimensionValues: 20,
        watchSignalMaxAgeMs: 6 * HOUR_MS,
        watchMinutesBackMs: 0,
      },
      nowMs,
    );
    judged = counts['1d'] + counts['1mo'];
    const { anomalies, bands, signals } = world.state.outbox;
    for (const signal of signals) {
      expect([...Value.Errors(Signal, signal)]).toEqual([]);
      const id = `${signal.id}/${signal.revision}`;
      expect(world.signals.get(id) ?? signal, 'a repeat says the same').toEqual(signal);
      world.signals.set(id, signal);
    }
    for (const row of anomalies) world.anomalies.set(row.split('\t')[2] ?? '', row.trimEnd().split('\t'));
    for (const row of bands) world.bands.set(row.split('\t').slice(0, 6).join(' '), row);
    world.state.outbox = emptyOutbox();
  }
  // A process that dies before it has saved knows nothing of what it told; one that has saved, all of it.
  world.state = decodeTenantWatch(isLost ? before : encodeTenantWatch(world.state)) ?? createTenantWatch('');
}

const after = (day: number): number => (days[day] ?? 0) + 90_000 + 24 * HOUR_MS;
const toldOf = (world: World, kpiKey: string): string[] =>
  [...world.signals.values()]
    .filter((signal) => signal.kpi === kpiKey)
    .map(({ kind, startedAtMs, state }) => `${kind} ${state} ${days.indexOf(startedAtMs)}`);

const definitions = [
  kpi('mrr', { alertThreshold: 12_000, target: 20_000 }),
  kpi('customers'),
  kpi('content_velocity', {
    measures: [{ key: 'published', agg: 'count', types: ['post_published'] }],
    formula: 'published / window_days',
  }),
];

describe('the watch of days', () => {
  let daily: World;
  beforeAll(async () => {
    daily = newWorld(definitions);
    // The first time it sees a tenant it learns from what is stored; then day by day, each in a new process.
    for (let day = 90; day < 112; day++) await judge(daily, after(day));
  });

  it('tells that a third of MRR was lost, once, on the day after, with what was expected', () => {
    const [anomaly, ...others] = [...daily.signals.values()].filter(
      ({ kind, kpi: of }) => kind === 'anomaly' && of === 'mrr',
    );
    expect(anomaly).toMatchObject({ window: '1d', state: 'firing', isGood: false, dims: {} });
    expect(days.indexOf(anomaly?.startedAtMs ?? 0)).toBe(LOSS_DAY);
    expect(others.every(({ state }) => state === 'resolved')).toBe(true);
    const cells = [...daily.anomalies.values()].find((row) => row[3] === 'mrr');
    expect(cells?.[4]).toBe('1d');
    const { inputs, unsaid } = JSON.parse(cells?.[19] ?? '{}');
    expect(unsaid).toBe('total');
    expect(inputs.map(({ name }: { name: string }) => name)).toEqual(['mrr_new', 'mrr_churn']);
    expect(inputs[1].observed).toBeCloseTo(-lossOf(LOSS_DAY, 0) / 100, 6);
    expect(inputs[1].usual).toBe(0);
    expect(daily.bands.has(['main', 'mrr', '1d', 'total', '', days[LOSS_DAY]].join(' '))).toBe(true);
  });

  it('fires the threshold of the day, and that of a number a day by the day', () => {
    expect(toldOf(daily, 'mrr')).toContain(`threshold firing ${LOSS_DAY}`);
    // Two a day are above 1.5; on days with none the KPI is 0.
    expect(toldOf(daily, 'content_velocity')).toContain(`threshold firing ${LOSS_DAY}`);
    expect(toldOf(daily, 'customers')).toEqual([]);
  });

  it('comes to the same when it looks once, late', async () => {
    const once = newWorld(definitions);
    await judge(once, after(111));
    expect(once.anomalies.get([...daily.anomalies.keys()][0] ?? '')?.slice(0, 8)).toEqual(
      [...daily.anomalies.values()][0]?.slice(0, 8),
    );
    // History is listed; a signal is told of what still lasts.
    expect(toldOf(once, 'mrr')).toEqual([`threshold firing ${LOSS_DAY}`]);
  });

  it('tells the same signals again when it dies before it has saved', async () => {
    const world = newWorld(definitions);
    for (let day = 90; day < 104; day++) {
      await judge(world, after(day), { isLost: true });
      await judge(world, after(day));
    }
    expect(world.signals.size).toBeGreaterThan(0);
    for (const [id, signal] of world.signals) expect(daily.signals.get(id)).toEqual(signal);
  });

  it('waits for recurring revenue to be told so far, and judges nothing of the day before', async () => {
    const world = newWorld(definitions);
    world.asOfMs = (days[LOSS_DAY] ?? 0) + 5;
    await judge(world, after(LOSS_DAY));
    expect(toldOf(world, 'mrr')).toEqual([]);
    expect(toldOf(world, 'content_velocity')).not.toEqual([]);
    world.asOfMs = days[LOSS_DAY + 1] ?? 0;
    await judge(world, after(LOSS_DAY) + 60_000);
    expect(toldOf(world, 'mrr')).toContain(`anomaly firing ${LOSS_DAY}`);
  });

  it('takes other rules of recurring revenue for no anomaly: it learns anew from history', async () => {
    const world = newWorld([kpi('mrr')]);
    await judge(world, after(80));
    world.policy = { ...defaultMrrPolicy, version: 1 };
    await judge(world, after(81));
    expect(world.bands.has(['main', 'mrr', '1d', 'total', '', days[81]].join(' '))).toBe(false);
    world.version = 1;
    for (let day = 82; day < 95; day++) await judge(world, after(day));
    expect(world.bands.has(['main', 'mrr', '1d', 'total', '', days[81]].join(' '))).toBe(true);
    expect([...world.anomalies.values()]).toEqual([]);
    for (let day = 95; day < 103; day++) await judge(world, after(day));
    expect(toldOf(world, 'mrr')).toContain(`anomaly firing ${LOSS_DAY}`);
  });

  it('holds a threshold that is set later against the newest closed day at once, and once', async () => {
    const world = newWorld([kpi('mrr')]);
    await judge(world, after(60));
    const noon = after(60) + 10 * HOUR_MS;
    world.definitions = [kpi('mrr', { alertThreshold: 1_000_000 })];
    await judge(world, noon);
    await judge(world, noon + 60_000);
    expect(toldOf(world, 'mrr')).toEqual(['threshold firing 60']);
    // Another level that the same day does not break: the next day says so.
    world.definitions = [kpi('mrr', { alertThreshold: 5 })];
    await judge(world, noon + 120_000);
    await judge(world, after(61));
    expect(toldOf(world, 'mrr')).toEqual(['threshold firing 60', 'threshold resolved 60']);
  });

  it('teaches a KPI that is added later from the days before', async () => {
    const world = newWorld([kpi('customers')]);
    await judge(world, after(97));
    world.definitions = definitions;
    for (let day = 98; day < 102; day++) await judge(world, after(day));
    expect(toldOf(world, 'mrr')).toContain(`anomaly firing ${LOSS_DAY}`);
  });
});
