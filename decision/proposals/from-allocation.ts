import type {
  AllocationAnswer,
  AllocationBasis,
  AllocationRow,
} from '../../platform/contracts/allocation-plan.ts';
import type { Action } from '../../platform/contracts/decision.ts';
import type { ProposalSource } from '../../platform/contracts/proposal.ts';
import { hashOf } from '../lifecycle/hash.ts';
import { atStake, factsFrom, settled, type NoWish, type Wish } from './wish.ts';

const dayMs = 86_400_000;
const z95 = 1.959964;
/** Moves below this share of a resource's total are not worth an action. */
const leastMove = 0.001;
const maxMoves = 64;
const revenueKpi = 'total_revenue';

export interface AllocationFacts {
  readonly source: Extract<ProposalSource, { type: 'allocation' | 'plan' }>;
  readonly answer: AllocationAnswer;
  readonly title: string;
  readonly link: string;
  readonly periodDays: number;
  /** Resources that are money of the tenant's currency. */
  readonly money: readonly string[];
  readonly restsOn: string;
}

/**
 * One budget action a channel and resource that moves, cuts first, so that no step needs more than the total. Predicted: return of the
 * chosen division less that of the present one; its 95% interval takes the returns of the two as if they deviated apart from each other,
 * which is wider than the truth where a good month is good for both.
 */
export function wishOfAllocation(facts: AllocationFacts): Wish | NoWish {
  const { answer, periodDays, source } = facts;
  const totals = new Map(answer.resources.map(({ id, total }) => [id, total]));
  const moves = answer.rows
    .filter(({ current, proposed, resource }) => {
      const total = totals.get(resource) ?? 0;
      return Math.abs(proposed - current) > leastMove * total && Math.abs(proposed - current) >= 0.005;
    })
    .toSorted((a, b) => a.proposed - a.current - (b.proposed - b.current));
  if (moves.length === 0)
    return { nothing: 'The best division is the present one; there is nothing to move.' };
  if (moves.length > maxMoves)
    return {
      nothing: `${moves.length} amounts would move, a decision holds ${maxMoves}: fix some channels and ask again.`,
    };
  const chosen = answer.candidates.find(({ isChosen }) => isChosen);
  const now = answer.candidates.find(({ name }) => name === 'current');
  const expected =
    // Without a growth what is given now is not known, nor what changing it brings.
    chosen === undefined || now === undefined || answer.growth === null
      ? null
      : (() => {
          const delta = settled(chosen.expected - now.expected);
          const half = z95 * Math.hypot(chosen.risk.volatility, now.risk.volatility);
          return {
            kpi: revenueKpi,
            delta,
            low: settled(delta - half),
            high: settled(delta + half),
            horizonMs: periodDays * dayMs,
          };
        })();
  const isMoney = (row: AllocationRow): boolean => facts.money.includes(row.resource);
  const spent = moves.filter(isMoney);
  const money =
    spent.length > 0
      ? settled(spent.reduce((sum, { current, proposed }) => sum + Math.max(0, proposed - current), 0))
      : expected === null
        ? null
        : atStake(expected);
  return {
    source,
    title: `Divide ${titleOf[answer.kind]} anew: ${moves.length} ${moves.length === 1 ? 'amount moves' : 'amounts move'}`,
    key: `proposal|allocation|${answer.kind}`,
    dims: {},
    link: facts.link,
    because: facts.title.slice(0, 300),
    facts: factsFrom({
      expected_return: chosen?.expected ?? null,
      return_now: now?.expected ?? null,
      certified_gap: answer.certificate.gap,
      volatility: chosen?.risk.volatility ?? null,
      value_at_risk_95: chosen?.risk.valueAtRisk95 ?? null,
      scenarios: answer.scenarios,
      period_days: periodDays,
      why_this_one: answer.reason,
      ...Object.fromEntries(
        moves.slice(0, 20).map((row) => [`moves_${row.resource}_${row.channel}`, row.proposed - row.current]),
      ),
    }),
    actions: moves.map(actionOf),
    others: answer.candidates.filter(({ isChosen }) => !isChosen).map(({ name }) => name),
    money,
    expected,
    assumptions: [
      'Channels answer to what they get as the curves read from history say.',
      'The interval takes the returns of both divisions as independent.',
      ...answer.notes,
    ]
      .map((each) => each.slice(0, 300))
      .slice(0, 8),
    restsOn: facts.restsOn,
  };
}

const titleOf = {
  content: 'content resources',
  marketing: 'the marketing budget',
  revenue: 'effort over streams',
};

function actionOf({ channel, current, proposed, resource }: AllocationRow): Action {
  const cents = (value: number): number => Math.round(value * 100) / 100;
  return {
    kind: 'budget',
    params: { target: `${resource}/${channel}`.slice(0, 200), from: cents(current), to: cents(proposed) },
  };
}

/** What an allocation is computed from, without when: history read again that says the same is the same. */
export function basisHash(basis: AllocationBasis): string {
  const { computedAtMs: _, ...rest } = basis;
  return hashOf(JSON.parse(JSON.stringify(rest)));
}
