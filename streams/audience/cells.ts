import type { AudienceTopic } from '../../platform/contracts/audience.ts';
import { marksPerPerson } from './demographics-sql.ts';
import { weekHours } from './week-hours.ts';

/**
 * Every question is answered from counts of people in cells that are fixed before the data is looked at. A private answer holds each
 * person to `cellsPerPerson` of them and puts noise on all; an exact one takes all.
 */
export interface CellPlan {
  /** Fixed cells; undefined for preferences, whose cells are the tenant's own channels or contents, and demographics, where they depend on the field. */
  readonly cells: readonly string[] | undefined;
  readonly cellsPerPerson: number;
}

/** Watch time of a viewer over the range, minutes; the last bin is open. */
export const watchBins: readonly number[] = [0, 1, 5, 15, 30, 60, 120, 300, 600];

/** Interactions of a person over the range; the first is who only watched, the last is open. */
export const interactionBins: readonly number[] = [0, 1, 2, 5, 10, 20];

export const horizons = [1, 7, 30] as const;
/** Days to the next visit: the next day, within a week, within 30 days, later or never. */
const gaps = ['1', '7', '30', 'none'];
/** How long a viewer could be watched after the first day: not a day, or at least so many. */
const eligible = ['0', '1', '7', '30'];

export interface LoyaltyClass {
  readonly key: string;
  readonly title: string;
  readonly rule: string;
}

/** First that fits, from the top. */
export const loyaltyClasses: readonly LoyaltyClass[] = [
  { key: 'lapsed', title: 'Lapsed', rule: 'not seen in the second half of the range' },
  { key: 'new', title: 'New', rule: 'first seen in the last quarter of the range' },
  { key: 'devoted', title: 'Devoted', rule: 'active on 12 of 28 days or more' },
  { key: 'regular', title: 'Regular', rule: 'active on 4 to 11 of 28 days' },
  { key: 'occasional', title: 'Occasional', rule: 'active on 2 or 3 of 28 days' },
  { key: 'once', title: 'One-time', rule: 'active on a single day' },
];

export interface Predictor {
  readonly key: string;
  readonly title: string;
  readonly bands: readonly string[];
}

/** What is looked at in the first half of the range; whether the viewer comes in the second half is the outcome. */
export const predictors: readonly Predictor[] = [
  { key: 'frequency', title: 'Active days', bands: ['1 day', '2–3 days', '4–7 days', '8 days or more'] },
  {
    key: 'recency',
    title: 'Last seen before the split',
    bands: ['within 1 day', 'within 3 days', 'within 7 days', 'longer ago'],
  },
  {
    key: 'trend',
    title: 'Watch time, second quarter against first',
    bands: ['stopped', 'fell by a third or more', 'about the same', 'rose by a third or more', 'began'],
  },
  { key: 'breadth', title: 'Channels watched', bands: ['1 channel', '2–3 channels', '4 or more'] },
];

export const cellPlans: Readonly<Record<AudienceTopic, CellPlan>> = {
  activity: { cells: weekHours, cellsPerPerson: 4 },
  returning: { cells: eligible.flatMap((e) => gaps.map((gap) => `${e}.${gap}`)), cellsPerPerson: 1 },
  watch_time: { cells: watchBins.map((_, i) => `${i}`), cellsPerPerson: 1 },
  interaction: { cells: interactionBins.map((_, i) => `${i}`), cellsPerPerson: 1 },
  loyalty: { cells: loyaltyClasses.map(({ key }) => key), cellsPerPerson: 1 },
  churn: {
    cells: predictors.flatMap(({ key, bands }) =>
      bands.flatMap((_, i) => [`${key}.${i}.0`, `${key}.${i}.1`]),
    ),
    cellsPerPerson: predictors.length,
  },
  preferences: { cells: undefined, cellsPerPerson: 5 },
  // By the field that is asked about: `privateCells`.
  demographics: { cells: undefined, cellsPerPerson: marksPerPerson },
};
