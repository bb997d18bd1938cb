import { Type } from '@sinclair/typebox';
import {
  defaultWatchSettings,
  watchedWindows,
  type WatchedWindow,
} from '../../../platform/contracts/anomaly.ts';
import { currencyExponent } from '../../../platform/contracts/currency.ts';
import type { Tenant } from '../../../platform/contracts/tenant.ts';
import type { Store } from '../../../platform/store/store.ts';
import {
  decodeDetector,
  encodeDetector,
  stepDetector,
  warmUpPoints,
} from '../../../streams/anomaly/detector.ts';
import type { Directory } from '../../../streams/directory.ts';
import { budgetWeight, shareBudget, type SeriesBudget } from '../../../streams/watch/budget.ts';
import { lengthMs, readClosedWindows } from '../../../streams/watch/closed-windows.ts';
import { judgeWindow, LEAST_BUDGET, type ClosedWindow } from '../../../streams/watch/judge.ts';
import { planKpis, type KpiPlan } from '../../../streams/watch/kpi-plan.ts';
import { anomalyColumns, bandColumns } from '../../../streams/watch/rows.ts';
import {
  createTenantWatch,
  emptyOutbox,
  seriesKey,
  totalKey,
  type SeriesState,
  type TenantWatch,
  type WatchedKey,
} from '../../../streams/watch/watch-state.ts';
import type { StageFindings } from './finding.ts';

const Band = Type.Object({
  kpi: Type.String(),
  window: Type.Union([Type.Literal('1m'), Type.Literal('1h')]),
  rollup: Type.Union([
    Type.Literal('total'),
    Type.Literal('channel'),
    Type.Literal('country'),
    Type.Literal('stream'),
  ]),
  dim: Type.String(),
  startMs: Type.Number(),
  observed: Type.Union([Type.Number(), Type.Null()]),
  expected: Type.Union([Type.Number(), Type.Null()]),
  upper: Type.Union([Type.Number(), Type.Null()]),
  score: Type.Number(),
});
interface Recorded {
  readonly observed: number | null;
  readonly expected: number | null;
  readonly upper: number | null;
  readonly score: number;
}
type Bands = ReadonlyMap<string, Recorded>;

const WINDOWS_PER_READ = 60;

/**
 * What the watch of one tenant has told, against the same windows judged in one undisturbed life: the same expectation, band and score for
 * each window, none left out, and the same episodes. A window that was revised after it had been judged (a late event) taught the watch
 * another value than the table has now; its series is left out from there on, and counted.
 *
 * Budgets are shared among the series known at the time, which depends on how far history had come in: they are found from the recorded
 * bands themselves.
 */
export async function auditWatch(store: Store, directory: Directory, tenant: Tenant): Promise<StageFindings> {
  const bands = new Map<string, Recorded>();
  const keys = new Map<string, WatchedKey>([[seriesKey('', totalKey), totalKey]]);
  const span = { '1m': [Infinity, -Infinity], '1h': [Infinity, -Infinity] } satisfies Record<
    WatchedWindow,
    [number, number]
  >;
  const rows = await store.query(
    `SELECT kpi, window, rollup, dim, toUnixTimestamp64Milli(window_start) AS startMs, observed, expected, upper, score FROM expectations FINAL WHERE tenant = {tenant:String} AND window IN ('1m', '1h')`,
    { tenant: tenant.id },
    Band,
  );
  for (const { kpi, window, rollup, dim, startMs, ...recorded } of rows) {
    const key = { rollup, dim };
    bands.set(bandKey(window, kpi, key, startMs), recorded);
    if (rollup !== 'total') keys.set(seriesKey('', key), key);
    if (rollup === 'total') {
      span[window][0] = Math.min(span[window][0], startMs);
      span[window][1] = Math.max(span[window][1], startMs);
    }
  }
  if (bands.size === 0) return { compared: { bands: 0, episodes: 0 }, problems: [] };

  const plan = planKpis(directory.kpisOf(tenant.id), 10 ** (currencyExponent(tenant.currency) ?? 2));
  const state = createTenantWatch(tenant.id);
  const cuts = [...keys.values()];
  const windows: ClosedWindow[] = [];
  for (const window of watchedWindows) {
    const [first, last] = span[window];
    if (!Number.isFinite(first)) continue;
    const length = lengthMs[window];
    // The first band follows the last point of the warm-up of a series that had a value in every window.
    const fromMs = first - warmUpPoints({ stepMs: length }) * length;
    state.grains[window].keys = cuts;
    for (let at = fromMs; at <= last; at += WINDOWS_PER_READ * length)
      windows.push(
        ...(await readClosedWindows(store, {
          tenant: tenant.id,
          window,
          fromMs: at,
          toMs: Math.min(last + length, at + WINDOWS_PER_READ * length),
          keys: cuts,
          measures: directory.measuresOf(tenant.id),
        })),
      );
  }
  windows.sort((a, b) => a.endMs - b.endMs || (a.window === b.window ? 0 : a.window === '1m' ? -1 : 1));

  const judged = judgeAgain(state, windows, plan, bands, tenant.currency);
  const episodes = await compareEpisodes(store, tenant.id, judged);
  return {
    compared: {
      bands: [...judged.equal.values()].reduce((sum, count) => sum + count, 0),
      revisedSeries: judged.revised.size,
      series: judged.series.size,
      episodes: episodes.compared,
    },
    problems: [...judged.problems, ...episodes.problems],
  };
}

