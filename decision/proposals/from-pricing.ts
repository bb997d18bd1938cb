import type { Expected } from '../../platform/contracts/decision.ts';
import type {
  PriceAnswer,
  PriceTestRecord,
  PriceTestView,
  PricingTier,
  ProductPricing,
  VideoAnswer,
} from '../../platform/contracts/pricing.ts';
import type { ProposalSource } from '../../platform/contracts/proposal.ts';
import { hashOf } from '../lifecycle/hash.ts';
import { atStake, factsFrom, settled, type NoWish, type Wish } from './wish.ts';

type SourceOf<T extends ProposalSource['type']> = Extract<ProposalSource, { type: T }>;

const weekMs = 7 * 86_400_000;
/** A price is judged over four weeks. */
const weeks = 4;
const revenueKpi = 'total_revenue';
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The best price of a quote, as a change of the product's price. */
export function wishOfPrice(source: SourceOf<'price'>, answer: PriceAnswer, restsOn: string): Wish | NoWish {
  const { best, current, product } = answer;
  if (Math.abs(best.price - current.price) < 0.005)
    return { nothing: `The present price of ${product} is the best one within its bounds.` };
  const of = (revenue: number): number => settled(weeks * (revenue - current.revenue.expected));
  const expected: Expected = {
    kpi: revenueKpi,
    delta: of(best.revenue.expected),
    low: of(best.revenue.low),
    high: of(best.revenue.high),
    horizonMs: weeks * weekMs,
  };
  return {
    source,
    title: `Price of ${product}: ${current.price} → ${best.price}`.slice(0, 300),
    key: `proposal|price|${product}`.slice(0, 600),
    dims: {},
    link: `/pricing?product=${encodeURIComponent(product)}`.slice(0, 500),
    because: `Best price of ${product} for ${answer.objective}`.slice(0, 300),
    facts: factsFrom({
      price_now: current.price,
      best_price: best.price,
      elasticity: answer.elasticity.value,
      elasticity_low: answer.elasticity.low,
      elasticity_high: answer.elasticity.high,
      reading: answer.reading,
      volume_now_a_week: current.volume.expected,
      volume_expected_a_week: best.volume.expected,
      margin_now_a_week: current.margin.expected,
      margin_expected_a_week: best.margin.expected,
    }),
    actions: [
      {
        kind: 'price',
        params: { target: `product/${product}`.slice(0, 200), from: current.price, to: best.price },
      },
    ],
    money: atStake(expected),
    expected,
    assumptions: [
      'What the price moved in the past was the price, not what came with it: no reading of history is causal.',
      'The interval is of a week at the new price, held against the expected week at the present one.',
      ...answer.notes,
    ]
      .map((each) => each.slice(0, 300))
      .slice(0, 8),
    restsOn,
  };
}

/** A price test that has ended: the price most likely to earn most. */
export function wishOfPriceTest(
  source: SourceOf<'price-test'>,
  test: PriceTestView,
  product: Pick<ProductPricing, 'price' | 'volume'> | undefined,
): Wish | NoWish {
  if (test.state === 'running') return { nothing: 'Stop the test first: while it runs its result moves.' };
  const winner = test.arms.reduce((a, b) => (b.bestChance > a.bestChance ? b : a));
  if (winner.rate === null) return { nothing: 'The test has no offers; there is nothing to go by.' };
  const now = test.arms.find(({ price }) => product !== undefined && Math.abs(price - product.price) < 0.005);
  if (now === winner) return { nothing: `The present price of ${test.product} won.` };
  // Volume follows the share that buys; the test says nothing of how many come.
  const base = now?.rate ?? null;
  const change = (rate: number): number =>
    now === undefined || product === undefined || base === null || base <= 0
      ? 0
      : settled(weeks * product.volume * ((winner.price * rate) / base - now.price));
  const expected: Expected | null =
    base !== null && base > 0
      ? {
          kpi: revenueKpi,
          delta: change(winner.rate),
          low: change(winner.low),
          high: change(winner.high),
          horizonMs: weeks * weekMs,
        }
      : null;
  return {
    source,
    title: `Price of ${test.product} as its test says: ${winner.price}`.slice(0, 300),
    key: `proposal|price|${test.product}`.slice(0, 600),
    dims: {},
    link: '/pricing',
    because: `Price test “${test.name}”`.slice(0, 300),
    facts: factsFrom({
      offers: test.offers,
      chance_to_earn_most: winner.bestChance,
      share_that_bought: winner.rate,
      earned_an_offer: winner.earnedAnOffer,
      earned_an_offer_now: now?.earnedAnOffer ?? null,
      advice: test.advice,
    }),
    actions: [
      {
        kind: 'price',
        params: {
          target: `product/${test.product}`.slice(0, 200),
          to: winner.price,
          ...(product === undefined ? {} : { from: product.price }),
        },
      },
    ],
    others: test.arms.filter((arm) => arm !== winner).map(({ price }) => `price ${price}`),
    money: expected === null ? null : atStake(expected),
    expected,
    assumptions: [
      expected === null
        ? 'No arm had the present price, so no change of revenue is promised.'
        : 'As many come as did lately; the interval is of the share that buys at the new price.',
    ],
    restsOn: priceTestHash(test),
  };
}

