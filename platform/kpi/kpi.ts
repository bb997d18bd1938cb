import { Value } from '@sinclair/typebox/value';
import { KpiDefinition, type Measure, type MeasureState } from '../contracts/kpi.ts';
import { recurringNames } from '../contracts/recurring-names.ts';
import { WeirError } from '../errors/weir-error.ts';
import { evaluateFormula, parseFormula, spansOf, type FormulaReader, type PastSpan } from './formula.ts';
import { decodeQuantiles, decodeSketch } from './measure-state.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A state with the length of the window it belongs to. */
export interface SpanState {
  readonly state: MeasureState;
  readonly windowMs: number;
}

/** What a formula can read beside the state of its window. What is absent is not known: a formula that needs it has no value. */
export interface KpiContext {
  readonly past?: Readonly<Partial<Record<PastSpan, SpanState>>>;
  /** Values of the recurring names in major units, for KPIs with `basis: 'recurring'`. */
  readonly recurring?: Readonly<Record<string, number>>;
}

/** A KPI ready to evaluate. */
export interface CompiledKpi {
  readonly definition: KpiDefinition;
  /** Spans beside the window its formula reads. */
  readonly spans: ReadonlySet<PastSpan>;
  /** Value over merged states of one window; null when the formula has none. `minorPerMajor` is 100 for USD, 1 for JPY. */
  evaluate(state: MeasureState, windowMs: number, minorPerMajor: number, context?: KpiContext): number | null;
}

/** Checks a KPI record and compiles its formula. Throws WeirError KPI_INVALID or KPI_FORMULA_INVALID saying what to mend. */
export function compileKpi(record: unknown): CompiledKpi {
  if (!Value.Check(KpiDefinition, record)) {
    const first = [...Value.Errors(KpiDefinition, record)][0];
    throw new WeirError(
      'KPI_INVALID',
      `KPI record is wrong at ${first?.path ?? '/'}: ${first?.message ?? 'not a KPI record'}.`,
    );
  }
  const definition: KpiDefinition = record;
  const byKey = new Map<string, Measure>();
  for (const measure of definition.measures) {
    if (byKey.has(measure.key)) throw new WeirError('KPI_INVALID', `Measure "${measure.key}" appears twice.`);
    byKey.set(measure.key, measure);
  }
  if (definition.measures.length === 0 && definition.basis === undefined)
    throw new WeirError('KPI_INVALID', 'A KPI needs at least one measure.');
  const formula = parseKpiFormula(definition);
  const spans = spansOf(formula);
  if (definition.basis === 'recurring' && spans.size > 0)
    throw new WeirError('KPI_FORMULA_INVALID', 'A KPI on recurring revenue cannot use prev or last_30d.');

  const readerOf = (
    { state, windowMs }: SpanState,
    minorPerMajor: number,
    context: KpiContext,
  ): FormulaReader => ({
    value: (name) => {
      if (name === 'window_days') return windowMs / DAY_MS;
      if (name === 'window_hours') return windowMs / HOUR_MS;
      const measure = byKey.get(name);
      if (measure === undefined) return context.recurring?.[name] ?? Number.NaN;
      return measureValue(measure, state, minorPerMajor);
    },
    quantile: (name, q) => {
      const text = state.quantiles[name];
      const measure = byKey.get(name);
      if (text === undefined || measure === undefined) return Number.NaN;
      return decodeQuantiles(text).quantile(q) / (isMoney(measure) ? minorPerMajor : 1);
    },
    past: (span) => {
      const there = context.past?.[span];
      return there === undefined ? undefined : readerOf(there, minorPerMajor, {});
    },
  });

  return {
    definition,
    spans,
    evaluate: (state, windowMs, minorPerMajor, context = {}) =>
      evaluateFormula(formula, readerOf({ state, windowMs }, minorPerMajor, context)),
  };
}

/** The formula of a KPI as a tree. Throws WeirError KPI_FORMULA_INVALID. */
export function parseKpiFormula(definition: KpiDefinition): ReturnType<typeof parseFormula> {
  const { basis, formula, measures } = definition;
  const keysOf = (isQuantile: boolean): string[] =>
    measures.filter(({ agg }) => (agg === 'quantile') === isQuantile).map(({ key }) => key);
  return parseFormula(
    formula,
    [...keysOf(false), ...(basis === 'recurring' ? recurringNames : [])],
    keysOf(true),
  );
}

/** Whether a measure is of money, which formulas see in major units. */
export function isMoney(measure: Measure): boolean {
  return 'field' in measure && measure.field === 'amount';
}

/** Value of one measure as formulas see it: money in major units, distinct counts estimated, an absent extreme has no value. */
export function measureValue(measure: Measure, state: MeasureState, minorPerMajor: number): number {
  const scale = isMoney(measure) ? minorPerMajor : 1;
  switch (measure.agg) {
    case 'count':
    case 'sum':
      return (state.sums[measure.key] ?? 0) / scale;
    case 'min':
      return (state.mins[measure.key] ?? Number.NaN) / scale;
    case 'max':
      return (state.maxs[measure.key] ?? Number.NaN) / scale;
    case 'quantile':
      // Only through p50(…) and the like.
      return Number.NaN;
    case 'unique': {
      const text = state.uniques[measure.key];
      return text === undefined ? 0 : decodeSketch(text).estimate();
    }
  }
}

/** Two definitions of one measure key may not differ: they share storage. */
export function sameMeasure(a: Measure, b: Measure): boolean {
  return Value.Equal({ ...a, types: [...a.types].sort() }, { ...b, types: [...b.types].sort() });
}
