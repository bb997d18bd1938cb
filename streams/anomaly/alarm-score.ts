/** The scores of the quiet time before a point that may still be the highest of it: falling scores, oldest first. */
export interface AlarmScores {
  readonly quietMs: number;
  readonly rising: { readonly timeMs: number; readonly score: number }[];
}

/** Memory: at most the points of one quiet time. */
export const createAlarmScores = (quietMs: number): AlarmScores => ({ quietMs, rising: [] });

/**
 * One alarm an episode, whatever bar a reader draws later: a score counts where it is higher than every score of the quiet time before
 * it, elsewhere 0. With a bar, what is left above it are the points that open an episode or raise its peak.
 */
export function stepAlarmScores({ quietMs, rising }: AlarmScores, timeMs: number, score: number): number {
  while (rising[0] !== undefined && rising[0].timeMs < timeMs - quietMs) rising.shift();
  const highest = rising[0]?.score ?? 0;
  while ((rising.at(-1)?.score ?? Number.POSITIVE_INFINITY) <= score) rising.pop();
  if (score > 0) rising.push({ timeMs, score });
  return score > highest ? score : 0;
}
