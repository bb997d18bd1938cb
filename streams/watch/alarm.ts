import type { AnomalyReason, Explanation } from '../../platform/contracts/anomaly.ts';
import type { Severity } from '../../platform/contracts/signal.ts';

/** What an episode or a firing rule has told so far. */
export interface Alarm {
  readonly id: string;
  readonly startedMs: number;
  /** Episode it is listed under; empty for the first of an incident. */
  readonly parentId: string;
  /** That episode and its KPI where it does not cover this one but is of the same incident: then this one sends signals of its own. */
  readonly incident?: { readonly id: string; readonly kpi: string } | undefined;
  readonly explanation: Explanation | undefined;
  severity: Severity;
  /** Far off at once, or a little off for long. */
  reason: AnomalyReason;
  /** Revision of its row. */
  revision: number;
  /** Revision of its signal; 0 while none was sent. */
  signalRevision: number;
}
