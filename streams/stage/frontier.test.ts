import { expect, test } from 'vitest';
import { createFakeClock } from '../../platform/time/clock.ts';
import { emptyCheckpoint, type Checkpoint } from '../checkpoint.ts';
import type { LogEpoch } from '../log-epoch.ts';
import { createFrontier } from './frontier.ts';

test('a quiet partition that gets a message takes nothing back that was told', async () => {
  const lastSeqs = [10, 30];
  const positions = [10, 30];
  const clock = createFakeClock();
  const frontier = createFrontier(
    {
      events: {
        bounds: async () => ({ firstSeq: 1, lastSeq: Math.max(...lastSeqs) }),
        lastSeqOf: async (partition) => lastSeqs[partition] ?? 0,
        timestampAt: async () => 1,
      },
      checkpoints: {
        load: async (partition) => ({
          value: { ...emptyCheckpoint, position: positions[partition] ?? 0, positionStoredAtMs: 1 },
          revision: 1,
        }),
      },
      epochs: { load: async () => undefined },
      clock,
    },
    2,
  );
  expect(await frontier.read()).toBe(30);
  // Its own last message is the tenth, and the next is not stored yet: all up to the thirtieth still is.
  lastSeqs[0] = 31;
  await clock.advance(1_000);
  expect(await frontier.read()).toBe(30);
  positions[0] = 31;
  await clock.advance(1_000);
  expect(await frontier.read()).toBe(31);
});

test('nothing more is promised after a loss until every partition has followed', async () => {
  const clock = createFakeClock();
  const written: LogEpoch[] = [];
  let foundAtMs = 1;
  const checkpoints: Checkpoint[] = [
    { ...emptyCheckpoint, position: 10, intentTo: 10, positionStoredAtMs: 1, intentStoredAtMs: 1 },
    { ...emptyCheckpoint, position: 30, intentTo: 30, positionStoredAtMs: 1, intentStoredAtMs: 1 },
  ];
  const frontier = createFrontier(
    {
      events: {
        bounds: async () => ({ firstSeq: 1, lastSeq: 30 }),
        lastSeqOf: async () => 10,
        timestampAt: async () => foundAtMs,
      },
      checkpoints: {
        load: async (partition) => {
          const value = checkpoints[partition];
          return value === undefined ? undefined : { value, revision: 1 };
        },
      },
      epochs: {
        load: async () => {
          const value = written.at(-1);
          return value === undefined ? undefined : { value, revision: 1 };
        },
      },
      clock,
    },
    2,
  );
  const next = async () => {
    await clock.advance(1_000);
    return frontier.standing();
  };
  expect(await next()).toEqual({ upTo: 30, epoch: '', bar: Number.POSITIVE_INFINITY });
  // Another message stands there, nobody has noticed, and the log grows.
  foundAtMs = 2;
  expect((await next()).upTo).toBe(30);
  written.push({ seqOffset: 25, bar: 30, atMs: 7 });
  expect((await next()).epoch).toBeUndefined();
  checkpoints[1] = { ...emptyCheckpoint, position: 40, intentTo: 40, seqOffset: 25 };
  expect((await next()).epoch).toBeUndefined();
  checkpoints[0] = { ...emptyCheckpoint, position: 36, intentTo: 36, seqOffset: 25 };
  expect(await next()).toEqual({ upTo: 55, epoch: '25@7', bar: 30 });
});
