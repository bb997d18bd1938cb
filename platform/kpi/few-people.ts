import type { KpiDefinition, MeasureState, WindowSize } from '../contracts/kpi.ts';
import { isFew } from '../contracts/privacy.ts';
import { measureValue } from './kpi.ts';

/** Windows so short that a count of people in a part of the events may be that of a single one. */
const shortWindows: readonly WindowSize[] = ['10s', '1m'];

/**
 * Whether a count of people cut like this tells of single ones: by two dimensions or more, or by one in windows of less than an hour. Counts of events and money
 * are the tenant's own books (docs/adr/0015-differential-privacy.md).
 */
export function isNarrowCut(cuts: number, window: WindowSize): boolean {
  return cuts > 1 || (cuts === 1 && shortWindows.includes(window));
}

/** Whether a KPI reads a count of one to nine people; `countOf` tells the value of a measure. */
export function readsFewPeople(
  { measures }: Pick<KpiDefinition, 'measures'>,
  countOf: (measure: KpiDefinition['measures'][number], index: number) => number,
): boolean {
  return measures.some(
    (measure, i) =>
      measure.agg === 'unique' && measure.of === 'user' && isFew(Math.round(countOf(measure, i))),
  );
}

/** The same over accumulated measures. */
export function hasFewPeople(definition: Pick<KpiDefinition, 'measures'>, state: MeasureState): boolean {
  return readsFewPeople(definition, (measure) => measureValue(measure, state, 1));
}
