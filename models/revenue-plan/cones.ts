import { bestMix, type MixStream } from './mix.ts';
import { narrow, widthOf } from './narrow.ts';

/** φ at a ray: what nothing exceeds, and the mix nothing has to do with. */
export type BoundAt = (ray: Float64Array) => number;

export interface ConeSearch {
  /** No mix reaches more. */
  readonly bound: number;
  readonly cones: number;
}

export interface ConeOptions {
  readonly tolerance: number;
  /** Rays at which φ is computed at most. */
  readonly maxRays: number;
  /** The best value reached so far; asked again after every ray, since computing a bound finds points. */
  readonly reached: () => number;
}

interface Ray {
  readonly at: Float64Array;
  readonly bound: number;
}

/** A cone between as many rays as there are streams; `rows` give the coordinates λ of a point v: v = Σ λ_i·ray_i. */
interface Cone {
  readonly rays: readonly Ray[];
  readonly rows: readonly Float64Array[];
  readonly bound: number;
}

interface Judged {
  readonly bound: number;
  /** The linear function of v whose maximum the bound is. */
  readonly linear: Float64Array;
}

const STEPS = 40;
/** How often the limits are narrowed before cones are halved. */
const ROUNDS = 8;

/**
 * The most of max φ(v) over v_s = worth_s·(mix_s/now_s)^exponent_s, φ convex and homogeneous of degree 1. In a cone between rays r_i, φ(Σ λ_i·r_i) ≤ Σ λ_i·φ(r_i), so the
 * maximum over the cone is bounded by that of a linear function of v, which is a mix problem in closed form; that λ ≥ 0 is priced (any price gives a bound). Cones are
 * halved at their longest edge, highest bound first (Tuy 1964; Horst and Tuy, Global Optimization, 1996, on concave minimisation by conical partition). The error of a cone
 * falls with the square of its width, so the limits of the mix are narrowed first to where the bound lets something better be, and the cone is drawn anew.
 */
export function boundByCones(
  streams: readonly MixStream[],
  total: number,
  boundAt: BoundAt,
  { maxRays, reached, tolerance }: ConeOptions,
): ConeSearch {
  const target = (): number => reached() * (1 + tolerance);
  const isWorth = (bound: number): boolean => bound > target();
  let [rays, cones, dropped] = [0, 0, -Infinity];
  let within = streams;
  const judge = (cone: Omit<Cone, 'bound'>, most: number): Cone & Judged => {
    const judged = coneBound(cone, within, total, target());
    return { ...cone, ...judged, bound: Math.min(most, judged.bound) };
  };
  let root: (Cone & Judged) | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const next = judge(firstCone(within, total, boundAt), root?.bound ?? Infinity);
    rays += streams.length;
    cones += 1;
    root = next;
    if (!isWorth(next.bound) || rays >= maxRays) break;
    const narrowed = narrow(within, total, next.linear, target());
    // What was cut off reaches the target at most.
    if (narrowed === undefined) return { bound: target(), cones };
    dropped = target();
    const isLess = widthOf(narrowed) < 0.9 * widthOf(within);
    within = narrowed;
    if (!isLess) break;
  }
  if (root === undefined) return { bound: Infinity, cones };
  const open: Cone[] = [root];
  for (;;) {
    open.sort((a, b) => a.bound - b.bound);
    const cone = open.at(-1);
    if (cone === undefined || !isWorth(cone.bound) || rays >= maxRays) break;
    open.pop();
    const [i, j] = longestEdge(cone.rays);
    const [a, b] = [cone.rays[i], cone.rays[j]];
    if (a === undefined || b === undefined) {
      // A single ray: the bound is what it is.
      dropped = Math.max(dropped, cone.bound);
      continue;
    }
    const at = a.at.map((each, s) => (each + (b.at[s] ?? 0)) / 2);
    const middle: Ray = { at, bound: boundAt(at) };
    rays += 1;
    for (const [gone, kept] of [
      [i, j],
      [j, i],
    ] as const) {
      // ray_gone = 2·middle − ray_kept: its coordinate doubles and is taken off the kept one's.
      const taken = cone.rows[gone];
      const rows = cone.rows.map((row, r) => {
        if (r === gone) return row.map((each) => 2 * each);
        return r === kept ? row.map((each, s) => each - (taken?.[s] ?? 0)) : row;
      });
      open.push(judge({ rays: cone.rays.map((ray, r) => (r === gone ? middle : ray)), rows }, cone.bound));
      cones += 1;
    }
  }
  return { bound: Math.max(reached(), dropped, ...open.map((each) => each.bound)), cones };
}

