/**
 * The canonical event: what every dialect becomes before it enters the log, and the only form the rest of Weir knows.
 * Identity is (tenant, source, id); the tenant comes from the credential.
 */
export interface CanonicalEvent {
  readonly tenant: string;
  readonly source: string;
  readonly id: string;
  readonly type: string;
  /** When it happened, ms since 1970, after the clock-skew rule. */
  readonly eventTimeMs: number;
  /** When our edge took it, ms since 1970. */
  readonly receivedAtMs: number;
  /** Dimensions; '' when the event has none. */
  readonly channel: string;
  readonly content: string;
  readonly country: string;
  readonly stream: string;
  /** Viewer or user, pseudonymous; '' when unknown. */
  readonly user: string;
  /** Money as it came: integer minor units of `currency` (0 and '' without money). */
  readonly amountMinor: number;
  readonly currency: string;
  /** Money in the tenant's currency, minor units, rounded half away from zero; NaN when no rate is known. Costs are positive here. */
  readonly amountBaseMinor: number;
  /** Numeric fields in the order of the type's `metrics`; NaN when absent. */
  readonly metrics: readonly number[];
  /** Bit set of `eventFlags`. */
  readonly flags: number;
  /** The event's data as JSON text, without the fields that became columns being removed. */
  readonly dataJson: string;
}

/** Bits of `CanonicalEvent.flags`. */
export const eventFlags = {
  /** The sender's clock was outside the accepted range and the time was clamped (ADR on clock skew). */
  skewed: 1,
  /** Made by the simulator; shown as such wherever it appears. */
  simulated: 2,
  /** A counter went down: a negative delta. */
  correction: 4,
  /** Money in a currency the tenant has no rate for: kept, not summed. */
  unconverted: 8,
  /** The sender gave no time: received time was taken. */
  timeMissing: 16,
  /** The sender gave no id: one was made, so a resend cannot be recognised. */
  idMissing: 32,
} as const;

/** One refused item as the sender sees it. */
export interface RejectedItem {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

/** Dead letter: what was refused, kept with its reason, replayable. Subject `deadletter.<tenant>`. */
export interface DeadLetter {
  readonly tenant: string;
  readonly source: string;
  readonly receivedAtMs: number;
  /** Which door it came through: native, segment, posthog, cloudevents, import, streams. */
  readonly dialect: string;
  readonly code: string;
  readonly message: string;
  /** Index in the request, or line number for files. */
  readonly index: number;
  /** The item as received, cut at 64 KiB. */
  readonly item: string;
  /** Items this letter stands for; 1 when absent. More only in the summaries of a request with very many refused items. */
  readonly count?: number;
}
