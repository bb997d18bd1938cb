import type { CanonicalEvent } from '../platform/contracts/event.ts';
import { asWeirError, WeirError } from '../platform/errors/weir-error.ts';
import { createRecordBatchBuilder, type RecordBatchBuilder } from '../platform/record-batch/builder.ts';
import { partitionOf, type IdentityHasher } from '../platform/record-batch/identity.ts';
import type { Clock } from '../platform/time/clock.ts';
import { LANES } from './recent-ids.ts';
import { nextCommit, type CommitPolicy } from './group-commit-policy.ts';

export interface EncodedBatch {
  readonly bytes: Uint8Array;
  readonly events: number;
}

/** Puts one record batch in the log and resolves when it is durable. */
export type PublishBatch = (partition: number, batch: EncodedBatch) => Promise<void>;

export interface GroupCommitDeps {
  readonly publish: PublishBatch;
  readonly hasher: IdentityHasher;
  readonly clock: Clock;
}

export interface GroupCommitConfig extends CommitPolicy {
  readonly partitions: number;
  /** Bounds on what is accepted into memory and not yet acknowledged by the log. */
  readonly maxPendingBytes: number;
  readonly maxPendingEvents: number;
}

/**
 * Many requests, one log record: events are collected into record batches by partition and each caller waits until every
 * batch that holds an event of its own is durable. When one of them fails the whole call fails; what its other batches
 * stored counts once after the sender's retry, because identities deduplicate.
 */
export interface GroupCommit {
  /** Resolves when all events are in the log; `identities` holds LANES numbers for each. Throws INGEST_BUSY at once when too much is pending, or what `publish` threw. */
  commit(events: readonly CanonicalEvent[], identities: Uint32Array): Promise<void>;
  readonly pendingEvents: number;
  readonly pendingBytes: number;
  /** Publishes what is open and resolves when nothing is pending. */
  drain(): Promise<void>;
}

/** One call of `commit`: how many batches it still waits for. */
interface Ticket {
  open: number;
  failure: Error | undefined;
  done: (() => void) | undefined;
}

interface SealedBatch extends EncodedBatch {
  readonly tickets: readonly Ticket[];
}

interface Partition {
  readonly index: number;
  readonly builder: RecordBatchBuilder;
  tickets: Ticket[];
  isDue: boolean;
  readonly sealed: SealedBatch[];
  inFlight: number;
}

export function createGroupCommit(deps: GroupCommitDeps, config: GroupCommitConfig): GroupCommit {
  const { publish, hasher, clock } = deps;
  const partitions: Partition[] = Array.from({ length: config.partitions }, (_, index) => ({
    index,
    builder: createRecordBatchBuilder(hasher),
    tickets: [],
    isDue: false,
    sealed: [],
    inFlight: 0,
  }));
  let pendingEvents = 0;
  let sealedBytes = 0;
  let isTimerArmed = false;
  let idleWaiters: (() => void)[] = [];

  const pendingBytes = (): number => {
    let bytes = sealedBytes;
    for (const { builder } of partitions) if (builder.count > 0) bytes += builder.bytes;
    return bytes;
  };

  const seal = (partition: Partition): void => {
    const events = partition.builder.count;
    const bytes = partition.builder.finish();
    sealedBytes += bytes.length;
    partition.sealed.push({ bytes, events, tickets: partition.tickets });
    partition.tickets = [];
    partition.isDue = false;
  };

  const send = (partition: Partition, batch: SealedBatch): void => {
    partition.inFlight++;
    publish(partition.index, batch).then(
      () => settle(partition, batch, undefined),
      (error: unknown) => settle(partition, batch, asWeirError(error)),
    );
  };

  const settle = (partition: Partition, batch: SealedBatch, failure: Error | undefined): void => {
    partition.inFlight--;
    pendingEvents -= batch.events;
    sealedBytes -= batch.bytes.length;
    for (const ticket of batch.tickets) {
      ticket.failure ??= failure;
      if (--ticket.open === 0) ticket.done?.();
    }
    advance(partition);
    if (pendingEvents > 0) return;
    const woken = idleWaiters;
    idleWaiters = [];
    for (const wake of woken) wake();
  };

  const advance = (partition: Partition): void => {
    for (;;) {
      const { builder, sealed, inFlight, isDue } = partition;
      const openEvents = builder.count;
      const openBytes = openEvents === 0 ? 0 : builder.bytes;
      const step = nextCommit({ openEvents, openBytes, isDue, sealed: sealed.length, inFlight }, config);
      if (step === 'wait') return;
      if (step === 'seal') seal(partition);
      const batch = sealed.shift();
      if (batch !== undefined) send(partition, batch);
    }
  };

  const tick = (): void => {
    isTimerArmed = false;
    for (const partition of partitions) {
      if (partition.builder.count === 0) continue;
      // Stays due when held back by publishes in flight: it then goes the moment one of them returns.
      partition.isDue = true;
      advance(partition);
    }
  };

  const arm = (): void => {
    if (isTimerArmed) return;
    isTimerArmed = true;
    void clock.sleep(config.commitIntervalMs).then(tick);
  };

  const add = (event: CanonicalEvent, identities: Uint32Array, at: number, ticket: Ticket): void => {
    const partition = partitions[partitionOf(identities, config.partitions, at)];
    if (partition === undefined) return;
    if (!partition.builder.add(event, identities, at)) {
      seal(partition);
      partition.builder.add(event, identities, at);
    }
    if (partition.tickets.at(-1) === ticket) return;
    partition.tickets.push(ticket);
    ticket.open++;
  };

  return {
    get pendingEvents() {
      return pendingEvents;
    },
    get pendingBytes() {
      return pendingBytes();
    },
    commit: async (events, identities) => {
      if (events.length === 0) return;
      // A request larger than the bound alone still passes when nothing else waits: it could never be sent otherwise.
      const isOver =
        pendingEvents + events.length > config.maxPendingEvents || pendingBytes() > config.maxPendingBytes;
      if (isOver && pendingEvents > 0)
        throw new WeirError('INGEST_BUSY', `${pendingEvents} events wait for the log`);
      pendingEvents += events.length;
      const ticket: Ticket = { open: 0, failure: undefined, done: undefined };
      for (let i = 0; i < events.length; i++) {
        const event = events[i];
        if (event !== undefined) add(event, identities, i * LANES, ticket);
      }
      for (const partition of partitions) advance(partition);
      arm();
      // Acknowledgements arrive on later turns of the event loop, so the ticket cannot be done before this line.
      await new Promise<void>((resolve) => {
        ticket.done = resolve;
      });
      if (ticket.failure !== undefined) throw ticket.failure;
    },
    drain: async () => {
      for (const partition of partitions) {
        partition.isDue = true;
        advance(partition);
      }
      if (pendingEvents === 0) return;
      await new Promise<void>((resolve) => {
        idleWaiters.push(resolve);
      });
    },
  };
}
