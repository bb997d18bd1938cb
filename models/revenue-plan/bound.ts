import { chordsOver } from './channel-chords.ts';
import { boundByCones, type BoundAt } from './cones.ts';
import type { MixStream } from './mix.ts';
import type { RevenueModel } from './model.ts';
import { boundByLines } from './narrow.ts';

export interface Bound {
  /** Nothing is above it. */
  readonly value: number;
  /** Lines and cones it took. */
  readonly steps: number;
}

/** Gap at which the search ends, as a share of what is reached. */
const TOLERANCE = 2e-5;
/** Entries times lines, and entries times rays: a second or two of CPU at most. */
const LINE_WORK = 60_000;
const RAY_WORK = 10_000;
const MOST_LINES = 400;

/**
 * A bound on all mixes and divisions of the channels, `streams` being the limits of the mix and what a unit of each stream's revenue counts. Lines first, since one costs no more than one division of the
 * channels and their rounds quicken. With few channels a curve that is convex at first leaves a price between too much and too little, which no line closes and exact values do: then
 * cones, on the limits that are left. What is open after that is halved.
 *
 * `boundAt` divides the channels at a ray, which may find something better: `reached` is asked again after it.
 */
export function boundOver(
  model: RevenueModel,
  streams: readonly MixStream[],
  boundAt: BoundAt,
  reached: () => { readonly value: number; readonly mix: Float64Array },
): Bound {
  const size = Math.max(
    1,
    model.pots.reduce((sum, pot) => sum + pot.entries.length, 0),
  );
  const total = model.mixTotal;
  const value = (): number => reached().value;
  const options = { tolerance: TOLERANCE, reached, visit: (weights: Float64Array) => void boundAt(weights) };
  const lineOver = (at: Float64Array, low: Float64Array, high: Float64Array): Float64Array =>
    chordsOver(model, at, low, high);
  const isClosed = (bound: number): boolean => bound <= value() * (1 + TOLERANCE);

  const first = boundByLines(streams, total, lineOver, { ...options, maxLines: 0 });
  let [bound, steps] = [first.bound, first.lines];
  const maxRays = Math.min(8 * streams.length, Math.floor(RAY_WORK / size));
  if (!isClosed(bound) && maxRays >= 4 * streams.length) {
    const found = boundByCones(first.streams, total, boundAt, {
      tolerance: TOLERANCE,
      reached: value,
      maxRays,
    });
    bound = Math.min(bound, Math.max(first.outside, found.bound));
    steps += found.cones;
  }
  if (!isClosed(bound)) {
    const maxLines = Math.min(MOST_LINES, Math.floor(LINE_WORK / size));
    const found = boundByLines(first.streams, total, lineOver, { ...options, maxLines });
    bound = Math.min(bound, Math.max(first.outside, found.bound));
    steps += found.lines;
  }
  return { value: bound, steps };
}
