import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { isDrifting, noDrift, retrainReason, stepDrift, type DriftState } from './drift.ts';

const run = (
  outside: (t: number) => boolean,
  steps: number,
): { at: number | undefined; state: DriftState } => {
  let state = noDrift;
  for (let t = 0; t < steps; t += 1) {
    state = stepDrift(state, outside(t));
    if (isDrifting(state)) return { at: t + 1, state };
  }
  return { at: undefined, state };
};

describe('the test whether reality leaves the intervals too often', () => {
  it('by hand: one outside adds ln 5, one inside takes ln(.95/.75), never below nothing', () => {
    expect(stepDrift(noDrift, true).evidence).toBeCloseTo(Math.log(5), 12);
    expect(stepDrift(stepDrift(noDrift, true), false).evidence).toBeCloseTo(
      Math.log(5) - Math.log(0.95 / 0.75),
      12,
    );
    expect(stepDrift(noDrift, false).evidence).toBe(0);
    // 5 / ln 5 = 3.1: the fourth in a row.
    expect(run(() => true, 10).at).toBe(4);
  });

  it('a right model is left alone for long, a wrong one is found soon', () => {
    const random = createRandom('drift');
    const until = (share: number): number => run(() => random.next() < share, 5_000).at ?? 5_000;
    const mean = (share: number): number =>
      Array.from({ length: 60 }, () => until(share)).reduce((a, b) => a + b, 0) / 60;
    expect(mean(0.05)).toBeGreaterThan(400);
    expect(mean(0.4)).toBeLessThan(25);
  });

  it('a total speaks for itself, parts only together', () => {
    const alarm: DriftState = { evidence: 9, seen: 10 };
    const states = (total: DriftState, parts: readonly DriftState[]) =>
      new Map([
        ['t', { state: total, isTotal: true, title: 'Views' }],
        ...parts.map((state, i): [string, { state: DriftState; isTotal: boolean; title: string }] => [
          `p${i}`,
          { state, isTotal: false, title: `part ${i}` },
        ]),
      ]);
    expect(retrainReason(states(alarm, [noDrift, noDrift]))).toContain('Views');
    expect(retrainReason(states(noDrift, [alarm, noDrift, noDrift, noDrift, noDrift]))).toBeUndefined();
    expect(retrainReason(states(noDrift, [alarm, alarm, noDrift]))).toContain('2 of 4');
    expect(retrainReason(new Map())).toBeUndefined();
  });
});
