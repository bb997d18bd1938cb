import type { Explanation, InputView } from '../../platform/contracts/anomaly.ts';
import type { MeasureState } from '../../platform/contracts/kpi.ts';
import { isMoney, measureValue } from '../../platform/kpi/kpi.ts';
import { emptyState } from '../../platform/kpi/measure-state.ts';
import type { WatchedKpi } from './kpi-plan.ts';
import type { Usual } from './usual-windows.ts';

/**
 * How each measure of a formula moved, for formulas of several: a ratio is up because its numerator rose or because its denominator fell, distinct counts
 * too. Against the mean of the usual windows; distributions have no one value and are left out.
 */
export function inputsOf(
  { definition, minorPerMajor }: WatchedKpi,
  now: MeasureState | undefined,
  { states }: Usual,
): InputView[] {
  if (definition.measures.length < 2 || states.length === 0) return [];
  return definition.measures.flatMap((measure) => {
    if (measure.agg === 'quantile') return [];
    const observed = measureValue(measure, now ?? emptyState, minorPerMajor);
    const before = states.map((state) => measureValue(measure, state, minorPerMajor));
    const usual = before.reduce((sum, value) => sum + value, 0) / before.length;
    return Number.isFinite(observed) && Number.isFinite(usual)
      ? [{ name: measure.key, isMoney: isMoney(measure), observed, usual }]
      : [];
  });
}

/** Why nothing more can be said; undefined where it is. */
export function unsaidOf(
  { definition, shape }: WatchedKpi,
  dimensions: number,
  usualWindows: number,
): Explanation['unsaid'] {
  if (dimensions > 0) return undefined;
  if (shape.kind === 'none') {
    const aggs = definition.measures.map(({ agg }) => agg);
    if (aggs.includes('quantile')) return 'distribution';
    return aggs.includes('unique') ? 'distinct' : 'formula';
  }
  return usualWindows === 0 ? 'new' : 'whole';
}
