import type { AudienceBody, AudienceTopic } from '../../platform/contracts/audience.ts';
import type { DemographicField } from '../../platform/contracts/demographics.ts';
import { affinityOf, liftInterval } from './affinity.ts';
import { exactDemographics, privateDemographics } from './demographics.ts';
import { horizons, interactionBins, loyaltyClasses, predictors, watchBins, type Predictor } from './cells.ts';
import { addSums, toldRate, toldSum, without, type NoisySum } from './noisy-sums.ts';
import { weekHours } from './week-hours.ts';

/** People in a cell, and what exact answers know beside. */
export interface CellCount {
  readonly viewers: number;
  readonly views?: number;
  readonly watchMs?: number;
  readonly revenueMinor?: number;
}

export interface Pair {
  readonly a: string;
  readonly b: string;
  readonly viewers: number;
}

export interface ShapeContext {
  readonly isExact: boolean;
  readonly by: 'channel' | 'content';
  readonly field: DemographicField;
  /** Half width of the noise on a count, 95%; 0 where there is none. */
  readonly noise: number;
  /** Standard deviation of the noise on a count; 0 where there is none. */
  readonly sd: number;
  readonly splitMs: number;
  readonly occurrences: ReadonlyMap<string, number>;
  readonly titles: ReadonlyMap<string, string>;
  /** Counts of the whole tenant over the same items, where a segment is compared with it. */
  readonly everybody?: ReadonlyMap<string, CellCount>;
  readonly pairs: readonly Pair[];
  /** Viewers of the range, for pairs. */
  readonly population: number;
}

type Counts = ReadonlyMap<string, CellCount>;

/**
 * The answer to a topic from its counts. Everything here is arithmetic on what is given: after noise it cannot tell more than the noise let
 * through. Noise can make counts negative: they are summed as they are and cut at 0 when they are told; shares of what does not stand out of the noise are
 * null.
 */
export function shapeBody(topic: AudienceTopic, counts: Counts, context: ShapeContext): AudienceBody {
  const { sd } = context;
  const people = (cell: string): number => Math.max(0, counts.get(cell)?.viewers ?? 0);
  const sumOf = (cells: readonly string[]): NoisySum =>
    addSums(cells.map((cell) => ({ raw: counts.get(cell)?.viewers ?? 0, cells: 1 })));
  const exact = (value: number): number | null => (context.isExact ? value : null);
  switch (topic) {
    case 'activity':
      return {
        kind: 'activity',
        cells: weekHours.map((cell, i) => ({
          weekday: Math.floor(i / 24) + 1,
          hour: i % 24,
          occurrences: context.occurrences.get(cell) ?? 0,
          viewers: people(cell),
          // A platform may take back more than it reported in the hour.
          views: exact(Math.max(0, counts.get(cell)?.views ?? 0)),
          watchMinutes: exact((counts.get(cell)?.watchMs ?? 0) / 60_000),
        })),
      };
    case 'returning':
      return { kind: 'returning', horizons: horizons.map((days) => returning(days, counts, sd)) };
    case 'watch_time': {
      const cells = watchBins.map((_, i) => `${i}`);
      const whole = sumOf(cells);
      const minutes = sum(cells.map((cell) => counts.get(cell)?.watchMs ?? 0)) / 60_000;
      return {
        kind: 'watch_time',
        ...viewersOf(whole, sd),
        totalMinutes: exact(minutes),
        meanMinutes: context.isExact ? ratio(minutes, whole.raw) : null,
        bins: watchBins.map((fromMinutes, i) => ({
          fromMinutes,
          toMinutes: watchBins[i + 1] ?? null,
          viewers: people(`${i}`),
          ...shareOf(sumOf([`${i}`]), whole, sd),
        })),
      };
    }
    case 'interaction': {
      const cells = interactionBins.map((_, i) => `${i}`);
      const whole = sumOf(cells);
      return {
        kind: 'interaction',
        ...viewersOf(whole, sd),
        interactions: exact(sum(cells.map((cell) => counts.get(cell)?.views ?? 0))),
        bins: interactionBins.map((from, i) => {
          const next = interactionBins[i + 1];
          return {
            from,
            to: next === undefined ? null : next - 1,
            viewers: people(`${i}`),
            ...shareOf(sumOf([`${i}`]), whole, sd),
          };
        }),
      };
    }
    case 'loyalty': {
      const whole = sumOf(loyaltyClasses.map(({ key }) => key));
      return {
        kind: 'loyalty',
        ...viewersOf(whole, sd),
        classes: loyaltyClasses.map((each) => ({
          ...each,
          viewers: people(each.key),
          ...shareOf(sumOf([each.key]), whole, sd),
          watchMinutes: exact((counts.get(each.key)?.watchMs ?? 0) / 60_000),
        })),
      };
    }
    case 'churn':
      return churn(sumOf, context.splitMs, sd);
    case 'preferences':
      return preferences(counts, context);
    case 'demographics':
      return context.isExact
        ? exactDemographics(context.field, counts)
        : privateDemographics(context.field, counts, sd);
  }
}

/** Viewers that are a sum of cells. */
function viewersOf(whole: NoisySum, sd: number): { viewers: number; viewersHalfWidth?: number } {
  const { people, halfWidth } = toldSum(whole, sd);
  return { viewers: people, ...(halfWidth === undefined ? {} : { viewersHalfWidth: halfWidth }) };
}

