import { kpiCatalogue } from '../platform/contracts/kpi-catalogue.ts';
import type { KpiDefinition, Measure } from '../platform/contracts/kpi.ts';
import type { MrrPolicy } from '../platform/contracts/recurring.ts';
import type { Tenant } from '../platform/contracts/tenant.ts';
import { kpisOf } from '../platform/kpi/kpis-of.ts';
import { createWindowClock, type WindowClock } from '../platform/kpi/window-time.ts';
import { createMeasurePlan, type MeasurePlan } from './measure-plan.ts';

/** What the processors know of tenants and their KPIs; fed by watches, read synchronously. */
export interface Directory {
  setTenant(tenant: Tenant): void;
  setKpis(tenant: string, definitions: readonly KpiDefinition[]): void;
  /** Undefined until its record has been seen. */
  tenantOf(tenant: string): Tenant | undefined;
  timeZoneOf(tenant: string): string;
  /** KPIs in force: the catalogue with the tenant's targets, and its own. The same list until one changes. */
  kpisOf(tenant: string): readonly KpiDefinition[];
  /** Measures in force: the catalogue's, then the tenant's own in order of key; one a key. */
  measuresOf(tenant: string): readonly Measure[];
  tenantsWithOwnKpis(): readonly string[];
  /** Takes a version of a tenant's policy; the newest counts. */
  setMrrPolicy(tenant: string, policy: MrrPolicy): void;
  /** Undefined until the tenant has set one. */
  mrrPolicyOf(tenant: string): MrrPolicy | undefined;
}

export function createDirectory(): Directory {
  const tenants = new Map<string, Tenant>();
  const policies = new Map<string, MrrPolicy>();
  const own = new Map<string, readonly KpiDefinition[]>();
  const known = new Map<string, readonly Measure[]>();
  const kpis = new Map<string, readonly KpiDefinition[]>();
  return {
    setTenant: (tenant) => tenants.set(tenant.id, tenant),
    setKpis: (tenant, definitions) => {
      own.set(tenant, definitions);
      known.delete(tenant);
      kpis.delete(tenant);
    },
    tenantsWithOwnKpis: () =>
      [...own].filter(([, definitions]) => definitions.length > 0).map(([tenant]) => tenant),
    setMrrPolicy: (tenant, policy) => {
      if (policy.version >= (policies.get(tenant)?.version ?? 0)) policies.set(tenant, policy);
    },
    mrrPolicyOf: (tenant) => policies.get(tenant),
    tenantOf: (tenant) => tenants.get(tenant),
    timeZoneOf: (tenant) => tenants.get(tenant)?.timeZone ?? 'UTC',
    kpisOf: (tenant) => {
      const cached = kpis.get(tenant);
      if (cached !== undefined) return cached;
      const inForce = kpisOf(own.get(tenant) ?? []);
      kpis.set(tenant, inForce);
      return inForce;
    },
    measuresOf: (tenant) => {
      const cached = known.get(tenant);
      if (cached !== undefined) return cached;
      const measures = distinctMeasures([
        ...kpiCatalogue,
        ...[...(own.get(tenant) ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1)),
      ]);
      known.set(tenant, measures);
      return measures;
    },
  };
}

/** Measures of several KPIs, the first of each key; the gateway refuses a KPI whose measure differs from a known one. */
export function distinctMeasures(definitions: readonly KpiDefinition[]): Measure[] {
  const byKey = new Map<string, Measure>();
  for (const definition of definitions) {
    for (const measure of definition.measures) {
      if (!byKey.has(measure.key)) byKey.set(measure.key, measure);
    }
  }
  return [...byKey.values()];
}

/** Clocks and plans are shared: partitions of one tenant must agree on slots, and both are dear to make. */
export function createShared(): {
  clockOf(timeZone: string): WindowClock;
  planOf(measures: readonly Measure[]): MeasurePlan;
} {
  const clocks = new Map<string, WindowClock>();
  const plans = new Map<string, MeasurePlan>();
  return {
    clockOf: (timeZone) => {
      const clock = clocks.get(timeZone) ?? createWindowClock(timeZone);
      clocks.set(timeZone, clock);
      return clock;
    },
    planOf: (measures) => {
      const key = JSON.stringify(measures);
      const plan = plans.get(key) ?? createMeasurePlan(measures);
      plans.set(key, plan);
      return plan;
    },
  };
}
