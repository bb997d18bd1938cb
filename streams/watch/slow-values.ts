import { Type } from '@sinclair/typebox';
import type { Measure, MeasureState } from '../../platform/contracts/kpi.ts';
import type { RecurringName } from '../../platform/contracts/recurring-names.ts';
import type { MrrPolicy } from '../../platform/contracts/recurring.ts';
import { compileKpi, isMoney, measureValue, type CompiledKpi } from '../../platform/kpi/kpi.ts';
import { emptyState, mergeStates } from '../../platform/kpi/measure-state.ts';
import { mergedMaps, mergedSketches, RollupRow, stateOf } from '../../platform/kpi/merged-sql.ts';
import { trailing } from '../../platform/kpi/trailing.ts';
import type { WindowClock } from '../../platform/kpi/window-time.ts';
import { daysOf, recurringValues } from '../../platform/recurring/recurring-values.ts';
import { TotalsRow, totalsSql } from '../../platform/recurring/totals-sql.ts';
import type { Store } from '../../platform/store/store.ts';
import { distinctMeasures } from '../directory.ts';
import type { WatchedKpi } from './kpi-plan.ts';
import type { SlowSource, SlowWindow } from './slow-state.ts';

/** One closed day or month with the values of the KPIs; a KPI without one is not in it. */
export interface SlowPoint {
  readonly startMs: number;
  readonly endMs: number;
  readonly values: ReadonlyMap<string, number>;
  /** What they were made of: movements of recurring revenue, or measures. */
  readonly inputs: readonly SlowInput[];
}

export interface SlowInput {
  readonly name: string;
  readonly isMoney: boolean;
  readonly value: number;
}

