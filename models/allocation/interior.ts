import type { Box, Part } from './part.ts';
import { polish, valueOf } from './relax.ts';

/**
 * At most one channel of a limit can rest inside its convex part at the optimum. The search leaves it where a box was split; this moves
 * it to where the others' marginals meet its own (golden section on the value with the others divided optimally).
 */
export function improveInterior(
  part: Part,
  box: Box,
  x: Float64Array,
  value: number,
): { x: Float64Array; value: number } {
  let best = { x, value };
  if (part.step > 0) return best;
  const hint = { total: 0, groups: new Float64Array(part.caps.length) };
  for (const [i, curve] of part.curves.entries()) {
    const at = best.x[i] ?? 0;
    const lo = box.lo[i] ?? 0;
    const hi = Math.min(box.hi[i] ?? 0, curve.inflection);
    if (!(at > lo && at < hi)) continue;
    const tryAt = (amount: number): number => {
      const start = Float64Array.from(best.x);
      start[i] = amount;
      if (!isFeasible(part, lowered(part, box, start))) return -Infinity;
      const found = polish(part, box, start, hint);
      if (found.value > best.value && isFeasible(part, found.x))
        best = { x: found.x, value: valueOf(part, found.x) };
      return found.value;
    };
    goldenSection(tryAt, lo, hi, 48);
  }
  return best;
}

/** `start` with every channel on its concave part taken to the least it may have there. */
function lowered(part: Part, box: Box, start: Float64Array): Float64Array {
  return start.map((x, i) => {
    const inflection = part.curves[i]?.inflection ?? 0;
    return x < inflection ? x : Math.min(x, Math.max(box.lo[i] ?? 0, inflection));
  });
}

function isFeasible(part: Part, x: Float64Array): boolean {
  let sum = 0;
  for (const each of x) sum += each;
  if (sum > part.total * (1 + 1e-12)) return false;
  return part.members.every((members, g) => {
    let taken = 0;
    for (const i of members) taken += x[i] ?? 0;
    return taken <= (part.caps[g] ?? 0) * (1 + 1e-12);
  });
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;

function goldenSection(f: (x: number) => number, from: number, to: number, rounds: number): void {
  let a = from;
  let b = to;
  let c = b - GOLDEN * (b - a);
  let d = a + GOLDEN * (b - a);
  let fc = f(c);
  let fd = f(d);
  for (let i = 0; i < rounds; i++) {
    if (fc >= fd) {
      b = d;
      d = c;
      fd = fc;
      c = b - GOLDEN * (b - a);
      fc = f(c);
    } else {
      a = c;
      c = d;
      fc = fd;
      d = a + GOLDEN * (b - a);
      fd = f(d);
    }
  }
}
