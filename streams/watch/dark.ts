/** How often the windows of a series are empty, and the run of empty ones it is in. */
export interface DarkRun {
  readonly run: number;
  /** Upper bound of the share of empty windows before the run; the run itself must not explain itself. */
  readonly share: number;
  /** Windows seen, and empty ones among them, older ones counting less. */
  readonly known: number;
  readonly empty: number;
}

export const notDark: DarkRun = { run: 0, share: 1, known: 0, empty: 0 };

/** What a window keeps of its weight with each that follows: about 60 count. */
const KEPT = 59 / 60;
/** Standard errors above the observed share: few empty windows may be luck. */
const ERRORS_ABOVE = 2;

/**
 * Answers −log10 of the probability of so many empty windows in a row, each as likely as the share of empty ones before (Wald's upper
 * bound with a window's worth of doubt, so that never is not impossible and nothing is known of a new series). Values before do not matter,
 * only whether there were any: after a large anomaly, when the band of the detector is wide for hours, a series that goes dark is still seen.
 */
export function stepDark(before: DarkRun, isEmpty: boolean): readonly [DarkRun, number] {
  const known = KEPT * before.known + 1;
  const empty = KEPT * before.empty + (isEmpty ? 1 : 0);
  if (!isEmpty) return [{ run: 0, share: 1, known, empty }, 0];
  const run = before.run + 1;
  const share = run === 1 ? shareAbove(before.known, before.empty) : before.share;
  return [{ run, share, known, empty }, -run * Math.log10(share)];
}

function shareAbove(known: number, empty: number): number {
  if (known === 0) return 1;
  const share = empty / known;
  const deviation = Math.sqrt((share * (1 - share) + 1 / known) / known);
  return Math.min(1, share + ERRORS_ABOVE * deviation);
}
