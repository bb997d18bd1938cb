import type { Box, Part } from './part.ts';

/**
 * The rule of the seeds: a floor of 5% of the total each, the rest in proportion to a score (the channel's average return at the even
 * share), kept within the limits. What the optimum is compared with.
 */
export function proportionalRule(part: Part, box: Box): Float64Array {
  const n = part.curves.length;
  const even = part.total / n;
  const score = part.curves.map((curve) => (even > 0 ? curve.value(even) / even : 0));
  return proportional(part, box, score, 0.05);
}

const ROUNDS = 60;

/** Floors first, then the rest by weight, again and again over those that still have room. */
function proportional(part: Part, box: Box, weights: readonly number[], floorShare: number): Float64Array {
  const x = Float64Array.from(box.lo);
  const left = (): number => part.total - x.reduce((sum, each) => sum + each, 0);
  const floor = Math.min(floorShare, 1 / x.length) * part.total;
  for (let i = 0; i < x.length; i++) {
    const wanted = Math.min(box.hi[i] ?? 0, Math.max(x[i] ?? 0, floor));
    x[i] = (x[i] ?? 0) + Math.max(0, Math.min(wanted - (x[i] ?? 0), left(), groupRoom(part, x, i)));
  }
  for (let round = 0; round < ROUNDS; round++) {
    const rest = left();
    if (rest <= 1e-9 * part.total) break;
    const open = [...x.keys()].filter(
      (i) =>
        (box.hi[i] ?? 0) - (x[i] ?? 0) > 1e-12 * part.total && groupRoom(part, x, i) > 1e-12 * part.total,
    );
    const sum = open.reduce((total, i) => total + (weights[i] ?? 0), 0);
    if (open.length === 0) break;
    for (const i of open) {
      const share = sum > 0 ? (weights[i] ?? 0) / sum : 1 / open.length;
      x[i] = (x[i] ?? 0) + Math.min(rest * share, (box.hi[i] ?? 0) - (x[i] ?? 0), groupRoom(part, x, i));
    }
  }
  if (part.step === 0) return x;
  return x.map((each, i) => Math.max(box.lo[i] ?? 0, Math.floor(each / part.step + 1e-9) * part.step));
}

function groupRoom(part: Part, x: Float64Array, i: number): number {
  const g = part.groupOf[i] ?? -1;
  if (g < 0) return Infinity;
  const taken = (part.members[g] ?? new Int32Array(0)).reduce((sum, each) => sum + (x[each] ?? 0), 0);
  return Math.max(0, (part.caps[g] ?? 0) - taken);
}
