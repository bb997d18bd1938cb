/** Stated relative error of every quantile. */
export const QUANTILE_ACCURACY = 0.01;
/** Magnitudes told apart: below the smallest a value counts as zero, above the largest as the largest. */
export const SMALLEST = 1e-9;
export const LARGEST = 1e15;
const FORMAT = 1;

/** A bucket holds the values in (γ^(i−1), γ^i], γ = (1 + α) / (1 − α). */
export function gammaOf(accuracy: number): number {
  return (1 + accuracy) / (1 - accuracy);
}

const GAMMA = gammaOf(QUANTILE_ACCURACY);
const PER_LOG = 1 / Math.log(GAMMA);

/**
 * Distribution of numbers by DDSketch (C. Masson, J. E. Rim, H. K. Lee, "DDSketch: a fast and fully-mergeable quantile sketch with
 * relative-error guarantees", VLDB 2019): counts in logarithmic buckets. A quantile is within 1% of the value of that rank. The range of
 * magnitudes is fixed (1e-9 to 1e15, 2,764 buckets a sign at most), so nothing ever collapses and the state depends only on the values,
 * not on their order or grouping.
 */
export class QuantileSketch {
  private readonly positive = new Map<number, number>();
  private readonly negative = new Map<number, number>();
  private zeros = 0;
  private total = 0;

  /** Adds a finite number, `times` times. */
  add(value: number, times = 1): void {
    const size = Math.abs(value);
    this.total += times;
    if (!(size >= SMALLEST)) {
      this.zeros += times;
      return;
    }
    const index = Math.ceil(Math.log(Math.min(size, LARGEST)) * PER_LOG);
    this.addBucket(value < 0, index, times, false);
  }

  /** Adds to a bucket by its index, as counted elsewhere by the same γ. */
  addBucket(isNegative: boolean, index: number, times: number, isNew = true): void {
    const side = isNegative ? this.negative : this.positive;
    side.set(index, (side.get(index) ?? 0) + times);
    if (isNew) this.total += times;
  }

  addZeros(times: number): void {
    this.zeros += times;
    this.total += times;
  }

  /** Union with another sketch; `other` is left as it is. */
  merge(other: QuantileSketch): void {
    for (const [index, times] of other.positive) this.addBucket(false, index, times);
    for (const [index, times] of other.negative) this.addBucket(true, index, times);
    this.addZeros(other.zeros);
  }

  /** How many values it holds. */
  get count(): number {
    return this.total;
  }

  /** The value of rank ⌊q (n − 1)⌋, within 1%; NaN when it holds none. */
  quantile(q: number): number {
    if (this.total === 0) return Number.NaN;
    const rank = Math.floor(Math.min(1, Math.max(0, q)) * (this.total - 1));
    let below = 0;
    for (const index of [...this.negative.keys()].sort((a, b) => b - a)) {
      below += this.negative.get(index) ?? 0;
      if (below > rank) return -middleOf(index);
    }
    below += this.zeros;
    if (below > rank) return 0;
    const ascending = [...this.positive.keys()].sort((a, b) => a - b);
    for (const index of ascending) {
      below += this.positive.get(index) ?? 0;
      if (below > rank) return middleOf(index);
    }
    return middleOf(ascending.at(-1) ?? 0);
  }

  /** Bytes for snapshots and rows; equal sketches give equal bytes. */
  toBytes(): Uint8Array {
    const out: number[] = [FORMAT];
    writeVarint(out, this.zeros);
    for (const side of [this.positive, this.negative]) {
      writeVarint(out, side.size);
      let before = 0;
      for (const index of [...side.keys()].sort((a, b) => a - b)) {
        const step = index - before;
        writeVarint(out, step < 0 ? -2 * step - 1 : 2 * step);
        writeVarint(out, side.get(index) ?? 0);
        before = index;
      }
    }
    return Uint8Array.from(out);
  }

  /** Throws RangeError on bytes that are no sketch. */
  static fromBytes(bytes: Uint8Array): QuantileSketch {
    const sketch = new QuantileSketch();
    const read = varints(bytes);
    if (bytes[0] !== FORMAT) throw new RangeError('not a quantile sketch');
    sketch.addZeros(read());
    for (const isNegative of [false, true]) {
      let index = 0;
      for (let left = read(); left > 0; left--) {
        const step = read();
        index += step % 2 === 0 ? step / 2 : -(step + 1) / 2;
        sketch.addBucket(isNegative, index, read());
      }
    }
    return sketch;
  }
}

/** The value of a bucket that is no further than α from each of its values. */
function middleOf(index: number): number {
  return (2 * GAMMA ** index) / (GAMMA + 1);
}

function writeVarint(out: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

function varints(bytes: Uint8Array): () => number {
  let at = 1;
  return () => {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('not a quantile sketch');
      value += (byte % 128) * weight;
      if (byte < 128) return value;
    }
  };
}
