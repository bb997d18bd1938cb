import { expect, test } from 'vitest';
import { pendingMessages, type StreamsStatus } from './streams-status.ts';
import { diskState, streamsPart } from './system-state.ts';

const partition = (number: number, appliedSeq: number) => ({
  partition: number,
  appliedSeq,
  position: appliedSeq,
  pendingBytes: 0,
  pendingMessages: 0,
});
const status: StreamsStatus = {
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
  [0.5, 'up'],
  [0.1, 'up'],
  [0.09, 'degraded'],
  [0.01, 'down'],
])('a disk with %d free is %s', (free, state) => {
  expect(diskState(free)).toBe(state);
});
