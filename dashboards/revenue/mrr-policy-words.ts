import type { MrrPolicyRequest } from '../../platform/contracts/recurring.ts';

/** The settings that are a choice of words, in the order they are shown. */
export const policyChoices = [
  {
    id: 'basis',
    title: 'Counted from',
    options: [
      ['both', 'Subscriptions, and payments where a subscription tells nothing of itself'],
      ['subscriptions', 'Subscriptions only'],
      ['payments', 'Payments, by their interval'],
    ],
  },
  {
    id: 'discounts',
    title: 'Discounts',
    options: [
      ['all', 'Reduce MRR while they last'],
      ['forever', 'Only those for ever reduce MRR'],
      ['none', 'Never reduce MRR'],
    ],
  },
  {
    id: 'trials',
    title: 'Trials',
    options: [
      ['exclude', 'Do not count'],
      ['include', 'Count at their full price'],
    ],
  },
  {
    id: 'metered',
    title: 'Charges by use',
    options: [
      ['exclude', 'Do not count'],
      ['include', 'Count at their last amount'],
    ],
  },
  {
    id: 'pastDue',
    title: 'Past due',
    options: [
      ['count', 'Still counts; unpaid is churn'],
      ['churn', 'Is churn at once'],
    ],
  },
  {
    id: 'pauses',
    title: 'Pauses',
    options: [
      ['churn', 'Are churn, their end a reactivation'],
      ['count', 'Go on counting'],
    ],
  },
  {
    id: 'churnAt',
    title: 'A customer has left',
    options: [
      ['period_end', 'When what is paid has ended'],
      ['cancellation', 'When the subscription is cancelled'],
    ],
  },
  {
    id: 'sameMonth',
    title: 'Several changes in a month',
    options: [
      ['net', 'Are one movement, from the start of the month to its end'],
      ['each', 'Are a movement each'],
    ],
  },
  {
    id: 'fx',
    title: 'Exchange rates',
    options: [
      ['separate', 'Move MRR as a term of their own'],
      ['at_movement', 'Stay those of the day of the movement'],
    ],
  },
  {
    id: 'segmentBy',
    title: 'Segments',
    options: [
      ['plan', 'Plans'],
      ['country', 'Countries'],
      ['channel', 'Channels'],
      ['stream', 'Streams'],
    ],
  },
] as const satisfies readonly {
  readonly id: keyof MrrPolicyRequest;
  readonly title: string;
  readonly options: readonly (readonly [string, string])[];
}[];

export const presetTitles: Readonly<Record<MrrPolicyRequest['preset'], string>> = {
  weir: 'Weir',
  stripe: 'As Stripe',
  chartmogul: 'As ChartMogul',
  profitwell: 'As ProfitWell',
  baremetrics: 'As Baremetrics',
  custom: 'Own rules',
};

/** Every rule of a policy in words: what it is about, and what holds. */
export function policyWords(policy: MrrPolicyRequest): readonly (readonly [string, string])[] {
  const { graceDays, grossMargin, groupMinutes, rates, reactivationDays, sameMonth } = policy;
  return [
    ...policyChoices.map(({ id, title, options }): readonly [string, string] => [
      title,
      options.find(([value]) => value === policy[id])?.[1] ?? policy[id],
    ]),
    ...(sameMonth === 'each' ? [['Changes this close are one', `${groupMinutes} minutes`] as const] : []),
    ['A payment that does not come counts for', `${graceDays} days after its period`],
    [
      'A customer who comes back',
      reactivationDays === null
        ? 'Is a reactivation, however long it was away'
        : `Is a reactivation within ${reactivationDays} days, then new`,
    ],
    ['Quick ratio', policy.quickRatioReactivation ? 'Counts reactivation' : 'Leaves reactivation out'],
    [
      'Gross margin for LTV and payback',
      grossMargin === null
        ? 'Measured: revenue less costs without advertising'
        : `${Math.round(grossMargin * 1_000) / 10}%, set`,
    ],
    [
      'Dated rates',
      rates.length === 0 ? 'None; those of the settings hold' : `${rates.length}, from ${oldest(rates)} on`,
    ],
  ];
}

function oldest(rates: MrrPolicyRequest['rates']): string {
  return rates.map((rate) => rate.from).toSorted()[0] ?? '';
}
