import type { CohortAnswer } from '../../platform/contracts/cohorts.ts';
import type { FunnelAnswer } from '../../platform/contracts/funnel.ts';
import { FEWEST_PEOPLE, isFew } from '../../platform/contracts/privacy.ts';

/**
 * Answers about a part of the users do not tell of groups of one to nine people, nor what would follow by taking a told figure from another in the same
 * answer. Against differences between several answers nothing helps but noise; that is what private answers are for (docs/adr/0015).
 */

/** Counts along a funnel: each is told when it and what was lost since the last one told are nobody or ten and more. */
export function guardedSteps(users: readonly number[]): (number | null)[] {
  let told: number | undefined;
  return users.map((count) => {
    if (isFew(count) || (told !== undefined && isFew(told - count))) return null;
    told = count;
    return count;
  });
}

/** Steps of a funnel over a part of the users; times and shares go with the counts they are of. */
export function guardSteps(steps: FunnelAnswer['steps']): FunnelAnswer['steps'] {
  const told = guardedSteps(steps.map(({ users }) => users ?? 0));
  return steps.map((step, i) => {
    const users = told[i] ?? null;
    if (users === null)
      return { users, ofFirst: null, ofPrevious: null, medianMsFromPrevious: null, medianMsFromFirst: null };
    return { ...step, users, ofPrevious: i === 0 || told[i - 1] !== null ? step.ofPrevious : null };
  });
}

interface Part {
  readonly value: string;
  readonly users: readonly number[];
}

/**
 * Parts of a funnel, most first, `most` for themselves. Small ones go into the rest, with the smallest of the others while these are still fewer than ten
 * people. What a part does not tell of a step must not follow from the sum over all parts: where too few people in all are left out there, the smallest of
 * the others is left out as well.
 */
export function guardParts(ranked: readonly Part[], most: number): FunnelAnswer['parts'] {
  const firstOf = ({ users }: Part): number => users[0] ?? 0;
  const shown = ranked.filter((part) => !isFew(firstOf(part))).slice(0, most);
  const isShown = new Set(shown);
  const rest = ranked.filter((part) => !isShown.has(part));
  const restSize = (): number => rest.reduce((sum, part) => sum + firstOf(part), 0);
  while (rest.length > 0 && isFew(restSize()) && shown.length > 0) {
    const next = shown.pop();
    if (next !== undefined) rest.push(next);
  }
  const steps = ranked[0]?.users.length ?? 0;
  const together = Array.from({ length: steps }, (_, step) =>
    rest.reduce((sum, { users }) => sum + (users[step] ?? 0), 0),
  );
  const parts = [
    ...shown.map(({ value, users }) => ({ value, isRest: false, users })),
    ...(rest.length === 0 || isFew(together[0] ?? 0) ? [] : [{ value: '', isRest: true, users: together }]),
  ];
  const told = parts.map(({ users }) => guardedSteps(users));
  for (let step = 1; step < steps; step++) hideComplements(parts, told, step);
  return parts.map((part, i) => ({ ...part, users: told[i] ?? [] }));
}

function hideComplements(
  parts: readonly { readonly users: readonly number[] }[],
  told: readonly (number | null)[][],
  step: number,
): void {
  const countOf = (index: number): number => parts[index]?.users[step] ?? 0;
  for (;;) {
    const hidden = told.flatMap((users, index) => (users[step] === null ? [index] : []));
    const people = hidden.reduce((sum, index) => sum + countOf(index), 0);
    if (hidden.length === 0 || (hidden.length > 1 && people >= FEWEST_PEOPLE)) return;
    const [next] = told
      .flatMap((users, index) => (users[step] === null ? [] : [index]))
      .toSorted((a, b) => countOf(a) - countOf(b) || a - b);
    const users = next === undefined ? undefined : told[next];
    if (users === undefined) return;
    users[step] = null;
  }
}

/** Cohorts of a part of the users: none of one to nine people, and no period in which one to nine came back or stayed away. */
export function guardCohorts(cohorts: CohortAnswer['cohorts']): CohortAnswer['cohorts'] {
  return cohorts.map((cohort) => {
    const size = cohort.size ?? 0;
    if (isFew(size))
      return {
        ...cohort,
        size: null,
        cells: cohort.cells.map(({ isComplete }) => ({
          returned: null,
          revenueMinor: null,
          ltvMinor: null,
          isComplete,
        })),
      };
    return {
      ...cohort,
      cells: cohort.cells.map((cell) => {
        const returned = cell.returned ?? 0;
        return isFew(returned) || isFew(size - returned) ? { ...cell, returned: null } : cell;
      }),
    };
  });
}
