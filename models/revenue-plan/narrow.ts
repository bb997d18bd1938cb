import { bestMix, revenueAt, type MixStream } from './mix.ts';

/**
 * A linear function of the weights of the streams, v_s = worth_s·(mix_s/now_s)^exponent_s, that what is sought is nowhere above for weights in [low, high]; closest to it
 * around `at`.
 */
export type LineOver = (at: Float64Array, low: Float64Array, high: Float64Array) => Float64Array;

export interface NarrowOptions {
  readonly tolerance: number;
  /** The best value reached so far and the mix it was reached at; asked again after every round. */
  readonly reached: () => { readonly value: number; readonly mix: Float64Array };
  /** Told where a bound is reached. */
  readonly visit: (weights: Float64Array) => void;
  /** Lines up to which boxes are halved; 0: the limits are narrowed and left at that. */
  readonly maxLines: number;
}

export interface Narrowed {
  /** Limits outside of which nothing is above `outside`. */
  readonly streams: readonly MixStream[];
  readonly outside: number;
  /** No mix reaches more. */
  readonly bound: number;
  readonly lines: number;
}

interface Box {
  readonly streams: readonly MixStream[];
  readonly bound: number;
  readonly line: Float64Array;
}

const HALVINGS = 24;
/** A box is narrowed on as long as a round takes off a tenth of it. */
const WORTH_A_ROUND = 0.9;

/**
 * The most that any mix reaches, by bounds that are linear in the weights: their maximum is known in closed form, and where they stay below what is reached already nothing better is to be found,
 * so limits are narrowed round by round. The error of a line falls with the square of the width, so the rounds quicken. Where they come to a halt the box is halved, highest bound
 * first (Falk and Soland 1969).
 */
export function boundByLines(
  streams: readonly MixStream[],
  total: number,
  lineOver: LineOver,
  { maxLines, reached, tolerance, visit }: NarrowOptions,
): Narrowed {
  const target = (): number => reached().value * (1 + tolerance);
  let [lines, outside] = [0, -Infinity];
  /** Narrows a box to where something better may be; undefined when that is nowhere. */
  const settle = (from: readonly MixStream[], most: number): Box | undefined => {
    let within = from;
    let bound = most;
    for (;;) {
      const low = Float64Array.from(within, (each) => revenueAt(each, each.least));
      const high = Float64Array.from(within, (each) => revenueAt(each, each.most));
      const line = lineOver(centreOf(within, reached().mix), low, high);
      lines += 1;
      const best = bestMix(valued(within, line), total);
      if (best === undefined) return undefined;
      bound = Math.min(bound, sumOf(best.revenue));
      if (bound > target())
        visit(Float64Array.from(within, (each, s) => revenueAt(each, best.amounts[s] ?? 0)));
      const next = bound > target() ? narrow(within, total, line, target()) : undefined;
      outside = Math.max(outside, Math.min(bound, target()));
      if (next === undefined) return undefined;
      const isLess = widthOf(next) < WORTH_A_ROUND * widthOf(within);
      within = next;
      if (!isLess) return { streams: within, bound, line };
    }
  };
  const root = settle(streams, Infinity);
  if (root === undefined) return { streams, bound: outside, outside, lines };
  const cut = outside;
  const open = [root];
  while (lines < maxLines) {
    open.sort((a, b) => a.bound - b.bound);
    const box = open.at(-1);
    if (box === undefined || box.bound <= target()) break;
    open.pop();
    for (const half of halves(box)) {
      const settled = settle(half, box.bound);
      if (settled !== undefined) open.push(settled);
    }
  }
  return {
    streams: root.streams,
    outside: cut,
    bound: Math.max(outside, ...open.map(({ bound }) => bound)),
    lines,
  };
}

/** Weights in the middle of what is left to look at: of the best mix known where it is inside. */
function centreOf(streams: readonly MixStream[], mix: Float64Array): Float64Array {
  const isInside = streams.every(({ least, most }, s) => {
    const amount = mix[s] ?? 0;
    return amount >= least * (1 - 1e-9) && amount <= most * (1 + 1e-9);
  });
  return Float64Array.from(streams, (each, s) =>
    isInside ? revenueAt(each, mix[s] ?? 0) : (revenueAt(each, each.least) + revenueAt(each, each.most)) / 2,
  );
}

/** The two halves of the limits of the stream whose part in the bound is least certain. */
function halves({ line, streams }: Box): readonly (readonly MixStream[])[] {
  const spans = streams.map(
    (each, s) => (line[s] ?? 0) * (revenueAt(each, each.most) - revenueAt(each, each.least)),
  );
  const widest = spans.indexOf(Math.max(...spans));
  const own = streams[widest];
  if (own === undefined) return [];
  const middle = (own.least + own.most) / 2;
  return [
    streams.map((each, s) => (s === widest ? { ...each, most: middle } : each)),
    streams.map((each, s) => (s === widest ? { ...each, least: middle } : each)),
  ];
}

/** Limits outside of which the linear function stays at or below the target; undefined where it does everywhere. */
export function narrow(
  streams: readonly MixStream[],
  total: number,
  line: Float64Array,
  target: number,
): MixStream[] | undefined {
  const priced = valued(streams, line);
  const best = bestMix(priced, total);
  if (best === undefined || sumOf(best.revenue) <= target) return undefined;
  const reaches = (s: number, amount: number): boolean => {
    const mix = bestMix(
      priced.map((each, i) => (i === s ? { ...each, least: amount, most: amount } : each)),
      total,
    );
    return mix !== undefined && sumOf(mix.revenue) > target;
  };
  // With one amount given the best of the others is concave in it, so what reaches the target is an interval around the best.
  const edge = (s: number, inside: number, end: number): number => {
    if (reaches(s, end)) return end;
    let [held, gone] = [inside, end];
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (held + gone) / 2;
      if (reaches(s, middle)) held = middle;
      else gone = middle;
    }
    return gone;
  };
  return streams.map((each, s) => {
    const amount = best.amounts[s] ?? 0;
    return { ...each, least: edge(s, amount, each.least), most: edge(s, amount, each.most) };
  });
}

export function widthOf(streams: readonly MixStream[]): number {
  return streams.reduce((sum, { least, most }) => sum + most - least, 0);
}

function valued(streams: readonly MixStream[], line: Float64Array): MixStream[] {
  return streams.map((each, s) => ({ ...each, worth: each.worth * (line[s] ?? 0) }));
}

function sumOf(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}
