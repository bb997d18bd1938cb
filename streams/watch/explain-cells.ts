import { Type } from '@sinclair/typebox';
import type { ContributionView } from '../../platform/contracts/anomaly.ts';
import type { Dimension, Measure, MeasureState } from '../../platform/contracts/kpi.ts';
import { isWeirError } from '../../platform/errors/weir-error.ts';
import { measureToSql } from '../../platform/kpi/measure-sql.ts';
import { emptyState, mergeStates } from '../../platform/kpi/measure-state.ts';
import type { Store } from '../../platform/store/store.ts';
import { explainAdditive, explainRatio } from '../anomaly/explain.ts';
import { greatest } from './explain-window.ts';
import type { ClosedWindow } from './judge.ts';
import type { WatchedKpi } from './kpi-plan.ts';
import { seriesKey, type WatchedKey } from './watch-state.ts';
import type { Usual } from './usual-windows.ts';

/** One value of a dimension: what it had in the window, and in all the usual ones together. */
export interface Cell {
  readonly value: string;
  readonly now: MeasureState;
  readonly usual: MeasureState;
}

/** Values of a dimension that are looked at: those with most events in either. What is left out is a contribution without a name. */
const MOST_CELLS = 400;

/** One statement may hold up others of the embedded engine, which runs one at a time. */
const LIMIT_SECONDS = 2;

const Row = Type.Object({ value: Type.String(), is_now: Type.Number(), v: Type.Array(Type.Number()) });

/** Sums and counts of a series by the values of one more dimension, from the stored events; undefined where that would take too long. */
export async function readCells(
  store: Store,
  question: {
    readonly tenant: string;
    readonly closed: ClosedWindow;
    readonly key: WatchedKey;
    readonly dimension: Dimension;
    readonly measures: readonly Measure[];
    readonly usualStarts: readonly number[];
  },
): Promise<Cell[] | undefined> {
  const { closed, dimension, key, measures, tenant, usualStarts } = question;
  const width = closed.endMs - closed.startMs;
  const spans = [...usualStarts, closed.startMs].map(
    (start) =>
      `(time >= fromUnixTimestamp64Milli(${start}) AND time < fromUnixTimestamp64Milli(${start + width}))`,
  );
  const part = key.rollup === 'total' ? '' : ` AND ${key.rollup} = {part:String}`;
  const rows = await answered(
    store.query(
      `SELECT ${dimension} AS value, toUInt8(time >= fromUnixTimestamp64Milli({now:Int64})) AS is_now,
      [${measures.map((measure) => `toFloat64(${measureToSql(measure)})`).join(', ')}] AS v
     FROM events
     WHERE tenant = {tenant:String} AND type IN {types:Array(String)} AND (${spans.join(' OR ')})${part}
     GROUP BY value, is_now ORDER BY count() DESC, value LIMIT {limit:UInt32}
     SETTINGS max_execution_time = ${LIMIT_SECONDS}`,
      {
        tenant,
        now: closed.startMs,
        types: [...new Set(measures.flatMap(({ types }) => types))],
        limit: MOST_CELLS,
        ...(key.rollup === 'total' ? {} : { part: key.dim }),
      },
      Row,
    ),
  );
  if (rows === undefined) return undefined;
  const cells = new Map<string, { now: MeasureState; usual: MeasureState }>();
  for (const { value, is_now: isNow, v } of rows) {
    const cell = cells.get(value) ?? { now: emptyState, usual: emptyState };
    const sums = Object.fromEntries(measures.map((measure, i) => [measure.key, v[i] ?? 0]));
    cells.set(value, { ...cell, [isNow === 1 ? 'now' : 'usual']: { ...emptyState, sums } });
  }
  return [...cells].map(([value, cell]) => ({ value, ...cell }));
}

/** The answer, or undefined where the engine gave up on the statement: why an alarm rang must not keep others from ringing. */
async function answered<T>(rows: Promise<T>): Promise<T | undefined> {
  try {
    return await rows;
  } catch (error) {
    if (isWeirError(error) && error.code === 'STORE_QUERY_FAILED') return undefined;
    throw error;
  }
}

/**
 * What each value added to observed − expected. A sum's expectation is shared by what each value had of the usual windows; a ratio is split into rate
 * and mix against them (Bennet). Contributions add up; empty where the usual windows had nothing to share by.
 */
export function cellContributions(
  { evaluate, shape }: WatchedKpi,
  closed: ClosedWindow,
  key: WatchedKey,
  total: { readonly expected: number; readonly observed: number },
  cells: readonly Cell[],
  usual: Usual,
): ContributionView[] {
  const windowMs = closed.endMs - closed.startMs;
  const all = mergeStates([emptyState, ...usual.states]);
  const count = usual.states.length;
  if (shape.kind === 'sum') {
    const whole = evaluate(all, windowMs) ?? 0;
    if (whole === 0 || cells.length === 0) return [];
    const parts = cells.map(({ now, usual: before, value }) => ({
      value,
      expected: (total.expected * (evaluate(before, windowMs) ?? 0)) / whole,
      observed: evaluate(now, windowMs) ?? 0,
    }));
    const byValue = new Map(parts.map((part) => [part.value, part]));
    return greatest(
      explainAdditive(total, parts).map(({ value, contribution, share }) => {
        const part = value === undefined ? undefined : byValue.get(value);
        return {
          value: value ?? null,
          contribution,
          share,
          ...(part === undefined ? {} : { expected: part.expected, observed: part.observed }),
        };
      }),
    );
  }
  if (shape.kind !== 'ratio' || cells.length === 0) return [];
  const { denominator, numerator } = shape;
  const ratioOf = (now: MeasureState, before: MeasureState) => ({
    expectedNumerator: (numerator(before, windowMs) ?? 0) / count,
    expectedDenominator: (denominator(before, windowMs) ?? 0) / count,
    observedNumerator: numerator(now, windowMs) ?? 0,
    observedDenominator: denominator(now, windowMs) ?? 0,
  });
  const found = explainRatio(
    ratioOf(closed.states.get(seriesKey('', key)) ?? emptyState, all),
    cells.map(({ now, usual: before, value }) => ({ value, ...ratioOf(now, before) })),
  );
  return greatest((found ?? []).map(({ value, ...rest }) => ({ ...rest, value: value ?? null })));
}
