const PRECISION_BITS = 11;
const REGISTERS = 1 << PRECISION_BITS;
/** Ranks come from the second lane: 1 … 33. */
const MAX_RANK = 33;
/** Values kept in a plain list before a hash table is worth it. */
const FEW = 8;
/** Distinct values kept one by one before the sketch turns approximate. */
export const EXACT_LIMIT = 256;
const FORMAT_EXACT = 1;
const FORMAT_DENSE = 2;

/**
 * Distinct count of 64-bit hashes: exact up to 256 values, then HyperLogLog with 2,048 registers (standard error 1.04/√2048 =
 * 2.3%) and Ertl's improved estimator (O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017, alg. 6),
 * which needs no bias table. Mergeable; the result depends only on the set of hashes, not on their order or grouping.
 */
export class UniqueSketch {
  /** The first few values, lanes in turn: most sketches stay this small and a typed array each would cost more than the rest. */
  private few: number[] | undefined = [];
  /** Open-addressed pairs of lanes while exact; (0,0) marks a free slot. */
  private pairs: Uint32Array | undefined;
  private exactCount = 0;
  private registers: Uint8Array | undefined;

  /** Adds a hash given as two 32-bit lanes. Answers whether the sketch changed. */
  add(lane0: number, lane1: number): boolean {
    if (this.registers !== undefined) return setRegister(this.registers, lane0, lane1);
    return this.addExact(lane0 >>> 0, lane0 === 0 && lane1 === 0 ? 1 : lane1 >>> 0);
  }

  private addExact(lane0: number, lane1: number): boolean {
    const few = this.few;
    if (few !== undefined) {
      for (let i = 0; i < few.length; i += 2) if (few[i] === lane0 && few[i + 1] === lane1) return false;
      if (few.length < 2 * FEW) {
        few.push(lane0, lane1);
        this.exactCount++;
        return true;
      }
      this.few = undefined;
      this.pairs = new Uint32Array(FEW * 8);
      this.exactCount = 0;
      for (let i = 0; i < few.length; i += 2) this.addExact(few[i] ?? 0, few[i + 1] ?? 0);
    }
    const pairs = this.pairs;
    if (pairs === undefined) return false;
    const mask = pairs.length / 2 - 1;
    let slot = lane0 & mask;
    for (;;) {
      const a = pairs[2 * slot];
      const b = pairs[2 * slot + 1];
      if (a === 0 && b === 0) break;
      if (a === lane0 && b === lane1) return false;
      slot = (slot + 1) & mask;
    }
    if (this.exactCount === EXACT_LIMIT) {
      this.densify();
      return this.add(lane0, lane1);
    }
    pairs[2 * slot] = lane0;
    pairs[2 * slot + 1] = lane1;
    this.exactCount++;
    if (this.exactCount * 2 > mask + 1) this.grow();
    return true;
  }

  private grow(): void {
    const old = this.pairs;
    if (old === undefined) return;
    this.pairs = new Uint32Array(old.length * 2);
    this.exactCount = 0;
    for (let i = 0; i < old.length; i += 2) {
      const a = old[i] ?? 0;
      const b = old[i + 1] ?? 0;
      if (a !== 0 || b !== 0) this.addExact(a, b);
    }
  }

  private densify(): void {
    const registers = new Uint8Array(REGISTERS);
    this.eachExact((a, b) => setRegister(registers, a, b));
    this.registers = registers;
    this.few = undefined;
    this.pairs = undefined;
    this.exactCount = 0;
  }

  /** Union with another sketch; `other` is left as it is. */
  merge(other: UniqueSketch): void {
    if (other.registers !== undefined) {
      if (this.registers === undefined) this.densify();
      const mine = this.registers;
      if (mine === undefined) return;
      for (let i = 0; i < REGISTERS; i++) {
        const rank = other.registers[i] ?? 0;
        if (rank > (mine[i] ?? 0)) mine[i] = rank;
      }
      return;
    }
    other.eachExact((a, b) => this.add(a, b));
  }

  private eachExact(visit: (lane0: number, lane1: number) => void): void {
    const { few, pairs } = this;
    if (few !== undefined) for (let i = 0; i < few.length; i += 2) visit(few[i] ?? 0, few[i + 1] ?? 0);
    if (pairs === undefined) return;
    for (let i = 0; i < pairs.length; i += 2) {
      const a = pairs[i] ?? 0;
      const b = pairs[i + 1] ?? 0;
      if (a !== 0 || b !== 0) visit(a, b);
    }
  }

  /** Number of distinct values; whole and exact up to `EXACT_LIMIT`. */
  estimate(): number {
    if (this.registers === undefined) return this.exactCount;
    const histogram = new Float64Array(MAX_RANK + 1);
    for (const rank of this.registers) histogram[rank] = (histogram[rank] ?? 0) + 1;
    let z = REGISTERS * tau(1 - (histogram[MAX_RANK] ?? 0) / REGISTERS);
    for (let k = MAX_RANK - 1; k >= 1; k--) z = 0.5 * (z + (histogram[k] ?? 0));
    z += REGISTERS * sigma((histogram[0] ?? 0) / REGISTERS);
    return Math.round((REGISTERS * REGISTERS) / (2 * Math.LN2 * z));
  }

  get isExact(): boolean {
    return this.registers === undefined;
  }

  /** Bytes for snapshots and rows. Equal sets may give their exact values in another order: compare sketches, not bytes. */
  toBytes(): Uint8Array {
    if (this.registers !== undefined) {
      const out = new Uint8Array(1 + REGISTERS);
      out[0] = FORMAT_DENSE;
      out.set(this.registers, 1);
      return out;
    }
    const out = new Uint8Array(1 + this.exactCount * 8);
    out[0] = FORMAT_EXACT;
    let at = 1;
    this.eachExact((a, b) => {
      at = writeUint32(out, writeUint32(out, at, a), b);
    });
    return out;
  }

  /** Throws RangeError on bytes that are no sketch. */
  static fromBytes(bytes: Uint8Array): UniqueSketch {
    const sketch = new UniqueSketch();
    if (bytes[0] === FORMAT_DENSE && bytes.length === 1 + REGISTERS) {
      sketch.registers = bytes.slice(1);
      sketch.few = undefined;
      return sketch;
    }
    if (bytes[0] !== FORMAT_EXACT || (bytes.length - 1) % 8 !== 0)
      throw new RangeError('not a distinct-count sketch');
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 1; at < bytes.length; at += 8)
      sketch.add(view.getUint32(at, true), view.getUint32(at + 4, true));
    return sketch;
  }
}

function writeUint32(out: Uint8Array, at: number, value: number): number {
  out[at] = value;
  out[at + 1] = value >>> 8;
  out[at + 2] = value >>> 16;
  out[at + 3] = value >>> 24;
  return at + 4;
}

function setRegister(registers: Uint8Array, lane0: number, lane1: number): boolean {
  const index = lane0 >>> (32 - PRECISION_BITS);
  const rank = Math.clz32(lane1) + 1;
  if (rank <= (registers[index] ?? 0)) return false;
  registers[index] = rank;
  return true;
}

function sigma(x: number): number {
  if (x === 1) return Number.POSITIVE_INFINITY;
  let power = x;
  let y = 1;
  let z = x;
  for (;;) {
    power *= power;
    const before = z;
    z += power * y;
    y += y;
    if (z === before) return z;
  }
}

function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let root = x;
  let y = 1;
  let z = 1 - x;
  for (;;) {
    root = Math.sqrt(root);
    const before = z;
    y *= 0.5;
    z -= (1 - root) ** 2 * y;
    if (z === before) return z / 3;
  }
}
