import type { Random } from '../time/random.ts';

/** A Beta(a, b) deviate: two Gamma deviates. */
export function betaDeviate(a: number, b: number, random: Random): number {
  const x = gammaDeviate(a, random);
  const y = gammaDeviate(b, random);
  return x / (x + y);
}

/** A Gamma(shape, 1) deviate, shape above 0 (Marsaglia and Tsang 2000; below 1 by their power of a uniform). */
export function gammaDeviate(shape: number, random: Random): number {
  if (shape < 1) return gammaDeviate(shape + 1, random) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = random.normal();
    const v = (1 + c * z) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.next()) < (z * z) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
