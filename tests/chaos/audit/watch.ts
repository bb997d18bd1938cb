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
import { shareBudget, type SeriesBudget } from '../../../streams/watch/budget.ts';
import { lengthMs, readClosedWindows } from '../../../streams/watch/closed-windows.ts';
import { isCutBy } from '../../../streams/watch/explain-window.ts';
import { judgeWindow, type ClosedWindow } from '../../../streams/watch/judge.ts';
import { planKpis, type KpiPlan } from '../../../streams/watch/kpi-plan.ts';
import { anomalyColumns, bandColumns } from '../../../streams/watch/rows.ts';
import {
  createTenantWatch,
  emptyOutbox,
  seriesKey,
  totalKey,
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
 * Budgets are shared among the series known at the time, which depends on how far history had come in: of the few that are possible the
 * one is taken under which the band of the first total is the recorded one.
 */
export async function auditWatch(store: Store, directory: Directory, tenant: Tenant): Promise<StageFindings> {
  const bands = new Map<string, Recorded>();
  const keys = new Map<string, WatchedKey>([[seriesKey('', totalKey), totalKey]]);
  const span = { '1m': [Infinity, -Infinity], '1h': [Infinity, -Infinity] } satisfies Record<
    WatchedWindow,
    [number, number]
  >;
  const rows = await store.query(
    `SELECT kpi, window, rollup, dim, toUnixTimestamp64Milli(window_start) AS startMs, observed, expected, upper, score FROM expectations FINAL WHERE tenant = {tenant:String}`,
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

  const judged = judgeAgain(state, windows, plan, candidates(plan, cuts), bands, tenant.currency);
  const episodes = await compareEpisodes(store, tenant.id, judged);
  return {
    compared: {
      bands: judged.equal,
      revisedSeries: judged.revised.size,
      series: judged.series.size,
      episodes: episodes.compared,
    },
    problems: [...judged.problems, ...episodes.problems],
  };
}

interface Judged {
  equal: number;
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
  budgets: readonly ReadonlyMap<string, SeriesBudget>[],
  bands: Bands,
  currency: string,
): Judged {
  const judged: Judged = {
    equal: 0,
    series: new Set(),
    revised: new Set(),
    problems: [],
    episodes: new Map(),
  };
  let budget = budgets[0];
  for (const closed of windows) {
    budget = budgetThen(state, closed, plan, budgets, bands) ?? budget;
    const inForce = budget;
    judgeWindow(state, closed, {
      plan,
      words: { currency },
      budgetOf: (kpi, key) => {
        const of = inForce?.get(kpi);
        return (key.rollup === 'total' ? of?.total : of?.part) ?? 0;
      },
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
  const wanted = [...bands.keys()].filter((key) => !judged.revised.has(seriesOf(key)));
  const told = wanted.filter((key) => judged.series.has(seriesOf(key))).length;
  if (told !== judged.equal)
    judged.problems.push(`the watch has told of ${told} windows where ${judged.equal} can be judged again`);
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
  judged.equal++;
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

/** Budgets as they can have been: before and after each grain knew its dimension values. */
function candidates(plan: KpiPlan, cuts: readonly WatchedKey[]): ReadonlyMap<string, SeriesBudget>[] {
  return [2, 1, 0].map((grains) =>
    shareBudget(
      defaultWatchSettings,
      plan.kpis.map((kpi) => ({
        kpi: kpi.definition.key,
        totals: watchedWindows.length,
        parts: grains * cuts.filter(({ rollup }) => rollup !== 'total' && isCutBy(kpi, rollup)).length,
      })),
    ),
  );
}

/** The candidate that gives the recorded band of the first total that has one in this window. */
function budgetThen(
  state: TenantWatch,
  closed: ClosedWindow,
  plan: KpiPlan,
  budgets: readonly ReadonlyMap<string, SeriesBudget>[],
  bands: Bands,
): ReadonlyMap<string, SeriesBudget> | undefined {
  for (const { definition } of plan.kpis) {
    const recorded = bands.get(bandKey(closed.window, definition.key, totalKey, closed.startMs));
    const series = state.grains[closed.window].series.get(seriesKey(definition.key, totalKey));
    if (recorded === undefined || recorded.upper === null || series === undefined) continue;
    return budgets.find((budget) => {
      const copy = decodeDetector(encodeDetector(series.detector));
      const total = budget.get(definition.key)?.total;
      if (copy === undefined || total === undefined) return false;
      const settings = { ...copy.settings, falseAlarmsPerWeek: total };
      // The band is made before the point is looked at.
      const { upper } = stepDetector({ ...copy, settings }, { timeMs: closed.startMs, value: undefined });
      return upper === recorded.upper;
    });
  }
  return undefined;
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
