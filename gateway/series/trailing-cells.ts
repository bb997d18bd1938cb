import { WeirError } from '../../platform/errors/weir-error.ts';
import { hasFewPeople, isNarrowCut } from '../../platform/kpi/few-people.ts';
import { compileKpi } from '../../platform/kpi/kpi.ts';
import { mergeStates } from '../../platform/kpi/measure-state.ts';
import { stateOf, type RollupRow } from '../../platform/kpi/merged-sql.ts';
import { trailing } from '../../platform/kpi/trailing.ts';
import type { WindowClock } from '../../platform/kpi/window-time.ts';
import { usedDimensions, type SeriesQuestion } from './question.ts';
import type { TimeRange } from './range.ts';

/** Widest span a trailing window may have, in windows. */
export const MAX_TRAILING = 1_000;

interface Cell {
  readonly cut: readonly string[];
  readonly point: {
    readonly windowStartMs: number;
    readonly value: number | null;
    readonly revision: number;
    readonly isFewPeople?: true;
  };
}

/** The range with the windows before it that its first trailing window reaches back to. */
export function withTrailing(range: TimeRange, question: SeriesQuestion, clock: WindowClock): TimeRange {
  let { fromMs } = range;
  for (let i = 1; i < question.trailing && fromMs > 0; i++)
    fromMs = Math.max(0, clock.start(question.window, fromMs - 1));
  return { fromMs, toMs: range.toMs };
}

/**
 * One point a window, each over the `trailing` windows that end with it: merged states, one evaluation, so rates, distinct counts and
 * quantiles are those of the whole span. Points go on after the last event until the newest window of any cut. `rows` come ordered
 * by cut. Throws GATEWAY_REQUEST_INVALID for a formula that looks back by itself, GATEWAY_RANGE_TOO_WIDE beyond `maxPoints`.
 */
export function trailingCells(
  rows: readonly RollupRow[],
  question: SeriesQuestion,
  clock: WindowClock,
  minorPerMajor: number,
  maxPoints: number,
): Cell[] {
  const { by, range, window } = question;
  const kpi = compileKpi(question.definition);
  if (kpi.spans.size > 0)
    throw new WeirError(
      'GATEWAY_REQUEST_INVALID',
      `${question.definition.key} compares windows by itself, so it has no trailing windows.`,
      { details: { in: 'query', field: 'trailing' } },
    );
  const byDim = new Map<string, RollupRow[]>();
  for (const row of rows) {
    const held = byDim.get(row.dim);
    if (held === undefined) byDim.set(row.dim, [row]);
    else held.push(row);
  }
  const starts = windowStarts(rows, window, clock, maxPoints);
  const widths = new Map(
    starts.map((start, i) => [
      start,
      clock.end(window, start) - (starts[Math.max(0, i - question.trailing + 1)] ?? start),
    ]),
  );
  const isNarrow = isNarrowCut(usedDimensions(question).length, question.window);
  const cells: Cell[] = [];
  for (const [dim, own] of byDim) {
    const slices = new Map(own.map((row) => [row.start_ms, stateOf(row)]));
    const merge = (older: ReturnType<typeof stateOf>, newer: ReturnType<typeof stateOf>) =>
      mergeStates([older, newer]);
    for (const { windowStartMs, value } of trailing(starts, slices, question.trailing, merge)) {
      if (windowStartMs < range.fromMs) continue;
      const isFew = isNarrow && hasFewPeople(question.definition, value);
      cells.push({
        cut: by.length > 0 ? [dim] : [],
        point: {
          windowStartMs,
          value: isFew ? null : kpi.evaluate(value, widths.get(windowStartMs) ?? 0, minorPerMajor),
          revision: 0,
          ...(isFew ? { isFewPeople: true } : {}),
        },
      });
      if (cells.length > maxPoints) throw tooWide(maxPoints);
    }
  }
  return cells;
}

/** Every window from the first row to the last, empty ones too. */
function windowStarts(
  rows: readonly RollupRow[],
  window: SeriesQuestion['window'],
  clock: WindowClock,
  maxPoints: number,
): number[] {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { start_ms: start } of rows) {
    first = Math.min(first, start);
    last = Math.max(last, start);
  }
  const starts: number[] = [];
  for (let start = first; start <= last; start = clock.end(window, start)) {
    starts.push(start);
    if (starts.length > maxPoints) throw tooWide(maxPoints);
  }
  return starts;
}

function tooWide(maxPoints: number): WeirError {
  return new WeirError(
    'GATEWAY_RANGE_TOO_WIDE',
    `The answer would have more than ${maxPoints} points. Ask for a shorter range, a longer window or fewer dimensions.`,
  );
}
