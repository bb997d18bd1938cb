/** How often a charge recurs: every `count` units. */
export interface IntervalWord {
  readonly unit: 'day' | 'week' | 'month' | 'year';
  readonly count: number;
}

const every = (unit: IntervalWord['unit'], count = 1): IntervalWord => ({ unit, count });

/** Words an event may call the interval of a charge by, as billing systems do. */
export const recurringIntervals: Readonly<Record<string, IntervalWord>> = {
  day: every('day'),
  days: every('day'),
  daily: every('day'),
  week: every('week'),
  weeks: every('week'),
  weekly: every('week'),
  month: every('month'),
  months: every('month'),
  monthly: every('month'),
  quarter: every('month', 3),
  quarters: every('month', 3),
  quarterly: every('month', 3),
  half_year: every('month', 6),
  semiannual: every('month', 6),
  year: every('year'),
  years: every('year'),
  yearly: every('year'),
  annual: every('year'),
  annually: every('year'),
};

/** A charge that does not recur and is no part of MRR. */
const singleCharges = ['one_time', 'once'] as const;

/** Every word the door takes; any other is refused, as a charge of an unknown interval would count for nothing and nobody would know. */
export const intervalWords: readonly string[] = [...Object.keys(recurringIntervals), ...singleCharges];
