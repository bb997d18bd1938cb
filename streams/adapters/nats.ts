import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { NatsError } from 'nats';
import type { Bus } from '../../platform/bus/bus.ts';
import { openKv } from '../../platform/bus/kv.ts';
import { openObjects } from '../../platform/bus/objects.ts';
import { readFrom } from '../../platform/bus/reader.ts';
import { buckets, eventsStream, eventsSubject, snapshotsBucket } from '../../platform/contracts/subjects.ts';
import { Checkpoint } from '../checkpoint.ts';
import { LogEpoch } from '../log-epoch.ts';
import type { CheckpointStore, EpochStore, EventLog, SnapshotStore } from '../ports.ts';

export function createEventLog(bus: Bus): EventLog {
  return {
    read: (partition, afterSeq, signal, isUnbroken) =>
      readFrom({
        bus,
        stream: eventsStream,
        subject: eventsSubject(partition),
        fromSeq: afterSeq + 1,
        signal,
        isUnbroken,
      }),
    bounds: async () => {
      const { firstSeq, lastSeq } = await bus.streamState(eventsStream);
      return { firstSeq, lastSeq };
    },
    timestampAt: async (seq) => {
      if (seq <= 0) return undefined;
      try {
        const message = await bus.jsm.streams.getMessage(eventsStream, { seq });
        return message.time.getTime();
      } catch (error) {
        if (error instanceof NatsError && error.api_error?.code === 404) return undefined;
        throw error;
      }
    },
    lastSeqOf: async (partition) => {
      try {
        const message = await bus.ask(async () => {
          return await bus.jsm.streams.getMessage(eventsStream, { last_by_subj: eventsSubject(partition) });
        });
        return message.seq;
      } catch (error) {
        if (error instanceof NatsError && error.api_error?.code === 404) return 0;
        throw error;
      }
    },
    inventory: async () => {
      const { state, config } = await bus.ask(async () => {
        return await bus.jsm.streams.info(eventsStream, { deleted_details: true });
      });
      return {
        firstSeq: state.first_seq,
        lastSeq: state.last_seq,
        messages: state.messages,
        bytes: state.bytes,
        maxBytes: config.max_bytes,
        deleted: state.deleted ?? [],
      };
    },
    purgeBelow: async (seq) => {
      await bus.purgeBelow(eventsStream, seq);
    },
  };
}

export async function createCheckpointStore(bus: Bus): Promise<CheckpointStore> {
  const kv = await openKv(bus, buckets.checkpoints, { schema: Checkpoint });
  return {
    load: async (partition) => {
      const entry = await kv.get(`p${partition}`);
      return entry === undefined ? undefined : { value: entry.value, revision: entry.revision };
    },
    save: async (partition, value, revision) => {
      const result =
        revision === 0
          ? await kv.create(`p${partition}`, value)
          : await kv.update(`p${partition}`, value, revision);
      return result.ok ? result.revision : 'conflict';
    },
  };
}

export const epochKey = 'log-epoch';

export async function createEpochStore(bus: Bus): Promise<EpochStore> {
  // The bucket holds other settings too: whoever opens it may not narrow it to one form.
  const kv = await openKv(bus, buckets.settings, { schema: Type.Unknown() });
  return {
    load: async () => {
      const entry = await kv.get(epochKey);
      return entry === undefined || !Value.Check(LogEpoch, entry.value)
        ? undefined
        : { value: entry.value, revision: entry.revision };
    },
    save: async (value, revision) => {
      const result =
        revision === 0 ? await kv.create(epochKey, value) : await kv.update(epochKey, value, revision);
      return result.ok ? result.revision : 'conflict';
    },
  };
}

export async function createSnapshotStore(bus: Bus): Promise<SnapshotStore> {
  const objects = await openObjects(bus, snapshotsBucket);
  return {
    put: async (name, bytes) => {
      await objects.put(name, bytes);
    },
    get: (name) => objects.get(name),
    delete: async (name) => {
      await objects.delete(name);
    },
  };
}