export function shareOf(
  part: NoisySum,
  whole: NoisySum,
  sd: number,
): { share: number | null; shareHalfWidth?: number } {
  const { rate, halfWidth } = toldRate(part, without(whole, part), sd);
  return { share: rate, ...(halfWidth === undefined ? {} : { shareHalfWidth: halfWidth }) };
}

function rateOf(
  part: NoisySum,
  whole: NoisySum,
  sd: number,
): { rate: number | null; rateHalfWidth?: number } {
  const { rate, halfWidth } = toldRate(part, without(whole, part), sd);
  return { rate, ...(halfWidth === undefined ? {} : { rateHalfWidth: halfWidth }) };
}

function returning(days: number, counts: Counts, sd: number) {
  const sums = { viewers: new Array<NoisySum>(), returned: new Array<NoisySum>() };
  for (const [cell, { viewers }] of counts) {
    const [eligible = '', gap = ''] = cell.split('.');
    if (Number(eligible) < days) continue;
    sums.viewers.push({ raw: viewers, cells: 1 });
    if (gap !== 'none' && Number(gap) <= days) sums.returned.push({ raw: viewers, cells: 1 });
  }
  const whole = addSums(sums.viewers);
  const back = addSums(sums.returned);
  const { people, halfWidth } = toldSum(back, sd);
  return {
    days,
    ...viewersOf(whole, sd),
    returned: Math.min(Math.max(0, whole.raw), people),
    ...(halfWidth === undefined ? {} : { returnedHalfWidth: halfWidth }),
    ...rateOf(back, whole, sd),
  };
}

function churn(sumOf: (cells: readonly string[]) => NoisySum, splitMs: number, sd: number): AudienceBody {
  const cellsOf = ({ bands, key }: Predictor, outcomes: readonly number[]): readonly string[] =>
    bands.flatMap((_, i) => outcomes.map((outcome) => `${key}.${i}.${outcome}`));
  const made = predictors.map(({ key, title, bands }) => ({
    key,
    title,
    bands: bands.map((band, i) => {
      const lapsed = sumOf([`${key}.${i}.1`]);
      const whole = addSums([sumOf([`${key}.${i}.0`]), lapsed]);
      return {
        title: band,
        ...viewersOf(whole, sd),
        lapsed: Math.max(0, lapsed.raw),
        ...rateOf(lapsed, whole, sd),
      };
    }),
  }));
  // Everybody is in one band of each predictor; under noise their sums differ, and the one with the fewest bands has the least.
  const [fewest] = predictors.toSorted((a, b) => a.bands.length - b.bands.length);
  const whole = fewest === undefined ? addSums([]) : sumOf(cellsOf(fewest, [0, 1]));
  const lapsed = fewest === undefined ? addSums([]) : sumOf(cellsOf(fewest, [1]));
  const told = toldSum(lapsed, sd);
  return {
    kind: 'churn',
    splitMs,
    ...viewersOf(whole, sd),
    lapsed: told.people,
    ...(told.halfWidth === undefined ? {} : { lapsedHalfWidth: told.halfWidth }),
    ...rateOf(lapsed, whole, sd),
    predictors: made,
  };
}

function preferences(counts: Counts, context: ShapeContext): AudienceBody {
  const { by, everybody, isExact, pairs, population, sd, titles } = context;
  const title = (id: string): string => titles.get(id) ?? id;
  const of = (all: Counts, id: string): number => Math.max(0, all.get(id)?.viewers ?? 0);
  const rawOf = (id: string): NoisySum => ({ raw: counts.get(id)?.viewers ?? 0, cells: 1 });
  const whole = addSums([...counts.keys()].map(rawOf));
  const totalOfAll = everybody === undefined ? 0 : sum([...everybody.keys()].map((id) => of(everybody, id)));
  const items = [...counts.keys()]
    .map((id) => {
      const viewers = of(counts, id);
      // Exact: share of the viewers. Private: a viewer is in a few cells only, so it is the share of what is counted.
      const share = isExact ? { share: ratio(viewers, population) } : shareOf(rawOf(id), whole, sd);
      const affinity =
        everybody === undefined
          ? undefined
          : affinityOf(viewers, whole.raw, of(everybody, id), totalOfAll, context.noise, counts.size);
      const { index = null, low: indexLow = null, high: indexHigh = null } = affinity ?? {};
      return { id, title: title(id), viewers, ...share, index, indexLow, indexHigh };
    })
    .sort((x, y) => y.viewers - x.viewers || (x.id < y.id ? -1 : 1));
  return {
    kind: 'preferences',
    by,
    ...(isExact ? { viewers: population } : viewersOf(whole, sd)),
    items,
    pairs: pairs.flatMap((pair) => {
      const expected = (of(counts, pair.a) * of(counts, pair.b)) / population;
      const lift = ratio(pair.viewers, expected);
      if (lift === null) return [];
      const [liftLow, liftHigh] = liftInterval(
        pair.viewers,
        of(counts, pair.a),
        of(counts, pair.b),
        population,
      );
      return [{ ...pair, aTitle: title(pair.a), bTitle: title(pair.b), lift, liftLow, liftHigh }];
    }),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
