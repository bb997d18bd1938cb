import { expect, test } from 'vitest';
import { createFakeClock } from '../../platform/time/clock.ts';
import { emptyCheckpoint } from '../checkpoint.ts';
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
