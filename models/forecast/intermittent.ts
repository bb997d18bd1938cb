/** How demand with zeros comes: mean steps between two values that are not zero, and the squared variation of their size. */
export interface DemandPattern {
  readonly interval: number;
  readonly variation: number;
  readonly kind: 'smooth' | 'erratic' | 'intermittent' | 'lumpy';
}

/** Classes of Syntetos, Boylan and Croston 2005: interval 1.32, squared coefficient of variation 0.49. */
export function demandPattern(history: Float64Array): DemandPattern {
  const sizes = history.filter((x) => x !== 0);
  const interval = sizes.length === 0 ? history.length : history.length / sizes.length;
  const mean = sizes.reduce((sum, x) => sum + x, 0) / Math.max(1, sizes.length);
  const variance = sizes.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, sizes.length);
  const variation = mean === 0 ? 0 : variance / (mean * mean);
  const kind =
    interval < 1.32 ? (variation < 0.49 ? 'smooth' : 'erratic') : variation < 0.49 ? 'intermittent' : 'lumpy';
  return { interval, variation, kind };
}

/** Croston 1972: size and interval smoothed apart, the forecast their ratio; `unbiased` multiplies by 1 - alpha / 2 (Syntetos and Boylan 2001). */
export function croston(history: Float64Array, horizon: number, alpha = 0.1, unbiased = true): Float64Array {
  let size = 0;
  let interval = 0;
  let since = 0;
  let isFirst = true;
  for (const y of history) {
    since += 1;
    if (y === 0) continue;
    if (isFirst) {
      size = y;
      interval = since;
      isFirst = false;
    } else {
      size += alpha * (y - size);
      interval += alpha * (since - interval);
    }
    since = 0;
  }
  const rate = interval > 0 ? size / interval : 0;
  return new Float64Array(horizon).fill(unbiased ? rate * (1 - alpha / 2) : rate);
}

/** Teunter, Syntetos and Babai 2011: the chance of demand is updated at every step, so what died out goes to zero. */
export function teunter(history: Float64Array, horizon: number, alpha = 0.1, beta = 0.1): Float64Array {
  const first = history.findIndex((x) => x !== 0);
  if (first === -1) return new Float64Array(horizon);
  let size = history[first] ?? 0;
  let chance = 1 / (first + 1);
  for (let t = first + 1; t < history.length; t += 1) {
    const y = history[t] ?? 0;
    if (y !== 0) size += alpha * (y - size);
    chance += beta * ((y === 0 ? 0 : 1) - chance);
  }
  return new Float64Array(horizon).fill(chance * size);
}
