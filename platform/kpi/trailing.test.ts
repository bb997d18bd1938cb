import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSlidingAggregate, trailing } from './trailing.ts';

const join = (older: string, newer: string): string => older + newer;

describe('createSlidingAggregate', () => {
  it('equals the merge of what is in the window, in order, whatever is pushed and let go', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.string({ minLength: 1, maxLength: 3 })), { maxLength: 200 }),
        (steps) => {
          const window = createSlidingAggregate(join);
          let expected: string[] = [];
          for (const slice of steps) {
            if (slice === null) {
              window.shift();
              expected = expected.slice(1);
            } else {
              window.push(slice);
              expected = [...expected, slice];
            }
            expect(window.size).toBe(expected.length);
            expect(window.value()).toBe(expected.length === 0 ? undefined : expected.join(''));
          }
        },
      ),
    );
  });

  it('costs at most three merges a slice, however wide the window', () => {
    for (const width of [2, 30, 1_000]) {
      let merges = 0;
      const window = createSlidingAggregate((a: number, b: number) => {
        merges++;
        return Math.max(a, b);
      });
      for (let i = 0; i < 10_000; i++) {
        if (window.size === width) window.shift();
        window.push(i);
        window.value();
      }
      expect(merges).toBeLessThanOrEqual(3 * 10_000);
    }
  });
});

describe('trailing', () => {
  const days = [0, 10, 20, 30, 40, 50];
  const of = (pairs: readonly (readonly [number, string])[], count: number) => [
    ...trailing(days, new Map(pairs), count, join),
  ];

  it.each([
    { count: 1, expected: ['0:a', '10:b', '40:c'] },
    { count: 2, expected: ['0:a', '10:ab', '20:b', '40:c', '50:c'] },
    { count: 3, expected: ['0:a', '10:ab', '20:ab', '30:b', '40:c', '50:c'] },
    { count: 9, expected: ['0:a', '10:ab', '20:ab', '30:ab', '40:abc', '50:abc'] },
  ])('spans $count windows and leaves empty ones out', ({ count, expected }) => {
    const found = of(
      [
        [0, 'a'],
        [10, 'b'],
        [40, 'c'],
      ],
      count,
    );
    expect(found.map(({ windowStartMs, value }) => `${windowStartMs}:${value}`)).toEqual(expected);
  });

  it('of nothing is nothing', () => {
    expect(of([], 3)).toEqual([]);
    expect([...trailing([], new Map([[0, 'a']]), 3, join)]).toEqual([]);
  });
});
