import type { AuditEntry } from '../platform/contracts/audit.ts';
import type { Decision } from '../platform/contracts/decision.ts';
import type { Signal } from '../platform/contracts/signal.ts';
import type { SeenEvent } from './policy/evidence.ts';

/** A stored event and where it stands in the log. */
export interface LoggedEvent {
  readonly partition: number;
  readonly seq: number;
  readonly receivedAtMs: number;
  readonly event: SeenEvent;
}

/** What the engine reads from and writes to ClickHouse. */
export interface History {
  /** Events of the type after the position of each partition, oldest first, at most `limit`; partitions not named begin at 0. */
  eventsAfter(
    tenant: string,
    type: string,
    seqs: Readonly<Record<string, number>>,
    limit: number,
  ): Promise<readonly LoggedEvent[]>;
  eventsBetween(
    tenant: string,
    type: string,
    fromMs: number,
    toMs: number,
    limit: number,
  ): Promise<readonly LoggedEvent[]>;
  /** Newest stored sequence of each partition, of all tenants. */
  newestSeqs(): Promise<Readonly<Record<string, number>>>;
  /** Signals that began in the range, as they were last told, oldest first. */
  signalsBetween(tenant: string, fromMs: number, toMs: number, limit: number): Promise<readonly Signal[]>;
  /** Observed less expected of the KPI's total, by hour, for judged windows that begin in the range. */
  residuals(tenant: string, kpi: string, fromMs: number, toMs: number): Promise<readonly number[]>;
  /** Value of the newest judged window of the KPI's total; undefined where none was judged since `sinceMs`. */
  newestValue(tenant: string, kpi: string, window: '1m' | '1h', sinceMs: number): Promise<number | undefined>;
  writeDecisions(decisions: readonly Decision[]): Promise<void>;
  writeAudit(entries: readonly AuditEntry[]): Promise<void>;
}
