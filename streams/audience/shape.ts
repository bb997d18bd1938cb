import type { AudienceBody, AudienceTopic } from '../../platform/contracts/audience.ts';
import type { DemographicField } from '../../platform/contracts/demographics.ts';
import { affinityOf, liftInterval } from './affinity.ts';
import { exactDemographics, privateDemographics } from './demographics.ts';
import { horizons, interactionBins, loyaltyClasses, predictors, watchBins } from './cells.ts';
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
 * through. Noise can make counts negative; they are cut at 0, shares that have nothing to be a share of are null.
 */
export function shapeBody(topic: AudienceTopic, counts: Counts, context: ShapeContext): AudienceBody {
  const people = (cell: string): number => Math.max(0, counts.get(cell)?.viewers ?? 0);
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
      return { kind: 'returning', horizons: horizons.map((days) => returning(days, counts)) };
    case 'watch_time': {
      const cells = watchBins.map((_, i) => `${i}`);
      const viewers = sum(cells.map(people));
      const minutes = sum(cells.map((cell) => counts.get(cell)?.watchMs ?? 0)) / 60_000;
      return {
        kind: 'watch_time',
        viewers,
        totalMinutes: exact(minutes),
        meanMinutes: context.isExact ? ratio(minutes, viewers) : null,
        bins: watchBins.map((fromMinutes, i) => ({
          fromMinutes,
          toMinutes: watchBins[i + 1] ?? null,
          viewers: people(`${i}`),
          share: ratio(people(`${i}`), viewers),
        })),
      };
    }
    case 'interaction': {
      const cells = interactionBins.map((_, i) => `${i}`);
      const viewers = sum(cells.map(people));
      return {
        kind: 'interaction',
        viewers,
        interactions: exact(sum(cells.map((cell) => counts.get(cell)?.views ?? 0))),
        bins: interactionBins.map((from, i) => {
          const next = interactionBins[i + 1];
          return {
            from,
            to: next === undefined ? null : next - 1,
            viewers: people(`${i}`),
            share: ratio(people(`${i}`), viewers),
          };
        }),
      };
    }
    case 'loyalty': {
      const viewers = sum(loyaltyClasses.map(({ key }) => people(key)));
      return {
        kind: 'loyalty',
        viewers,
        classes: loyaltyClasses.map((each) => ({
          ...each,
          viewers: people(each.key),
          share: ratio(people(each.key), viewers),
          watchMinutes: exact((counts.get(each.key)?.watchMs ?? 0) / 60_000),
        })),
      };
    }
    case 'churn':
      return churn(people, context.splitMs);
    case 'preferences':
      return preferences(counts, context);
    case 'demographics':
      return context.isExact
        ? exactDemographics(context.field, counts)
        : privateDemographics(context.field, counts);
  }
}

function returning(days: number, counts: Counts) {
  const raw = (cell: string): number => counts.get(cell)?.viewers ?? 0;
  let viewers = 0;
  let returned = 0;
  for (const cell of counts.keys()) {
    const [eligible = '', gap = ''] = cell.split('.');
    if (Number(eligible) < days) continue;
    viewers += raw(cell);
    if (gap !== 'none' && Number(gap) <= days) returned += raw(cell);
  }
  const people = Math.max(0, viewers);
  const back = Math.min(people, Math.max(0, returned));
  return { days, viewers: people, returned: back, rate: ratio(back, people) };
}

function churn(people: (cell: string) => number, splitMs: number): AudienceBody {
  const made = predictors.map(({ key, title, bands }) => ({
    key,
    title,
    bands: bands.map((band, i) => {
      const lapsed = people(`${key}.${i}.1`);
      const viewers = people(`${key}.${i}.0`) + lapsed;
      return { title: band, viewers, lapsed, rate: ratio(lapsed, viewers) };
    }),
  }));
  // Everybody is in one band of each predictor; under noise their sums differ, and the first one is as good as any.
  const bands = made[0]?.bands ?? [];
  const viewers = sum(bands.map((band) => band.viewers));
  const lapsed = sum(bands.map((band) => band.lapsed));
  return { kind: 'churn', splitMs, viewers, lapsed, rate: ratio(lapsed, viewers), predictors: made };
}

function preferences(counts: Counts, context: ShapeContext): AudienceBody {
  const { by, everybody, isExact, pairs, population, titles } = context;
  const title = (id: string): string => titles.get(id) ?? id;
  const of = (all: Counts, id: string): number => Math.max(0, all.get(id)?.viewers ?? 0);
  const total = sum([...counts.keys()].map((id) => of(counts, id)));
  const totalOfAll = everybody === undefined ? 0 : sum([...everybody.keys()].map((id) => of(everybody, id)));
  const items = [...counts.keys()]
    .map((id) => {
      const viewers = of(counts, id);
      // Exact: share of the viewers. Private: a viewer is in a few cells only, so it is the share of what is counted.
      const share = ratio(viewers, isExact ? population : total);
      const affinity =
        everybody === undefined
          ? undefined
          : affinityOf(viewers, total, of(everybody, id), totalOfAll, context.noise, counts.size);
      const { index = null, low: indexLow = null, high: indexHigh = null } = affinity ?? {};
      return { id, title: title(id), viewers, share, index, indexLow, indexHigh };
    })
    .sort((x, y) => y.viewers - x.viewers || (x.id < y.id ? -1 : 1));
  return {
    kind: 'preferences',
    by,
    viewers: isExact ? population : total,
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
