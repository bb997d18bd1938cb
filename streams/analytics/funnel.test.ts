import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FunnelOrder } from '../../platform/contracts/funnel.ts';
import { finishFunnel, newFunnelUser, stepFunnel, type FunnelPlan, type FunnelUser } from './funnel.ts';

type Event = readonly [timeMs: number, mask: number, value?: string];

function run(plan: FunnelPlan, events: readonly Event[]): FunnelUser {
  const user = newFunnelUser();
  for (const [timeMs, mask, value = ''] of events) stepFunnel(plan, user, timeMs, mask, value);
  return user;
}
const reached = (plan: FunnelPlan, events: readonly Event[]): readonly number[] =>
  run(plan, events).best?.times ?? [];
const plan = (order: FunnelOrder, windowMs = 100, steps = 3): FunnelPlan => ({ order, windowMs, steps });
const [A, B, C] = [1, 2, 4];

/** By trying every choice of one event a step: the definition itself. */
function longestByTrying({ steps, windowMs, order }: FunnelPlan, events: readonly Event[]): number {
  const fits = (i: number, step: number): boolean => ((events[i]?.[1] ?? 0) & (1 << step)) !== 0;
  const time = (i: number): number => events[i]?.[0] ?? 0;
  const follow = (step: number, from: number, startMs: number): number => {
    if (step === steps) return 0;
    let best = 0;
    const last = order === 'strict' ? Math.min(from + 1, events.length) : events.length;
    for (let i = from; i < last; i += 1)
      if (fits(i, step) && time(i) - startMs <= windowMs)
        best = Math.max(best, 1 + follow(step + 1, i + 1, startMs));
    return best;
  };
  if (order === 'any') {
    let most = 0;
    for (const [endMs] of events) {
      let seen = 0;
      for (const [timeMs, mask] of events) if (timeMs <= endMs && timeMs >= endMs - windowMs) seen |= mask;
      most = Math.max(most, [...Array(steps).keys()].filter((step) => (seen & (1 << step)) !== 0).length);
    }
    return most;
  }
  return Math.max(0, ...events.map((_event, i) => (fits(i, 0) ? 1 + follow(1, i + 1, time(i)) : 0)));
}

describe('ordered', () => {
  test.each<[string, Event[], number[]]>([
    [
      'all steps',
      [
        [0, A],
        [40, B],
        [90, C],
      ],
      [0, 40, 90],
    ],
    [
      'the window is measured from the first step, its end included',
      [
        [0, A],
        [40, B],
        [100, C],
      ],
      [0, 40, 100],
    ],
    [
      'one ms too late',
      [
        [0, A],
        [40, B],
        [101, C],
      ],
      [0, 40],
    ],
    [
      'a later start rescues what an earlier one has lost',
      [
        [0, A],
        [50, A],
        [60, B],
        [140, C],
      ],
      [50, 60, 140],
    ],
    [
      'others may lie between',
      [
        [0, A],
        [1, C],
        [2, A],
        [3, B],
        [4, A],
        [5, C],
      ],
      [2, 3, 5],
    ],
    [
      'the order counts',
      [
        [0, C],
        [1, B],
        [2, A],
      ],
      [2],
    ],
    ['one event is not two steps', [[0, A | B | C]], [0]],
    [
      'three events that fit every step are three steps',
      [
        [0, 7],
        [1, 7],
        [2, 7],
      ],
      [0, 1, 2],
    ],
    [
      'nothing without the first',
      [
        [0, B],
        [1, C],
      ],
      [],
    ],
  ])('%s', (_name, events, times) => {
    expect(reached(plan('ordered'), events)).toEqual(times);
  });
});

describe('strict', () => {
  test.each<[string, Event[], number[]]>([
    [
      'one after the other',
      [
        [0, A],
        [1, B],
        [2, C],
      ],
      [0, 1, 2],
    ],
    [
      'another step between ends it',
      [
        [0, A],
        [1, B],
        [2, A],
        [3, C],
      ],
      [0, 1],
    ],
    [
      'a repeated first step begins anew',
      [
        [0, A],
        [1, A],
        [2, B],
        [3, C],
      ],
      [1, 2, 3],
    ],
    [
      'it may come to pass later',
      [
        [0, A],
        [1, C],
        [2, A],
        [3, B],
      ],
      [2, 3],
    ],
  ])('%s', (_name, events, times) => {
    expect(reached(plan('strict'), events)).toEqual(times);
  });
});

describe('any order', () => {
  test.each<[string, Event[], number[]]>([
    [
      'backwards',
      [
        [0, C],
        [1, B],
        [2, A],
      ],
      [0, 1, 2],
    ],
    [
      'repeats count once',
      [
        [0, C],
        [1, C],
        [2, A],
      ],
      [1, 2],
    ],
    [
      'only within the window',
      [
        [0, C],
        [101, A],
        [150, B],
      ],
      [101, 150],
    ],
  ])('%s', (_name, events, times) => {
    expect(reached(plan('any'), events)).toEqual(times);
  });
});

const anyEvents = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 7 })), { maxLength: 8 })
  .map((events): Event[] => events.toSorted(([a], [b]) => a - b));

test.each<FunnelOrder>(['ordered', 'strict', 'any'])('%s finds what trying every choice finds', (order) => {
  fc.assert(
    fc.property(anyEvents, fc.integer({ min: 1, max: 60 }), (events, windowMs) => {
      const asked = plan(order, windowMs);
      expect(reached(asked, events)).toHaveLength(longestByTrying(asked, events));
    }),
  );
});

test('users by step, medians, parts and the rest', () => {
  const asked = plan('ordered');
  const users = [
    run(asked, [
      [0, A, 'x'],
      [10, B],
      [30, C],
    ]),
    run(asked, [
      [0, A, 'x'],
      [20, B],
      [25, C],
    ]),
    run(asked, [
      [0, A, 'y'],
      [60, B],
    ]),
    run(asked, [[0, A, 'z']]),
    run(asked, [[0, B, 'z']]),
  ];
  const { steps, parts } = finishFunnel(
    asked,
    // Ten of each, so that nobody is one of few.
    users.flatMap((user) => Array.from({ length: 10 }, () => user)),
    { isBrokenDown: true, isGuarded: false },
  );
  expect(steps).toEqual([
    { users: 40, ofFirst: 1, ofPrevious: 1, medianMsFromPrevious: null, medianMsFromFirst: null },
    { users: 30, ofFirst: 0.75, ofPrevious: 0.75, medianMsFromPrevious: 20, medianMsFromFirst: 20 },
    { users: 20, ofFirst: 0.5, ofPrevious: 2 / 3, medianMsFromPrevious: 12.5, medianMsFromFirst: 27.5 },
  ]);
  expect(parts).toEqual([
    { value: 'x', isRest: false, users: [20, 20, 20] },
    { value: 'y', isRest: false, users: [10, 10, 0] },
    { value: 'z', isRest: false, users: [10, 0, 0] },
  ]);
  const many = Array.from({ length: 300 }, (_each, i) => run(asked, [[0, A, `v${i % 30}`]]));
  expect(finishFunnel(asked, many, { isBrokenDown: true, isGuarded: false }).parts.at(-1)).toEqual({
    value: '',
    isRest: true,
    users: [100, 0, 0],
  });
  expect(finishFunnel(asked, [], { isBrokenDown: false, isGuarded: false })).toMatchObject({
    parts: [],
    steps: [{ users: 0, ofFirst: null }, {}, {}],
  });
});
