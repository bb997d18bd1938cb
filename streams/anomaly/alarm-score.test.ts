import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAlarmScores, stepAlarmScores } from './alarm-score.ts';

const run = (scores: readonly number[], quietMs: number): number[] => {
  const state = createAlarmScores(quietMs);
  return scores.map((score, at) => stepAlarmScores(state, at, score));
};

describe('alarm scores', () => {
  it('keep the first of a run and what is higher, and a new run after the quiet time', () => {
    expect(run([0, 0.4, 0.3, 0.6, 0.6, 0, 0, 0.2, 0.6], 3)).toEqual([0, 0.4, 0, 0.6, 0, 0, 0, 0, 0.6]);
  });

  it('equal the plain definition', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 80 }),
        fc.integer({ min: 1, max: 9 }),
        (scores, quietMs) => {
          const plain = scores.map((score, at) =>
            score > Math.max(0, ...scores.slice(Math.max(0, at - quietMs), at)) ? score : 0,
          );
          expect(run(scores, quietMs)).toEqual(plain);
        },
      ),
    );
  });
});
