import { kpiWatchOf } from '../kpi-watch.ts';
import type { Dimension, KpiDefinition } from '../kpi.ts';

export const everyCut = ['channel', 'content', 'country', 'stream'] as const;
const noStream = ['channel', 'content', 'country'] as const;

/** A record of the catalogue; cut by channel, content and country unless it says otherwise, and says in which windows its alert threshold is judged. */
export function kpi(
  record: Omit<KpiDefinition, 'version' | 'origin' | 'dimensions'> & { dimensions?: readonly Dimension[] },
): KpiDefinition {
  const { alertThreshold } = record;
  return {
    version: 1,
    origin: 'catalogue',
    ...record,
    dimensions: [...(record.dimensions ?? noStream)],
    ...(alertThreshold === undefined ? {} : { alertWindows: [...kpiWatchOf(record).threshold] }),
  };
}
