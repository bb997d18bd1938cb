import { severityRank, type Trigger } from '../../platform/contracts/policy.ts';
import type { Signal } from '../../platform/contracts/signal.ts';
import type { Evidence } from './evidence.ts';
import { holds } from './expression.ts';

type Dims = Readonly<Record<string, string>>;

/** Whether a signal is one the trigger waits for, whatever its state. */
export function matchesSignal(when: Trigger, signal: Signal, evidence: Evidence): boolean {
  if (when.type !== 'signal' || !when.kinds.includes(signal.kind)) return false;
  if (when.kpis !== undefined && !when.kpis.includes(signal.kpi)) return false;
  if (when.minSeverity !== undefined && severityRank(signal.severity) < severityRank(when.minSeverity))
    return false;
  if (when.isGood !== undefined && signal.isGood !== when.isGood) return false;
  return matchesDims(when.dims, evidence.dims) && holds(when.where ?? [], evidence);
}

export function matchesEvent(when: Trigger, type: string, evidence: Evidence): boolean {
  if (when.type !== 'event' || when.eventType !== type) return false;
  return matchesDims(when.dims, evidence.dims) && holds(when.where ?? [], evidence);
}

function matchesDims(
  filter: Readonly<Record<string, readonly string[] | undefined>> | undefined,
  dims: Dims,
): boolean {
  return Object.entries(filter ?? {}).every(([name, allowed]) => {
    const value = dims[name];
    return allowed === undefined || (value !== undefined && allowed.includes(value));
  });
}
