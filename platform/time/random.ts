/** The only source of chance in streams, models and decision, so that a run can be repeated from its seed. */
export interface Random {
  /** Uniform in [0, 1) with 53 random bits. */
  next(): number;
  /** Uniform integer in [0, n); n from 1 to 2^53. */
  int(n: number): number;
  /** One element, uniformly. Throws on an empty list. */
  pick<T>(xs: readonly T[]): T;
  /** Standard normal: mean 0, standard deviation 1. */
  normal(): number;
  /** Poisson count with the given mean (0 or more). */
  poisson(mean: number): number;
  /** Exponential waiting time with `rate` events per unit; mean 1 / rate. */
  exponential(rate: number): number;
  /** An independent generator named by `label`: drawing from one never shifts the other. */
  fork(label: string): Random;
}

/**
 * A seeded generator: sfc32 (Chris Doty-Humphrey, PractRand; 128-bit state, passes BigCrush), seeded from the text of
 * the seed by three 32-bit FNV-1a hashes. The same seed gives the same numbers on every machine and
 * for ever: recorded simulations and golden files depend on it. Not for secrets.
 */
export function createRandom(seed: number | string): Random {
  const seedText = String(seed);
  let a = hash32(seedText, 0x9e3779b9);
  let b = hash32(seedText, 0x243f6a88);
  let c = hash32(seedText, 0xb7e15162);
  let counter = 1;

  const nextUint32 = (): number => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  // The author's recommended warm-up: the first outputs still resemble the seed.
  for (let i = 0; i < 12; i += 1) nextUint32();

  const next = (): number => ((nextUint32() >>> 5) * 67108864 + (nextUint32() >>> 6)) / 9007199254740992;

  const normal = (): number => {
    // Marsaglia's polar method; the second deviate is thrown away so that the state stays four words.
    for (;;) {
      const u = 2 * next() - 1;
      const v = 2 * next() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  };

  const random: Random = {
    next,
    int: (n) => {
      if (!Number.isSafeInteger(n) || n < 1)
        throw new RangeError(`int(n) needs an integer of 1 or more, got ${n}`);
      return Math.floor(next() * n);
    },
    pick: (xs) => {
      const index = random.int(xs.length);
      for (const x of xs.slice(index, index + 1)) return x;
      throw new RangeError('pick needs a list without holes');
    },
    normal,
    poisson: (mean) => {
      if (!(mean >= 0 && mean < 2 ** 50))
        throw new RangeError(`poisson(mean) needs 0 <= mean < 2^50, got ${mean}`);
      return mean < 10 ? poissonByProduct(mean, next) : poissonByRejection(mean, next);
    },
    exponential: (rate) => {
      if (!(rate > 0)) throw new RangeError(`exponential(rate) needs a rate above 0, got ${rate}`);
      return -Math.log(1 - next()) / rate;
    },
    fork: (label) => createRandom(`${seedText}/${label}`),
  };
  return random;
}

/** FNV-1a over UTF-16 units, then the 32-bit finaliser of MurmurHash3 to spread the last characters. */
function hash32(text: string, basis: number): number {
  let h = basis | 0;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

/** Knuth, TAOCP vol. 2, 3.4.1: exact, cost grows with the mean. */
function poissonByProduct(mean: number, next: () => number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = next(); product > limit; product *= next()) count += 1;
  return count;
}

/** Hörmann 1993, "The transformed rejection method for generating Poisson random variables", algorithm PTRS. */
function poissonByRejection(mean: number, next: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = next() - 0.5;
    const v = next();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= vr) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const left = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (left <= k * Math.log(mean) - mean - logFactorial(k)) return k;
  }
}

/** Stirling's series to 1/k^5: better than 1e-9 from k = 10 on; below that the product itself. */
function logFactorial(k: number): number {
  if (k < 10) {
    let product = 1;
    for (let i = 2; i <= k; i += 1) product *= i;
    return Math.log(product);
  }
  const k2 = k * k;
  return (
    (k + 0.5) * Math.log(k) - k + 0.5 * Math.log(2 * Math.PI) + (1 / 12 - (1 / 360 - 1 / 1260 / k2) / k2) / k
  );
}
