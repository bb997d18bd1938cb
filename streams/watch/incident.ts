import type { WatchedWindow } from '../../platform/contracts/anomaly.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';

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

/** Whether the same events could have moved both: two values of one dimension have none in common. */
export function isOneTrouble(
  root: Pick<IncidentRoot, 'rollup' | 'dim'>,
  rootKpi: Pick<KpiDefinition, 'measures'>,
  key: { readonly rollup: string; readonly dim: string },
  kpi: Pick<KpiDefinition, 'measures'>,
): boolean {
  if (root.rollup !== 'total' && root.rollup === key.rollup && root.dim !== key.dim) return false;
  const types = new Set(rootKpi.measures.flatMap((measure) => measure.types));
  return kpi.measures.some((measure) => measure.types.some((type) => types.has(type)));
}
