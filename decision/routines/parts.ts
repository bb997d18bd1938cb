import { normalCdf } from '../../platform/statistics/normal.ts';
import type { DayOfPart } from './ports.ts';

/** One channel, content or stream over the days looked at. */
export interface Part {
  readonly dim: string;
  readonly days: readonly DayOfPart[];
  readonly total: Omit<DayOfPart, 'dim' | 'dayMs'>;
}

export function partsOf(days: readonly DayOfPart[]): Part[] {
  const byDim = new Map<string, DayOfPart[]>();
  for (const day of days) {
    const held = byDim.get(day.dim);
    if (held === undefined) byDim.set(day.dim, [day]);
    else held.push(day);
  }
  const sum = (of: readonly DayOfPart[], name: keyof Part['total']): number =>
    of.reduce((total, day) => total + day[name], 0);
  return [...byDim].map(([dim, own]) => ({
    dim,
    days: own.toSorted((a, b) => a.dayMs - b.dayMs),
    total: {
      revenue: sum(own, 'revenue'),
      views: sum(own, 'views'),
      watchMs: sum(own, 'watchMs'),
      impressions: sum(own, 'impressions'),
      clicks: sum(own, 'clicks'),
      engagements: sum(own, 'engagements'),
    },
  }));
}

type Measure = keyof Part['total'];

/** A rate of a part against what others of its kind reach. */
export interface Gap {
  readonly part: Part;
  readonly own: number;
  /** What so large a share of the parts reaches or exceeds. */
  readonly target: number;
  /** By which share the rate would rise to reach it. */
  readonly potential: number;
  /** Chance that it truly lies below: of the daily rates around their mean, as of a normal one. */
  readonly confidence: number;
}

const leastDays = 7;
const leastParts = 3;

/**
 * Parts whose rate (numerator over denominator) lies below a quantile of all parts with enough of the denominator. Rates are of sums; how sure
 * they are follows from how they vary by day.
 */
export function gapsOf(
  parts: readonly Part[],
  numerator: Measure,
  denominator: Measure,
  { least, quantile }: { readonly least: number; readonly quantile: number },
): Gap[] {
  const enough = parts.filter(({ total }) => total[denominator] >= least);
  if (enough.length < leastParts) return [];
  const rates = enough.map(({ total }) => total[numerator] / total[denominator]).toSorted((a, b) => a - b);
  const target = quantileOf(rates, quantile);
  return enough.flatMap((part): Gap[] => {
    const own = part.total[numerator] / part.total[denominator];
    if (!(own > 0) || own >= target) return [];
    const daily = part.days.flatMap((day) =>
      day[denominator] > 0 ? [day[numerator] / day[denominator]] : [],
    );
    if (daily.length < leastDays) return [];
    const mean = daily.reduce((sum, rate) => sum + rate, 0) / daily.length;
    const variance = daily.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / (daily.length - 1);
    const error = Math.sqrt(variance / daily.length);
    const confidence = error > 0 ? normalCdf((target - own) / error) : 1;
    return [{ part, own, target, potential: target / own - 1, confidence }];
  });
}

/** Of sorted values; between two neighbours linearly (type 7 of Hyndman and Fan 1996). */
export function quantileOf(sorted: readonly number[], p: number): number {
  const at = (sorted.length - 1) * p;
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
