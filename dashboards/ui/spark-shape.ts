import type { ExpectedBand } from '../data/expected-band.ts';
import type { Values } from '../data/series.ts';

export const WIDTH = 100;
export const HEIGHT = 28;
const PAD = 2;

export interface SparkShape {
  readonly line: string;
  readonly running: string;
  readonly area: string;
  readonly targetY: number | undefined;
  /** Where it leaves the box it is cut at its edge. */
  readonly band: string;
}

export function sparkShape(
  values: Values,
  completeCount: number,
  fromZero: boolean,
  target: number | undefined,
  band?: ExpectedBand,
): SparkShape {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { line: '', running: '', area: '', targetY: undefined, band: '' };
  const lowest = Math.min(...known, ...(fromZero ? [0] : []));
  const highest = Math.max(...known, ...(fromZero ? [0] : []));
  // A target far off would flatten the course; then it is left to the words beside.
  const room = Math.max(highest - lowest, Math.abs(highest) * 0.02, Number.MIN_VALUE);
  const isTargetNear = target !== undefined && target <= highest + room && target >= lowest - room;
  // So would a band that is wide: it may take as much room as the course, and no more.
  const edges = [...(band?.lower ?? []), ...(band?.upper ?? [])].filter((edge) => edge !== null);
  const floor = fromZero ? Math.min(0, lowest) : lowest - room;
  const near = edges.map((edge) => Math.max(floor, Math.min(highest + room, edge)));
  const targets = isTargetNear ? [target] : [];
  const low = Math.min(lowest, ...targets, ...near);
  const high = Math.max(highest, ...targets, ...near);
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
    band: band === undefined ? '' : bandPath(band, x, (edge) => y(Math.max(low, Math.min(high, edge)))),
  };
}

/** One closed area for each run of windows with both edges; a single window has no width and is left out. */
function bandPath(
  { lower, upper }: ExpectedBand,
  x: (i: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  for (let first = 0; first < lower.length; first += 1) {
    let end = first;
    while (lower[end] != null && upper[end] != null) end += 1;
    if (end - first > 1) {
      const points: string[] = [];
      for (let i = first; i < end; i += 1) points.push(`${round(x(i))} ${round(y(upper[i] ?? 0))}`);
      for (let i = end - 1; i >= first; i -= 1) points.push(`${round(x(i))} ${round(y(lower[i] ?? 0))}`);
      path += `M${points.join('L')}Z`;
    }
    first = end;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
