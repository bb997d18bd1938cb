import type { AuditEntry } from '../platform/contracts/audit.ts';
import type { Decision } from '../platform/contracts/decision.ts';
import type { Signal } from '../platform/contracts/signal.ts';
import type { Panel } from './effect/controlled.ts';
import type { Cut } from './effect/cut.ts';
import type { SeenEvent } from './policy/evidence.ts';

/** A stored event and where it stands in the log. */
export interface LoggedEvent {
  readonly partition: number;
  readonly seq: number;
  readonly receivedAtMs: number;
  readonly event: SeenEvent;
}

export interface NewestQuestion {
  readonly tenant: string;
  readonly kpi: string;
  readonly window: '1m' | '1h';
  readonly sinceMs: number;
  readonly nowMs: number;
  readonly cut: Cut | undefined;
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
  /**
   * Value of the newest judged window of the KPI, of the total or of a cut; undefined where none was judged since `sinceMs`. A cut the watch
   * does not judge is read from the rollups, its newest whole window.
   */
  newestValue(question: NewestQuestion): Promise<number | undefined>;
  /** A KPI by hour, of a cut and of the others of its kind; undefined where it has no value by cuts. */
  panel(tenant: string, kpi: string, cut: Cut, fromMs: number, toMs: number): Promise<Panel | undefined>;
  writeDecisions(decisions: readonly Decision[]): Promise<void>;
  writeAudit(entries: readonly AuditEntry[]): Promise<void>;
}
