type Words = (value: number) => string;
const whole = (value: number): string => String(Math.round(value));
const one = (value: number): string => String(Math.round(value * 10) / 10);
const days = (value: number): string => `${whole(value)} ${Math.round(value) === 1 ? 'day' : 'days'}`;
const times = (value: number, what: string): string =>
  `${value === 0 ? 'no' : whole(value)} ${what}${value === 1 ? '' : 's'}`;

/** What each factor is called, and a value of it in words. */
const factors: Readonly<Record<string, { readonly title: string; readonly words: Words }>> = {
  tenureMonths: { title: 'Time as a customer', words: (v) => `a customer for ${one(v)} months` },
  plan: { title: 'Plan', words: whole },
  billing: { title: 'Billing', words: whole },
  monthlyPrice: { title: 'Price', words: (v) => `pays ${one(v / 100)} a month` },
  daysToRenewal: { title: 'Renewal', words: (v) => `renews in ${days(v)}` },
  upgrades: { title: 'Upgrades', words: (v) => `${times(v, 'upgrade')} in half a year` },
  downgrades: { title: 'Downgrades', words: (v) => `${times(v, 'downgrade')} in half a year` },
  daysSinceChange: { title: 'Last change of plan', words: (v) => `changed the plan ${days(v)} ago` },
  returned: {
    title: 'Came back before',
    words: (v) => (v > 0 ? 'had left before and come back' : 'never left before'),
  },
  country: { title: 'Country', words: whole },
  daysSinceLogin: {
    title: 'Last seen',
    words: (v) => (v >= 84 ? 'not seen for twelve weeks or more' : `last seen ${days(v)} ago`),
  },
  sessionsPerWeek: { title: 'Sessions', words: (v) => `${one(v)} sessions a week` },
  sessionTrend: {
    title: 'Trend of sessions',
    words: (v) =>
      v < -0.1
        ? 'comes less often than before'
        : v > 0.1
          ? 'comes more often than before'
          : 'comes as often as before',
  },
  sessionMinutes: { title: 'Length of sessions', words: (v) => `${one(v)} minutes a session` },
  activeWeeks: { title: 'Regularity', words: (v) => `active in ${whole(100 * v)}% of the weeks` },
  featureUsage: { title: 'Features used', words: (v) => `uses ${whole(100 * v)}% of the features` },
  tickets: { title: 'Support tickets', words: (v) => `${times(v, 'support ticket')} in four weeks` },
  failedPayments: { title: 'Failed payments', words: (v) => `${times(v, 'failed payment')} in twelve weeks` },
  engagement: { title: 'Use', words: (v) => `${one(v)} events of use a week` },
  paid: { title: 'Paid', words: (v) => `paid ${one(v / 100)} in twelve weeks` },
};

export function factorTitle(factor: string): string {
  return factors[factor]?.title ?? factor;
}

/** A factor with its value, as a part of a sentence. */
export function factorWords(factor: string, value: number | string | null): string {
  const title = factorTitle(factor);
  if (value === null) return `${title.toLowerCase()} not known`;
  if (typeof value === 'string') return `${title.toLowerCase()}: ${value}`;
  return factors[factor]?.words(value) ?? `${title.toLowerCase()} ${one(value)}`;
}
