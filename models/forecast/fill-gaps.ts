/**
 * A history without gaps: missing values (NaN, Infinity) become the line between their neighbours, plus what the same place of the
 * season differed from its own line one period before or after, where that is known. At the ends the nearest value is repeated. Undefined where
 * nothing is known at all.
 */
export function fillGaps(values: Float64Array, period: number): Float64Array | undefined {
  const known = values.map((v) => (Number.isFinite(v) ? 1 : 0));
  if (!known.includes(1)) return undefined;
  if (!known.includes(0)) return values;
  const line = interpolate(values, known);
  if (period <= 1) return line;
  const filled = line.slice();
  for (let t = 0; t < values.length; t += 1) {
    if (known[t] === 1) continue;
    for (const other of [t - period, t + period]) {
      if (known[other] !== 1) continue;
      // How far the season takes this place from the straight line between the same two ends, one period away.
      const { left, right } = ends(known, t);
      const shift = other - t;
      const a = line[left + shift];
      const b = line[right + shift];
      if (a === undefined || b === undefined || left === right) continue;
      const along = (t - left) / (right - left);
      filled[t] = (line[t] ?? 0) + (values[other] ?? 0) - (a + along * (b - a));
      break;
    }
  }
  return filled;
}

function interpolate(values: Float64Array, known: Float64Array): Float64Array {
  return values.map((value, t) => {
    if (known[t] === 1) return value;
    const { left, right } = ends(known, t);
    const a = known[left] === 1 ? (values[left] ?? 0) : (values[right] ?? 0);
    const b = known[right] === 1 ? (values[right] ?? 0) : a;
    return left === right ? a : a + ((b - a) * (t - left)) / (right - left);
  });
}

/** The nearest known places on both sides; at an end of the history, the known one twice. */
function ends(known: Float64Array, t: number): { left: number; right: number } {
  let left = t;
  while (left >= 0 && known[left] !== 1) left -= 1;
  let right = t;
  while (right < known.length && known[right] !== 1) right += 1;
  if (left < 0) return { left: right, right };
  return right >= known.length ? { left, right: left } : { left, right };
}
