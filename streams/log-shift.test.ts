import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import type { Store } from '../platform/store/store.ts';
import { emptyCheckpoint, type Checkpoint } from './checkpoint.ts';
import type { LogEpoch } from './log-epoch.ts';
import { findShift, mayGoOn, type Shift } from './log-shift.ts';

const NOW_MS = 9_000;

/** A log of messages stored at these times from sequence 1 on, checkpoints, and rows as [partition, position]. */
interface World {
  readonly times: readonly number[];
  readonly checkpoints: readonly (Checkpoint | undefined)[];
  readonly rows: readonly (readonly [partition: number, position: number])[];
  epoch?: LogEpoch;
}

const at = (position: number, storedAtMs: number, change: Partial<Checkpoint> = {}): Checkpoint => ({
  ...emptyCheckpoint,
  position,
  intentTo: position,
  positionStoredAtMs: storedAtMs,
  intentStoredAtMs: storedAtMs,
  ...change,
});

function depsOf(world: World) {
  const highest = (above: number, partition: number | undefined): number =>
    Math.max(
      0,
      ...world.rows.flatMap(([of, position]) =>
        position > above && (partition === undefined || of === partition) ? [position] : [],
      ),
    );
  const store: Pick<Store, 'query'> = {
    query: async (_sql, params, row) => {
      const above = Number(params['above']);
      const partition = params['partition'] === undefined ? undefined : Number(params['partition']);
      return [Value.Parse(row, { highest: highest(above, partition) })];
    },
  };
  return {
    store,
    events: {
      bounds: async () => ({ firstSeq: 1, lastSeq: world.times.length }),
      timestampAt: async (seq: number) => world.times[seq - 1],
    },
    checkpoints: {
      load: async (partition: number) => {
        const value = world.checkpoints[partition];
        return value === undefined ? undefined : { value, revision: 1 };
      },
    },
    epochs: {
      load: async () => (world.epoch === undefined ? undefined : { value: world.epoch, revision: 1 }),
      save: async (value: LogEpoch) => {
        world.epoch = value;
        return 1;
      },
    },
    clock: { nowMs: () => NOW_MS },
  };
}

const shiftOf = (world: World, partition: number): Promise<Shift | undefined> =>
  findShift(
    depsOf(world),
    world.checkpoints.length,
    partition,
    world.checkpoints[partition] ?? emptyCheckpoint,
  );

const whole: World = {
  times: [10, 20, 30, 40],
  checkpoints: [at(4, 40), at(1, 10)],
  rows: [
    [0, 4],
    [1, 1],
  ],
};

describe('a partition', () => {
  it('changes nothing while log, checkpoints and rows agree, also with an insert half done or a log not read yet', async () => {
    expect(await shiftOf(whole, 0)).toBeUndefined();
    expect(await shiftOf({ ...whole, rows: [[0, 3]] }, 0)).toBeUndefined();
    const half = at(3, 30, { intentTo: 4, intentStoredAtMs: 40 });
    expect(await shiftOf({ ...whole, checkpoints: [half, at(1, 10)] }, 0)).toBeUndefined();
    expect(
      await shiftOf({ times: [1, 2], checkpoints: [undefined, undefined], rows: [] }, 1),
    ).toBeUndefined();
  });

  it('goes on behind everything when its own messages are gone', async () => {
    // Messages 3 and 4 are lost, and another one has come as the third.
    const world = { ...whole, times: [10, 20, 55] };
    expect(await shiftOf(world, 0)).toEqual({
      epoch: { seqOffset: 3, bar: 4, atMs: NOW_MS },
      firstNewSeq: 3,
      storedAtMs: 20,
      storedTo: 4,
      isLoss: true,
      isNewEpoch: true,
    });
    // Its next position is that of message 3: behind the bar. The other has message 2 to read: behind it too.
    expect(3 + 3).toBeGreaterThan(4);
    expect(2 + 3).toBeGreaterThan(4);
  });

  it('follows a loss that only another partition can see', async () => {
    const world: World = { ...whole, times: [10, 20, 55] };
    const shift = await shiftOf(world, 1);
    expect(shift).toMatchObject({ firstNewSeq: 2, storedAtMs: 10, storedTo: 1, isLoss: false });
    expect((shift?.firstNewSeq ?? 0) + (shift?.epoch.seqOffset ?? 0)).toBeGreaterThan(4);
    // The other then takes over what is written down, and so does one that was opened before.
    const other = await shiftOf(world, 0);
    expect(other).toMatchObject({ epoch: shift?.epoch, isNewEpoch: false, isLoss: true });
    expect(await mayGoOn(depsOf(world), 2, 0)).toBe(false);
  });

  it('sees that its checkpoint is older than what is stored', async () => {
    const world: World = {
      ...whole,
      rows: [
        [0, 4],
        [0, 7],
        [1, 9],
      ],
    };
    const shift = await shiftOf(world, 0);
    expect(shift).toMatchObject({ epoch: { bar: 9 }, firstNewSeq: 5, storedTo: 7, isLoss: true });
    expect((shift?.firstNewSeq ?? 0) + (shift?.epoch.seqOffset ?? 0)).toBeGreaterThan(9);
    // The partition without rows of its own beyond follows as well.
    expect(await shiftOf({ ...whole, rows: [[0, 9]] }, 1)).toMatchObject({
      epoch: { bar: 9 },
      isLoss: false,
    });
  });

  it('begins behind stored rows when NATS has lost everything', async () => {
    const world: World = {
      times: [70],
      checkpoints: [undefined, undefined],
      rows: [
        [0, 40],
        [1, 38],
      ],
    };
    expect(await shiftOf(world, 1)).toEqual({
      epoch: { seqOffset: 40, bar: 40, atMs: NOW_MS },
      firstNewSeq: 1,
      storedAtMs: 0,
      storedTo: 38,
      isLoss: true,
      isNewEpoch: true,
    });
  });

  it('takes over an epoch although a partition that has not followed yet still tells of the loss before it', async () => {
    const epoch: LogEpoch = { seqOffset: 3, bar: 4, atMs: 5 };
    const followed = at(6, 55, { seqOffset: 3 });
    const world: World = { times: [10, 20, 55], checkpoints: [at(4, 40), followed], rows: [], epoch };
    expect(await shiftOf(world, 1)).toBeUndefined();
    expect(await mayGoOn(depsOf(world), 2, 3)).toBe(true);
    expect(await shiftOf(world, 0)).toMatchObject({ epoch, isNewEpoch: false });
  });
});
