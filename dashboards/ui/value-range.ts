import type { ChartSpec } from './chart-spec.ts';

export interface ValueRange {
  readonly from: number;
  readonly to: number;
  /** Whether the band reaches beyond what is shown. */
  readonly isBandCut: boolean;
}

/** How much of the height of the course a band may take above and below it. More would press the course flat. */
const bandRoom = 1.5;

/** What the axis of values spans: amounts stand on zero, rates move within their own range, marks are in sight, a band takes its share. */
export function valueRange(spec: ChartSpec, dataMin: number | null, dataMax: number | null): ValueRange {
  const marks = (spec.marks ?? []).map((mark) => mark.value);
  const edges = [...(spec.band?.lower ?? []), ...(spec.band?.upper ?? [])].filter((edge) => edge !== null);
  const isAmount = spec.kind === 'stacked' || spec.hasArea === true;
  // Where nothing but a band is known it has the whole height.
  const known = [dataMin, dataMax].filter((value) => value !== null);
  const [least, most] =
    known.length === 0 && edges.length > 0
      ? [Math.min(...edges), Math.max(...edges)]
      : [Math.min(dataMin ?? 0, ...marks), Math.max(dataMax ?? 0, ...marks)];
  if (!Number.isFinite(least) || !Number.isFinite(most)) return { from: 0, to: 1, isBandCut: false };
  const [base, top] = isAmount ? [Math.min(0, least), Math.max(0, most)] : [least, most];
  const room = bandRoom * Math.max(top - base, Math.abs(top) * 0.02);
  const floor = isAmount ? base : base - room;
  const shown = edges.map((edge) => Math.max(floor, Math.min(top + room, edge)));
  const isBandCut = shown.some((edge, i) => edge !== edges[i]);
  const [low, high] = [Math.min(least, ...shown), Math.max(most, ...shown)];
  const stands = isAmount || (low > 0 && low < high * 0.6);
  const from = stands ? Math.min(0, low) : low;
  const to = stands ? Math.max(0, high) : high;
  if (from === to)
    return from === 0
      ? { from: 0, to: 1, isBandCut }
      : { from: Math.min(0, from * 1.2), to: Math.max(0, to * 1.2), isBandCut };
  const air = (to - from) * 0.08;
  return { from: from === 0 ? 0 : from - air, to: to === 0 ? 0 : to + air, isBandCut };
}
