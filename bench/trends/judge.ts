import { createRandom } from '../../platform/time/random.ts';
import { episodes, isHit, type Truth } from './truth.ts';

/** What a method named on a day, best first. */
export type Namings = ReadonlyMap<number, readonly string[]>;

export interface Judged {
  readonly named: number;
  readonly hits: number;
  readonly precision: number;
  /** Hits and namings of each day, for resampling. */
  readonly byDay: readonly (readonly [number, number])[];
  /** Of the stricter reading: a new high of the week. */
  readonly newHighs: number;
  readonly episodes: number;
  readonly episodesNamed: number;
  readonly episodesNamedBefore: number;
  /** Hours from the first naming to the peak, median over the episodes named at all; undefined without one. */
  readonly medianLeadHours: number | undefined;
}

const AROUND_DAYS = 7;
const HOURS = 24;

/** Judges namings of the days `[from, to]`, which have a week of the file on either side. */
export function judge(
  truth: Truth,
  namings: Namings,
  candidates: ReadonlyMap<number, ReadonlySet<string>>,
  from: number,
  to: number,
): Judged {
  let named = 0;
  let hits = 0;
  let newHighs = 0;
  const byDay: (readonly [number, number])[] = [];
  for (const [day, keys] of namings) {
    if (day < from || day > to) continue;
    const hitsOfDay = keys.filter((key) => isHit(truth, key, day)).length;
    byDay.push([hitsOfDay, keys.length]);
    named += keys.length;
    hits += hitsOfDay;
    newHighs += keys.filter((key) => isHit(truth, key, day, AROUND_DAYS)).length;
  }
  const peaks = episodes(truth, candidates, from, to);
  const leads: number[] = [];
  for (const { key, peakDay } of peaks) {
    for (let day = peakDay - AROUND_DAYS; day <= peakDay + AROUND_DAYS; day++)
      if (namings.get(day)?.includes(key) === true) {
        leads.push((peakDay - day) * HOURS);
        break;
      }
  }
  leads.sort((a, b) => a - b);
  return {
    named,
    hits,
    byDay,
    precision: named === 0 ? 0 : hits / named,
    newHighs: named === 0 ? 0 : newHighs / named,
    episodes: peaks.length,
    episodesNamed: leads.length,
    episodesNamedBefore: leads.filter((lead) => lead > 0).length,
    medianLeadHours: leads.length === 0 ? undefined : leads[Math.floor((leads.length - 1) / 2)],
  };
}

/**
 * Quantiles .1 and .9 of the ratio of two precisions, by resampling days together (2,000 times, seeded). Namings of neighbouring
 * days hang together, so the truth may lie further out than this says.
 */
export function ratioInterval(ours: Judged, theirs: Judged): readonly [number, number] {
  const random = createRandom(20);
  const ratios: number[] = [];
  for (let round = 0; round < 2_000; round++) {
    const sums = [0, 0, 0, 0];
    for (let i = 0; i < ours.byDay.length; i++) {
      const at = random.int(ours.byDay.length);
      const [a, b] = [ours.byDay[at], theirs.byDay[at]];
      sums[0] = (sums[0] ?? 0) + (a?.[0] ?? 0);
      sums[1] = (sums[1] ?? 0) + (a?.[1] ?? 0);
      sums[2] = (sums[2] ?? 0) + (b?.[0] ?? 0);
      sums[3] = (sums[3] ?? 0) + (b?.[1] ?? 0);
    }
    const [hits = 0, named = 0, otherHits = 0, otherNamed = 0] = sums;
    // A resample in which the baseline has no hit at all counts half a one.
    if (named > 0 && otherNamed > 0) ratios.push(hits / named / (Math.max(0.5, otherHits) / otherNamed));
  }
  ratios.sort((a, b) => a - b);
  return [ratios[Math.floor(0.1 * ratios.length)] ?? 0, ratios[Math.floor(0.9 * ratios.length)] ?? 0];
}
