import type { Door } from './adapters/http-door.ts';
import { addTally, deadLetter, emptyTally, maxDeadLettersAtOnce, type Batch, type Tally } from './batch.ts';
import type { RefusedLine } from './report.ts';

/** What the server made of a batch. */
export interface Acknowledged {
  readonly tally: Readonly<Tally>;
  readonly refused: readonly RefusedLine[];
  /** First event the server took. */
  readonly first: { readonly source: string; readonly id: string } | undefined;
}

export interface Sender {
  /** Sends a batch; waits only while `maxInFlight` batches are on their way. Throws what a batch before it threw. */
  send(batch: Batch): Promise<void>;
  /** Waits for everything sent. */
  drain(): Promise<void>;
}

/**
 * Keeps up to `maxInFlight` batches on their way and reports them acknowledged strictly in the order they were sent, so that what
 * was acknowledged is always a beginning of the file and never has holes. After a failure nothing later is reported.
 */
export function createSender(
  deps: {
    readonly door: Pick<Door, 'postEvents' | 'postDeadLetters'>;
    readonly onAcknowledged: (acknowledged: Acknowledged) => Promise<void>;
  },
  config: { readonly source: string; readonly maxInFlight: number },
): Sender {
  const inFlight: Promise<Acknowledged>[] = [];

  const settleOldest = async (): Promise<void> => {
    const oldest = inFlight.shift();
    if (oldest !== undefined) await deps.onAcknowledged(await oldest);
  };

  return {
    send: async (batch) => {
      while (inFlight.length >= config.maxInFlight) await settleOldest();
      const sending = deliver(deps.door, config.source, batch);
      // Its failure is thrown when its turn comes; until then it must not count as unhandled.
      sending.catch(() => {});
      inFlight.push(sending);
    },
    drain: async () => {
      while (inFlight.length > 0) await settleOldest();
    },
  };
}

async function deliver(
  door: Pick<Door, 'postEvents' | 'postDeadLetters'>,
  source: string,
  batch: Batch,
): Promise<Acknowledged> {
  const reply =
    batch.events.length === 0
      ? { accepted: 0, duplicates: 0, rejected: [] }
      : await door.postEvents(batch.events.map((each) => each.event));

  const deadLetters = [...batch.deadLetters];
  const refused: RefusedLine[] = batch.deadLetters.map(({ index, code, message }) => ({
    line: index,
    code,
    message,
  }));
  const rejectedIndexes = new Set<number>();
  let rowsRejected = 0;
  for (const { index, code, message, isKept } of reply.rejected) {
    const sent = batch.events[index];
    if (sent === undefined || rejectedIndexes.has(index)) continue;
    rejectedIndexes.add(index);
    rowsRejected += sent.isMain ? 1 : 0;
    refused.push({ line: sent.line, code, message });
    if (!isKept) deadLetters.push(deadLetter(source, sent.line, JSON.stringify(sent.event), code, message));
  }
  for (let at = 0; at < deadLetters.length; at += maxDeadLettersAtOnce) {
    await door.postDeadLetters(deadLetters.slice(at, at + maxDeadLettersAtOnce));
  }

  const mainEvents = batch.events.filter((each) => each.isMain).length;
  return {
    refused: refused.toSorted((a, b) => a.line - b.line),
    first: firstTaken(batch, rejectedIndexes),
    tally: addTally(batch.tally, {
      ...emptyTally,
      rowsStored: mainEvents - rowsRejected,
      rowsRejected,
      accepted: reply.accepted,
      duplicates: reply.duplicates,
      rejected: rejectedIndexes.size,
      deadLetters: rejectedIndexes.size,
    }),
  };
}

function firstTaken(
  batch: Batch,
  rejected: ReadonlySet<number>,
): { readonly source: string; readonly id: string } | undefined {
  const taken = batch.events.find((_each, index) => !rejected.has(index))?.event;
  const { source, id } = taken ?? {};
  return typeof source === 'string' && typeof id === 'string' ? { source, id } : undefined;
}
