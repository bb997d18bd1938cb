import type { ResponseCurve } from '../../platform/contracts/allocation.ts';
import type {
  AllocationBasis,
  AllocationChannel,
  RevenueTies,
} from '../../platform/contracts/allocation-plan.ts';
import type { ProductPricing } from '../../platform/contracts/pricing.ts';
import { growthOf, meanOf, variationOf } from '../allocation/basis.ts';
import { scoreChannels } from '../allocation/channel-score.ts';
import type { AllocationFacts } from '../allocation/facts.ts';
import { round } from '../allocation/limits.ts';
import { MIX } from './model.ts';

const PERIOD_DAYS = 90;
const DAY_MS = 86_400_000;
/** The seeds' multipliers: effort and prices may halve or double. */
const RANGE = [0.5, 2] as const;
const POINTS = 25;
/** A stream below this share is too small to be moved. */
const LEAST_SHARE = 0.002;
/** Streams that are moved; the search over mixes grows with their number. */
const MAX_STREAMS = 8;
const MONEY = 'money';

/**
 * What a revenue plan of 90 days is computed from: the resources of `content` with money as one pool, streams as what effort is mixed over, and products with a price whose effect
 * was read. Streams' answer to effort nobody measures from events alone: effort is taken to lie where revenue lies, and to return with an exponent between .3 and .7
 * by the seeds' factors; that is told. What streams earn, from which channels, how they grow and swing, and how volume answers to price, is measured.
 */
export function revenueBasis(
  facts: AllocationFacts,
  content: AllocationBasis,
  products: readonly ProductPricing[],
): AllocationBasis {
  const { days, kept, rest, total } = streamsOf(facts);
  const isTold = content.resources.some(({ currentTotal }) => currentTotal > 0);
  // What channels get now is known, or it is no part of the plan: the seeds' amounts would be growth for nothing.
  const channels = content.channels.map((each) =>
    overPeriod(
      isTold ? each : { ...each, current: {}, bounds: {}, responses: {} },
      PERIOD_DAYS / content.periodDays,
    ),
  );
  const names = new Set(channels.map(({ id }) => id));
  const streamId = (stream: string): string =>
    names.has(stream) ? `${stream} (stream)`.slice(0, 128) : stream;
  const notes = [
    'How a stream answers to effort is assumed: effort lies where revenue lies now, and the answer follows the seeds’ factors. Shift effort for some weeks and compare.',
    'No stream may bring more than 60% of the revenue, as the seeds ask.',
    'Content budget and promotion are one sum here: what one of them does not use the other may.',
  ];
  if (days < 14)
    notes.push(`There are ${days} whole days of streams: growth is not read from fewer than fourteen.`);
  const scores = scoreChannels(
    kept.map(({ id, values }) => ({
      id,
      revenue: meanOf(values),
      variation: variationOf(values),
      growth: growthOf(values),
      spent: 0,
      views: 0,
    })),
  );
  const streams = kept.map(({ id, values }, i) =>
    streamChannel(streamId(id), values, total, scores[i], days),
  );
  const resources = (isTold ? content.resources : []).map((each) => ({
    ...each,
    total: round((each.total * PERIOD_DAYS) / content.periodDays),
    currentTotal: round((each.currentTotal * PERIOD_DAYS) / content.periodDays),
    ...(each.unit === 'money' ? { pool: MONEY } : {}),
  }));
  const ties: RevenueTies = {
    streams: streams.map(({ id }) => id),
    earned: kept.flatMap(({ id, values }) =>
      earnedOf(facts, id, PERIOD_DAYS * meanOf(values)).map((each) => ({ ...each, stream: streamId(id) })),
    ),
    rest: round(PERIOD_DAYS * rest),
    products: pricedProducts(facts, products, new Map(kept.map(({ id }) => [id, streamId(id)]))),
  };
  if (products.length > ties.products.length)
    notes.push(
      `${products.length - ties.products.length} of ${products.length} products keep their price: it was not sold lately, or history does not show that its price moves volume.`,
    );
  return {
    tenant: facts.tenant,
    kind: 'revenue',
    computedAtMs: facts.nowMs,
    currency: facts.currency,
    periodDays: PERIOD_DAYS,
    weeks: content.weeks,
    reportedWeeks: content.reportedWeeks,
    resources: [
      ...(channels.length > 0 ? resources : []),
      { id: MIX, title: 'Mix', unit: 'percent', total: 100, currentTotal: 100 },
    ],
    // Without a stream there is nothing to plan, whatever channels are known.
    channels: streams.length === 0 ? [] : [...channels, ...streams],
    minShare: 0,
    maxStreamShare: 0.6,
    riskTolerance: 0.15,
    growthTarget: 0.15,
    commonCorrelation: content.channels.length > 1 ? content.commonCorrelation : 0.3,
    backtest: content.backtest,
    revenue: ties,
    notes: [...notes, ...content.notes],
  };
}

interface StreamHistory {
  readonly id: string;
  readonly values: readonly number[];
}

