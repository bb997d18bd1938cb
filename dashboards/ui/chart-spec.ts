import { capitalize, sumOf, totalsOf, type ChartSpec } from '../../platform/contracts/chart-spec.ts';
import type { Formatter } from '../data/format.ts';

export {
  capitalize,
  chartTable,
  stackValues,
  totalsOf,
  type ChartSpec,
} from '../../platform/contracts/chart-spec.ts';

/** One sentence that says what the chart shows, for those who cannot see it and as its caption. */
export function chartSummary(spec: ChartSpec, format: Formatter): string {
  const totals =
    spec.series.length === 1 ? (spec.series[0]?.values ?? []) : totalsOf(spec, format.minorDigits);
  const known = totals.flatMap((value, i) =>
    value === null || i > spec.completeCount ? [] : [{ value, i }],
  );
  if (known.length === 0) return 'No values in this range.';
  const complete = known.filter(({ i }) => i < spec.completeCount);
  const ranked = (complete.length === 0 ? known : complete).toSorted((a, b) => b.value - a.value);
  const name = (i: number): string => {
    const start = spec.starts[i] ?? 0;
    return format.windowFull(start, spec.starts[i + 1] ?? spec.endMs, spec.grain);
  };
  const said = (value: number): string => format.value(value, spec.unit, 'tile');
  const parts: string[] = [];
  const highest = ranked[0];
  const lowest = ranked.at(-1);
  if (highest !== undefined) parts.push(`highest ${said(highest.value)} on ${name(highest.i)}`);
  if (lowest !== undefined && lowest.i !== highest?.i)
    parts.push(`lowest ${said(lowest.value)} on ${name(lowest.i)}`);
  if (spec.kind === 'stacked' && spec.series.length > 1) {
    const largest = largestPart(spec, format.minorDigits);
    if (largest !== undefined) parts.push(`${format.percent(largest.share)} of it ${largest.label}`);
  }
  const [from, to] = [format.date(spec.starts[0] ?? 0), format.date(spec.endMs - 1)];
  return `${capitalize(parts.join(', '))}; ${from === to ? from : `${from} to ${to}`}, ${known.length} values.`;
}

function largestPart(
  spec: ChartSpec,
  minorDigits: number,
): { readonly label: string; readonly share: number } | undefined {
  const sums = spec.series.map((series) => ({
    label: series.label,
    sum: sumOf(series.values, spec.unit, minorDigits) ?? 0,
  }));
  const total = sums.reduce((sum, each) => sum + each.sum, 0);
  const [largest] = sums.toSorted((a, b) => b.sum - a.sum);
  if (largest === undefined || total <= 0) return undefined;
  return { label: largest.label, share: largest.sum / total };
}
