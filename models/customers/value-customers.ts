import type {
  CustomerRun,
  CustomerScore,
  CustomerSegment,
  CustomerValue,
} from '../../platform/contracts/customers.ts';
import { isWeirError, messageOf } from '../../platform/errors/weir-error.ts';
import type { Random } from '../../platform/time/random.ts';
import { fitBgNbd } from '../value/bg-nbd.ts';
import { contractValue } from '../value/contract-value.ts';
import { fitGammaGamma } from '../value/gamma-gamma.ts';
import { purchaseValue, type PurchaseModels } from '../value/purchase-value.ts';
import { matchSegments } from '../value/segment-matching.ts';
import { memberValue, segmentMembers } from '../value/segments.ts';
import type { CustomersOrder } from './order.ts';
import { contractAt } from './contract.ts';
import { WEEK_MS } from './history.ts';
import { OUTLOOK_MONTHS } from './outlook.ts';

const DISCOUNT_A_YEAR = 0.1;
const LAST_WEEKS = 12;
const LEAST_MEMBERS = 20;
const BINS = 12;
const DAY_MS = 86_400_000;

/** What of the last twelve weeks the segments look at. */
interface Lately {
  readonly engagement: number;
  readonly monetization: number;
  readonly influence: number;
}

/** Lifetime value of customers and buyers over 36 months, and the segments they fall into. */
export function valueCustomers(
  order: CustomersOrder,
  scores: readonly CustomerScore[],
  random: Random,
): {
  readonly values: CustomerValue[];
  readonly segments: CustomerSegment[];
  readonly segmentation: CustomerRun['segmentation'];
  readonly summary: CustomerRun['values'];
} {
  const { asOfMs, buyers, customers, marginShare } = order;
  const place = new Map(customers.map(({ user }, i) => [user, i]));
  const monthly = (1 + DISCOUNT_A_YEAR) ** (1 / 12) - 1;
  const weekly = (1 + DISCOUNT_A_YEAR) ** (1 / 52.18) - 1;
  const bare: Omit<CustomerValue, 'segment' | 'rank'>[] = scores.map((score) => {
    const user = place.get(score.customer) ?? -1;
    const facts = customers[user]?.facts ?? [];
    return {
      customer: score.customer,
      kind: 'contract',
      ...contractValue(score.outlook.staying, score.mrrMinor * marginShare, monthly),
      isAlive: 1,
      ...lately(order, user),
      loyaltyDays: (asOfMs - (contractAt(facts, asOfMs).spells[0]?.fromMs ?? asOfMs)) / DAY_MS,
    };
  });
  const { models, note } = fitPurchases(order);
  if (models !== undefined) {
    const weeks = Math.round((OUTLOOK_MONTHS * 365.25) / 12 / 7);
    for (const [i, { purchases, user }] of buyers.entries())
      bare.push({
        customer: user,
        kind: 'purchases',
        ...purchaseValue(models, purchases, weeks, marginShare, weekly, random.fork(user)),
        ...lately(order, customers.length + i),
        loyaltyDays: (purchases.age * WEEK_MS) / DAY_MS,
      });
  }
  const ranks = {
    value: ranksOf(bare.map(({ value }) => value)),
    engagement: ranksOf(bare.map(({ engagement }) => engagement)),
    influence: ranksOf(bare.map(({ influence }) => influence)),
  };
  const rank = (i: number): number =>
    memberValue(ranks.value[i] ?? 0, ranks.engagement[i] ?? 0, ranks.influence[i] ?? 0);
  const { of, segmentation, segments } = segment(order, bare, rank, random.fork('segments'));
  const values = bare.map((each, i): CustomerValue => ({ ...each, segment: of[i] ?? '', rank: rank(i) }));
  return {
    values,
    segments,
    segmentation,
    summary: {
      customers: values.length,
      totalMinor: values.reduce((sum, { value }) => sum + value, 0),
      marginShare,
      bins: binsOf(values),
      purchases:
        models === undefined
          ? null
          : {
              buyers: buyers.length,
              repeatBuyers: buyers.filter(({ purchases }) => purchases.repeats > 0).length,
              ...models.counts,
              ...models.money,
            },
      note,
    },
  };
}

function fitPurchases({ buyers }: CustomersOrder): {
  readonly models: PurchaseModels | undefined;
  readonly note: string | null;
} {
  if (buyers.length === 0) return { models: undefined, note: null };
  try {
    const histories = buyers.map(({ purchases }) => purchases);
    return { models: { counts: fitBgNbd(histories), money: fitGammaGamma(histories) }, note: null };
  } catch (error) {
    if (!isWeirError(error) || error.code !== 'CHURN_INPUT_INVALID') throw error;
    return { models: undefined, note: `Buyers without a contract have no value yet: ${messageOf(error)}.` };
  }
}

