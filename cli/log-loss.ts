import { Type } from '@sinclair/typebox';
import type { Bus } from '../platform/bus/bus.ts';
import { openKv } from '../platform/bus/kv.ts';
import { buckets, eventsStream } from '../platform/contracts/subjects.ts';
import {
  incidentPrefix,
  type AcknowledgedMark,
  type LogIncident,
  type PartitionPosition,
} from '../platform/contracts/verify.ts';
import type { Clock } from '../platform/time/clock.ts';
import { isWeirError } from '../platform/errors/weir-error.ts';
import { Checkpoint } from '../streams/checkpoint.ts';
import type { LogLoss } from './acknowledged.ts';

/**
 * Compares the log with what was acknowledged and processed, before the door opens and the lost sequences are handed out again. What is
 * missing becomes an incident that `weir verify` names until it is settled. Answers the mark from which to go on and how many
 * record batches are missing.
 */
export async function checkLog(
  bus: Bus,
  clock: Clock,
  mark: AcknowledgedMark | undefined,
): Promise<{ readonly mark: AcknowledgedMark | undefined; readonly missing: number }> {
  const lastSeq = await lastSeqOfLog(bus);
  const positions = await readPositions(bus);
  const wanted = Math.max(
    mark?.lastSeq ?? 0,
    ...positions.flatMap(({ position, intentTo }) => [position, intentTo]),
  );
  if (lastSeq >= wanted) return { mark, missing: 0 };
  const before = { lastSeq: wanted, atMs: mark?.atMs ?? 0, recent: mark?.recent ?? [] };
  // Killed before the processors have met the loss, the next start finds the same one again: the same key.
  await saveIncident(bus, `end-${lastSeq}`, { atMs: clock.nowMs(), lastSeq, before }, positions);
  const recent = (mark?.recent ?? []).filter(({ seq }) => seq <= lastSeq);
  return { mark: { lastSeq, atMs: mark?.atMs ?? 0, recent }, missing: wanted - lastSeq };
}

/** Where the partitions stand by their checkpoints, in sequences of the log. */
async function readPositions(bus: Bus): Promise<PartitionPosition[]> {
  const kv = await openKv(bus, buckets.checkpoints, { schema: Checkpoint });
  return (await kv.entries()).map(({ key, value: { position, intentTo, seqOffset } }) => ({
    partition: Number(key.slice(1)),
    position: Math.max(0, position - seqOffset),
    intentTo: Math.max(0, intentTo - seqOffset),
    seqOffset,
  }));
}

/** Keeps a loss where a log that loses its end cannot lose it too; a loss told again under the same name replaces itself. */
async function saveIncident(
  bus: Bus,
  name: string,
  loss: LogLoss,
  positions: readonly PartitionPosition[],
): Promise<void> {
  const incident: LogIncident = {
    foundBy: 'door',
    atMs: loss.atMs,
    lastSeq: loss.lastSeq,
    acknowledgedSeq: loss.before.lastSeq,
    missing: loss.before.recent.filter(({ seq }) => seq > loss.lastSeq),
    positions: [...positions],
  };
  const settings = await openKv(bus, buckets.settings, { schema: Type.Unknown() });
  await settings.put(`${incidentPrefix}.door.${loss.before.lastSeq}.${name}`, incident);
}

/**
 * Notes losses met while the engine runs. Positions are read when a loss is first told: a moment later the processors have gone on.
 */
export function createLossNotes(bus: Bus): (loss: LogLoss) => Promise<void> {
  let told: { readonly atMs: number; readonly positions: Promise<PartitionPosition[]> } | undefined;
  return async (loss) => {
    if (told?.atMs !== loss.atMs) told = { atMs: loss.atMs, positions: readPositions(bus) };
    await saveIncident(bus, `live-${loss.atMs}`, loss, await told.positions);
  };
}

async function lastSeqOfLog(bus: Bus): Promise<number> {
  try {
    return (await bus.streamState(eventsStream)).lastSeq;
  } catch (error) {
    if (isWeirError(error) && error.code === 'BUS_STREAM_MISSING') return 0;
    throw error;
  }
}
