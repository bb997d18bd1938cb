import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFakeClock, systemClock } from './clock.ts';
import { createRandom } from './random.ts';

describe('fake clock', () => {
  test('fires sleeps and ticks in the order they come due', async () => {
    const clock = createFakeClock(1_000);
    const seen: string[] = [];
    void clock.sleep(50).then(() => seen.push(`slept at ${clock.nowMs()}`));
    const ticker = clock.every(20, () => void seen.push(`tick at ${clock.nowMs()}`));
    await clock.advance(60);
    ticker.stop();
    await clock.advance(100);
    expect(seen).toEqual(['tick at 1020', 'tick at 1040', 'slept at 1050', 'tick at 1060']);
    expect(clock.pendingTimers()).toBe(0);
    expect(clock.monotonicMs()).toBe(160);
  });

  test('what a timer starts in the same advance also comes due', async () => {
    const clock = createFakeClock();
    const seen: number[] = [];
    const loop = async (): Promise<void> => {
      for (let i = 0; i < 3; i += 1) {
        await clock.sleep(10);
        seen.push(clock.nowMs());
      }
    };
    const done = loop();
    await clock.advance(30);
    await done;
    expect(seen).toEqual([10, 20, 30]);
  });

  test('setting the wall clock moves no timer', async () => {
    const clock = createFakeClock(5_000);
    clock.setWallClock(100);
    expect(clock.nowMs()).toBe(100);
    expect(clock.monotonicMs()).toBe(0);
    await clock.advance(7);
    expect(clock.nowMs()).toBe(107);
  });
});

describe.each([
  ['system', systemClock, async () => {}],
  ['fake', ...fakeWithAdvance()],
] as const)('%s clock', (_name, clock, advance) => {
  test('a sleep ends with the reason of its signal', async () => {
    const abort = new AbortController();
    const reason = new Error('stopping');
    const slept = clock.sleep(60_000, abort.signal);
    abort.abort(reason);
    await expect(slept).rejects.toBe(reason);
    await expect(clock.sleep(1, abort.signal)).rejects.toBe(reason);
  });

  test('a slow tick is not started twice', async () => {
    let running = 0;
    let most = 0;
    let release: () => void = () => {};
    let started: () => void = () => {};
    const firstStarted = new Promise<void>((resolve) => (started = resolve));
    const ticker = clock.every(1, async () => {
      running += 1;
      most = Math.max(most, running);
      started();
      await new Promise<void>((resolve) => (release = resolve));
      running -= 1;
    });
    await advance();
    await firstStarted;
    await Promise.all([advance(), systemClock.sleep(10)]);
    ticker.stop();
    release();
    expect(most).toBe(1);
  });
});

function fakeWithAdvance() {
  const clock = createFakeClock();
  return [clock, async () => await clock.advance(5)] as const;
}

describe('random', () => {
  test('a seed fixes the numbers for ever', () => {
    const random = createRandom('weir');
    expect([random.int(1_000), random.int(1_000), random.int(1_000), random.int(1_000)]).toEqual(GOLDEN);
  });

  test('equal seeds agree, different seeds and forks do not', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (seed, label) => {
        const draw = (random: ReturnType<typeof createRandom>): number[] => [
          random.next(),
          random.next(),
          random.next(),
        ];
        expect(draw(createRandom(seed))).toEqual(draw(createRandom(seed)));
        expect(draw(createRandom(seed))).not.toEqual(draw(createRandom(seed).fork(label)));
      }),
    );
  });

  test('a fork does not move its parent', () => {
    const plain = createRandom(7);
    const forked = createRandom(7);
    const child = forked.fork('child');
    for (let i = 0; i < 10; i += 1) child.next();
    expect(forked.next()).toBe(plain.next());
  });

  test('int and next stay in range', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (seed, n) => {
        const random = createRandom(seed);
        for (let i = 0; i < 20; i += 1) {
          const drawn = random.int(n);
          expect(Number.isSafeInteger(drawn) && drawn >= 0 && drawn < n).toBe(true);
        }
      }),
    );
  });

  const n = 40_000;
  const draws: [string, number, number, (random: ReturnType<typeof createRandom>) => number][] = [
    ['uniform', 0.5, 1 / 12, (random) => random.next()],
    ['normal', 0, 1, (random) => random.normal()],
    ['exponential(0.25)', 4, 16, (random) => random.exponential(0.25)],
    ['poisson(0.3)', 0.3, 0.3, (random) => random.poisson(0.3)],
    ['poisson(9.9)', 9.9, 9.9, (random) => random.poisson(9.9)],
    ['poisson(10)', 10, 10, (random) => random.poisson(10)],
    ['poisson(4000)', 4_000, 4_000, (random) => random.poisson(4_000)],
  ];
  test.each(draws)('%s has mean %d and variance %d', (name, mean, variance, draw) => {
    const random = createRandom(`moments ${name}`);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i += 1) {
      const x = draw(random) - mean;
      sum += x;
      squares += x * x;
    }
    expect(Math.abs(sum / n)).toBeLessThan(5 * Math.sqrt(variance / n));
    expect(squares / n / variance).toBeGreaterThan(0.9);
    expect(squares / n / variance).toBeLessThan(1.1);
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 53])('int refuses %d', (bad) => {
    expect(() => createRandom(1).int(bad)).toThrow(RangeError);
  });

  test('pick refuses an empty list, poisson and exponential refuse nonsense', () => {
    const random = createRandom(1);
    expect(() => random.pick([])).toThrow(RangeError);
    expect(() => random.poisson(-1)).toThrow(RangeError);
    expect(() => random.poisson(Number.NaN)).toThrow(RangeError);
    expect(() => random.exponential(0)).toThrow(RangeError);
    expect(random.poisson(0)).toBe(0);
  });
});

const GOLDEN = [752, 951, 513, 53];
