import { expect, test } from 'vitest';
import { createFakeClock } from '../../platform/time/clock.ts';
import { fasterOf } from './faster-of.ts';

/** Works that take so long each time they are called, by a clock that only they move. */
async function choose(first: readonly number[], second: readonly number[]): Promise<string> {
  let nowMs = 0;
  const work = (times: readonly number[]) => {
    let call = 0;
    return () => {
      nowMs += times[Math.min(call, times.length - 1)] ?? 0;
      call += 1;
    };
  };
  const clock = { ...createFakeClock(), monotonicMs: () => nowMs };
  return await fasterOf(clock, work(first), work(second));
}

test.each([
  ['the faster one', [5], [3], 'second'],
  ['the first when both are alike', [4], [4], 'first'],
  ['not by the first call, which compiles', [5], [900, 3], 'second'],
  ['by the best of its calls, since others use the machine', [5], [9, 80, 4, 70], 'second'],
  ['the first when the second is slow', [5], [9, 8, 7, 6], 'first'],
] as const)('%s', async (_, first, second, expected) => {
  expect(await choose(first, second)).toBe(expected);
});
