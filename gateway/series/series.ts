import type { SeriesReply } from '../../platform/contracts/api.ts';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { compileKpi } from '../../platform/kpi/kpi.ts';
import { RollupRow, stateOf } from '../../platform/kpi/merged-sql.ts';
import { createWindowClock, type WindowClock } from '../../platform/kpi/window-time.ts';
import type { Store } from '../../platform/store/store.ts';
import { EventsRow, eventsRowValue, eventsSeriesSql } from './events-sql.ts';
import { dimsOf, sourceOf, type SeriesQuestion, type Source } from './question.ts';
import { rollupSeriesSql } from './rollup-sql.ts';

/** Points of one answer at most; more is refused, never cut silently. */
export const MAX_POINTS = 50_000;

type Series = SeriesReply['series'];
type Point = Series[number]['points'][number];

/** Value of one window of one cut. */
interface Cell {
  readonly cut: readonly string[];
  readonly point: Point;
}

/**
 * The series a question asks for: from the live rollup where there is one, else counted from stored events. A series without
 * cuts is always there, if need be empty. Throws GATEWAY_RANGE_TOO_WIDE beyond 50,000 points.
 */
export async function readSeries(store: Store, question: SeriesQuestion, tenant: Tenant): Promise<Series> {
  const clock = createWindowClock(tenant.timeZone);
  const minorPerMajor = 10 ** (currencyExponent(tenant.currency) ?? 2);
  const source = sourceOf(question);
  const cells =
    source.kind === 'rollup'
      ? await rollupCells(store, question, source, clock, minorPerMajor)
      : await eventCells(store, question, clock, minorPerMajor);
  return assembleSeries(question, cells);
}

/** Groups cells, which come ordered by cut, into series. A cut KPI leaves out the part of events that have no such dimension. */
export function assembleSeries(question: SeriesQuestion, cells: Iterable<Cell>): Series {
  const { by, definition, filters } = question;
  const byCut = new Map<string, { dims: Record<string, string>; points: Point[] }>();
  for (const { cut, point } of cells) {
    const key = JSON.stringify(cut);
    let series = byCut.get(key);
    if (series === undefined) {
      const values = Object.fromEntries(by.map((dimension, i) => [dimension, cut[i] ?? '']));
      series = { dims: dimsOf(filters, values), points: [] };
      byCut.set(key, series);
    }
    series.points.push(point);
  }
  if (by.length === 0 && byCut.size === 0) return [{ dims: dimsOf(filters, {}), points: [] }];
  const all = [...byCut.values()];
  const { cut } = definition;
  if (cut === undefined) return all;
  return all.filter(
    ({ dims, points }) => dims[cut] !== '' || points.some((point) => (point.value ?? 0) !== 0),
  );
}

async function rollupCells(
  store: Store,
  question: SeriesQuestion,
  source: Extract<Source, { kind: 'rollup' }>,
  clock: WindowClock,
  minorPerMajor: number,
): Promise<Cell[]> {
  const { sql, params } = rollupSeriesSql(question, source, MAX_POINTS + 1);
  const rows = bounded(await store.query(sql, params, RollupRow));
  const kpi = compileKpi(question.definition);
  const isCut = question.by.length > 0;
  return rows.map((row) => {
    const windowMs = clock.end(question.window, row.start_ms) - row.start_ms;
    const value = kpi.evaluate(stateOf(row), windowMs, minorPerMajor);
    return {
      cut: isCut ? [row.dim] : [],
      point: { windowStartMs: row.start_ms, value, revision: row.revision },
    };
  });
}

async function eventCells(
  store: Store,
  question: SeriesQuestion,
  clock: WindowClock,
  minorPerMajor: number,
): Promise<Cell[]> {
  const { sql, params } = eventsSeriesSql(question, clock.timeZone, MAX_POINTS + 1);
  const rows = bounded(await store.query(sql, params, EventsRow));
  const valueOf = eventsRowValue(question, minorPerMajor);
  return rows.map((row) => {
    // Where a zone skips its midnight the engine and our clock name that day's start differently; an hour in, both agree.
    const windowStartMs = clock.start(question.window, row.start_ms + probeMs(question));
    const windowMs = clock.end(question.window, windowStartMs) - windowStartMs;
    return { cut: row.cut, point: { windowStartMs, value: valueOf(row, windowMs), revision: 0 } };
  });
}

function probeMs(question: SeriesQuestion): number {
  return question.window === '1d' || question.window === '1mo' ? 7_200_000 : 0;
}

function bounded<T>(rows: readonly T[]): readonly T[] {
  if (rows.length <= MAX_POINTS) return rows;
  throw new WeirError(
    'GATEWAY_RANGE_TOO_WIDE',
    `The answer would have more than ${MAX_POINTS} points. Ask for a shorter range, a longer window or fewer dimensions.`,
  );
}
