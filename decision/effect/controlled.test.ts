import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { controlledEffect, type Panel } from './controlled.ts';
import { cutOf } from './cut.ts';

const hourMs = 3_600_000;
const appliedAtMs = Date.UTC(2026, 2, 2, 9);
const cut = { rollup: 'channel', dim: 'c0' } as const;

interface World {
  readonly channels: number;
  readonly beforeHours: number;
  readonly afterHours: number;
  /** What all channels share: every one moves by this after the decision. */
  readonly shock: number;
  /** Added to the treated channel in each hour after. */
  readonly effect: number;
  readonly correlation: number;
}

/** Channels of one tenant: a common level that wanders and has a day, times a size of each, plus noise of its own. */
function worldOf(seed: string, world: World): Panel {
  const random = createRandom(seed);
  const { afterHours, beforeHours, channels, correlation, effect, shock } = world;
  const hoursMs = Array.from(
    { length: beforeHours + afterHours },
    (_, at) => appliedAtMs + (at - beforeHours) * hourMs,
  );
  let wander = 0;
  const common = hoursMs.map((startMs) => {
    wander = 0.9 * wander + 0.03 * random.normal();
    const day = 0.3 * Math.sin((2 * Math.PI * ((startMs / hourMs) % 24)) / 24);
    return (1 + day) * (1 + wander) * (startMs >= appliedAtMs ? 1 + shock : 1);
  });
  const series = new Map<string, number[]>();
  for (let channel = 0; channel < channels; channel += 1) {
    const size = 100 * (1 + channel / 2);
    const scale = Math.sqrt(1 - correlation ** 2);
    let noise = random.normal();
    series.set(
      `c${channel}`,
      common.map((level, at) => {
        noise = correlation * noise + scale * random.normal();
        const added = channel === 0 && (hoursMs[at] ?? 0) >= appliedAtMs ? effect : 0;
        return size * (level + 0.08 * noise) + added;
      }),
    );
  }
  return { hoursMs, series };
}

const measure = (panel: Panel, touched: readonly string[] = []) =>
  controlledEffect({
    panel,
    cut,
    touched: new Set(touched),
    appliedAtMs,
    untilMs: appliedAtMs + 1_000 * hourMs,
    measuredAtMs: 0,
  });

describe('what a decision is about', () => {
  it.each([
    [{}, undefined],
    [{ channel: 'a' }, { rollup: 'channel', dim: 'a' }],
    [
      { channel: 'a', content: 'v' },
      { rollup: 'content', dim: 'v' },
    ],
    [
      { country: 'DE', channel: 'a' },
      { rollup: 'channel', dim: 'a' },
    ],
    [{ channel: '' }, undefined],
  ])('%o is %o', (dims, found) => {
    expect(cutOf(dims)).toEqual(found);
  });
});

describe('the effect on one channel', () => {
  it('by hand: the controls say what would have been', () => {
    // Treated 10 before, controls 20: scale ½. Controls 30 after: 15 would have been, 18 came, 3 more in each of 4 hours.
    const hoursMs = Array.from({ length: 8 }, (_, at) => appliedAtMs + (at - 4) * hourMs);
    const flat = (before: number, after: number) => hoursMs.map((_, at) => (at < 4 ? before : after));
    const series = new Map([
      ['c0', flat(10, 18)],
      ['c1', flat(15, 25)],
      ['c2', flat(25, 35)],
    ]);
    const outcome = measure({ hoursMs, series });
    expect(outcome.realised).toBeCloseTo(12, 9);
    expect(outcome).toMatchObject({ windows: 4, cut, controls: ['c2', 'c1'] });
    // Without controls what came is held against before alone, and the method says so.
    const alone = measure({ hoursMs, series: new Map([['c0', flat(10, 18)]]) });
    expect(alone.realised).toBeCloseTo(32, 9);
    expect(alone.method).toMatch(/no two controls/);
    expect(measure({ hoursMs, series }, ['c1']).controls).toEqual([]);
  });

  it('says nothing of a channel without hours, and never NaN', () => {
    const panel = worldOf('empty', {
      channels: 4,
      beforeHours: 48,
      afterHours: 2,
      shock: 0,
      effect: 0,
      correlation: 0,
    });
    expect(measure(panel)).toMatchObject({ realised: null, low: null, high: null });
    const zero = new Map([...panel.series].map(([dim, values]) => [dim, values.map(() => 0)]));
    expect(measure({ ...panel, series: zero }).realised).toBeNull();
  });

  // 95% promised; 400 runs tell it to ±2.2% (2 sigma).
  it.each([
    ['nothing moves', 0, 0, 24],
    ['all move together', 0.3, 0, 24],
    ['all fall, a part of a day', -0.25, 0.5, 7],
    ['short and hanging together', 0.2, 0.7, 5],
    ['long', 0.2, 0.7, 120],
    ['it has an effect while all move', 0.3, 0.5, 30],
  ])('placebo: %s, the interval covers the truth at its level', (name, shock, correlation, afterHours) => {
    const effect = name.startsWith('it has') ? 20 : 0;
    const runs = 400;
    let covered = 0;
    let naive = 0;
    for (let run = 0; run < runs; run += 1) {
      const panel = worldOf(`${name} ${run}`, {
        channels: 8,
        beforeHours: 14 * 24,
        afterHours,
        shock,
        effect,
        correlation,
      });
      const { low, high } = measure(panel);
      const truth = effect * afterHours;
      if (low !== null && high !== null && low <= truth && truth <= high) covered += 1;
      const own = panel.series.get('c0') ?? [];
      const plain = measure({ ...panel, series: new Map([['c0', own]]) });
      if (plain.low !== null && plain.high !== null && plain.low <= truth && truth <= plain.high) naive += 1;
    }
    expect(covered / runs).toBeGreaterThan(0.915);
    expect(covered / runs).toBeLessThanOrEqual(0.995);
    // Without the others what moves all of them is taken for the effect.
    if (shock === 0.3) expect(naive / runs).toBeLessThan(0.7);
  });
});
