import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readAvocado } from '../models/pricing/avocado.ts';
import { fitDemand, forecastVolume, wapeOf } from '../models/pricing/demand.ts';
import {
  differencedElasticity,
  marketElasticities,
  pooledElasticity,
  seasonalElasticity,
  type Elasticity,
} from '../models/pricing/elasticity.ts';

const file = fileURLToPath(new URL('../../shared/data/pricing/avocado_2015_2017.csv', import.meta.url));
const WEEK_MS = 604_800_000;
const HELD_OUT_WEEKS = [8, 12, 26];

/** Elasticities and the error of demand forecasts on weeks that were held out, on the avocado markets. */
export function measurePricing(): string {
  if (!existsSync(file)) throw new RangeError('the avocado file is not at ../shared/data/pricing');
  const all = readAvocado(file);
  const segments = ['conventional', 'organic'].map((segment) => ({
    segment,
    rows: all.filter((each) => each.segment === segment),
  }));
  const text = ({ value, low, high }: Elasticity): string =>
    `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  const line = (name: string, of: (rows: typeof all) => string): string =>
    `| ${name} | ${segments.map(({ rows }) => of(rows)).join(' | ')} |`;
  const heldOut = (rows: typeof all, weeks: number): string => {
    const end = rows.reduce((last, each) => Math.max(last, each.weekMs), 0);
    const isTraining = (weekMs: number): boolean => weekMs <= end - weeks * WEEK_MS;
    const model = fitDemand(rows.filter((each) => isTraining(each.weekMs)));
    const test = rows.filter((each) => !isTraining(each.weekMs));
    const forecasts = test.map((each) => forecastVolume(model, each.market, each.weekMs, each.price));
    const covered = forecasts.filter(
      (each, i) =>
        each !== undefined && each.low <= (test[i]?.volume ?? 0) && (test[i]?.volume ?? 0) <= each.high,
    ).length;
    const wape = wapeOf(test, (each) => forecastVolume(model, each.market, each.weekMs, each.price)?.volume);
    return `${wape.toFixed(1)}%, ${((100 * covered) / test.length).toFixed(0)}% within the 95% interval`;
  };
  return [
    `Avocado markets, 44 each, the ten regions that are sums of others left out; ${all.length} weeks of markets. 95% intervals.`,
    '',
    '| | conventional | organic |',
    '| --- | --- | --- |',
    line('elasticity, market and year levels', (rows) => text(pooledElasticity(rows, 'year'))),
    line('market and calendar month levels', (rows) => text(pooledElasticity(rows, 'month'))),
    line('market and week levels', (rows) => text(pooledElasticity(rows, 'week'))),
    line('first differences', (rows) => text(differencedElasticity(rows))),
    ...[0, 1, 2, 3].map((q) =>
      line(`quarter ${q + 1}`, (rows) => {
        const found = seasonalElasticity(rows)[q];
        return found === undefined ? '' : text(found);
      }),
    ),
    line('mean of markets drawn together', (rows) => text(marketElasticities(rows).mean)),
    line('spread between markets', (rows) => marketElasticities(rows).spread.toFixed(2)),
    ...HELD_OUT_WEEKS.map((weeks) =>
      line(`last ${weeks} weeks held out, price given: WAPE`, (rows) => heldOut(rows, weeks)),
    ),
    '',
    'Goals: conventional -.944 ± .03 with market and year levels; WAPE ≤ 9.4% conventional, ≤ 25.5% organic. None of these elasticities is causal: see models/pricing/README.md.',
  ].join('\n');
}
