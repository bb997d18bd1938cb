/** Complex numbers of a power of two, real and imaginary parts apart. */
export interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Discrete Fourier transform in place, its length a power of two: decimation in time (Cooley and Tukey 1965). Turning factors are computed
 * one by one, not from each other, so that errors stay at the last digits. `isInverse` gives the inverse, divided by the length.
 */
export function transform({ re, im }: Spectrum, isInverse: boolean): void {
  const size = re.length;
  reorder(re, im);
  const cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sin = Float64Array.from(
    { length: size / 2 },
    (_, i) => (isInverse ? 1 : -1) * Math.sin((2 * Math.PI * i) / size),
  );
  for (let half = 1; half < size; half *= 2) {
    const stride = size / (2 * half);
    for (let begin = 0; begin < size; begin += 2 * half) {
      for (let k = 0; k < half; k += 1) {
        const a = begin + k;
        const b = a + half;
        const c = cos[k * stride] ?? 0;
        const s = sin[k * stride] ?? 0;
        const bRe = re[b] ?? 0;
        const bIm = im[b] ?? 0;
        const turnedRe = bRe * c - bIm * s;
        const turnedIm = bRe * s + bIm * c;
        re[b] = (re[a] ?? 0) - turnedRe;
        im[b] = (im[a] ?? 0) - turnedIm;
        re[a] = (re[a] ?? 0) + turnedRe;
        im[a] = (im[a] ?? 0) + turnedIm;
      }
    }
  }
  if (!isInverse) return;
  for (let i = 0; i < size; i += 1) {
    re[i] = (re[i] ?? 0) / size;
    im[i] = (im[i] ?? 0) / size;
  }
}

/** Each element to the place that its index read backwards names. */
function reorder(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  for (let i = 1, j = 0; i < size; i += 1) {
    let bit = size >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    const r = re[i] ?? 0;
    re[i] = re[j] ?? 0;
    re[j] = r;
    const m = im[i] ?? 0;
    im[i] = im[j] ?? 0;
    im[j] = m;
  }
}
