const YEAR_MS = 365.2425 * 86_400_000;

/** Level, trend and season of the year as orthonormal columns over the periods that are fitted. */
export interface ControlBasis {
  readonly columns: readonly Float64Array[];
  /** What the columns say over all periods, later ones included, when fitted to `values`. */
  extend(values: Float64Array): Float64Array;
}

/** `whole` are all periods a fit may be carried on to; those of `startsMs` are its first. A season needs three quarters of a year, its second harmonic a year and a quarter. */
export function controlBasis(startsMs: readonly number[], whole: readonly number[] = startsMs): ControlBasis {
  const n = startsMs.length;
  const [first = 0] = startsMs;
  const spanMs = (startsMs.at(-1) ?? first) - first;
  const scale = Math.max(1, spanMs);
  const raw: ((ms: number) => number)[] = [() => 1, (ms) => (ms - first) / scale - 0.5];
  for (const k of spanMs >= 1.25 * YEAR_MS ? [1, 2] : spanMs >= 0.75 * YEAR_MS ? [1] : []) {
    raw.push((ms) => Math.sin((2 * Math.PI * k * ms) / YEAR_MS));
    raw.push((ms) => Math.cos((2 * Math.PI * k * ms) / YEAR_MS));
  }
  // Gram–Schmidt over the fitted periods, the same steps on all of them.
  const columns: Float64Array[] = [];
  const wide: Float64Array[] = [];
  for (const of of raw) {
    const all = Float64Array.from(whole, (ms) => of(ms));
    for (const [k, column] of columns.entries()) {
      let product = 0;
      for (let t = 0; t < n; t++) product += (all[t] ?? 0) * (column[t] ?? 0);
      for (let t = 0; t < all.length; t++) all[t] = (all[t] ?? 0) - product * (wide[k]?.[t] ?? 0);
    }
    let size = 0;
    for (let t = 0; t < n; t++) size += (all[t] ?? 0) ** 2;
    if (!(size > 1e-12)) continue;
    const unit = all.map((each) => each / Math.sqrt(size));
    wide.push(unit);
    columns.push(unit.slice(0, n));
  }
  return {
    columns,
    extend: (values) => {
      const said = new Float64Array(whole.length);
      for (const [k, column] of columns.entries()) {
        let product = 0;
        for (let t = 0; t < n; t++) product += (values[t] ?? 0) * (column[t] ?? 0);
        for (let t = 0; t < said.length; t++) said[t] = (said[t] ?? 0) + product * (wide[k]?.[t] ?? 0);
      }
      return said;
    },
  };
}

/** What level, trend and season leave of values over the fitted periods. */
export function residual({ columns }: ControlBasis, values: Float64Array): Float64Array {
  const left = Float64Array.from(values);
  for (const column of columns) {
    let product = 0;
    for (let t = 0; t < left.length; t++) product += (left[t] ?? 0) * (column[t] ?? 0);
    for (let t = 0; t < left.length; t++) left[t] = (left[t] ?? 0) - product * (column[t] ?? 0);
  }
  return left;
}
