import type { ForecastDriver } from '../../platform/contracts/forecast.ts';
import { stl } from '../forecast/stl.ts';

/**
 * The total over a horizon in parts that add up to it exactly: the level of the last four seasons; what the days or hours that come differ
 * from an average one; how far the level now is from the one of four seasons; the trend's straight continuation; what the models add
 * to or take from that; and what making the series add up moved. Trend and season are those of STL over the last eight seasons.
 */
export function driversOf(
  repaired: Float64Array,
  point: Float64Array,
  /** Before the series were made to add up. */
  unreconciled: Float64Array,
  steps: number,
  period: number,
): ForecastDriver[] {
  const sum = (values: Float64Array): number => values.subarray(0, steps).reduce((all, v) => all + v, 0);
  const total = sum(unreconciled);
  const recent = repaired.slice(-4 * period);
  const level = recent.reduce((all, v) => all + v, 0) / Math.max(1, recent.length);
  const base = steps * level;
  const parts: { name: ForecastDriver['name']; amount: number; words: string }[] = [
    {
      name: 'recent level',
      amount: base,
      words: `The mean of the last ${recent.length} steps, ${steps} times`,
    },
  ];
  let explained = base;
  if (repaired.length >= 3 * period && period > 1) {
    const seen = repaired.slice(-8 * period);
    const n = seen.length;
    const { trend, season } = stl(seen, period, { seasonalSpan: 'periodic' });
    const last = season.subarray(n - period);
    let mean = 0;
    for (const s of season.subarray(n - Math.min(n, recent.length))) mean += s / Math.min(n, recent.length);
    let calendar = 0;
    for (let h = 0; h < steps; h += 1) calendar += (last[h % period] ?? 0) - mean;
    const now = trend[n - 1] ?? level;
    let before = 0;
    for (const v of trend.subarray(n - Math.min(n, recent.length))) before += v / Math.min(n, recent.length);
    const momentum = steps * (now - before);
    const span = Math.min(n - 1, 2 * period);
    const slope = (now - (trend[n - 1 - span] ?? now)) / span;
    const ahead = (slope * steps * (steps + 1)) / 2;
    parts.push(
      {
        name: 'weekday or hour',
        amount: calendar,
        words: 'Which places of the season the steps that come fall on',
      },
      { name: 'latest level', amount: momentum, words: 'How far the level now is from that mean' },
      {
        name: 'trend',
        amount: ahead,
        words: `The slope of the last ${span} steps, gone on with in a straight line`,
      },
    );
    explained += calendar + momentum + ahead;
  }
  parts.push(
    {
      name: 'models',
      amount: total - explained,
      words:
        'What the members, weighted by how they did on this series, add to or take from that: fading trends, lags, calendar',
    },
    {
      name: 'adding up',
      amount: sum(point) - total,
      words: 'What making the series of this tenant add up moved',
    },
  );
  // What is left of subtracting large numbers is no driver.
  const dust = 1e-9 * Math.abs(total);
  return parts
    .filter(({ amount }) => Number.isFinite(amount))
    .map((part) => (Math.abs(part.amount) <= dust ? { ...part, amount: 0 } : part));
}
