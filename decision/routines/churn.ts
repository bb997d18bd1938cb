import type { Action, Decision } from '../../platform/contracts/decision.ts';
import type { ChurnBandName, CustomerRun, CustomerScore } from '../../platform/contracts/customers.ts';
import type { Guardrail } from '../../platform/contracts/policy.ts';
import { hashOf } from '../lifecycle/hash.ts';
import { factsFrom, settled, type Wish } from '../proposals/wish.ts';

export const churnRoutine = 'churn';
export const churnKeyPrefix = 'routine|churn|';
const bands = ['critical', 'high', 'medium'] as const satisfies readonly ChurnBandName[];
/** A discount is given for so long; a default of ours, the seeds say none. */
const discountMonths = 3;
const dayMs = 86_400_000;
/** A customer is written to once in this time, whatever the runs say. */
const restMs = 30 * dayMs;
const maxCustomers = 200;
/** What a parameter of an action holds. */
const maxListLength = 7_500;
export const defaultChurnBudget = 1_000;
const revenueKpi = 'total_revenue';

export interface ChurnFacts {
  readonly run: CustomerRun;
  readonly scores: readonly CustomerScore[];
  readonly minorPerMajor: number;
  /** What the discounts of all bands may cost together, major units. */
  readonly budget: number;
  /** Endpoint that carries a campaign out; a ticket where absent. */
  readonly endpoint: string | undefined;
  readonly decisions: readonly Decision[];
  readonly nowMs: number;
}

/**
 * The campaigns of the seeds (row F4) as one proposal a band, critical first: whom to write to, by what, with which discount. Nobody who is in
 * a campaign that was decided on is in another for 30 days, whether it was done or rejected. The budget is used up by the most money at risk first; a
 * campaign without discount needs none. What it saves is not promised: nobody knows before it was tried.
 */
export function churnCampaigns(facts: ChurnFacts): Wish[] {
  const { budget, decisions, endpoint, minorPerMajor, nowMs, run, scores } = facts;
  const resting = new Set(
    decisions
      // Those of an open proposal stay in it: it is made again, not left out.
      .filter(
        ({ key, state }) => key.startsWith(churnKeyPrefix) && state !== 'expired' && state !== 'proposed',
      )
      .filter(({ createdAtMs }) => nowMs - createdAtMs < restMs)
      .flatMap(({ actions }) => actions.flatMap(({ params }) => customersOf(params))),
  );
  let left = budget;
  return bands.flatMap((band): Wish[] => {
    let length = 0;
    const taken: { readonly score: CustomerScore; readonly cost: number }[] = [];
    for (const score of scores) {
      if (score.band !== band || resting.has(score.customer) || taken.length >= maxCustomers) continue;
      if (length + score.customer.length + 1 > maxListLength) break;
      const cost = (score.discount * score.mrrMinor * discountMonths) / minorPerMajor;
      if (cost > left) continue;
      left -= cost;
      length += score.customer.length + 1;
      taken.push({ score, cost });
    }
    const [first] = taken;
    // A band whose campaigns the tenant has taken away is left alone.
    if (first === undefined || first.score.campaign.length === 0) return [];
    const { campaign, discount } = first.score;
    const customers = taken.map(({ score }) => score.customer);
    const atRisk = taken.reduce((sum, { score }) => sum + score.atRiskMinor, 0) / minorPerMajor;
    const cost = settled(taken.reduce((sum, each) => sum + each.cost, 0));
    const words = `${band} risk: ${campaign.join(', ')}${discount > 0 ? `, ${Math.round(100 * discount)}% off for ${discountMonths} months` : ''}`;
    return [
      {
        source: { type: 'routine', routine: churnRoutine },
        title:
          `Write to ${customers.length} ${customers.length === 1 ? 'customer' : 'customers'} at ${words}`.slice(
            0,
            300,
          ),
        // By whom it names: an approved campaign is not replaced by the next one of its band.
        key: `${churnKeyPrefix}${band}|${hashOf(customers).slice(0, 16)}`,
        dims: {},
        link: `/audience/churn?band=${band}`,
        because: `Churn scores of ${new Date(run.asOfMs).toISOString().slice(0, 10)}, by the ${run.scoredBy}`,
        facts: factsFrom({
          band,
          customers: customers.length,
          at_risk: atRisk,
          discount,
          discount_months: discountMonths,
          cost,
          mean_probability:
            taken.reduce((sum, { score }) => sum + score.probability, 0) / Math.max(1, taken.length),
          as_of_ms: run.asOfMs,
          reasons: [
            ...new Set(taken.flatMap(({ score }) => score.reasons.slice(0, 1).map((each) => each.words))),
          ]
            .slice(0, 5)
            .join('; '),
        }),
        actions: actionsOf(band, words, campaign, discount, customers, endpoint),
        money: cost,
        expected: null,
        assumptions: [
          'All who are written to take the discount: the cost is the most it can be.',
          'What a campaign keeps is not promised before it was tried; compare churn of those written to with those left out.',
        ],
        restsOn: hashOf({ asOfMs: run.asOfMs, band, customers }),
      },
    ];
  });
}

/** A campaign stops in an hour that pays back more than it earns. */
export const churnGuardrails: readonly Guardrail[] = [
  { kpi: revenueKpi, window: '1h', is: '<', value: 0, onBreach: 'stop', scope: 'total' },
];

function actionsOf(
  band: ChurnBandName,
  words: string,
  campaign: readonly string[],
  discount: number,
  customers: readonly string[],
  endpoint: string | undefined,
): Action[] {
  const list = customers.join(',');
  if (endpoint === undefined)
    return [
      {
        kind: 'ticket',
        params: {
          title: `Churn campaign, ${words}`.slice(0, 300),
          body: `Write to these customers by ${campaign.join(', ')}:\n${list}`,
          customers: list,
        },
      },
    ];
  return [
    {
      kind: 'webhook',
      params: {
        endpoint,
        event: 'churn.campaign',
        band,
        channels: campaign.join(','),
        discount,
        discount_months: discountMonths,
        customers: list,
      },
    },
  ];
}

function customersOf(params: Action['params']): string[] {
  const list = params['customers'];
  return typeof list === 'string' ? list.split(',').filter((each) => each !== '') : [];
}