function streamsOf(facts: AllocationFacts): {
  readonly kept: readonly StreamHistory[];
  /** Of a day, by streams that are not kept; of a day, by all. */
  readonly rest: number;
  readonly total: number;
  readonly days: number;
} {
  const byStream = new Map<string, { dayMs: number; revenue: number }[]>();
  for (const { stream, dayMs, revenue } of facts.streams) {
    if (stream.length > 128 || !Number.isFinite(revenue)) continue;
    const known = byStream.get(stream);
    if (known === undefined) byStream.set(stream, [{ dayMs, revenue }]);
    else known.push({ dayMs, revenue });
  }
  const days = [...new Set(facts.streams.map(({ dayMs }) => dayMs))].sort((a, b) => a - b);
  // The first and the running day are no whole days.
  const whole = days.slice(1).filter((dayMs) => dayMs + DAY_MS <= facts.nowMs);
  const used = whole.length > 0 ? whole : days;
  const streams = [...byStream].map(([id, rows]): StreamHistory => {
    const of = new Map(rows.map((each) => [each.dayMs, each.revenue]));
    return { id, values: used.map((dayMs) => of.get(dayMs) ?? 0) };
  });
  const total = streams.reduce((sum, { values }) => sum + Math.max(0, meanOf(values)), 0);
  const kept = streams
    .filter(({ values }) => meanOf(values) > LEAST_SHARE * total)
    .toSorted((a, b) => meanOf(b.values) - meanOf(a.values))
    .slice(0, MAX_STREAMS);
  const moved = kept.reduce((sum, { values }) => sum + meanOf(values), 0);
  return { kept, rest: Math.max(0, total - moved), total, days: used.length };
}

function streamChannel(
  id: string,
  values: readonly number[],
  total: number,
  score: AllocationChannel['score'] | undefined,
  days: number,
): AllocationChannel {
  const known = score ?? { performance: 0.5, growth: 0.5, market: 0.5, position: 0.5, risk: 0.5, total: 0.5 };
  const mean = meanOf(values);
  const now = total > 0 ? (100 * mean) / total : 0;
  const exponent = 0.3 + 0.4 * known.total;
  const revenue = PERIOD_DAYS * mean;
  const most = Math.min(100, RANGE[1] * now);
  return {
    id,
    revenue: round(revenue),
    base: 0,
    growth: days < 14 ? null : growthOf(values),
    score: known,
    current: { [MIX]: now },
    bounds: { [MIX]: [RANGE[0] * now, most] },
    responses: {
      [MIX]: {
        curve: { type: 'power', scale: now > 0 ? revenue / now ** exponent : 0, exponent },
        origin: 'prior',
        carryOver: 0,
        band: Array.from({ length: POINTS }, (_, k) => {
          const amount = (most * k) / (POINTS - 1);
          const at = (power: number): number => (now > 0 ? revenue * (amount / now) ** power : 0);
          const [a, b] = [at(exponent - 0.2), at(exponent + 0.2)];
          return { amount, value: at(exponent), low: Math.min(a, b), high: Math.max(a, b) };
        }),
      },
    },
    volatility: Math.min(
      1,
      Math.max(0.02, (variationOf(values) ?? 0.3) / Math.sqrt(Math.min(12, PERIOD_DAYS / 7))),
    ),
  };
}

/** A channel of a shorter period as one of a longer: the same week by week, so amounts and returns grow alike. */
function overPeriod(channel: AllocationChannel, times: number): AllocationChannel {
  const amounts = <T>(record: Readonly<Record<string, T>>, of: (value: T) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([id, value]) => [id, of(value)]));
  return {
    ...channel,
    revenue: channel.revenue * times,
    base: channel.base * times,
    current: amounts(channel.current, (value) => value * times),
    bounds: amounts(channel.bounds, ([least, most]): [number, number] => [least * times, most * times]),
    responses: amounts(channel.responses, (response) => ({
      ...response,
      curve: longer(response.curve, times),
      band: response.band.map(({ amount, high, low, value }) => ({
        amount: amount * times,
        value: value * times,
        low: low * times,
        high: high * times,
      })),
    })),
  };
}

/** times·f(x/times). */
function longer(curve: ResponseCurve, times: number): ResponseCurve {
  switch (curve.type) {
    case 'power':
      return { ...curve, scale: curve.scale * times ** (1 - curve.exponent) };
    case 'linear':
      return curve;
    case 'hill':
    case 'log':
    case 'exponential':
      return { ...curve, scale: curve.scale * times, half: curve.half * times };
  }
}

/** A stream's revenue by channel: events give the shares, the days' windows the level. */
function earnedOf(
  facts: AllocationFacts,
  stream: string,
  revenue: number,
): { readonly channel: string; readonly revenue: number }[] {
  const rows = facts.earned.filter((each) => each.stream === stream && each.revenue > 0);
  const sum = rows.reduce((all, each) => all + each.revenue, 0);
  if (!(sum > 0) || !Number.isFinite(sum)) return [{ channel: '', revenue }];
  return rows.map((each) => ({ channel: each.channel, revenue: (revenue * each.revenue) / sum }));
}

/** Products whose elasticity was read and that a kept stream sold lately; multipliers from half to double, within prices that were seen. */
function pricedProducts(
  facts: AllocationFacts,
  products: readonly ProductPricing[],
  streams: ReadonlyMap<string, string>,
): RevenueTies['products'] {
  const ofStream = new Map<string, number>();
  for (const { revenue, stream } of facts.earned)
    ofStream.set(stream, (ofStream.get(stream) ?? 0) + Math.max(0, revenue));
  return products.flatMap(({ elasticity, price, product, seen, unitCost }) => {
    const sold = facts.sold
      .filter((each) => each.product === product && streams.has(each.stream))
      .toSorted((a, b) => b.revenue - a.revenue)[0];
    const all = sold === undefined ? 0 : (ofStream.get(sold.stream) ?? 0);
    if (sold === undefined || !(all > 0) || !(sold.revenue > 0) || !(price > 0)) return [];
    if (elasticity === null || elasticity.high >= 0) return [];
    return [
      {
        product,
        stream: streams.get(sold.stream) ?? sold.stream,
        price,
        unitCost,
        share: Math.min(1, sold.revenue / all),
        elasticity: elasticity.value,
        error: elasticity.error,
        range: [
          Math.min(1, Math.max(RANGE[0], seen[0] / price)),
          Math.max(1, Math.min(RANGE[1], seen[1] / price)),
        ] as [number, number],
      },
    ];
  });
}
