import { episodes, isHit, type Truth } from './truth.ts';

/** What a method named on a day, best first. */
export type Namings = ReadonlyMap<number, readonly string[]>;

export interface Judged {
  readonly named: number;
  readonly hits: number;
  readonly precision: number;
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
  for (const [day, keys] of namings) {
    if (day < from || day > to) continue;
    for (const key of keys) {
      named++;
      if (isHit(truth, key, day)) hits++;
      if (isHit(truth, key, day, AROUND_DAYS)) newHighs++;
    }
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
    precision: named === 0 ? 0 : hits / named,
    newHighs: named === 0 ? 0 : newHighs / named,
    episodes: peaks.length,
    episodesNamed: leads.length,
    episodesNamedBefore: leads.filter((lead) => lead > 0).length,
    medianLeadHours: leads.length === 0 ? undefined : leads[Math.floor((leads.length - 1) / 2)],
  };
}
