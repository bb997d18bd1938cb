export interface CommitRule {
  /** Rows wait at least this long, so that a commit's fixed cost is shared. */
  readonly commitIntervalMs: number;
  /** From a tenth of this many rows on, an insert waits for all of them, at most `MOST_INTERVALS` intervals. */
  readonly targetCommitRows: number;
}

const MOST_INTERVALS = 3;
const SMALL_SHARE = 0.1;

/**
 * Whether what waits should be stored now. Each insert makes a part that ClickHouse merges into others later: with twice the rows an
 * insert, the parts are half as many and a row is rewritten less often. Where little arrives nothing is won by waiting, so
 * few rows go after one interval. Only when to cut is decided here; no result depends on where a range is cut.
 */
export function isCommitDue(
  waiting: { readonly rows: number; readonly ageMs: number },
  rule: CommitRule,
): boolean {
  const { rows, ageMs } = waiting;
  if (ageMs < rule.commitIntervalMs) return false;
  if (rows < rule.targetCommitRows * SMALL_SHARE || rows >= rule.targetCommitRows) return true;
  return ageMs >= MOST_INTERVALS * rule.commitIntervalMs;
}
