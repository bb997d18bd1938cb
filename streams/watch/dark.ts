/** Empty windows in a row of a series that usually has something in them. */
export interface DarkRun {
  readonly run: number;
  /** Upper bound of the share of empty windows before the run; the run itself must not explain itself. */
  readonly share: number;
}

export const notDark: DarkRun = { run: 0, share: 1 };

/** Windows that the weighted share of filled ones stands for: a weight of 1/60 each. */
const EFFECTIVE_WINDOWS = 119;
/** Standard errors above the observed share: few empty windows may be luck. */
const ERRORS_ABOVE = 2;

/**
 * Answers −log10 of the probability of so many empty windows in a row, each as likely as the share of empty ones before (Wald's upper
 * bound with a window's worth of doubt, so that never is not impossible). Values before do not matter, only whether there were any: after a
 * large anomaly, when the band of the detector is wide for hours, a series that goes dark is still seen.
 */
export function stepDark(
  { run, share }: DarkRun,
  isEmpty: boolean,
  density: number,
): readonly [DarkRun, number] {
  if (!isEmpty) return [notDark, 0];
  const next = { run: run + 1, share: run === 0 ? shareAbove(1 - density) : share };
  return [next, -next.run * Math.log10(next.share)];
}

function shareAbove(empty: number): number {
  const deviation = Math.sqrt((empty * (1 - empty) + 1 / EFFECTIVE_WINDOWS) / EFFECTIVE_WINDOWS);
  return Math.min(1, empty + ERRORS_ABOVE * deviation);
}
