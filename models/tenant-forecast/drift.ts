/** Evidence that reality leaves the .95 interval more often than it should. */
export interface DriftState {
  /** Cumulative sum of log likelihood ratios, never below 0. */
  readonly evidence: number;
  readonly seen: number;
}

/** Share outside when the model is right, and when it is not. */
const RIGHT = 0.05;
const WRONG = 0.25;
/** Six outside in a row, or two of every five for a while; when the model is right, once in about 600 steps. */
const ALARM = 5;
/** Share of the series that must alarm when none of the totals does. */
const PANEL_SHARE = 0.25;

export const noDrift: DriftState = { evidence: 0, seen: 0 };

/**
 * One realised value: a cumulative sum test (Page 1954) of the share outside the .95 interval, 5% against 25%. Pure.
 */
export function stepDrift(state: DriftState, isOutside: boolean): DriftState {
  const step = isOutside ? Math.log(WRONG / RIGHT) : Math.log((1 - WRONG) / (1 - RIGHT));
  return { evidence: Math.max(0, state.evidence + step), seen: state.seen + 1 };
}

export function isDrifting({ evidence }: DriftState): boolean {
  return evidence >= ALARM;
}

/** Why the models of a panel should learn anew; undefined while they need not. Totals speak for themselves, parts together. */
export function retrainReason(
  states: ReadonlyMap<
    string,
    { readonly state: DriftState; readonly isTotal: boolean; readonly title: string }
  >,
): string | undefined {
  const drifting = [...states.values()].filter(({ state }) => isDrifting(state));
  const total = drifting.find(({ isTotal }) => isTotal);
  if (total !== undefined) return `${total.title} has left its .95 interval more often than it should`;
  if (states.size > 0 && drifting.length / states.size >= PANEL_SHARE)
    return `${drifting.length} of ${states.size} series have left their .95 intervals more often than they should`;
  return undefined;
}
