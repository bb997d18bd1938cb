import { contentKpis } from './kpis/content.ts';
import { growthKpis } from './kpis/growth.ts';
import { operationsKpis } from './kpis/operations.ts';
import { recurringKpis } from './kpis/recurring.ts';
import { revenueKpis } from './kpis/revenue.ts';
import type { KpiDefinition } from './kpi.ts';

/** What alerts are grouped and subscribed by: the parts of the catalogue, a tenant's own KPIs, and what is no KPI. */
export const alertFamilies = [
  'revenue',
  'content',
  'operations',
  'growth',
  'recurring',
  'own',
  'feed',
  'trend',
  'viral',
  'decision',
] as const;
export type AlertFamily = (typeof alertFamilies)[number];

/** Family of a KPI by its key; a key the catalogue does not have is a tenant's own. */
export function kpiFamily(key: string): AlertFamily {
  return families.get(key) ?? 'own';
}

const families = new Map<string, AlertFamily>([
  ...inFamily('revenue', revenueKpis),
  ...inFamily('content', contentKpis),
  ...inFamily('operations', operationsKpis),
  ...inFamily('growth', growthKpis),
  ...inFamily('recurring', recurringKpis),
]);

function inFamily(family: AlertFamily, kpis: readonly KpiDefinition[]): [string, AlertFamily][] {
  return kpis.map(({ key }) => [key, family]);
}
