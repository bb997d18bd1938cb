import type { AlarmWindow } from '../../platform/contracts/alarm-window.ts';
import { kpiWatchOf, type KpiWatch } from '../../platform/contracts/kpi-watch.ts';
import type { KpiDefinition, MeasureState } from '../../platform/contracts/kpi.ts';
import { messageOf } from '../../platform/errors/weir-error.ts';
import { builtinNames, evaluateFormula, type Formula } from '../../platform/kpi/formula.ts';
import { compileKpi, measureValue, parseKpiFormula } from '../../platform/kpi/kpi.ts';

/** A part of a KPI that adds up over the values of a dimension. */
type Part = (state: MeasureState, windowMs: number) => number | null;

/** How the total is put together from the values of a dimension; `none` where it is not, as with distinct counts. */
export type KpiShape =
  | { readonly kind: 'sum' }
  | { readonly kind: 'ratio'; readonly numerator: Part; readonly denominator: Part }
  | { readonly kind: 'none' };

/** A KPI ready to be watched; values are in its own unit, money in major units. */
export interface WatchedKpi {
  readonly definition: KpiDefinition;
  readonly evaluate: Part;
  readonly shape: KpiShape;
  /** 100 for USD, 1 for JPY. */
  readonly minorPerMajor: number;
  /** In which windows. A second name for numbers that are watched already has its threshold alone. */
  readonly watch: KpiWatch;
}

export interface KpiPlan {
  /** Sums first: where both go out at once, the sum is what happened and the ratio follows from it. */
  readonly kpis: readonly WatchedKpi[];
  /** KPIs whose record cannot be computed, with the reason. */
  readonly faults: readonly { readonly definition: KpiDefinition; readonly why: string }[];
}

export function planKpis(definitions: readonly KpiDefinition[], minorPerMajor: number): KpiPlan {
  const kpis: WatchedKpi[] = [];
  const computed = new Set<string>();
  const faults: { definition: KpiDefinition; why: string }[] = [];
  for (const definition of definitions) {
    // Two names for the same numbers, such as revenue and revenue by stream, would tell everything twice.
    const same = JSON.stringify([definition.formula, definition.measures, definition.unit]);
    const isSecond = computed.has(same);
    computed.add(same);
    try {
      const compiled = compileKpi(definition);
      const found = kpiWatchOf(definition);
      const watch: KpiWatch = isSecond ? { ...found, anomalies: [] } : found;
      kpis.push({
        definition,
        evaluate: (state, windowMs) => compiled.evaluate(state, windowMs, minorPerMajor),
        shape: shapeOf(definition, minorPerMajor),
        minorPerMajor,
        watch,
      });
    } catch (error) {
      faults.push({ definition, why: messageOf(error) });
    }
  }
  const inOrder = (['sum', 'none', 'ratio'] as const).flatMap((kind) =>
    kpis.filter(({ shape }) => shape.kind === kind),
  );
  return { kpis: inOrder, faults };
}

/** KPIs that are judged in a window: by their detector, by their threshold or by both. */
export function kpisIn({ kpis }: KpiPlan, window: AlarmWindow): readonly WatchedKpi[] {
  return kpis.filter(
    ({ definition, watch }) =>
      watch.anomalies.includes(window) ||
      (definition.alertThreshold !== undefined && watch.threshold.includes(window)),
  );
}

function shapeOf(definition: KpiDefinition, minorPerMajor: number): KpiShape {
  const measures = new Map(definition.measures.map((measure) => [measure.key, measure]));
  const formula = parseKpiFormula(definition);
  const isAdditive = (name: string): boolean => {
    const agg = measures.get(name)?.agg;
    return agg === 'sum' || agg === 'count';
  };
  const part =
    (of: Formula): Part =>
    (state, windowMs) =>
      evaluateFormula(of, {
        value: (name) => {
          if (name === 'window_days') return windowMs / 86_400_000;
          if (name === 'window_hours') return windowMs / 3_600_000;
          const measure = measures.get(name);
          return measure === undefined ? 0 : measureValue(measure, state, minorPerMajor);
        },
        // Parts are linear in sums and counts.
        quantile: () => Number.NaN,
        past: () => undefined,
      });
  if (isLinear(formula, isAdditive)) return { kind: 'sum' };
  if (
    formula.kind === 'binary' &&
    formula.op === '/' &&
    isLinear(formula.left, isAdditive) &&
    isLinear(formula.right, isAdditive)
  )
    return { kind: 'ratio', numerator: part(formula.left), denominator: part(formula.right) };
  return { kind: 'none' };
}

/** Whether the value of a whole is the sum of the values of its parts: measures added and multiplied by constants, no constant term. */
function isLinear(formula: Formula, isAdditive: (name: string) => boolean): boolean {
  switch (formula.kind) {
    case 'number':
      return false;
    case 'name':
      return isAdditive(formula.name);
    case 'negate':
      return isLinear(formula.of, isAdditive);
    case 'call':
    case 'quantile':
    case 'past':
      return false;
    case 'binary': {
      const { op, left, right } = formula;
      if (op === '+' || op === '-') return isLinear(left, isAdditive) && isLinear(right, isAdditive);
      if (op === '/') return isLinear(left, isAdditive) && isConstant(right);
      return (
        (isLinear(left, isAdditive) && isConstant(right)) || (isConstant(left) && isLinear(right, isAdditive))
      );
    }
  }
}

function isConstant(formula: Formula): boolean {
  switch (formula.kind) {
    case 'number':
      return true;
    case 'name':
      return builtinNames.some((name) => name === formula.name);
    case 'negate':
      return isConstant(formula.of);
    case 'quantile':
    case 'past':
      return false;
    case 'call':
      return formula.args.every(isConstant);
    case 'binary':
      return isConstant(formula.left) && isConstant(formula.right);
  }
}