interface Judged {
  /** Windows that were told equal, by series. */
  readonly equal: Map<string, number>;
  readonly series: Set<string>;
  /** Series of which a window was revised after it was judged. */
  readonly revised: Set<string>;
  readonly problems: string[];
  /** Last row of each episode, by id. */
  readonly episodes: Map<string, Readonly<Record<string, string>>>;
}

function judgeAgain(
  state: TenantWatch,
  windows: readonly ClosedWindow[],
  plan: KpiPlan,
  bands: Bands,
  currency: string,
): Judged {
  const judged: Judged = {
    equal: new Map(),
    series: new Set(),
    revised: new Set(),
    problems: [],
    episodes: new Map(),
  };
  const weights = new Map(
    plan.kpis.map(({ definition, shape }) => [definition.key, budgetWeight[shape.kind]]),
  );
  let budget: SeriesBudget = { total: 0, part: 0 };
  for (const closed of windows) {
    budget = budgetThen(state, closed, plan, bands, budget);
    const { total, part } = budget;
    judgeWindow(state, closed, {
      plan,
      words: { currency },
      budgetOf: (kpi, key) => (weights.get(kpi) ?? 0) * (key.rollup === 'total' ? total : part),
      nowMs: 0,
      signalMaxAgeMs: 0,
    });
    for (const line of state.outbox.bands) compareBand(cellsOf(line, bandColumns), bands, judged);
    for (const line of state.outbox.anomalies) {
      const row = cellsOf(line, anomalyColumns);
      judged.episodes.set(row['id'] ?? '', row);
    }
    state.outbox = emptyOutbox();
  }
  const told = new Map<string, number>();
  for (const key of bands.keys()) told.set(seriesOf(key), (told.get(seriesOf(key)) ?? 0) + 1);
  for (const series of judged.series) {
    if (judged.revised.has(series) || told.get(series) === judged.equal.get(series)) continue;
    judged.problems.push(
      `the watch has told of ${told.get(series)} windows of ${series} where ${judged.equal.get(series)} can be judged again`,
    );
  }
  return judged;
}

function compareBand(row: Readonly<Record<string, string>>, bands: Bands, judged: Judged): void {
  const { kpi = '', window = '', rollup = '', dim = '' } = row;
  const key = `${window}|${kpi}/${rollup}/${dim}|${row['window_start']}`;
  const series = seriesOf(key);
  if (judged.revised.has(series)) return;
  const recorded = bands.get(key);
  const observed = numberOf(row['observed']);
  if (recorded === undefined) {
    // A series that was not among the watched ones from its beginning has begun later.
    if (!judged.series.has(series)) judged.revised.add(series);
    else judged.problems.push(`window ${key} was left out: nobody judged it`);
    return;
  }
  judged.series.add(series);
  if (recorded.observed !== observed) {
    judged.revised.add(series);
    return;
  }
  judged.equal.set(series, (judged.equal.get(series) ?? 0) + 1);
  const again = { expected: numberOf(row['expected']), upper: numberOf(row['upper']) };
  const score = Math.fround(Number(row['score']));
  const isEqual =
    recorded.expected === again.expected &&
    recorded.upper === again.upper &&
    Math.abs(Math.fround(recorded.score) - score) < 1e-6;
  if (!isEqual)
    judged.problems.push(
      `window ${key}: ${JSON.stringify(recorded)} instead of ${JSON.stringify({ observed, ...again, score })}`,
    );
}

/** Only what hangs on the series' own verdicts: which episode another one belongs to depends on what else was watched when. */
const episodeColumns = ['started_at', 'state', 'severity', 'ended_at', 'peak_at', 'observed', 'expected'];

