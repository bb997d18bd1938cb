import type { AudienceBody } from '../../platform/contracts/audience.ts';
import { demographicGroups, type DemographicField } from '../../platform/contracts/demographics.ts';
import { FEWEST_PEOPLE } from '../../platform/contracts/privacy.ts';
import { addSums, sumHalfWidth, toldRate, toldSum, without, type NoisySum } from './noisy-sums.ts';
import { revenueSteps, viewSteps } from './demographics-sql.ts';

export interface GroupCount {
  readonly viewers: number;
  readonly views?: number;
  readonly watchMs?: number;
  readonly revenueMinor?: number;
}

type Counts = ReadonlyMap<string, GroupCount>;
type Body = Extract<AudienceBody, { kind: 'demographics' }>;

/**
 * Exact groups, small ones told together. When these are still fewer than ten people, the smallest of the others goes with them: from the
 * sum of everybody they could be told otherwise.
 */
export function exactDemographics(field: DemographicField, counts: Counts): Body {
  const all = [...counts].map(([value, count]) => ({ value, ...count }));
  const isSmall = ({ viewers, views = 0 }: GroupCount): boolean =>
    viewers > 0 ? viewers < FEWEST_PEOPLE : views < FEWEST_PEOPLE;
  const shown = all
    .filter((group) => !isSmall(group))
    .toSorted((a, b) => b.viewers - a.viewers || (a.value < b.value ? -1 : 1));
  const small = all.filter(isSmall);
  while (small.length > 0 && shown.length > 0 && sumOf(small, 'viewers') < FEWEST_PEOPLE) {
    const next = shown.pop();
    if (next !== undefined) small.push(next);
  }
  const viewers = sumOf(all, 'viewers');
  const groupOf = (value: string, of: readonly GroupCount[]): Body['groups'][number] => {
    const people = sumOf(of, 'viewers');
    const revenueMinor = sumOf(of, 'revenueMinor');
    return {
      value,
      groups: of.length,
      viewers: people,
      share: viewers > 0 ? people / viewers : null,
      views: sumOf(of, 'views'),
      watchMinutes: sumOf(of, 'watchMs') / 60_000,
      revenueMinor: Math.round(revenueMinor),
      revenuePerViewerMinor: people > 0 ? revenueMinor / people : null,
      least: null,
    };
  };
  const isTold = sumOf(small, 'viewers') >= FEWEST_PEOPLE;
  return {
    kind: 'demographics',
    field,
    viewers,
    groups: [
      ...shown.map((group) => groupOf(group.value, [group])),
      ...(small.length > 0 && isTold ? [groupOf('', small)] : []),
    ],
    suppressed: isTold ? 0 : small.length,
  };
}

/**
 * Groups from counts with noise: people, and what they watched and paid at least, since each person counts by steps that end at 8 views and
 * 20.00. Arithmetic on what is given.
 */
export function privateDemographics(field: DemographicField, counts: Counts, sd: number): Body {
  const raw = (cell: string): number => counts.get(cell)?.viewers ?? 0;
  const groups = demographicGroups[field] ?? [];
  const peopleOf = (value: string): NoisySum => ({ raw: raw(`${value}|p`), cells: 1 });
  const whole = addSums(groups.map(peopleOf));
  const { people, halfWidth } = toldSum(whole, sd);
  return {
    kind: 'demographics',
    field,
    viewers: people,
    ...(halfWidth === undefined ? {} : { viewersHalfWidth: halfWidth }),
    groups: groups.map((value) => {
      const { rate, halfWidth: shareHalfWidth } = toldRate(
        peopleOf(value),
        without(whole, peopleOf(value)),
        sd,
      );
      const views = viewSteps.reduce((sum, { least, worth }) => sum + worth * raw(`${value}|v${least}`), 0);
      const revenue = revenueSteps.reduce(
        (sum, { least, worth }) => sum + worth * raw(`${value}|r${least}`),
        0,
      );
      return {
        value,
        groups: 1,
        viewers: Math.max(0, raw(`${value}|p`)),
        share: rate,
        ...(shareHalfWidth === undefined ? {} : { shareHalfWidth }),
        views: null,
        watchMinutes: null,
        revenueMinor: null,
        revenuePerViewerMinor: null,
        least: {
          views: Math.max(0, views),
          viewsHalfWidth: stepsHalfWidth(viewSteps, sd),
          payers: Math.max(0, raw(`${value}|r${revenueSteps[0].least}`)),
          revenueMinor: Math.max(0, revenue),
          revenueHalfWidthMinor: stepsHalfWidth(revenueSteps, sd),
        },
      };
    }),
    suppressed: 0,
  };
}

/** Half width of the noise on a sum of steps, each worth so much. */
function stepsHalfWidth(steps: readonly { readonly worth: number }[], sd: number): number {
  return sumHalfWidth(
    steps.reduce((sum, { worth }) => sum + worth ** 2, 0),
    sd,
  );
}

function sumOf(groups: readonly GroupCount[], what: keyof GroupCount): number {
  return groups.reduce((sum, group) => sum + (group[what] ?? 0), 0);
}
