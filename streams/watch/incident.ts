import type { WatchedWindow } from '../../platform/contracts/anomaly.ts';
import type { KpiShape, WatchedKpi } from './kpi-plan.ts';

/** The cut and time of an episode that others may belong to: the first of an incident. */
export interface IncidentRoot {
  readonly id: string;
  readonly kpi: string;
  readonly rollup: string;
  readonly dim: string;
  readonly startedMs: number;
}

/**
 * How much later than the first an episode may begin and still be the same incident: the readings that raise alarms look at one window to a
 * quarter of an hour.
 */
export const SAME_INCIDENT_MS: Readonly<Record<WatchedWindow, number>> = {
  '1m': 15 * 60_000,
  '1h': 3 * 3_600_000,
};
/** First episodes that are remembered of a grain. */
const MOST_ROOTS = 64;

export function withRoot(roots: readonly IncidentRoot[], root: IncidentRoot): readonly IncidentRoot[] {
  return [...roots, root].slice(-MOST_ROOTS);
}

const order: readonly KpiShape['kind'][] = ['sum', 'none', 'ratio'];

/**
 * Whether an episode that began earlier, or first in its window, may stand for another: the same events could have moved both (two values of
 * one dimension have none in common), and what is listed is at least as basic and as wide. An outage of views does not go under the ratio that
 * wobbled some minutes before, nor under a channel's; within one window a channel's payment stands for the ratio of the total it moved.
 */
export function standsFor(
  root: IncidentRoot,
  rootKpi: Pick<WatchedKpi, 'definition' | 'shape'>,
  startMs: number,
  key: Pick<IncidentRoot, 'rollup' | 'dim'>,
  kpi: Pick<WatchedKpi, 'definition' | 'shape'>,
): boolean {
  if (order.indexOf(rootKpi.shape.kind) > order.indexOf(kpi.shape.kind)) return false;
  if (root.rollup !== 'total' && key.rollup === 'total' && root.startedMs !== startMs) return false;
  if (root.rollup !== 'total' && root.rollup === key.rollup && root.dim !== key.dim) return false;
  const types = new Set(rootKpi.definition.measures.flatMap((measure) => measure.types));
  return kpi.definition.measures.some((measure) => measure.types.some((type) => types.has(type)));
}
