import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalRule, stepRule, type RuleChange, type RuleSettings, type RuleState } from './threshold.ts';

/** Revenue per 1,000 views of the seeds: target 8, alert below 4. */
const rpm: RuleSettings = {
  threshold: 4,
  target: 8,
  direction: 'up',
  forWindows: 2,
  keepWindows: 2,
  noDataWindows: 3,
};

type Sample = number | undefined | string;

function run(samples: readonly Sample[], settings = rpm, from: RuleState = normalRule) {
  let state = from;
  const told: [number, RuleChange['kind'], RuleChange['what'], RuleChange['severity']][] = [];
  const phases: string[] = [];
  for (const [i, sample] of samples.entries()) {
    const input =
      typeof sample === 'string'
        ? { startMs: i, value: undefined, fault: sample }
        : { startMs: i, value: sample };
    const [next, changes] = stepRule(state, input, settings);
    state = next;
    phases.push(state.phase);
    for (const { kind, what, severity } of changes) told.push([i, kind, what, severity]);
  }
  return { state, told, phases };
}

const steady = Array.from({ length: 24 }, () => 7);

describe('a threshold rule', () => {
  it('waits the pending time, keeps firing, and resolves beyond the margin', () => {
    // The margin is a twentieth of 8 − 4: 4.1 is on the good side and not yet clear of it.
    const { phases, told } = run([5, 3.9, 3.9, 4.1, 4.3, 3.9, 4.3, 4.3]);
    expect(phases).toEqual([
      'normal',
      'pending',
      'firing',
      'firing',
      'recovering',
      'firing',
      'recovering',
      'normal',
    ]);
    expect(told).toEqual([
      [2, 'fired', 'breach', 'warning'],
      [7, 'resolved', 'breach', 'warning'],
    ]);
  });

  it('does not fire for one bad window', () => {
    expect(run([5, 1, 5, 1, 5]).told).toEqual([]);
  });

  it('is critical when it is as far below the threshold as the target is above, and says so when it becomes so', () => {
    expect(run([3, 3, -1]).told).toEqual([
      [1, 'fired', 'breach', 'warning'],
      [2, 'raised', 'breach', 'critical'],
    ]);
    expect(run([-0.5, 3]).told).toEqual([[1, 'fired', 'breach', 'critical']]);
  });

  it('reads costs the other way round', () => {
    const cost = { ...rpm, threshold: 5, target: 2.5, direction: 'down' as const };
    expect(run([4, 5.1, 5.2, 4.8, 4.8], cost).told).toEqual([
      [2, 'fired', 'breach', 'warning'],
      [4, 'resolved', 'breach', 'warning'],
    ]);
  });

  it('keeps a breach while values are missing, and tells missing values only of a regular series', () => {
    expect(run([...steady, 3, 3, undefined, undefined, undefined, undefined]).told).toEqual([
      [25, 'fired', 'breach', 'warning'],
    ]);
    expect(run([...steady, undefined, undefined, undefined, undefined, 7]).told).toEqual([
      [26, 'fired', 'nodata', 'info'],
      [28, 'resolved', 'nodata', 'info'],
    ]);
    const sparse = Array.from({ length: 48 }, (_, i) => (i % 2 === 0 ? 7 : undefined));
    expect(run([...sparse, undefined, undefined, undefined, undefined]).told).toEqual([]);
  });

  it('does not tell again that a series stays away until it has become regular again', () => {
    const away = [undefined, undefined, undefined, undefined];
    expect(run([...steady, ...away, 7, ...away, 7, ...away]).told.map(([, kind]) => kind)).toEqual([
      'fired',
      'resolved',
    ]);
  });

  it('waits the pending time for an error, too', () => {
    expect(run([7, 'bad', 7, 'bad', 'bad', 'bad', 7]).told).toEqual([
      [4, 'fired', 'error', 'warning'],
      [6, 'resolved', 'error', 'warning'],
    ]);
  });

  it('tells fired and resolved by turns, whatever comes', () => {
    const sample = fc.oneof(
      fc.double({ min: -10, max: 20, noNaN: true }),
      fc.constant(undefined),
      fc.constant('bad'),
    );
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 200 }), fc.nat(200), (samples, cut) => {
        const whole = run(samples);
        let isFiring = false;
        for (const [, kind] of whole.told) {
          if (kind === 'fired') expect(isFiring).toBe(false);
          else expect(isFiring).toBe(true);
          if (kind !== 'raised') isFiring = kind === 'fired';
        }
        // Stored and read back anywhere, it goes on as if nothing had been.
        const first = run(samples.slice(0, cut));
        const stored: RuleState = structuredClone(first.state);
        expect(run(samples.slice(cut), rpm, stored).told.length + first.told.length).toBe(whole.told.length);
      }),
    );
  });
});
