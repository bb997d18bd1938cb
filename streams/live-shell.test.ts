import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import type { Interest, LiveCounters, LivePart } from '../platform/contracts/live.ts';
import { liveOutputs, type LiveOutput, type LiveView } from './live-shell.ts';

const part = (tenant: string, seq: number): LivePart => ({
  tenant,
  part: 0,
  seq,
  watermarkMs: 0,
  updates: [],
});
const counters = (tenant: string): LiveCounters => ({
  tenant,
  part: 0,
  seq: 0,
  stored: 1,
  duplicates: 0,
  late: 0,
  watermarkMs: 0,
  appliedReceivedAtMs: 0,
});
const interest: Interest = { tenant: 'a', keys: [{ rollup: 'channel', dim: 'c1' }] };

/** Two tenants change before every tick; the second only once somebody watches it. */
function createView(): LiveView & { watched: Interest[] } {
  const watched: Interest[] = [];
  let seq = 0;
  return {
    watched,
    changes: () => {
      seq++;
      return watched.length === 0 ? [part('a', seq)] : [part('a', seq), part('b', seq)];
    },
    counters: () => [counters('a'), counters('b')],
    current: () => [part('a', 99)],
    watch: (message) => void watched.push(message),
  };
}

const names: Readonly<Record<string, LiveOutput>> = {
  u: { to: 'kpi', message: part('a', 1) },
  v: { to: 'kpi', message: part('a', 2) },
  w: { to: 'kpi', message: part('b', 2) },
  c: { to: 'counters', message: counters('a') },
  d: { to: 'counters', message: counters('b') },
  r: { to: 'read-model', message: part('a', 99) },
};

interface Marbles {
  readonly updates?: string;
  readonly counters?: string;
  readonly readModel?: string;
  readonly interests?: string;
  readonly unsubscribe?: string;
  readonly expected: string;
  /** The subscription that `updates` and `counters` should have seen. */
  readonly subscribed: string;
}

function check(marbles: Marbles, fault?: Error): void {
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.run(({ hot, expectObservable, expectSubscriptions }) => {
    const at = (text = '-') => hot(text, { t: 0 }, fault);
    const updates = at(marbles.updates);
    const counting = at(marbles.counters);
    const readModel = at(marbles.readModel);
    const interests = hot(marbles.interests ?? '-', { i: interest });
    const outputs = liveOutputs({ updates, counters: counting, readModel, interests }, createView());
    expectObservable(outputs, marbles.unsubscribe).toBe(marbles.expected, names, fault);
    for (const [source, subscribed] of [
      [updates, marbles.subscribed],
      [counting, marbles.subscribed],
    ] as const)
      expectSubscriptions(source.subscriptions).toBe(subscribed);
  });
}

describe('liveOutputs', () => {
  test('sends what changed at every tick, and more once somebody watches', () => {
    check({
      updates: '   -t----t----',
      interests: ' ---i-------',
      expected: '  -u----(vw)',
      subscribed: '^-----------',
    });
  });

  test('keeps counters and the read model to ticks of their own', () => {
    check({
      updates: '  -t-------',
      counters: ' ---t-----',
      readModel: '-------t-',
      expected: ' -u-(cd)r-',
      subscribed: '^--------',
    });
  });

  test('is silent when nothing ticks', () => {
    check({ expected: '-', subscribed: '^' });
  });

  test('completes with the last of its inputs', () => {
    check({
      updates: '   -t|',
      counters: '  --|',
      readModel: ' |',
      interests: ' ----|',
      expected: '  -u--|',
      subscribed: '^-!',
    });
  });

  test('ends with what a source throws, and lets go of the others', () => {
    check(
      {
        updates: '   -t-#',
        expected: '  -u-#',
        subscribed: '^--!',
      },
      new Error('clock broken'),
    );
  });

  test('lets go of all sources when it is unsubscribed', () => {
    check({
      updates: '     -t----t',
      unsubscribe: ' ---!',
      expected: '    -u--',
      subscribed: '  ^--!',
    });
  });
});
