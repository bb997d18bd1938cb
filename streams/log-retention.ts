/** What the log holds, as its retention is decided on. */
export interface LogUsage {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly messages: number;
  readonly bytes: number;
  /** −1 = no limit. */
  readonly maxBytes: number;
}

/** Messages kept behind the lowest snapshot, so that a replay after a damaged snapshot can begin earlier. */
const KEEP_MESSAGES = 50_000;
/** Share of the log's limit up to which processed messages are kept; the rest is for what is still to be processed. */
const KEEP_SHARE = 0.5;

/**
 * Sequence below which the log may be deleted, or 0 for nothing. `neededSeq` is the first message somebody still needs: no snapshot
 * covers it. Without the share a log of large batches would fill with processed messages and refuse new ones for ever.
 */
export function purgeBelowSeq(usage: LogUsage, neededSeq: number): number {
  const { firstSeq, lastSeq, messages, bytes, maxBytes } = usage;
  if (messages === 0) return 0;
  const messageBytes = bytes / messages;
  const neededBytes = Math.max(0, lastSeq - neededSeq + 1) * messageBytes;
  const room = maxBytes < 0 ? Number.POSITIVE_INFINITY : Math.max(0, maxBytes * KEEP_SHARE - neededBytes);
  const kept = Math.min(KEEP_MESSAGES, Math.floor(room / messageBytes));
  const below = neededSeq - kept;
  return below > firstSeq ? below : 0;
}

/** Whether the log is so full that snapshots should be taken now, to let go of what they cover. */
export function isFilling(usage: LogUsage): boolean {
  return usage.maxBytes >= 0 && usage.bytes > usage.maxBytes * KEEP_SHARE;
}
