import { Value } from '@sinclair/typebox/value';
import { KpiDefinition, type Measure, type MeasureState } from '../contracts/kpi.ts';
import { WeirError } from '../errors/weir-error.ts';
import { evaluateFormula, parseFormula } from './formula.ts';
import { decodeSketch } from './measure-state.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A KPI ready to evaluate. */
export interface CompiledKpi {
  readonly definition: KpiDefinition;
  /** Value over merged states of one window; null when the formula has none. `minorPerMajor` is 100 for USD, 1 for JPY. */
  evaluate(state: MeasureState, windowMs: number, minorPerMajor: number): number | null;
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
  const formula = parseFormula(definition.formula, byKey.keys());
  return {
    definition,
    evaluate: (state, windowMs, minorPerMajor) =>
      evaluateFormula(formula, (name) => {
        if (name === 'window_days') return windowMs / DAY_MS;
        if (name === 'window_hours') return windowMs / HOUR_MS;
        const measure = byKey.get(name);
        if (measure === undefined) return 0;
        return measureValue(measure, state, minorPerMajor);
      }),
  };
}

/** Value of one measure as formulas see it: money in major units, distinct counts estimated, an absent extreme has no value. */
export function measureValue(measure: Measure, state: MeasureState, minorPerMajor: number): number {
  switch (measure.agg) {
    case 'count':
      return state.sums[measure.key] ?? 0;
    case 'sum':
      return (state.sums[measure.key] ?? 0) / (measure.field === 'amount' ? minorPerMajor : 1);
    case 'min':
      return (state.mins[measure.key] ?? Number.NaN) / (measure.field === 'amount' ? minorPerMajor : 1);
    case 'max':
      return (state.maxs[measure.key] ?? Number.NaN) / (measure.field === 'amount' ? minorPerMajor : 1);
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
