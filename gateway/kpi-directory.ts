import { kpiCatalogue } from '../platform/contracts/kpi-catalogue.ts';
import type { KpiDefinition, Measure } from '../platform/contracts/kpi.ts';
import { WeirError } from '../platform/errors/weir-error.ts';
import { kpiWatchOf } from '../platform/contracts/kpi-watch.ts';
import { compileKpi, sameMeasure } from '../platform/kpi/kpi.ts';
import { withTargets } from '../platform/kpi/kpis-of.ts';
import type { KpiRequest } from '../platform/contracts/api.ts';
import { assertJudged, assertSensible } from './kpi-sense.ts';

/**
 * The record a request asks for; `isKnownType` tells the event types of the catalogue and the tenant. Throws KPI_INVALID or KPI_FORMULA_INVALID when it cannot work, and KPI_IN_CATALOGUE when it
 * changes more of a catalogue KPI than target and alert threshold.
 */
export function kpiFromRequest(
  request: KpiRequest,
  known: readonly KpiDefinition[],
  version: number,
  isKnownType: (type: string) => boolean,
): KpiDefinition {
  const catalogued = kpiCatalogue.find((definition) => definition.key === request.key);
  if (catalogued !== undefined) return catalogueChange(catalogued, request, version);
  const definition = withAlertWindows({ ...request, version, origin: 'tenant' });
  compileKpi(definition);
  assertSensible(definition, isKnownType);
  if (definition.cut !== undefined && !definition.dimensions.includes(definition.cut)) {
    throw new WeirError(
      'KPI_INVALID',
      `It is always cut by ${definition.cut}, so "dimensions" must hold it.`,
    );
  }
  refuseConflicts(definition, known);
  return definition;
}

/** Measures share storage by key, so one key means one thing in a tenant; history keeps what the old meaning gave. */
function refuseConflicts(definition: KpiDefinition, known: readonly KpiDefinition[]): void {
  const taken = new Map<string, { readonly measure: Measure; readonly kpi: string }>();
  for (const other of known) {
    for (const measure of other.measures) taken.set(measure.key, { measure, kpi: other.key });
  }
  for (const measure of definition.measures) {
    const found = taken.get(measure.key);
    if (found === undefined || sameMeasure(found.measure, measure)) continue;
    const where = found.kpi === definition.key ? 'stored history' : `KPI ${found.kpi}`;
    throw new WeirError(
      'KPI_INVALID',
      `Measure "${measure.key}" means something else in ${where}; give this one another key.`,
    );
  }
}

function catalogueChange(catalogued: KpiDefinition, request: KpiRequest, version: number): KpiDefinition {
  const { target: _target, alertThreshold: _threshold, alertWindows: _windows, ...asked } = request;
  const { target: _t, alertThreshold: _a, alertWindows: _w, version: _v, origin: _o, ...fixed } = catalogued;
  if (JSON.stringify(sorted(asked)) !== JSON.stringify(sorted(fixed))) {
    throw new WeirError(
      'KPI_IN_CATALOGUE',
      `${catalogued.key} is in the catalogue: only target, alertThreshold and alertWindows can be changed.`,
    );
  }
  const changed = withAlertWindows(withTargets({ ...catalogued, version }, request));
  assertJudged(changed);
  return changed;
}

/** A record says in which windows its threshold is judged, also where that is what is usual. */
function withAlertWindows(definition: KpiDefinition): KpiDefinition {
  const { alertThreshold, alertWindows } = definition;
  if (alertThreshold === undefined || alertWindows !== undefined) return definition;
  const { threshold } = kpiWatchOf(definition);
  return threshold.length === 0 ? definition : { ...definition, alertWindows: [...threshold] };
}

/** The same value with every object's keys in order, for comparing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
