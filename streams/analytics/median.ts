/** The middle value, or the mean of the two in the middle; null of nothing. */
export function medianOf(values: readonly number[]): number | null {
  return quantileOf(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

/**
 * Quantile of values in ascending order by linear interpolation between order statistics (Hyndman & Fan 1996, type 7); null of
 * nothing.
 */
export function quantileOf(ascending: readonly number[], share: number): number | null {
  if (ascending.length === 0) return null;
  const at = share * (ascending.length - 1);
  const below = ascending[Math.floor(at)] ?? 0;
  const above = ascending[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}
