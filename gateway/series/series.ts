import type { SeriesReply } from '../../platform/contracts/api.ts';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { MeasureState } from '../../platform/contracts/kpi.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { hasFewPeople, isNarrowCut, readsFewPeople } from '../../platform/kpi/few-people.ts';
import { compileKpi } from '../../platform/kpi/kpi.ts';
import { emptyState, mergeStates } from '../../platform/kpi/measure-state.ts';
import { RollupRow, stateOf } from '../../platform/kpi/merged-sql.ts';
import { createWindowClock, type WindowClock } from '../../platform/kpi/window-time.ts';
import type { Store } from '../../platform/store/store.ts';
import { EventsRow, eventsRowValue, eventsSeriesSql } from './events-sql.ts';
import { dimsOf, sourceOf, usedDimensions, type SeriesQuestion, type Source } from './question.ts';
import type { TimeRange } from './range.ts';
import { rollupSeriesSql } from './rollup-sql.ts';
import { trailingCells, withTrailing } from './trailing-cells.ts';

/** Points of one answer at most; more is refused, never cut silently. */
export const MAX_POINTS = 50_000;
const DAY_MS = 86_400_000;

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
  const { windows } = question.definition;
  if (windows !== undefined && !windows.includes(question.window)) return assembleSeries(question, []);
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
  const { range, window } = question;
  const kpi = compileKpi(question.definition);
  const read = async (asked: SeriesQuestion) => {
    const { sql, params } = rollupSeriesSql(asked, source, MAX_POINTS + 1);
    return bounded(await store.query(sql, params, RollupRow));
  };
  if (question.trailing > 1) {
    const rows = await read({ ...question, range: withTrailing(range, question, clock) });
    return trailingCells(rows, question, clock, minorPerMajor, MAX_POINTS);
  }
  const rows = await read(kpi.spans.has('prev') ? withWindowBefore(question, clock) : question);
  const states = new Map(rows.map((row) => [`${row.start_ms} ${row.dim}`, stateOf(row)]));
  const days = kpi.spans.has('last_30d')
    ? daysBefore(clock, await read({ ...question, window: '1d', range: thirtyDaysBefore(clock, range) }))
    : undefined;
  const isCut = question.by.length > 0;
  const isNarrow = isNarrowCut(usedDimensions(question).length, question.window);
  const isTold = (state: MeasureState): boolean => !isNarrow || !hasFewPeople(question.definition, state);
  return rows
    .filter((row) => row.start_ms >= range.fromMs)
    .map((row) => {
      const endMs = clock.end(window, row.start_ms);
      const beforeMs = clock.start(window, row.start_ms - 1);
      const before = kpi.spans.has('prev') ? states.get(`${beforeMs} ${row.dim}`) : undefined;
      if (!isTold(stateOf(row)) || (before !== undefined && !isTold(before)))
        return untold(isCut ? [row.dim] : [], row.start_ms, row.revision);
      const value = kpi.evaluate(stateOf(row), endMs - row.start_ms, minorPerMajor, {
        past: {
          prev: {
            state: states.get(`${beforeMs} ${row.dim}`) ?? emptyState,
            windowMs: row.start_ms - beforeMs,
          },
          ...(days === undefined ? {} : { last_30d: { state: days(row.dim, endMs), windowMs: 30 * DAY_MS } }),
        },
      });
      return {
        cut: isCut ? [row.dim] : [],
        point: { windowStartMs: row.start_ms, value, revision: row.revision },
      };
    });
}

/** A point whose value would tell of a few people. */
function untold(cut: readonly string[], windowStartMs: number, revision: number): Cell {
  return { cut, point: { windowStartMs, value: null, revision, isFewPeople: true } };
}

/** The same question with one window more at its start. */
function withWindowBefore(question: SeriesQuestion, clock: WindowClock): SeriesQuestion {
  const { range, window } = question;
  const fromMs = Math.max(0, clock.start(window, range.fromMs - 1));
  return { ...question, range: { fromMs, toMs: range.toMs } };
}

