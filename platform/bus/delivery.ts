export interface Delivery {
  readonly streamSeq: number;
  /** Counts what this consumer delivered, from 1, without holes. */
  readonly consumerSeq: number;
  readonly timestampMs: number;
  readonly pendingMessages: number;
}

const nanosDigitsPerMilli = 6;

/**
 * What JetStream says of a delivered message in its reply subject:
 * `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<nanoseconds>.<pending>`, and in the newer form
 * with domain and account hash before the stream and perhaps a token at the end. Undefined for anything else.
 */
export function parseDelivery(reply: string): Delivery | undefined {
  const tokens = reply.split('.');
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK') return undefined;
  const at = tokens.length === 9 ? 5 : tokens.length >= 11 ? 7 : -1;
  const nanoseconds = tokens[at + 2] ?? '';
  const streamSeq = Number(tokens[at]);
  const consumerSeq = Number(tokens[at + 1]);
  // Cut as text: the number of nanoseconds is beyond what a double holds exactly.
  const timestampMs = Number(nanoseconds.slice(0, -nanosDigitsPerMilli));
  const pendingMessages = Number(tokens[at + 3]);
  // One NaN makes the sum NaN.
  return Number.isFinite(streamSeq + consumerSeq + timestampMs + pendingMessages)
    ? { streamSeq, consumerSeq, timestampMs, pendingMessages }
    : undefined;
}
