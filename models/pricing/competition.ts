import type { Competition } from '../../platform/contracts/pricing.ts';
import { inflation } from '../regression/dependence.ts';
import { fitWithin } from '../regression/within.ts';
import { byMarket, drawTogether, dummies, elasticityOf } from './elasticity.ts';
import { monthOf, type PriceObservation } from './observation.ts';

/** What a competitor asked in a market ('' everywhere) in a week. */
export interface CompetitorPrice {
  readonly product: string;
  readonly competitor: string;
  readonly market: string;
  readonly weekMs: number;
  readonly price: number;
}

const WEEK_MS = 604_800_000;
const MAX_COMPETITORS = 20;
const LEAST_WEEKS = 26;
/** A price that was told counts for this many weeks more. */
const HELD_WEEKS = 8;
/** Below this their prices hardly moved: standard deviation of the mean of their logarithms. */
const LEAST_MOVE = 0.01;
/** Before anything is seen: standard deviation of a cross-price elasticity around 0. Most of those published lie below 1 (Auer and Papies 2020, meta-analysis). */
const PRIOR_DEVIATION = 0.5;

/**
 * How our volume answers to competitors' prices, our own price held: each market read alone (ln volume on ln price, competitors' index, trend and months), markets drawn
 * together, and the whole towards 0 by a normal prior, so that few weeks claim little. Not causal: rivals move prices with the same season and costs.
 */
export function readCompetition(
  rows: readonly PriceObservation[],
  told: readonly CompetitorPrice[],
  ourPrice: number,
): Competition {
  const usable = told.filter(({ price }) => price > 0 && Number.isFinite(price));
  const competitors = newestOf(usable);
  if (competitors.length === 0)
    return {
      state: 'none',
      why: 'No competitor’s price was told, so a best price here assumes that competitors stay where they are. Send competitor_price events, one a week and product.',
      competitors: [],
      position: null,
      cross: null,
      alone: null,
      weight: null,
    };
  const mean = competitors.reduce((sum, { price }) => sum + price, 0) / competitors.length;
  const known = { competitors, position: mean > 0 ? ourPrice / mean - 1 : null };
  const index = indexOf(usable);
  const alone = [...byMarket(rows)].flatMap(([market, own]) => {
    const read = crossOf(own, (weekMs) => index(market, weekMs));
    return read === undefined ? [] : [read];
  });
  if (alone.length === 0)
    return {
      ...known,
      state: 'thin',
      why: `Prices of ${competitors.length} ${competitors.length === 1 ? 'competitor' : 'competitors'} are known, but not over ${LEAST_WEEKS} weeks of our sales in which they moved: what they do to our volume is unknown and taken as nothing.`,
      cross: null,
      alone: null,
      weight: null,
    };
  const together = drawTogether(alone);
  const weight = PRIOR_DEVIATION ** 2 / (PRIOR_DEVIATION ** 2 + together.error ** 2);
  const cross = elasticityOf(weight * together.mean, Math.sqrt(weight) * together.error);
  return {
    ...known,
    state: 'read',
    why:
      cross.low > 0
        ? 'When competitors raise their prices, more is bought here. Not causal: a common season or cost moves both.'
        : 'Their prices were seen to move, but what they do to our volume is not told apart from nothing.',
    cross,
    alone: together.mean,
    weight,
  };
}

function newestOf(told: readonly CompetitorPrice[]): Competition['competitors'] {
  const by = new Map<string, CompetitorPrice[]>();
  for (const each of told) {
    const known = by.get(each.competitor);
    if (known === undefined) by.set(each.competitor, [each]);
    else known.push(each);
  }
  return [...by]
    .map(([competitor, own]) => {
      const seenMs = own.reduce((most, { weekMs }) => Math.max(most, weekMs), 0);
      const last = own.filter(({ weekMs }) => weekMs === seenMs);
      return {
        competitor: competitor.slice(0, 256),
        price: last.reduce((sum, { price }) => sum + price, 0) / last.length,
        seenMs,
        weeks: new Set(own.map(({ weekMs }) => weekMs)).size,
      };
    })
    .toSorted((a, b) => b.weeks - a.weeks || (a.competitor < b.competitor ? -1 : 1))
    .slice(0, MAX_COMPETITORS);
}

/**
 * Mean over competitors of ln price against each one's own mean, so that one who comes or goes is no move of prices. A price holds for eight weeks; undefined where none does.
 */
function indexOf(told: readonly CompetitorPrice[]): (market: string, weekMs: number) => number | undefined {
  const series = new Map<string, Map<number, number>>();
  const byName = new Map<string, number[]>();
  for (const { competitor, market, price, weekMs } of told) {
    const key = `${competitor}\n${market}`;
    const known = series.get(key) ?? new Map<number, number>();
    known.set(weekMs, Math.log(price));
    series.set(key, known);
    byName.set(key, [...(byName.get(key) ?? []), Math.log(price)]);
  }
  const means = new Map(
    [...byName].map(([key, logs]) => [key, logs.reduce((a, b) => a + b, 0) / logs.length]),
  );
  const names = [...new Set(told.map(({ competitor }) => competitor))];
  const deviation = (key: string, weekMs: number): number | undefined => {
    const own = series.get(key);
    for (let back = 0; own !== undefined && back <= HELD_WEEKS; back++) {
      const log = own.get(weekMs - back * WEEK_MS);
      if (log !== undefined) return log - (means.get(key) ?? log);
    }
    return undefined;
  };
  return (market, weekMs) => {
    const known = names.flatMap(
      (name) => deviation(`${name}\n${market}`, weekMs) ?? deviation(`${name}\n`, weekMs) ?? [],
    );
    return known.length === 0 ? undefined : known.reduce((a, b) => a + b, 0) / known.length;
  };
}

function crossOf(
  rows: readonly PriceObservation[],
  index: (weekMs: number) => number | undefined,
): { readonly value: number; readonly error: number } | undefined {
  const seen = rows.flatMap((row) => {
    const at = index(row.weekMs);
    return at === undefined ? [] : [{ ...row, at }];
  });
  if (seen.length < LEAST_WEEKS) return undefined;
  const theirs = Float64Array.from(seen, ({ at }) => at);
  const middle = theirs.reduce((a, b) => a + b, 0) / theirs.length;
  if (Math.sqrt(theirs.reduce((sum, each) => sum + (each - middle) ** 2, 0) / theirs.length) < LEAST_MOVE)
    return undefined;
  const first = seen[0]?.weekMs ?? 0;
  const held = [
    Float64Array.from(seen, ({ price }) => Math.log(price)),
    Float64Array.from(seen, ({ weekMs }) => (weekMs - first) / 31_557_600_000),
    ...dummies(seen.map(({ weekMs }) => monthOf(weekMs))),
  ];
  const group = new Int32Array(seen.length);
  const fit = fitWithin(
    Float64Array.from(seen, ({ volume }) => Math.log(volume)),
    [theirs, ...held],
    group,
  );
  // What of their index the rest does not say: without it there is nothing to read.
  const clean = fitWithin(theirs, held, group).residuals;
  const information = clean.reduce((sum, each) => sum + each * each, 0);
  const freedom = seen.length - held.length - 2;
  if (!(information > 1e-9) || freedom < 5) return undefined;
  const variance = fit.residuals.reduce((sum, each) => sum + each * each, 0) / freedom;
  const error = Math.sqrt((variance / information) * inflation(fit.residuals));
  const value = fit.coefficients[0] ?? 0;
  return Number.isFinite(value) && error > 0 && Math.abs(value) < 50 ? { value, error } : undefined;
}
