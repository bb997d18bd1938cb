import { WeirError } from '../../platform/errors/weir-error.ts';

/** Limits of the seeds; defaults a user can change. Times in seconds. */
export const adBreakLimits = { minLengthS: 480, maxBreaks: 4, spacingS: 150 } as const;

export interface AdBreakQuestion {
  readonly lengthS: number;
  /** Share of viewers still watching at each second, from 0 on; the last value holds to the end. */
  readonly retention: readonly number[];
  /** What a break earns from each viewer who sees it. */
  readonly breakValue: number;
  /** What a second watched is worth otherwise (later ads at the end, recommendation); 0 when it is worth nothing. */
  readonly secondValue: number;
  /** Share of those watching whom a break drives away where retention falls as it does on average. */
  readonly breakLoss: number;
  readonly limits?: { readonly minLengthS: number; readonly maxBreaks: number; readonly spacingS: number };
}

export interface AdBreakPlan {
  readonly breaksS: readonly number[];
  /** Worth of a viewer who starts the video, with these breaks and without any. */
  readonly value: number;
  readonly valueWithout: number;
  readonly note: string;
}

/** Retention is judged over this many seconds around a moment. */
const NEIGHBOURHOOD_S = 10;

/**
 * The breaks of greatest worth, exactly: what remains of a viewer's worth after a break is in proportion to those who stay, so the best
 * continuation does not depend on earlier breaks and dynamic programming over seconds and breaks left finds the optimum. The start
 * counts as a break (pre-roll) for the spacing. A break drives away more where retention already falls.
 */
export function placeAdBreaks(question: AdBreakQuestion): AdBreakPlan {
  const limits = question.limits ?? adBreakLimits;
  check(question);
  const length = Math.floor(question.lengthS);
  const retention = Float64Array.from(
    { length },
    (_, s) => question.retention[Math.min(s, question.retention.length - 1)] ?? 0,
  );
  const rest = new Float64Array(length + 1);
  for (let s = length - 1; s >= 0; s--)
    rest[s] = (rest[s + 1] ?? 0) + question.secondValue * (retention[s] ?? 0);
  const valueWithout = rest[0] ?? 0;
  if (length < limits.minLengthS)
    return {
      breaksS: [],
      value: valueWithout,
      valueWithout,
      note: `shorter than ${limits.minLengthS} s: no break inside`,
    };

  const loss = lossBySecond(retention, question.breakLoss);
  /** Best worth of what follows second s, as seen by those there, with the breaks left. */
  let after = rest;
  const choices: Int32Array[] = [];
  for (let left = 1; left <= limits.maxBreaks; left++) {
    // gain[s]: best of breaking at s or later against not breaking again, on the scale of those watching without breaks.
    const best = new Float64Array(length + 1).fill(-Infinity);
    const at = new Int32Array(length + 1).fill(-1);
    for (let s = length - 1; s >= 0; s--) {
      const here =
        (retention[s] ?? 0) * question.breakValue + (1 - (loss[s] ?? 0)) * (after[s] ?? 0) - (rest[s] ?? 0);
      const later = best[s + 1] ?? -Infinity;
      best[s] = here >= later ? here : later;
      at[s] = here >= later ? s : (at[s + 1] ?? -1);
    }
    const next = new Float64Array(length + 1);
    const choice = new Int32Array(length + 1).fill(-1);
    for (let s = 0; s <= length; s++) {
      const from = s + limits.spacingS;
      const gain = from < length ? (best[from] ?? -Infinity) : -Infinity;
      next[s] = (rest[s] ?? 0) + Math.max(0, gain);
      if (gain > 0) choice[s] = at[from] ?? -1;
    }
    after = next;
    choices.push(choice);
  }
  const breaksS: number[] = [];
  for (let left = limits.maxBreaks, s = 0; left >= 1; left--) {
    const chosen = choices[left - 1]?.[s] ?? -1;
    if (chosen < 0) break;
    breaksS.push(chosen);
    s = chosen;
  }
  return {
    breaksS,
    value: after[0] ?? valueWithout,
    valueWithout,
    note:
      breaksS.length === 0
        ? 'no break earns more than the viewers it drives away'
        : `best of all placements with at most ${limits.maxBreaks} breaks ${limits.spacingS} s apart`,
  };
}

/** Share driven away by a break at each second: half as given, half in proportion to how fast viewers leave there. */
export function lossBySecond(retention: Float64Array, breakLoss: number): Float64Array {
  const n = retention.length;
  const fall = retention.map((_, s) => {
    const before = retention[Math.max(0, s - NEIGHBOURHOOD_S)] ?? 0;
    const later = retention[Math.min(n - 1, s + NEIGHBOURHOOD_S)] ?? 0;
    return before > 0 ? Math.max(0, 1 - later / before) : 0;
  });
  const mean = fall.reduce((sum, each) => sum + each, 0) / Math.max(1, n);
  return fall.map((each) => Math.min(1, breakLoss * (0.5 + (mean > 0 ? (0.5 * each) / mean : 0.5))));
}

function check({ lengthS, retention, breakValue, secondValue, breakLoss }: AdBreakQuestion): void {
  const faults: string[] = [];
  if (!(lengthS > 0 && lengthS <= 86_400)) faults.push(`a length of ${lengthS} s is not between 0 and a day`);
  if (retention.length === 0) faults.push('there is no retention curve');
  if (!retention.every((each) => each >= 0 && each <= 10))
    faults.push('retention must be shares of 0 or more');
  if (!(breakValue >= 0 && secondValue >= 0 && Number.isFinite(breakValue + secondValue)))
    faults.push('values must be 0 or more');
  if (!(breakLoss >= 0 && breakLoss <= 1)) faults.push('the loss at a break must be a share');
  if (faults.length > 0) throw new WeirError('MONETIZATION_INPUT_INVALID', faults.join('; '));
}
