import type { Values } from '../data/series.ts';

export const WIDTH = 100;
export const HEIGHT = 28;
const PAD = 2;

export interface SparkShape {
  readonly line: string;
  readonly running: string;
  readonly area: string;
  readonly targetY: number | undefined;
}

export function sparkShape(
  values: Values,
  completeCount: number,
  fromZero: boolean,
  target: number | undefined,
): SparkShape {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { line: '', running: '', area: '', targetY: undefined };
  const lowest = Math.min(...known, ...(fromZero ? [0] : []));
  const highest = Math.max(...known, ...(fromZero ? [0] : []));
  // A target far off would flatten the course; then it is left to the words beside.
  const room = Math.max(highest - lowest, Math.abs(highest) * 0.02, Number.MIN_VALUE);
  const isTargetNear = target !== undefined && target <= highest + room && target >= lowest - room;
  const low = isTargetNear ? Math.min(lowest, target) : lowest;
  const high = isTargetNear ? Math.max(highest, target) : highest;
  const x = (i: number): number => (values.length < 2 ? WIDTH / 2 : (i / (values.length - 1)) * WIDTH);
  const y = (value: number): number =>
    high === low ? HEIGHT / 2 : HEIGHT - PAD - ((value - low) / (high - low)) * (HEIGHT - 2 * PAD);
  const at = (i: number, value: number): string => `${round(x(i))} ${round(y(value))}`;

  let line = '';
  let area = '';
  let begun: number | undefined;
  for (let i = 0; i <= completeCount && i < values.length; i += 1) {
    const value = values[i];
    if (value != null && i < completeCount) {
      line += `${begun === undefined ? 'M' : 'L'}${at(i, value)}`;
      area += begun === undefined ? `M${round(x(i))} ${HEIGHT}L${at(i, value)}` : `L${at(i, value)}`;
      begun ??= i;
    } else if (begun !== undefined) {
      area += `L${round(x(i - 1))} ${HEIGHT}Z`;
      begun = undefined;
    }
  }
  if (begun !== undefined) area += `L${round(x(Math.min(completeCount, values.length) - 1))} ${HEIGHT}Z`;
  const [last, running] = [values[completeCount - 1], values[completeCount]];
  return {
    line,
    area,
    running:
      last == null || running == null ? '' : `M${at(completeCount - 1, last)}L${at(completeCount, running)}`,
    targetY: isTargetNear ? round(y(target)) : undefined,
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
