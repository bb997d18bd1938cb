import type { CohortAnswer } from '../../platform/contracts/cohorts.ts';
import type { Periods } from './periods.ts';
import { guardCohorts } from './small-groups.ts';

export interface CohortPlan {
  /** From the first cohort to the last period that is followed. */
  readonly periods: Periods;
  /** Periods of the grain in which cohorts begin, and how many periods after its own each is followed. */
  readonly cohorts: number;
  readonly followed: number;
  /** Who entered before this belongs to no cohort. */
  readonly fromMs: number;
  /** Who enters from here on belongs to none either. */
  readonly toMs: number;
}

/** What an event is for cohorts. */
export const cohortBits = { entry: 1, returns: 2, revenue: 4 } as const;

interface Member {
  /** Index of the cohort; -1: entered outside the range. */
  readonly cohort: number;
  /** Bit k: came back in period k after the entry. */
  seen: number;
}

export interface CohortState {
  readonly members: Map<string, Member>;
  /** By cohort, then by period after it. */
  readonly returned: number[][];
  readonly revenueMinor: number[][];
  readonly sizes: number[];
}

export function newCohorts(plan: CohortPlan): CohortState {
  const table = (): number[][] =>
    Array.from({ length: plan.cohorts }, () => Array.from({ length: plan.followed + 1 }, () => 0));
  return { members: new Map(), returned: table(), revenueMinor: table(), sizes: table().map(() => 0) };
}

/**
 * Takes in the next event of a user; each user's events come in order of time, from before `fromMs` on, so that an entry is known
 * to be the first. `bits` out of `cohortBits`. What a user did before the entry counts nowhere.
 */
export function stepCohorts(
  plan: CohortPlan,
  state: CohortState,
  user: string,
  timeMs: number,
  bits: number,
  amountMinor: number,
): void {
  let member = state.members.get(user);
  if (member === undefined) {
    if ((bits & cohortBits.entry) === 0) return;
    const isInside = timeMs >= plan.fromMs && timeMs < plan.toMs;
    member = { cohort: isInside ? plan.periods.indexOf(timeMs) : -1, seen: 0 };
    state.members.set(user, member);
    if (isInside) state.sizes[member.cohort] = (state.sizes[member.cohort] ?? 0) + 1;
  }
  if (member.cohort < 0) return;
  const period = plan.periods.indexOf(timeMs) - member.cohort;
  if (period > plan.followed) return;
  const returned = state.returned[member.cohort];
  const revenue = state.revenueMinor[member.cohort];
  if (returned === undefined || revenue === undefined) return;
  if ((bits & cohortBits.returns) !== 0 && (member.seen & (1 << period)) === 0) {
    member.seen |= 1 << period;
    returned[period] = (returned[period] ?? 0) + 1;
  }
  if ((bits & cohortBits.revenue) !== 0) revenue[period] = (revenue[period] ?? 0) + amountMinor;
}

/**
 * The table of cohorts. Members count as there in the period of their entry; periods that have not begun by `nowMs` have no cell, so
 * that a young cohort is not taken for a lost one. Means are over cohorts whose period has ended by `completeMs`. Guarded, small groups are not told, and
 * means are over what is told.
 */
export function finishCohorts(
  plan: CohortPlan,
  state: CohortState,
  nowMs: number,
  completeMs: number,
  isGuarded = false,
): Pick<CohortAnswer, 'cohorts' | 'isGuarded' | 'mean'> {
  const { starts } = plan.periods;
  const cohorts: CohortAnswer['cohorts'] = [];
  for (let cohort = 0; cohort < plan.cohorts; cohort += 1) {
    const startMs = starts[cohort] ?? 0;
    if (startMs > nowMs) break;
    const size = state.sizes[cohort] ?? 0;
    const cells: CohortAnswer['cohorts'][number]['cells'] = [];
    let revenueSoFar = 0;
    for (let period = 0; period <= plan.followed; period += 1) {
      if ((starts[cohort + period] ?? Number.POSITIVE_INFINITY) > nowMs) break;
      const revenueMinor = state.revenueMinor[cohort]?.[period] ?? 0;
      revenueSoFar += revenueMinor;
      cells.push({
        returned: period === 0 ? size : (state.returned[cohort]?.[period] ?? 0),
        revenueMinor,
        ltvMinor: size === 0 ? 0 : revenueSoFar / size,
        isComplete: plan.periods.endOf(cohort + period) <= completeMs,
      });
    }
    cohorts.push({ startMs, endMs: plan.periods.endOf(cohort), size, cells });
  }
  const told = isGuarded ? guardCohorts(cohorts) : cohorts;
  return { isGuarded, cohorts: told, mean: means(plan, told) };
}

function means(plan: CohortPlan, cohorts: CohortAnswer['cohorts']): CohortAnswer['mean'] {
  return Array.from({ length: plan.followed + 1 }, (_each, period) => {
    let members = 0;
    let counted = 0;
    let returned = 0;
    let revenue = 0;
    for (const { cells, size } of cohorts) {
      const cell = cells[period];
      if (cell === undefined || !cell.isComplete || size === null) continue;
      members += size;
      revenue += (cell.ltvMinor ?? 0) * size;
      if (cell.returned === null) continue;
      counted += size;
      returned += cell.returned;
    }
    return {
      members,
      retention: counted === 0 ? null : returned / counted,
      ltvMinor: members === 0 ? null : revenue / members,
    };
  });
}
