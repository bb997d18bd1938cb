import type { ChartSpec } from '../../platform/contracts/chart-spec.ts';
import type { ChartParams } from '../../platform/contracts/render-params.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';

/** Reads a chart of a KPI. Throws RENDER_PARAMS_INVALID. */
export type ReadChart = (
  tenant: Tenant,
  params: ChartParams,
) => Promise<{ readonly title: string; readonly spec: ChartSpec }>;