/** Days whose union the windows of a range need for their 30 days. */
function thirtyDaysBefore(clock: WindowClock, range: TimeRange): TimeRange {
  return {
    fromMs: Math.max(0, firstOfThirty(clock, clock.start('1d', range.fromMs))),
    toMs: clock.end('1d', clock.start('1d', range.toMs - 1)),
  };
}

/** Start of the first of the 30 days that end with the day that starts at `dayMs`. */
function firstOfThirty(clock: WindowClock, dayMs: number): number {
  let start = dayMs;
  for (let i = 1; i < 30; i += 1) start = clock.start('1d', start - 1);
  return start;
}

/** Merged state of the 30 days that end with the day in which `endMs` ends, of one dimension value. */
function daysBefore(
  clock: WindowClock,
  rows: readonly RollupRow[],
): (dim: string, endMs: number) => MeasureState {
  const byDim = new Map<string, Map<number, MeasureState>>();
  for (const row of rows) {
    const days = byDim.get(row.dim) ?? new Map<number, MeasureState>();
    days.set(row.start_ms, stateOf(row));
    byDim.set(row.dim, days);
  }
  return (dim, endMs) => {
    const days = byDim.get(dim);
    const states: MeasureState[] = [];
    let start = clock.start('1d', endMs - 1);
    for (let i = 0; i < 30; i += 1) {
      const state = days?.get(start);
      if (state !== undefined) states.push(state);
      start = clock.start('1d', start - 1);
    }
    return states.length === 0 ? emptyState : mergeStates(states);
  };
}

async function eventCells(
  store: Store,
  question: SeriesQuestion,
  clock: WindowClock,
  minorPerMajor: number,
): Promise<Cell[]> {
  const { range, window } = question;
  const { spans } = compileKpi(question.definition);
  if (question.trailing > 1)
    throw new WeirError(
      'GATEWAY_REQUEST_INVALID',
      'Trailing windows are kept for one dimension at a time, contents from an hour up.',
      { details: { in: 'query', field: 'trailing' } },
    );
  if (spans.has('last_30d'))
    throw new WeirError(
      'GATEWAY_REQUEST_INVALID',
      `${question.definition.key} looks back over 30 days, which is kept for one dimension at a time.`,
      { details: { in: 'query', field: 'by' } },
    );
  const asked = spans.has('prev') ? withWindowBefore(question, clock) : question;
  const { sql, params } = eventsSeriesSql(asked, clock.timeZone, MAX_POINTS + 1);
  const valueOf = eventsRowValue(question, minorPerMajor);
  const rows = bounded(await store.query(sql, params, EventsRow)).map((row) => ({
    row,
    // Where a zone skips its midnight the engine and our clock name that day's start differently; an hour in, both agree.
    startMs: clock.start(window, row.start_ms + probeMs(question)),
  }));
  const isNarrow = isNarrowCut(usedDimensions(question).length, question.window);
  const isTold = ({ v }: EventsRow): boolean =>
    !isNarrow || !readsFewPeople(question.definition, (_measure, i) => v[i] ?? 0);
  const byAddress = new Map(rows.map(({ row, startMs }) => [`${startMs} ${JSON.stringify(row.cut)}`, row]));
  return rows
    .filter(({ startMs }) => startMs >= range.fromMs)
    .map(({ row, startMs }) => {
      const beforeMs = clock.start(window, startMs - 1);
      const before = byAddress.get(`${beforeMs} ${JSON.stringify(row.cut)}`);
      if (!isTold(row) || (spans.has('prev') && before !== undefined && !isTold(before)))
        return untold(row.cut, startMs, 0);
      const value = valueOf(row, clock.end(window, startMs) - startMs, before, startMs - beforeMs);
      return { cut: row.cut, point: { windowStartMs: startMs, value, revision: 0 } };
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