/** A cone around every v that limits and total allow: rays lo + τ·e_i, τ the most that Σ(v − lo) can be. */
function firstCone(streams: readonly MixStream[], total: number, boundAt: BoundAt): Omit<Cone, 'bound'> {
  const least = Float64Array.from(streams, ({ exponent, least: amount, now, worth }) =>
    now > 0 ? worth * (amount / now) ** exponent : 0,
  );
  const floor = least.reduce((a, b) => a + b, 0);
  const most = bestMix(streams, total)?.revenue.reduce((a, b) => a + b, 0) ?? floor;
  const width = Math.max(most - floor, 1e-9 * Math.max(most, 1e-300)) * (1 + 1e-9);
  return {
    rays: streams.map((_, i) => {
      const at = least.map((each, s) => each + (s === i ? width : 0));
      return { at, bound: boundAt(at) };
    }),
    rows: streams.map((_, i) =>
      Float64Array.from(
        streams,
        (_each, s) => ((s === i ? 1 : 0) - (least[i] ?? 0) / (width + floor)) / width,
      ),
    ),
  };
}

/** Bound of a cone; stops as soon as it is below `target`, under which nobody asks. */
function coneBound(
  { rays, rows }: Omit<Cone, 'bound'>,
  streams: readonly MixStream[],
  total: number,
  target: number,
): Judged {
  const price = new Float64Array(rays.length);
  let best: Judged = { bound: Infinity, linear: price };
  for (let step = 0; step < STEPS; step++) {
    const linear = Float64Array.from(streams, (_, s) =>
      rays.reduce((sum, ray, i) => sum + (ray.bound + (price[i] ?? 0)) * (rows[i]?.[s] ?? 0), 0),
    );
    const mix = bestMix(
      streams.map((each, s) => ({ ...each, worth: each.worth * (linear[s] ?? 0) })),
      total,
    );
    if (mix === undefined) return { bound: -Infinity, linear };
    const value = mix.revenue.reduce((a, b) => a + b, 0);
    if (value < best.bound) best = { bound: value, linear };
    if (value <= target) break;
    const v = streams.map(({ exponent, now, worth }, s) =>
      now > 0 ? worth * ((mix.amounts[s] ?? 0) / now) ** exponent : 0,
    );
    const inside = rows.map((row) => row.reduce((sum, each, s) => sum + each * (v[s] ?? 0), 0));
    const square = inside.reduce(
      (sum, each, i) => sum + ((price[i] ?? 0) > 0 || each < 0 ? each * each : 0),
      0,
    );
    if (!(square > 0)) break;
    // Polyak's step towards what is reached already.
    const length = (value - target) / square;
    for (const [i, each] of inside.entries()) price[i] = Math.max(0, (price[i] ?? 0) - length * each);
  }
  return best;
}

function longestEdge(rays: readonly Ray[]): readonly [number, number] {
  let best: readonly [number, number] = [-1, -1];
  let longest = -1;
  // Directions count, not lengths.
  const unit = rays.map(({ at }) => {
    const sum = at.reduce((a, b) => a + b, 0);
    return at.map((each) => (sum > 0 ? each / sum : each));
  });
  for (const [i, a] of unit.entries()) {
    for (let j = i + 1; j < unit.length; j++) {
      const length = a.reduce((sum, each, s) => sum + (each - (unit[j]?.[s] ?? 0)) ** 2, 0);
      if (length > longest) {
        longest = length;
        best = [i, j];
      }
    }
  }
  return best;
}
