import type { ChurnBand } from '../../platform/contracts/churn-bands.ts';
import { churnBandNames, type CustomerRun, type CustomerScore } from '../../platform/contracts/customers.ts';
import { bandOf, ruleScore } from '../churn/bands.ts';
import { predictChurn, type ChurnModel } from '../churn/model.ts';
import type { CustomersOrder } from './order.ts';
import { contractAt, type ContractState } from './contract.ts';
import { featuresAt, knownSince, ruleFactorsOf } from './features.ts';
import { MONTH_MS } from './history.ts';
import { outlookOf, type HazardByMonth } from './outlook.ts';
import { factorTitle, factorWords } from './words.ts';

const REASONS = 5;
const DAY_MS = 86_400_000;

/** Every paying customer with its probability (or the rule's score), reasons, band, and when; most money at risk first. */
export function scoreCustomers(
  { activity, asOfMs, bands, customers, horizonWeeks }: CustomersOrder,
  hazards: ReadonlyMap<string, HazardByMonth>,
  model: ChurnModel | undefined,
): {
  readonly scores: CustomerScore[];
  readonly leaving: number;
  readonly bands: CustomerRun['bands'];
  readonly reasons: CustomerRun['reasons'];
} {
  const known = knownSince(activity, 0);
  let leaving = 0;
  const paying: { customer: number; contract: ContractState }[] = [];
  for (const [customer, { facts }] of customers.entries()) {
    const contract = contractAt(facts, asOfMs);
    if (contract.isPaying) paying.push({ customer, contract });
    else if (contract.isLeaving) leaving += 1;
  }
  const rows = paying.map(({ contract, customer }) =>
    featuresAt(contract, customers[customer]?.country ?? '', customer, activity, known, asOfMs, 0),
  );
  const risks = model === undefined ? undefined : predictChurn(model, rows, REASONS);
  const hazardOf = (plan: string): HazardByMonth =>
    hazards.get(plan) ??
    hazards.get('') ?? { hazard: new Float64Array(0), atRisk: new Float64Array(0), mean: 0.02 };
  const scores = paying.map(({ contract, customer }, i): CustomerScore => {
    const row = rows[i] ?? {};
    const risk = risks?.[i];
    const rule = risk === undefined ? ruleScore(ruleFactorsOf(row)) : undefined;
    const probability = Math.min(1, Math.max(0, risk?.probability ?? rule?.score ?? 0));
    const band = bandOf(probability, bands);
    const tenureMs = asOfMs - (contract.spells.at(-1)?.fromMs ?? asOfMs);
    const mrrMinor = customers[customer]?.mrrMinor ?? contract.monthlyMinor;
    // The rule's score is no probability: when a customer leaves is then said by its plan and tenure alone.
    const hazard = hazardOf(contract.plan);
    const byPlan =
      1 -
      (1 - (hazard.hazard[Math.floor(tenureMs / MONTH_MS)] ?? hazard.mean)) **
        ((horizonWeeks * 7 * DAY_MS) / MONTH_MS);
    return {
      customer: customers[customer]?.user ?? '',
      probability,
      scoredBy: risk === undefined ? 'rule' : 'model',
      band: band.band,
      campaign: [...band.campaign],
      discount: band.discount,
      reasons:
        risk?.reasons.map(({ column, contribution, value }) => ({
          factor: column,
          words: factorWords(column, value),
          contribution,
        })) ??
        (rule?.points ?? []).map(({ factor, points }) => ({
          factor,
          words: factorWords(factor, ruleFactorsOf(row)[factor]),
          contribution: points,
        })),
      plan: contract.plan,
      country: customers[customer]?.country ?? '',
      tenureDays: tenureMs / DAY_MS,
      mrrMinor,
      atRiskMinor: probability * 12 * mrrMinor,
      outlook: outlookOf(hazard, tenureMs / MONTH_MS, risk?.probability ?? byPlan, horizonWeeks * 7),
    };
  });
  scores.sort((a, b) => b.atRiskMinor - a.atRiskMinor || (a.customer < b.customer ? -1 : 1));
  return { scores, leaving, bands: bandsOf(scores, bands), reasons: commonReasons(scores) };
}

function bandsOf(scores: readonly CustomerScore[], bands: readonly ChurnBand[]): CustomerRun['bands'] {
  return churnBandNames.map((band) => {
    const inside = scores.filter((each) => each.band === band);
    const plan = bands.find((each) => each.band === band);
    return {
      band,
      customers: inside.length,
      mrrMinor: inside.reduce((sum, { mrrMinor }) => sum + mrrMinor, 0),
      atRiskMinor: inside.reduce((sum, { atRiskMinor }) => sum + atRiskMinor, 0),
      campaign: [...(plan?.campaign ?? [])],
      discount: plan?.discount ?? 0,
      from: plan?.from ?? 0,
    };
  });
}

/** How often each factor is what speaks most for leaving. */
function commonReasons(scores: readonly CustomerScore[]): CustomerRun['reasons'] {
  const counts = new Map<string, number>();
  for (const { reasons } of scores) {
    const factor = mainReason(reasons);
    if (factor !== undefined) counts.set(factor, (counts.get(factor) ?? 0) + 1);
  }
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .map(([factor, customers]) => ({ factor, words: factorTitle(factor), customers }));
}

/** What speaks most for leaving; undefined where nothing does. */
export function mainReason(reasons: CustomerScore['reasons']): string | undefined {
  return reasons
    .filter(({ contribution }) => contribution > 0)
    .reduce<CustomerScore['reasons'][number] | undefined>(
      (most, each) => (most === undefined || each.contribution > most.contribution ? each : most),
      undefined,
    )?.factor;
}
