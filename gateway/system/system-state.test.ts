import { expect, test } from 'vitest';
import { pendingMessages, type StreamsStatus } from './streams-status.ts';
import { diskState, logPart, streamsPart } from './system-state.ts';

const partition = (number: number, appliedSeq: number) => ({
  partition: number,
  appliedSeq,
  position: appliedSeq,
  pendingBytes: 0,
  pendingMessages: 0,
});
const status: StreamsStatus = {
  log: { lostAtMs: null, toFollow: 0 },
  partitions: [partition(0, 90), partition(1, 40)],
  expectedPartitions: 2,
  lastSeq: 100,
  watermarkMs: null,
};

test('an idle partition is not behind; the log is read as far as the furthest', () => {
  expect(pendingMessages(status)).toBe(10);
  expect(pendingMessages({ ...status, partitions: [] })).toBe(100);
  expect(pendingMessages({ ...status, lastSeq: 0 })).toBe(0);
});

test.each([
  [status, 0, 'up'],
  [{ ...status, expectedPartitions: 4 }, 0, 'degraded'],
  [{ ...status, partitions: [] }, 0, 'down'],
  [undefined, 1_000, 'degraded'],
  [undefined, 60_000, 'down'],
  [undefined, Number.POSITIVE_INFINITY, 'down'],
] as [StreamsStatus | undefined, number, string][])(
  'case %#: streams are %s after %d ms: %s',
  (given, silenceMs, state) => {
    expect(streamsPart(given, silenceMs).state).toBe(state);
  },
);

test.each([
  [undefined, undefined],
  [{ lostAtMs: null, toFollow: 2 }, undefined],
  [{ lostAtMs: 1_000, toFollow: 1 }, 'degraded'],
  [{ lostAtMs: 1_000, toFollow: 0 }, 'up'],
])('a log %o is told as %s, for a week after it lost its end', (log, state) => {
  const given = log === undefined ? undefined : { ...status, log };
  expect(logPart(given, 2_000)?.state).toBe(state);
  expect(logPart(given, 8 * 86_400_000)?.state).toBe(state === 'degraded' ? state : undefined);
});

test.each([
  [0.5, 'up'],
  [0.1, 'up'],
  [0.09, 'degraded'],
  [0.01, 'down'],
])('a disk with %d free is %s', (free, state) => {
  expect(diskState(free)).toBe(state);
});
