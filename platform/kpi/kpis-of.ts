import { kpiCatalogue } from '../contracts/kpi-catalogue.ts';
import type { KpiDefinition } from '../contracts/kpi.ts';

/** KPIs of one tenant: the catalogue, with targets the tenant changed, then its own by key. */
export function kpisOf(own: readonly KpiDefinition[]): readonly KpiDefinition[] {
  const byKey = new Map(own.map((definition) => [definition.key, definition]));
  const catalogue = kpiCatalogue.map((definition) => withTargets(definition, byKey.get(definition.key)));
  const keys = new Set(catalogue.map((definition) => definition.key));
  const added = own.filter((definition) => !keys.has(definition.key));
  return [...catalogue, ...added.toSorted((a, b) => (a.key < b.key ? -1 : 1))];
}

/** A catalogue KPI with the target and alert threshold of `from`, and none where that has none; windows of the threshold where it names any. */
export function withTargets(
  definition: KpiDefinition,
  from: Pick<KpiDefinition, 'target' | 'alertThreshold' | 'alertWindows'> | undefined,
): KpiDefinition {
  if (from === undefined) return definition;
  const { target: _target, alertThreshold: _threshold, ...rest } = definition;
  return {
    ...rest,
    ...(from.target === undefined ? {} : { target: from.target }),
    ...(from.alertThreshold === undefined ? {} : { alertThreshold: from.alertThreshold }),
    ...(from.alertWindows === undefined ? {} : { alertWindows: from.alertWindows }),
  };
}
