/**
 * Short-term forecast: the last value, a quick level and the seasonal expectation, weighted by how small the recent error of each was.
 * Its absolute error measures how unsteady the series is just now.
 */
export interface NextValue {
  points: number;
  last: number;
  quickLevel: number;
  lastError: number;
  levelError: number;
  seasonalError: number;
}

const QUICK_RATE = 0.05;
const ERROR_RATE = 0.005;

export const createNextValue = (): NextValue => ({
  points: 0,
  last: 0,
  quickLevel: 0,
  lastError: 0,
  levelError: 0,
  seasonalError: 0,
});

export function nextValueOf(next: NextValue, seasonal: number | undefined): number {
  const best = Math.min(next.lastError, next.levelError, next.seasonalError);
  // Weights 1/error⁴ relative to the best: the exponent makes it nearly a choice.
  const weight = (error: number): number => (best === 0 ? (error === 0 ? 1 : 0) : (best / error) ** 4);
  const wLast = weight(next.lastError);
  const wLevel = weight(next.levelError);
  const wSeasonal = seasonal === undefined ? 0 : weight(next.seasonalError);
  const sum = wLast + wLevel + wSeasonal;
  if (sum === 0) return next.last;
  return (wLast * next.last + wLevel * next.quickLevel + wSeasonal * (seasonal ?? 0)) / sum;
}

export function learnNextValue(next: NextValue, value: number, seasonal: number | undefined): void {
  next.points++;
  if (next.points === 1) {
    next.last = value;
    next.quickLevel = value;
    return;
  }
  next.lastError += ERROR_RATE * (Math.abs(value - next.last) - next.lastError);
  next.levelError += ERROR_RATE * (Math.abs(value - next.quickLevel) - next.levelError);
  // Until the season is known it counts as no better than the others.
  if (seasonal === undefined) next.seasonalError = Math.max(next.lastError, next.levelError);
  else next.seasonalError += ERROR_RATE * (Math.abs(value - seasonal) - next.seasonalError);
  next.quickLevel += QUICK_RATE * (value - next.quickLevel);
  next.last = value;
}