export interface SlowQuestion {
  readonly tenant: string;
  readonly source: SlowSource;
  readonly window: SlowWindow;
  /** Start of the first window, and end of the last. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly clock: WindowClock;
  readonly kpis: readonly WatchedKpi[];
  readonly minorPerMajor: number;
  readonly policy: MrrPolicy;
}

const DAY_MS = 86_400_000;
const MONTH_DAYS = 30;

/** The windows of a question in order, each one there whether anything happened in it or not. */
export async function readSlowPoints(store: Store, question: SlowQuestion): Promise<SlowPoint[]> {
  const { clock, fromMs, kpis, toMs, window } = question;
  const starts = startsOf(clock, window, fromMs, toMs);
  const compiled = kpis.map(({ definition }) => compileKpi(definition));
  const { inputsAt, valuesAt } =
    question.source === 'rows'
      ? await readFromRows(store, question, compiled)
      : await readRecurring(store, question, compiled, starts);
  return starts.map((startMs) => {
    const values = new Map<string, number>();
    for (const kpi of compiled) {
      const value = valuesAt(kpi, startMs);
      if (value !== null && value !== undefined) values.set(kpi.definition.key, value);
    }
    return { startMs, endMs: clock.end(window, startMs), values, inputs: inputsAt(startMs) };
  });
}

interface Answers {
  readonly valuesAt: (kpi: CompiledKpi, startMs: number) => number | null | undefined;
  readonly inputsAt: (startMs: number) => readonly SlowInput[];
}

/** The movements that take a month's opening to its closing. */
const movements = [
  'mrr_new',
  'mrr_reactivation',
  'mrr_expansion',
  'mrr_contraction',
  'mrr_churn',
  'mrr_fx',
] as const satisfies readonly RecurringName[];
const customers = ['customers_new', 'customers_churned'] as const satisfies readonly RecurringName[];

async function readFromRows(
  store: Store,
  question: SlowQuestion,
  kpis: readonly CompiledKpi[],
): Promise<Answers> {
  const { clock, fromMs, minorPerMajor, toMs, window } = question;
  const measures = distinctMeasures(kpis.map(({ definition }) => definition));
  const beforeMs = clock.start(window, fromMs - 1);
  const states = await readTotals(store, question, window, Math.max(0, beforeMs), toMs, measures);
  const months = await lastDays(store, question, kpis);
  const inputsAt = (startMs: number): SlowInput[] => {
    const state = states.get(startMs);
    if (state === undefined) return [];
    return measures.flatMap((measure) =>
      measure.agg === 'quantile'
        ? []
        : [
            {
              name: measure.key,
              isMoney: isMoney(measure),
              value: measureValue(measure, state, minorPerMajor),
            },
          ],
    );
  };
  const valuesAt: Answers['valuesAt'] = (kpi, startMs) => {
    const state = states.get(startMs);
    // Nothing at all happened in it: nobody knows whether there was nothing to be counted.
    if (state === undefined) return undefined;
    const endMs = clock.end(window, startMs);
    const previousMs = clock.start(window, startMs - 1);
    const month = months.get(clock.start('1d', endMs - 1));
    return kpi.evaluate(state, endMs - startMs, minorPerMajor, {
      past: {
        prev: { state: states.get(previousMs) ?? emptyState, windowMs: startMs - previousMs },
        ...(month === undefined ? {} : { last_30d: { state: month, windowMs: MONTH_DAYS * DAY_MS } }),
      },
    });
  };
  return { valuesAt, inputsAt };
}

/** For each day of a range the merged state of the 30 days that end with it, of the measures that any formula looks back at. */
async function lastDays(
  store: Store,
  question: SlowQuestion,
  kpis: readonly CompiledKpi[],
): Promise<ReadonlyMap<number, MeasureState>> {
  const looking = kpis.filter(({ spans }) => spans.has('last_30d'));
  if (looking.length === 0) return new Map();
  const { clock, fromMs, toMs } = question;
  let firstMs = clock.start('1d', fromMs);
  for (let day = 1; day < MONTH_DAYS && firstMs > 0; day++) firstMs = clock.start('1d', firstMs - 1);
  const measures = distinctMeasures(looking.map(({ definition }) => definition));
  const days = await readTotals(store, question, '1d', firstMs, toMs, measures);
  const ends = startsOf(clock, '1d', firstMs, toMs);
  const merged = trailing(ends, days, MONTH_DAYS, (older, newer) => mergeStates([older, newer]));
  return new Map([...merged].map(({ windowStartMs, value }) => [windowStartMs, value]));
}

async function readRecurring(
  store: Store,
  question: SlowQuestion,
  kpis: readonly CompiledKpi[],
  starts: readonly number[],
): Promise<Answers> {
  const { clock, fromMs, minorPerMajor, policy, tenant, toMs, window } = question;
  const { sql, params } = totalsSql({
    tenant,
    policyVersion: policy.version,
    window,
    // Days tell what moved; what was there before is the sum of all of them.
    fromMs: window === '1d' ? 0 : fromMs,
    toMs,
    by: undefined,
    segment: undefined,
    currency: undefined,
  });
  const moved = await store.query(sql, params, TotalsRow);
  const rows = window === '1d' ? daysOf(moved, starts) : moved;
  const byStart = new Map(rows.map((row) => [row.start_ms, row]));
  const measures = distinctMeasures(kpis.map(({ definition }) => definition));
  const states =
    measures.length === 0
      ? new Map<number, MeasureState>()
      : await readTotals(store, question, window, fromMs, toMs, measures);
  const namesAt = (startMs: number): Readonly<Record<RecurringName, number>> | undefined => {
    const row = byStart.get(startMs);
    return row === undefined ? undefined : recurringValues(row, policy, minorPerMajor);
  };
  const inputsAt = (startMs: number): SlowInput[] => {
    const names = namesAt(startMs);
    if (names === undefined) return [];
    return [
      ...movements.map((name) => ({ name, isMoney: true, value: names[name] })),
      ...customers.map((name) => ({ name, isMoney: false, value: names[name] })),
    ];
  };
  const valuesAt: Answers['valuesAt'] = (kpi, startMs) => {
    const recurring = namesAt(startMs);
    if (recurring === undefined) return undefined;
    return kpi.evaluate(
      states.get(startMs) ?? emptyState,
      clock.end(window, startMs) - startMs,
      minorPerMajor,
      { recurring },
    );
  };
  return { valuesAt, inputsAt };
}

async function readTotals(
  store: Store,
  { tenant }: SlowQuestion,
  window: SlowWindow,
  fromMs: number,
  toMs: number,
  measures: readonly Measure[],
): Promise<Map<number, MeasureState>> {
  const rows = await store.query(
    `SELECT dim, toUnixTimestamp64Milli(window_start) AS start_ms, ${mergedMaps(measures)}, ${mergedSketches(measures)}, sum(kpi.revision) AS revision
     FROM kpi FINAL
     WHERE tenant = {tenant:String} AND window = {window:String} AND rollup = 'total'
      AND window_start >= fromUnixTimestamp64Milli({from:Int64}) AND window_start < fromUnixTimestamp64Milli({to:Int64})
     GROUP BY dim, window_start`,
    { tenant, window, from: fromMs, to: toMs },
    RollupRow,
  );
  return new Map(rows.map((row) => [row.start_ms, stateOf(row)]));
}

function startsOf(clock: WindowClock, window: SlowWindow, fromMs: number, toMs: number): number[] {
  const starts: number[] = [];
  for (let start = fromMs; start < toMs; start = clock.end(window, start)) starts.push(start);
  return starts;
}

const First = Type.Object({ start_ms: Type.Number(), n: Type.Number() });

/** Start of the first day or month on which recurring revenue moved; undefined when there is none. */
export async function firstMovement(
  store: Store,
  tenant: string,
  window: SlowWindow,
  policyVersion: number,
): Promise<number | undefined> {
  const rows = await store.query(
    `SELECT toUnixTimestamp64Milli(min(window_start)) AS start_ms, count() AS n FROM mrr_movements
     WHERE tenant = {tenant:String} AND window = {window:String} AND policy_version = {version:UInt32}`,
    { tenant, window, version: policyVersion },
    First,
  );
  const row = rows[0];
  return row === undefined || row.n === 0 ? undefined : row.start_ms;
}
