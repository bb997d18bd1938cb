import type { Random } from '../time/random.ts';

/** A Beta(a, b) deviate, a, b ≥ 1: two Gamma deviates. */
export function betaDeviate(a: number, b: number, random: Random): number {
  const x = gammaDeviate(a, random);
  const y = gammaDeviate(b, random);
  return x / (x + y);
}

/** A Gamma(shape, 1) deviate, shape ≥ 1 (Marsaglia and Tsang 2000). */
function gammaDeviate(shape: number, random: Random): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = random.normal();
    const v = (1 + c * z) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.next()) < (z * z) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
