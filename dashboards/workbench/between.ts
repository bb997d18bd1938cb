export interface XyPoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

/** Value of a curve between its points, for a mark that follows the pointer before the answer is there. */
export function between(points: readonly XyPoint[], x: number): number {
  const at = points.findIndex((point) => point.x >= x);
  const above = points[at < 0 ? points.length - 1 : at];
  const below = points[Math.max(0, (at < 0 ? points.length : at) - 1)];
  if (above === undefined || below === undefined) return 0;
  const width = above.x - below.x;
  return width <= 0 ? above.y : below.y + ((Math.min(x, above.x) - below.x) / width) * (above.y - below.y);
}
