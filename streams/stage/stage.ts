/** An event as the first stage has stored it, once. */
export interface StageEvent {
  readonly tenant: string;
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly eventTimeMs: number;
  readonly receivedAtMs: number;
  readonly channel: string;
  readonly content: string;
  readonly country: string;
  readonly stream: string;
  readonly user: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** In the tenant's currency; NaN where the event has no amount or it could not be converted. */
  readonly amountBaseMinor: number;
  readonly flags: number;
  /** The event's `data` as parsed JSON; parsed when first read. */
  readonly data: unknown;
  readonly partition: number;
  readonly seq: number;
  readonly idx: number;
}

/** What viewers did with one content in one hour, of one record batch. */
export interface StageViewing {
  readonly tenant: string;
  readonly content: string;
  readonly channel: string;
  /** Since 1970, by event time; what claims to be later than it was received counts when it was received. */
  readonly hour: number;
  /** Newest of these events. */
  readonly newestMs: number;
  readonly views: number;
  /** Interactions other than dislikes. */
  readonly reactions: number;
  /** Views that say for how long, and how long all of them together. */
  readonly watched: number;
  readonly watchMs: number;
  readonly partition: number;
  readonly seq: number;
}

export interface StageContext {
  /**
   * Event time up to which the tenant's events are expected to be complete: the newest event time of every type BEFORE the events of
   * this call, less the out-of-orderness bound; −Infinity when it had none. Advance by it first, then apply the events.
   */
  watermarkMs(tenant: string): number;
}

/**
 * A second stage: a fold over what the first stage has durably stored, in stored order, whose effects are absolute and can be repeated.
 * Partitions hash identities, so nothing about one customer, topic or post is ordered inside a partition; here all partitions are
 * merged into one order, that of (seq, partition, idx).
 */
export interface Stage<State> {
  /** Lease `stage.<name>`, snapshot object `stage-<name>`; a token of lower-case letters, digits and -. */
  readonly name: string;
  /** Event types it reads. */
  readonly types: readonly string[];
  /** Tables with a column `tenant` that it writes; their rows go when a tenant's simulated data is removed. */
  readonly tables: readonly string[];
  create(): State;
  encode(state: State): Uint8Array;
  /** Undefined when the bytes are of a version it does not know: then it is built again from the first stored event. */
  decode(bytes: Uint8Array): State | undefined;
  /**
   * Applies stored events in place. Only the events, their order and the watermark may decide, never how they were cut into calls. One
   * call holds events of one record batch; a call without events only tells that the watermark moved. Must not throw: what it cannot
   * use it leaves out and counts.
   */
  apply(state: State, events: readonly StageEvent[], context: StageContext): void;
  /**
   * Takes what viewers did, summed where the events are: single views are many. All of one record batch, once, after the batch's own events and under
   * the same watermark. Like `apply` it must not throw.
   */
  view?(state: State, viewings: readonly StageViewing[]): void;
  /**
   * Writes what changed since the last call as absolute rows and under deterministic message ids. May be repeated after a crash with
   * the same or a later state. A rejection is repeated until it succeeds; nothing is applied meanwhile.
   */
  flush(state: State, nowMs: number): Promise<void>;
  /** True when something beside the events (a setting) changed what is to be written: then it is flushed without waiting for any. */
  isFlushDue?(state: State): boolean;
  /** Drops everything of a tenant whose simulated data is removed; its rows are deleted by whoever asks. */
  forget(state: State, tenant: string): void;
}
