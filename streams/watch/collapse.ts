import type { WatchedWindow } from '../../platform/contracts/anomaly.ts';

/** What is known of how often a sum comes out low, and the evidence that it has collapsed. */
export interface CollapseRun {
  readonly windows: number;
  /** Local level: falls at once, rises by a hundredth a window at most. */
  readonly level: number;
  /** Whether it was ever below nothing, as a difference can be: such a one has no floor to collapse to. */
  readonly isSigned: boolean;
  /** One for each depth of the grain. */
  readonly depths: readonly DepthRun[];
}

interface DepthRun {
  /** Windows that followed one that was not low, and the low ones among them; older ones count less. */
  readonly known: number;
  readonly low: number;
  /** The same of windows that followed a low one. */
  readonly knownAfter: number;
  readonly lowAfter: number;
  readonly isLow: boolean;
  /** Upper bounds of both shares as they were when the evidence began: a run must not explain itself. */
  readonly share: number;
  readonly shareAfter: number;
  /** Value of the e-detector: one of E comes about once in E windows where nothing is wrong. */
  readonly evidence: number;
}

export interface Collapse {
  /** −log10 of how often so much evidence comes where nothing is wrong. */
  readonly decades: number;
  /** Whether this window itself is a low one. */
  readonly isLow: boolean;
  /** Values up to here count as low. */
  readonly below: number;
}

/**
 * A window is low at or below such a part of what is usual. By the hour nothing alone is: until a week is known, an evening's or a Sunday's
 * fall looks like a collapse to whoever does not know the season; within minutes no season moves so far.
 */
const DEPTHS: Readonly<Record<WatchedWindow, readonly number[]>> = { '1m': [0.7, 0.4, 0], '1h': [0] };
/** So many windows are remembered: about the last hour of minutes. */
const MEMORY = 60;
/** The level follows within so many: an evening may halve it in an hour and is no collapse. */
const LEVEL_MEMORY = 20;
/** Before so many windows nothing is said. */
const LEAST_WINDOWS = 30;
/** Standard errors above the observed share: few low windows may be luck. */
const ERRORS_ABOVE = 2;
/** A low window after a low one is taken for at least one in so many, whatever was seen: neighbours go together. */
const AFTER_PRIOR = 10;
/** Part of the windows of a collapse that are low. */
const LOW_IN_COLLAPSE = 0.9;
/** A window lifts the level as at most so many times itself: what comes back from a peak of a quarter of an hour has not collapsed. */
const LEVEL_CLIP = 1.2;
const MOST_EVIDENCE = 1e15;

export function noCollapse(window: WatchedWindow): CollapseRun {
  const nothing = { known: 0, low: 0, knownAfter: 0, lowAfter: 0, isLow: false };
  return {
    windows: 0,
    level: 0,
    isSigned: false,
    depths: DEPTHS[window].map(() => ({ ...nothing, share: 1, shareAfter: 1, evidence: 0 })),
  };
}

/**
 * Pure step: whether a sum of events has collapsed, judged without any fitted tail, so that a series a few hours old can be sure. Each window
 * multiplies the evidence by the likelihood of being low, or not, in a collapse over that in usual times; usual times have the upper bound of
 * the share of low windows seen, one for windows after a usual one and one for windows after a low one, so that dependent neighbours are no
 * news. The evidence of all beginnings is summed: an e-detector of the form of Shiryaev and Roberts, which comes to E once in E windows at most
 * while the shares hold (Shin, Ramdas and Rinaldo, "E-detectors", 2023). Depths are averaged, which keeps that.
 *
 * Usual is the lower of the local level and of what the detector expects: a night that is coming for the first time and a shop that closes
 * every evening both become usual.
 */
export function stepCollapse(
  before: CollapseRun,
  window: WatchedWindow,
  value: number,
  expected: number | undefined,
): readonly [CollapseRun, Collapse] {
  const usual = Math.min(before.level, expected ?? before.level);
  const windows = before.windows + 1;
  const lifted = before.level > 0 ? Math.min(value, LEVEL_CLIP * before.level) : value;
  const level = before.level + Math.max(1 / windows, 1 / LEVEL_MEMORY) * (lifted - before.level);
  const isSigned = before.isSigned || value < 0;
  if (before.windows < LEAST_WINDOWS || usual <= 0 || isSigned)
    return [
      { ...before, windows, level, isSigned },
      { decades: 0, isLow: false, below: 0 },
    ];
  const parts = DEPTHS[window];
  const depths = before.depths.map((depth, at) => stepDepth(depth, value <= (parts[at] ?? 0) * usual));
  const evidence = depths.reduce((sum, depth) => sum + depth.evidence, 0) / depths.length;
  return [
    { windows, level, isSigned, depths },
    {
      decades: Math.max(0, Math.log10(evidence)),
      isLow: depths.some(({ isLow }) => isLow),
      below: (parts[0] ?? 0) * usual,
    },
  ];
}

function stepDepth(before: DepthRun, isLow: boolean): DepthRun {
  const bounds = before.evidence > 1 ? before : sharesOf(before);
  const usually = before.isLow ? bounds.shareAfter : bounds.share;
  const collapsed = Math.max(LOW_IN_COLLAPSE, usually);
  const likelihood = isLow ? collapsed / usually : usually < 1 ? (1 - collapsed) / (1 - usually) : 0;
  const kept = 1 - 1 / MEMORY;
  const add = (sum: number, more: boolean): number => kept * sum + (more ? 1 : 0);
  return {
    ...(before.isLow
      ? {
          known: before.known,
          low: before.low,
          knownAfter: add(before.knownAfter, true),
          lowAfter: add(before.lowAfter, isLow),
        }
      : {
          known: add(before.known, true),
          low: add(before.low, isLow),
          knownAfter: before.knownAfter,
          lowAfter: before.lowAfter,
        }),
    isLow,
    share: bounds.share,
    shareAfter: bounds.shareAfter,
    evidence: Math.min(MOST_EVIDENCE, (before.evidence + 1) * likelihood),
  };
}

function sharesOf({ known, knownAfter, low, lowAfter }: DepthRun): Pick<DepthRun, 'share' | 'shareAfter'> {
  const share = shareAbove(known, low);
  const after = (lowAfter + 1 + (ERRORS_ABOVE / 2) * Math.sqrt(lowAfter)) / (knownAfter + AFTER_PRIOR);
  return { share, shareAfter: Math.max(share, Math.min(1, after)) };
}

/** Wald's upper bound with a window's worth of doubt, so that never is not impossible. */
function shareAbove(known: number, low: number): number {
  if (known === 0) return 1;
  const share = low / known;
  const deviation = Math.sqrt((share * (1 - share) + 1 / known) / known);
  return Math.min(1, share + ERRORS_ABOVE * deviation);
}
