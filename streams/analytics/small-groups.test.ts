import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFew } from '../../platform/contracts/privacy.ts';
import { cohortBits, finishCohorts, newCohorts, stepCohorts, type CohortPlan } from './cohorts.ts';
import { finishFunnel, newFunnelUser, stepFunnel, type FunnelPlan, type FunnelUser } from './funnel.ts';
import { guardCohorts, guardedSteps, guardParts } from './small-groups.ts';

describe('steps of a part of the users', () => {
  test.each([
    ['none of fewer than ten', [200, 40, 3, 0], [200, 40, null, 0]],
    ['none that tells of fewer than ten who were lost', [200, 195, 150], [200, null, 150]],
    ['lost little by little', [200, 195, 188, 180], [200, null, 188, null]],
    ['a whole that is small', [7, 3, 0], [null, null, 0]],
    ['nobody is no group', [20, 20, 0], [20, 20, 0]],
  ])('%s', (_name, users, told) => {
    expect(guardedSteps(users)).toEqual(told);
  });
});

const plan: FunnelPlan = { steps: 2, order: 'ordered', windowMs: 1_000 };

function user(value: string, steps: number): FunnelUser {
  const made = newFunnelUser();
  for (let step = 0; step < steps; step++) stepFunnel(plan, made, step, 1 << step, value);
  return made;
}
const users = (value: string, first: number, second: number): FunnelUser[] =>
  Array.from({ length: first }, (_, i) => user(value, i < second ? 2 : 1));

test('a funnel of three people in a segment tells no count, share or time of them', () => {
  const answer = finishFunnel(plan, users('DE', 3, 3), { isBrokenDown: false, isGuarded: true });
  expect(answer.isGuarded).toBe(true);
  for (const step of answer.steps)
    expect(step).toEqual({
      users: null,
      ofFirst: null,
      ofPrevious: null,
      medianMsFromPrevious: null,
      medianMsFromFirst: null,
    });
  // All of the tenant's users are its own totals.
  const all = finishFunnel(plan, users('DE', 3, 3), { isBrokenDown: false, isGuarded: false });
  expect(all.steps.map((step) => step.users)).toEqual([3, 3]);
});

test('small parts of a funnel are told together, and do not follow from the sum', () => {
  const of = (...all: FunnelUser[][]) =>
    finishFunnel(plan, all.flat(), { isBrokenDown: true, isGuarded: false }).parts;
  // Four people would follow from 104 and 100: the smallest of the others goes with them.
  expect(of(users('US', 100, 50), users('DK', 30, 20), users('DE', 4, 4))).toEqual([
    { value: 'US', isRest: false, users: [100, 50] },
    { value: '', isRest: true, users: [34, 24] },
  ]);
  expect(of(users('US', 4, 1), users('DE', 3, 1))).toEqual([]);
  // At the second step 3 of DK would follow from 53, so US is not told of there either.
  expect(of(users('US', 100, 50), users('DK', 30, 3)).map((part) => part.users)).toEqual([
    [100, null],
    [30, null],
  ]);
});

test('whatever the parts, what is hidden of a step is nobody, or two parts and ten people, or all', () => {
  const anyPart = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }));
  fc.assert(
    fc.property(fc.array(anyPart, { maxLength: 25 }), (made) => {
      const ranked = made
        .map(([a, b], i) => ({ value: `v${i}`, users: [Math.max(a, b), Math.min(a, b)] }))
        .toSorted((x, y) => (y.users[0] ?? 0) - (x.users[0] ?? 0));
      const parts = guardParts(ranked, 20);
      for (const step of [0, 1]) {
        const total = ranked.reduce((sum, part) => sum + (part.users[step] ?? 0), 0);
        const told = parts.flatMap((part) => part.users[step] ?? []);
        for (const count of told) expect(isFew(count)).toBe(false);
        const hidden = total - told.reduce((sum, count) => sum + count, 0);
        expect(hidden).toBeGreaterThanOrEqual(0);
        if (told.length > 0) expect(isFew(hidden), `${hidden} of step ${step}`).toBe(false);
      }
    }),
  );
});

describe('cohorts of a part of the users', () => {
  const week: CohortPlan = {
    periods: {
      starts: [0, 10, 20, 30],
      indexOf: (ms) => Math.floor(ms / 10),
      endOf: (i) => 10 * (i + 1),
    },
    cohorts: 2,
    followed: 1,
    fromMs: 0,
    toMs: 20,
  };
  const state = newCohorts(week);
  const enter = (cohort: number, members: number, back: number): void => {
    for (let i = 0; i < members; i++) {
      stepCohorts(week, state, `${cohort}.${i}`, 10 * cohort, cohortBits.entry | cohortBits.revenue, 100);
      if (i < back) stepCohorts(week, state, `${cohort}.${i}`, 10 * cohort + 10, cohortBits.returns, 0);
    }
  };
  enter(0, 40, 4);
  enter(1, 3, 3);

  test('of three people nothing is told, of forty not that four came back, and no mean tells it', () => {
    const { cohorts, isGuarded, mean } = finishCohorts(week, state, 100, 100, true);
    expect(isGuarded).toBe(true);
    expect(cohorts.map(({ size, cells }) => [size, cells.map(({ returned }) => returned)])).toEqual([
      [40, [40, null]],
      [null, [null, null]],
    ]);
    expect(cohorts[1]?.cells[0]).toMatchObject({ revenueMinor: null, ltvMinor: null });
    expect(mean).toEqual([
      { members: 40, retention: 1, ltvMinor: 100 },
      { members: 40, retention: null, ltvMinor: 100 },
    ]);
    // Of all users they are the tenant's own totals.
    expect(finishCohorts(week, state, 100, 100).cohorts[1]).toMatchObject({ size: 3 });
  });

  test('that all but four came back is not told either', () => {
    const cells = [{ returned: 36, revenueMinor: 1, ltvMinor: 1, isComplete: true }];
    expect(guardCohorts([{ startMs: 0, endMs: 1, size: 40, cells }])[0]?.cells[0]?.returned).toBeNull();
  });
});
