import type { KpiDefinition } from './kpi.ts';
import { contentKpis } from './kpis/content.ts';
import { growthKpis } from './kpis/growth.ts';
import { operationsKpis } from './kpis/operations.ts';
import { recurringKpis } from './kpis/recurring.ts';
import { revenueKpis } from './kpis/revenue.ts';

/** Every KPI of SYSTEMS row E2; targets and alert thresholds are the seeds' and can be changed per tenant. */
export const kpiCatalogue: readonly KpiDefinition[] = [
  ...revenueKpis,
  ...contentKpis,
  ...operationsKpis,
  ...growthKpis,
  ...recurringKpis,
];