async function compareEpisodes(
  store: Store,
  tenant: string,
  judged: Judged,
): Promise<{ readonly compared: number; readonly problems: string[] }> {
  const rows = await store.query(
    `SELECT id, concat(window, '|', kpi, '/', rollup, '/', dim) AS series, toString(toUnixTimestamp64Milli(started_at)) AS started_at, state, severity,
       toString(toUnixTimestamp64Milli(ended_at)) AS ended_at, toString(toUnixTimestamp64Milli(peak_at)) AS peak_at, observed, expected
     FROM anomalies FINAL WHERE tenant = {tenant:String}`,
    { tenant },
    Type.Object({
      id: Type.String(),
      series: Type.String(),
      started_at: Type.String(),
      state: Type.String(),
      severity: Type.String(),
      ended_at: Type.String(),
      peak_at: Type.String(),
      observed: Type.Number(),
      expected: Type.Union([Type.Number(), Type.Null()]),
    }),
  );
  const isComparable = (series: string): boolean => judged.series.has(series) && !judged.revised.has(series);
  const problems: string[] = [];
  let compared = 0;
  const stored = new Set<string>();
  for (const row of rows) {
    stored.add(row.id);
    if (!isComparable(row.series)) continue;
    compared++;
    const again = judged.episodes.get(row.id);
    if (again === undefined) {
      problems.push(`anomaly ${row.id} is stored and nothing in its series says so`);
      continue;
    }
    const { series: _, id: __, ...cells } = row;
    const killed: Readonly<Record<string, string | number | null>> = cells;
    for (const column of episodeColumns) {
      const one = killed[column];
      const other = again[column];
      const isEqual = typeof one === 'string' ? one === other : one === numberOf(other);
      if (!isEqual) problems.push(`anomaly ${row.id}: ${column} is ${one}, not ${other}`);
    }
  }
  for (const [id, row] of judged.episodes) {
    const series = `${row['window']}|${row['kpi']}/${row['rollup']}/${row['dim']}`;
    if (!stored.has(id) && isComparable(series)) problems.push(`anomaly ${id} is lost`);
  }
  return { compared, problems };
}

/**
 * The budget of one unit of weight under which the recorded bands of this window were made, found from a total and a part that have one: the
 * weight of all parts it was shared among is whole, and the more there is the wider the bands.
 */
function budgetThen(
  state: TenantWatch,
  closed: ClosedWindow,
  plan: KpiPlan,
  bands: Bands,
  before: SeriesBudget,
): SeriesBudget {
  const totals = plan.kpis.reduce(
    (sum, { shape, watch }) => sum + budgetWeight[shape.kind] * watch.anomalies.length,
    0,
  );
  // A ratio weighs one.
  const shared = (parts: number): SeriesBudget =>
    shareBudget(defaultWatchSettings, [{ kpi: '', shape: 'ratio', totals, parts }]).get('') ?? before;
  const total = probeOf(state, closed, plan, bands, (key) => key.rollup === 'total');
  const part = probeOf(state, closed, plan, bands, (key) => key.rollup !== 'total');
  const fits = (probe: Probe | undefined, budget: number): boolean =>
    probe === undefined || probe.upperAt(budget) === probe.upper;
  if (fits(total, before.total) && fits(part, before.part)) return before;
  let least = 0;
  let most = MOST_PARTS;
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    const { part: budget } = shared(middle);
    if (part !== undefined && part.upperAt(budget) < part.upper) least = middle + 1;
    else most = middle;
  }
  const found = shared(part === undefined ? (fits(total, shared(0).total) ? 0 : 1) : least);
  return { total: found.total, part: part === undefined ? before.part : found.part };
}

/** More weight of parts than any tenant has. */
const MOST_PARTS = 400_000;
const WIDEST = 1e20;

interface Probe {
  readonly upper: number;
  upperAt(falseAlarmsPerWeek: number): number;
}

/** The first series of a kind that has a recorded band in this window, as it stands before the window. */
function probeOf(
  state: TenantWatch,
  closed: ClosedWindow,
  plan: KpiPlan,
  bands: Bands,
  isOfKind: (key: WatchedKey) => boolean,
): Probe | undefined {
  const grain = state.grains[closed.window];
  for (const { definition, shape } of plan.kpis)
    for (const key of grain.keys.filter(isOfKind)) {
      const upper = bands.get(bandKey(closed.window, definition.key, key, closed.startMs))?.upper;
      const series = grain.series.get(seriesKey(definition.key, key));
      const found = series === undefined ? undefined : bandOf(series, closed.startMs);
      // Of a band wider than what is measured, many budgets are alike.
      if (upper == null || upper > WIDEST || found === undefined) continue;
      const weight = budgetWeight[shape.kind];
      return { upper, upperAt: (budget) => found(weight * budget) ?? Number.NaN };
    }
  return undefined;
}

/** The upper edge a series would have in a window under a budget; undefined while it warms up. The band is made before the point is looked at. */
function bandOf(
  { detector }: SeriesState,
  timeMs: number,
): ((falseAlarmsPerWeek: number) => number | undefined) | undefined {
  const at = (falseAlarmsPerWeek: number): number | undefined => {
    const copy = decodeDetector(encodeDetector(detector));
    if (copy === undefined) return undefined;
    const settings = { ...copy.settings, falseAlarmsPerWeek: Math.max(LEAST_BUDGET, falseAlarmsPerWeek) };
    return stepDetector({ ...copy, settings }, { timeMs, value: undefined }).upper;
  };
  return at(1) === undefined ? undefined : at;
}

function bandKey(window: string, kpi: string, key: WatchedKey, startMs: number): string {
  return `${window}|${seriesKey(kpi, key)}|${startMs}`;
}

function seriesOf(key: string): string {
  return key.slice(0, key.lastIndexOf('|'));
}

function cellsOf(line: string, columns: readonly string[]): Readonly<Record<string, string>> {
  const cells = line.trimEnd().split('\t');
  return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']));
}

function numberOf(cell: string | undefined): number | null {
  return cell === undefined || cell === '\\N' ? null : Number(cell);
}