/** Of a stopped test: what it found. */
export function priceTestHash({ id, state, arms }: Pick<PriceTestRecord, 'id' | 'state' | 'arms'>): string {
  return hashOf({ id, state, arms: arms.map(({ price, offered, bought }) => ({ price, offered, bought })) });
}

/** Other tiers: one price a tier whose base changes. Whoever is under contract keeps theirs; no change of revenue is promised. */
export function wishOfTiers(source: SourceOf<'tiers'>, known: readonly PricingTier[]): Wish | NoWish {
  const names = new Set(source.tiers.map(({ name }) => name));
  const isSame = names.size === known.length && known.every(({ name }) => names.has(name));
  if (!isSame)
    return {
      nothing: 'A decision changes prices of tiers there are. Add or remove tiers on the screen first.',
    };
  const moves = source.tiers.flatMap((tier) => {
    const before = known.find(({ name }) => name === tier.name);
    return before === undefined || before.base === tier.base ? [] : [{ before, tier }];
  });
  if (moves.length === 0) return { nothing: 'No price of a tier differs.' };
  return {
    source,
    title:
      `Tiers: ${moves.map(({ before, tier }) => `${tier.name} ${before.base} → ${tier.base}`).join(', ')}`.slice(
        0,
        300,
      ),
    key: 'proposal|tiers',
    dims: {},
    link: '/pricing',
    because: 'Prices of subscription tiers',
    facts: factsFrom(
      Object.fromEntries(
        moves.flatMap(({ before, tier }) => [
          [`${tier.name}_now`, before.base],
          [`${tier.name}_new`, tier.base],
        ]),
      ),
    ),
    actions: moves.map(({ before, tier }) => ({
      kind: 'price',
      params: { target: `tier/${tier.name}`, from: before.base, to: tier.base },
    })),
    money: settled(moves.reduce((sum, { before, tier }) => sum + Math.abs(tier.base - before.base), 0)),
    expected: null,
    assumptions: [
      'Contracts that run keep their price; no change of revenue is promised, as nobody was asked at these prices.',
      'At stake is the sum of the changes for one customer a tier and month.',
    ],
    restsOn: tiersHash(known),
  };
}

export function tiersHash(tiers: readonly PricingTier[]): string {
  return hashOf(tiers);
}

/** The best time to publish, as a change of the channel's slot. */
export function wishOfVideo(source: SourceOf<'video'>, answer: VideoAnswer, restsOn: string): Wish | NoWish {
  const [best] = answer.publish.best;
  if (best === undefined) return { nothing: 'There is no activity yet that would tell a time.' };
  if (best.index <= 1) return { nothing: 'No time to publish is worth more than the mean.' };
  const { channel } = answer;
  const gain = best.index - 1;
  const expected: Expected = {
    kpi: revenueKpi,
    delta: settled(gain * answer.revenue.expected),
    low: settled(gain * answer.revenue.low),
    high: settled(gain * answer.revenue.high),
    horizonMs: weekMs,
  };
  const day = best.weekday === null ? 'any day' : (weekdays[best.weekday] ?? '');
  return {
    source,
    title: `Publish on ${channel}: ${day} ${best.hour}:00`.slice(0, 300),
    key: `proposal|schedule|${channel}`.slice(0, 600),
    dims: { channel: channel.slice(0, 256) },
    link: '/pricing',
    because: `Best time to publish on ${channel}`.slice(0, 300),
    facts: factsFrom({
      worth_against_the_mean: best.index,
      days_of_activity: answer.publish.days,
      revenue_of_a_video: answer.revenue.expected,
      blended_rpm: answer.blendedRpm,
    }),
    actions: [
      {
        kind: 'schedule',
        params: {
          target: `publish/${channel}`.slice(0, 200),
          to: `${day} ${String(best.hour).padStart(2, '0')}:00 ${answer.publish.timeZone}`,
        },
      },
    ],
    money: atStake(expected),
    expected,
    assumptions: [
      'One video a week; its views follow when the audience is there.',
      'The interval is that of the revenue of a video; the worth of the hour is taken as known.',
    ],
    restsOn,
  };
}
