import { createRandom, type Random } from '../../platform/time/random.ts';
import { meanRevenuePerThousandViewsMinor } from './economy.ts';
import { channels, type Category, type Channel } from './network.ts';

/**
 * Books the network kept before the feed begins: two years of weeks by channel, and by product and country. They are told once, as reports that
 * count in no KPI, and have a known truth: how revenue answers to what is given, and volume to price.
 */

const WEEK_MS = 604_800_000;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MS = 4 * 86_400_000;
const WEEKS = 104;

/** Return a week of a steady amount: `scale·x^exponent/(x^exponent + half^exponent)`; `left` is what is left of it a week later. */
export interface BookResponse {
  readonly resource: 'production' | 'hours' | 'promotion';
  readonly scaleMinor: number;
  readonly exponent: number;
  readonly half: number;
  readonly left: number;
}

export interface ChannelBook {
  readonly channel: string;
  /** Revenue a week, in cents, that nothing moves. */
  readonly baseMinor: number;
  readonly responses: readonly BookResponse[];
}

/** Products with their list price in cents, their share of sales, their cost, their true elasticity and that to competitors' prices. */
export const bookProducts = [
  { product: 'template-pack', minor: 700, weight: 44, costMinor: 90, elasticity: -0.8, cross: 0 },
  { product: 'field-guide', minor: 1_200, weight: 34, costMinor: 310, elasticity: -1.4, cross: 0.6 },
  { product: 'preset-bundle', minor: 1_900, weight: 14, costMinor: 420, elasticity: -1.9, cross: 0.9 },
  { product: 'workbook', minor: 4_900, weight: 5, costMinor: 2_300, elasticity: -2.3, cross: 0.4 },
] as const;

/** Countries the shop sets prices apart in, with their part of sales. */
const markets = [
  { country: 'US', part: 0.4 },
  { country: 'GB', part: 0.2 },
  { country: 'DE', part: 0.2 },
  { country: 'BR', part: 0.1 },
  { country: 'IN', part: 0.1 },
] as const;

/** Factors of the list price the shop has tried, two weeks each. */
const PRICE_FACTORS = [0.8, 0.9, 1, 1, 1.1, 1.25];

/** Who sells what is bought instead, and what they ask for it against our list price. */
const competitors = [
  { competitor: 'Open Shelf', level: 0.95 },
  { competitor: 'Maker Market', level: 1.1 },
] as const;
/** Factors of their price, five weeks each. */
const THEIR_FACTORS = [0.82, 0.92, 1, 1, 1.08, 1.2];
const THEIR_WEEKS = 5;

/** How strongly categories answer: what is given to some of them pays long before it does elsewhere. */
const appetite: Readonly<Record<Category, number>> = {
  finance: 1.5,
  technology: 1.2,
  education: 1,
  entertainment: 0.75,
  gaming: 0.55,
};

/** The truth of the channels' books; sizes go with the network's. */
export function channelBooks(seed: string, meanViewsPerSecond: number): readonly ChannelBook[] {
  const weekMinor = (meanViewsPerSecond * meanRevenuePerThousandViewsMinor * 604_800) / 1_000;
  const weight = (each: Channel): number => each.audience * each.launchesPerDay;
  const all = channels.reduce((sum, each) => sum + weight(each), 0);
  return channels.map((channel) => {
    const random = createRandom(`${seed}/books/${channel.id}`);
    const revenue = (weekMinor * weight(channel)) / all;
    const given = givenOf(channel, revenue);
    const response = (
      resource: BookResponse['resource'],
      share: number,
      exponent: number,
      left: number,
    ): BookResponse => ({
      resource,
      scaleMinor: 2 * share * appetite[channel.category] * (0.8 + 0.4 * random.next()) * revenue,
      exponent,
      half: given[resource] * (0.7 + 0.6 * random.next()),
      left,
    });
    return {
      channel: channel.id,
      baseMinor: 0.62 * revenue,
      responses: [
        response('production', 0.1, 1.2, 0.3),
        response('hours', 0.08, 1.2, 0),
        response('promotion', 0.2, 1.3, 0.4),
      ],
    };
  });
}

export interface Report {
  readonly id: string;
  readonly type: 'channel_report' | 'sales_report' | 'competitor_price';
  readonly data: Readonly<Record<string, string | number>>;
}

/** The reports of the whole weeks before a moment, by channel and by product and country. */
export function reportsBefore(seed: string, meanViewsPerSecond: number, atMs: number): readonly Report[] {
  const last = Math.floor((atMs - FIRST_MONDAY_MS) / WEEK_MS) - 1;
  const weeks = Array.from({ length: WEEKS }, (_, i) => last - WEEKS + 1 + i);
  return [
    ...channelReports(seed, meanViewsPerSecond, weeks),
    ...salesReports(seed, meanViewsPerSecond, weeks),
    ...competitorPrices(seed, weeks),
  ];
}