function lately({ activity }: CustomersOrder, user: number): Lately {
  const sum = { engagement: 0, monetization: 0, influence: 0 };
  if (user < 0) return sum;
  for (let i = activity.offsets[user] ?? 0; i < (activity.offsets[user + 1] ?? 0); i += 1) {
    if ((activity.week[i] ?? 0) >= LAST_WEEKS) continue;
    sum.engagement += activity.engagement[i] ?? 0;
    sum.monetization += activity.revenueMinor[i] ?? 0;
    sum.influence += activity.influence[i] ?? 0;
  }
  return sum;
}

function segment(
  order: CustomersOrder,
  members: readonly Omit<CustomerValue, 'segment' | 'rank'>[],
  rank: (i: number) => number,
  random: Random,
): {
  readonly of: readonly string[];
  readonly segments: CustomerSegment[];
  readonly segmentation: CustomerRun['segmentation'];
} {
  if (members.length < LEAST_MEMBERS) return { of: [], segments: [], segmentation: null };
  const former = new Map(order.former.of);
  const place = new Map(order.former.segments.map(({ id }, s) => [id, s]));
  const found = segmentMembers(
    members.map(({ engagement, loyaltyDays, monetization }) => ({
      engagement,
      monetization,
      loyalty: loyaltyDays,
    })),
    random,
    Int32Array.from(members, ({ customer }) => place.get(former.get(customer) ?? '') ?? -1),
  );
  const { moved, segments } = matchSegments(
    found,
    members.map(({ customer }) => former.get(customer)),
    order.former.segments,
    (k) => `s${order.asOfMs.toString(36)}${k}`,
  );
  const sums = found.segments.map(() => ({ value: 0, rank: 0 }));
  for (const [i, s] of found.of.entries()) {
    const sum = sums[s];
    if (sum === undefined) continue;
    sum.value += members[i]?.value ?? 0;
    sum.rank += rank(i);
  }
  return {
    of: [...found.of].map((s) => segments[s]?.id ?? ''),
    segments: found.segments
      .map(({ means, members: count, ranks }, s) => ({
        id: segments[s]?.id ?? '',
        name: segments[s]?.name ?? '',
        members: count,
        engagement: means.engagement,
        monetization: means.monetization,
        loyaltyDays: means.loyalty,
        valueMinor: (sums[s]?.value ?? 0) / Math.max(1, count),
        rank: (sums[s]?.rank ?? 0) / Math.max(1, count),
        ranks,
        before: segments[s]?.before ?? null,
      }))
      .filter(({ members: count }) => count > 0)
      .toSorted((a, b) => b.valueMinor * b.members - a.valueMinor * a.members),
    segmentation: { silhouette: found.silhouette, stability: found.stability, moved },
  };
}

/** Ranks from 0 to 1; equal values share their mean rank. */
function ranksOf(values: readonly number[]): Float64Array {
  const order = [...values.keys()].toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  for (let i = 0; i < order.length;) {
    let j = i;
    while (j < order.length && values[order[j] ?? 0] === values[order[i] ?? 0]) j += 1;
    for (let k = i; k < j; k += 1)
      ranks[order[k] ?? 0] = values.length > 1 ? (i + j - 1) / 2 / (values.length - 1) : 0;
    i = j;
  }
  return ranks;
}

/** Customers by value, in steps that grow by half: values spread over orders of magnitude. */
function binsOf(values: readonly CustomerValue[]): CustomerRun['values']['bins'] {
  const most = values.reduce((max, { value }) => Math.max(max, value), 0);
  if (most <= 0) return [];
  const ratio = 2;
  const edges = Array.from({ length: BINS + 1 }, (_, k) => (k === 0 ? 0 : most / ratio ** (BINS - k)));
  return Array.from({ length: BINS }, (_, k) => {
    const [fromMinor = 0, toMinor = 0] = [edges[k], edges[k + 1]];
    const inside = values.filter(
      ({ value }) => (value >= fromMinor || k === 0) && (value < toMinor || k === BINS - 1),
    );
    return {
      fromMinor,
      toMinor,
      contract: inside.filter(({ kind }) => kind === 'contract').length,
      purchases: inside.filter(({ kind }) => kind === 'purchases').length,
    };
  });
}
