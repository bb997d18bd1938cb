import type { ForecastDriver } from '../../platform/contracts/forecast.ts';
import type { Repaired } from '../forecast/repair-history.ts';
import { stl } from '../forecast/stl.ts';
import { withEffects, type CalendarEffects } from './calendar-effects.ts';

export interface DriverInput {
  /** What came, NaN where nothing is known, and the same with its gaps filled. */
  readonly raw: Float64Array;
  readonly filled: Float64Array;
  readonly repair: Repaired;
  readonly effects: CalendarEffects | undefined;
  readonly point: Float64Array;
  /** Before the series were made to add up. */
  readonly unreconciled: Float64Array;
  readonly steps: number;
  readonly period: number;
}

/** Seasons the season and the trend are taken from, the period before included. */
const SEASONS = 8;

/**
 * Why the total over a horizon differs from that of as many steps before: parts that add up from the one to the other exactly. Holidays and events are
 * the calendar's effects to come less those that were. Season: which places of the week or day the steps fall on. Trend: the slope now, gone on with
 * in a straight line. Level change: how far the level has moved beside that slope, lasting shifts included. One-offs: gaps, replaced values and chance of the period
 * before, which nobody expects again. Momentum: what the members, weighted by how they did, add to or take from all that. Adding up: what
 * making the tenant's series add up moved. Season and trend are those of STL. None where the history is shorter than the horizon.
 */
export function driversOf(input: DriverInput): ForecastDriver[] {
  const { effects, filled, period, point, raw, repair, steps, unreconciled } = input;
  const n = raw.length;
  if (steps > n) return [];
  const window = (values: Float64Array): number => sum(values.subarray(n - steps, n));
  const next = (values: Float64Array): number => sum(values.subarray(0, steps));
  const before = window(raw.map((v) => (Number.isFinite(v) ? v : 0)));
  const ordinary = withEffects(filled, effects, -1);
  const ahead = next(unreconciled);
  const ordinaryAhead = next(withEffects(unreconciled, effects, -1, n));
  const events = ahead - ordinaryAhead - (window(filled) - window(ordinary));
  // Values before a lasting shift were moved to the level after it; that is level, the rest of what repair did was odd.
  const shiftAt = repair.shift?.at ?? 0;
  let shifted = 0;
  let odd = window(filled) - before;
  for (let t = n - steps; t < n; t += 1) {
    const moved = (repair.values[t] ?? 0) - (ordinary[t] ?? 0);
    if (t < shiftAt) shifted += moved;
    else odd += moved;
  }
  const parts = structure(repair.values, steps, period);
  const straight = window(repair.values) - parts.chance + parts.season + parts.level + parts.trend;
  const drivers: ForecastDriver[] = [
    { name: 'period before', amount: before, words: `What the ${steps} steps before came to` },
    {
      name: 'one-offs before',
      amount: odd - parts.chance,
      words: 'Gaps, odd values and chance of the steps before, which are not expected again',
    },
    {
      name: 'season',
      amount: parts.season,
      words: 'Which weekdays or hours the steps to come fall on, against those before',
    },
    { name: 'holidays and events', amount: events, words: eventWords(effects) },
    {
      name: 'level change',
      amount: shifted + parts.level,
      words: 'How far the level is now from that of the steps before, beside the trend',
    },
    {
      name: 'trend',
      amount: parts.trend,
      words: `The slope of the last ${parts.span} steps, gone on with in a straight line`,
    },
    {
      name: 'momentum',
      amount: ordinaryAhead - straight,
      words: 'What the members see beyond that: recent moves that go on or fade, trends that level off',
    },
    {
      name: 'adding up',
      amount: next(point) - ahead,
      words: 'What making the series of this tenant add up moved',
    },
  ];
  // What is left of subtracting large numbers is no driver.
  const dust = 1e-9 * Math.max(Math.abs(ahead), Math.abs(before));
  return drivers
    .filter(({ amount }) => Number.isFinite(amount))
    .map((part) => (Math.abs(part.amount) <= dust ? { ...part, amount: 0 } : part));
}

interface Structure {
  readonly season: number;
  readonly level: number;
  readonly trend: number;
  /** Of the steps before, what neither season nor trend explains. */
  readonly chance: number;
  readonly span: number;
}

/** Differences between the steps to come, were they straight and seasonal, and as many before. */
function structure(values: Float64Array, steps: number, period: number): Structure {
  const reach = Math.min(values.length, Math.max(SEASONS * period, steps + period));
  const seen = values.slice(-reach);
  const n = seen.length;
  const isSeasonal = period > 1 && n >= 3 * period;
  // Too short for seasons: the mean of what came is the level, and nothing is known of a slope.
  const mean = sum(seen) / n;
  const { season, trend } = isSeasonal
    ? stl(seen, period, { seasonalSpan: 'periodic' })
    : { season: new Float64Array(n), trend: new Float64Array(n).fill(mean) };
  const window = (part: Float64Array): number => sum(part.subarray(n - steps, n));
  const last = season.subarray(Math.max(0, n - period));
  let seasonAhead = 0;
  for (let h = 0; h < steps; h += 1) seasonAhead += last[h % last.length] ?? 0;
  const now = trend[n - 1] ?? mean;
  const span = Math.max(1, Math.min(n - 1, Math.max(2 * period, steps)));
  const slope = isSeasonal ? (now - (trend[n - 1 - span] ?? now)) / span : 0;
  return {
    season: seasonAhead - window(season),
    // On a straight line the steps before lie this much below the level now.
    level: steps * now - window(trend) - (slope * steps * (steps - 1)) / 2,
    trend: slope * steps * steps,
    chance: window(seen) - window(season) - window(trend),
    span,
  };
}

function eventWords(effects: CalendarEffects | undefined): string {
  if (effects === undefined)
    return 'No holiday or planned event has been seen to move this series often enough to reckon with';
  const said = effects.used.map(({ effect, name, occurrences }) => {
    const size = effects.isLog
      ? `${effect >= 0 ? '+' : '−'}${(100 * Math.abs(Math.exp(effect) - 1)).toFixed(0)}%`
      : `${effect >= 0 ? '+' : '−'}${Math.abs(effect).toPrecision(2)} a step`;
    return `${name} ${size}, seen ${occurrences} times`;
  });
  return `Those to come less those before: ${said.join('; ')}`;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const v of values) total += v;
  return total;
}