function channelReports(seed: string, meanViewsPerSecond: number, weeks: readonly number[]): Report[] {
  return channelBooks(seed, meanViewsPerSecond).flatMap(({ baseMinor, channel, responses }) => {
    const known = channels.find(({ id }) => id === channel);
    if (known === undefined) return [];
    const given = givenOf(known, baseMinor / 0.62);
    // Weeks before the first are made as well, so that what is left of them is there.
    const amounts = new Map<BookResponse['resource'], number>();
    const carried = new Map<BookResponse['resource'], number>();
    const reports: Report[] = [];
    for (let week = (weeks[0] ?? 0) - 8; week <= (weeks.at(-1) ?? -1); week += 1) {
      const random = createRandom(`${seed}/books/${channel}/${week}`);
      let revenue = baseMinor * (1 + seasonOf(week)) * (1 + 0.0008 * (week - (weeks[0] ?? 0)));
      for (const { exponent, half, left, resource, scaleMinor } of responses) {
        const amount = given[resource] * swing(resource, random);
        const held = (1 - left) * amount + left * (carried.get(resource) ?? amount);
        amounts.set(resource, amount);
        carried.set(resource, held);
        revenue += scaleMinor / (1 + (half / held) ** exponent);
      }
      revenue *= Math.exp(0.035 * random.normal());
      if (week < (weeks[0] ?? 0)) continue;
      reports.push({
        id: `book:${seed}:${channel}:${week}`,
        type: 'channel_report',
        data: {
          channel_id: channel,
          period_start: dayOf(week),
          revenue_minor: Math.round(revenue),
          promotion_minor: Math.round(amounts.get('promotion') ?? 0),
          production_minor: Math.round(amounts.get('production') ?? 0),
          production_hours: Math.round(100 * (amounts.get('hours') ?? 0)) / 100,
          views: Math.round((revenue / meanRevenuePerThousandViewsMinor) * 1_000),
          currency: 'USD',
        },
      });
    }
    return reports;
  });
}

/** What competitors asked, every week and everywhere the same. */
function competitorPrices(seed: string, weeks: readonly number[]): Report[] {
  return bookProducts.flatMap(({ minor, product }) =>
    competitors.flatMap(({ competitor, level }) =>
      weeks.map((week): Report => ({
        id: `book:${seed}:${product}:${competitor}:${week}`,
        type: 'competitor_price',
        data: {
          competitor,
          product_id: product,
          period_start: dayOf(week),
          price_minor: Math.round(minor * level * theirFactor(seed, product, competitor, week)),
          currency: 'USD',
        },
      })),
    ),
  );
}

function theirFactor(seed: string, product: string, competitor: string, week: number): number {
  return createRandom(`${seed}/rival/${product}/${competitor}/${Math.floor(week / THEIR_WEEKS)}`).pick(
    THEIR_FACTORS,
  );
}

function theirIndex(seed: string, product: string, week: number): number {
  return Math.exp(
    competitors.reduce(
      (sum, { competitor }) => sum + Math.log(theirFactor(seed, product, competitor, week)),
      0,
    ) / competitors.length,
  );
}

function salesReports(seed: string, meanViewsPerSecond: number, weeks: readonly number[]): Report[] {
  const unitsAWeek = meanViewsPerSecond * 604_800 * 0.00012;
  const weights = bookProducts.reduce((sum, { weight }) => sum + weight, 0);
  return bookProducts.flatMap(({ costMinor, cross, elasticity, minor, product, weight }) =>
    markets.flatMap(({ country, part }) =>
      weeks.map((week): Report => {
        const price = priceMinor(seed, product, country, minor, week);
        const random = createRandom(`${seed}/sales/${product}/${country}/${week}`);
        const mean =
          ((unitsAWeek * weight) / weights) *
          part *
          (price / minor) ** elasticity *
          theirIndex(seed, product, week) ** cross *
          (1 + 0.8 * seasonOf(week)) *
          Math.exp(0.08 * random.normal());
        const quantity = random.poisson(mean);
        return {
          id: `book:${seed}:${product}:${country}:${week}`,
          type: 'sales_report',
          data: {
            product_id: product,
            country,
            period_start: dayOf(week),
            quantity,
            revenue_minor: quantity * price,
            unit_cost_minor: costMinor,
            currency: 'USD',
          },
        };
      }),
    ),
  );
}

/** What a product costs in a country in a week, numbered from the first Monday of 1970. */
function priceMinor(seed: string, product: string, country: string, listMinor: number, week: number): number {
  const random = createRandom(`${seed}/price/${product}/${country}/${Math.floor(week / 2)}`);
  return Math.round(listMinor * random.pick(PRICE_FACTORS));
}

/** What a channel gives a week on average: cents, hours, cents. */
function givenOf(channel: Channel, revenueMinor: number): Readonly<Record<BookResponse['resource'], number>> {
  const videos = 7 * channel.launchesPerDay;
  return { production: 210 * videos, hours: 0.375 * videos, promotion: 0.17 * revenueMinor };
}

/** Amounts move for reasons of their own: promotion in flights, production with the team. */
function swing(resource: BookResponse['resource'], random: Random): number {
  const width = resource === 'promotion' ? 0.55 : 0.3;
  return Math.exp(width * random.normal() - (width * width) / 2);
}

function seasonOf(week: number): number {
  return 0.12 * Math.cos((2 * Math.PI * (week - 50)) / 52.18);
}

function dayOf(week: number): string {
  return new Date(FIRST_MONDAY_MS + week * WEEK_MS).toISOString().slice(0, 10);
}
