import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { AcknowledgedBatch, AcknowledgedMark } from '../platform/contracts/verify.ts';
import type { Log } from '../platform/log/log.ts';
import type { Clock } from '../platform/time/clock.ts';

/** What the door has told its senders, kept in `<home>/run/acknowledged`: outside the log, or a log that lost its end would look whole. */
export interface AcknowledgedKeeper {
  /** A batch was acknowledged under `seq`. */
  note(batch: AcknowledgedBatch & { readonly isRepeat: boolean }): void;
  mark(): AcknowledgedMark;
  /** Writes the last state; nothing is written after it. */
  stop(): Promise<void>;
}

/**
 * The log has handed out a sequence that was acknowledged before: it lost its end while we were connected. Told again, with a lower
 * `lastSeq`, as further acknowledgements show that more of it had gone.
 */
export interface LogLoss {
  readonly atMs: number;
  readonly lastSeq: number;
  readonly before: AcknowledgedMark;
}

const WRITE_INTERVAL_MS = 200;
/** Newest batches remembered one by one. */
const RECENT = 4_096;
/** Batches that were on their way when the log lost its end are acknowledged within this time, in any order. */
const LOSS_SETTLES_MS = 20_000;

/** Three numbers a batch: 4,096 of them are written five times a second under load. */
const FileForm = Type.Object({
  lastSeq: Type.Integer({ minimum: 0 }),
  atMs: Type.Number(),
  batches: Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 3 * RECENT }),
});

export function createAcknowledgedKeeper(
  deps: { readonly home: string; readonly clock: Clock; readonly log: Log },
  initial: AcknowledgedMark | undefined,
  onLoss: (loss: LogLoss) => void,
): AcknowledgedKeeper {
  const { clock, log } = deps;
  const path = markPath(deps.home);
  let lastSeq = initial?.lastSeq ?? 0;
  let atMs = initial?.atMs ?? 0;
  let recent = new Map((initial?.recent ?? []).map((batch) => [batch.seq, batch]));
  let loss: LogLoss | undefined;
  let isChanged = true;
  let hasFailed = false;

  const mark = (): AcknowledgedMark => ({ lastSeq, atMs, recent: [...recent.values()] });

  const findLoss = (seq: number): void => {
    if (recent.has(seq)) {
      loss = { atMs: clock.nowMs(), lastSeq: seq - 1, before: mark() };
      recent = new Map();
      lastSeq = 0;
      onLoss(loss);
    } else if (loss !== undefined && seq <= loss.lastSeq && clock.nowMs() - loss.atMs < LOSS_SETTLES_MS) {
      loss = { ...loss, lastSeq: seq - 1 };
      onLoss(loss);
    }
  };

  const write = async (): Promise<void> => {
    if (!isChanged) return;
    isChanged = false;
    try {
      await writeFile(`${path}.next`, fileText(mark()), { mode: 0o600 });
      await rename(`${path}.next`, path);
      hasFailed = false;
    } catch (error) {
      isChanged = true;
      if (!hasFailed) log.error({ err: error, path }, 'the mark of what was acknowledged cannot be written');
      hasFailed = true;
    }
  };

  let writing: Promise<void> = write();
  const timer = clock.every(WRITE_INTERVAL_MS, () => {
    writing = write();
    return writing;
  });

  return {
    note: ({ seq, partition, events, isRepeat }) => {
      if (!isRepeat) findLoss(seq);
      recent.set(seq, { seq, partition, events });
      if (recent.size > RECENT) {
        const oldest = recent.keys().next();
        if (oldest.done !== true) recent.delete(oldest.value);
      }
      if (seq > lastSeq) lastSeq = seq;
      atMs = clock.nowMs();
      isChanged = true;
    },
    mark,
    stop: async () => {
      timer.stop();
      await writing;
      writeFileSync(`${path}.next`, fileText(mark()), { mode: 0o600 });
      renameSync(`${path}.next`, path);
    },
  };
}

/** The mark an earlier run left, or undefined when there is none; an unreadable one counts as none and is told. */
export function readAcknowledged(home: string, log: Log): AcknowledgedMark | undefined {
  let text: string;
  try {
    text = readFileSync(markPath(home), 'utf8');
  } catch {
    return undefined;
  }
  const form = parsed(text);
  if (form === undefined) {
    log.error({ path: markPath(home) }, 'the mark of what was acknowledged is unreadable and is begun anew');
    return undefined;
  }
  const recent: AcknowledgedBatch[] = [];
  for (let at = 0; at + 2 < form.batches.length; at += 3)
    recent.push({
      seq: form.batches[at] ?? 0,
      partition: form.batches[at + 1] ?? 0,
      events: form.batches[at + 2] ?? 0,
    });
  return { lastSeq: form.lastSeq, atMs: form.atMs, recent };
}

function parsed(text: string): { lastSeq: number; atMs: number; batches: number[] } | undefined {
  try {
    const form: unknown = JSON.parse(text);
    return Value.Check(FileForm, form) ? form : undefined;
  } catch {
    return undefined;
  }
}

function fileText({ lastSeq, atMs, recent }: AcknowledgedMark): string {
  return JSON.stringify({
    lastSeq,
    atMs,
    batches: recent.flatMap(({ seq, partition, events }) => [seq, partition, events]),
  });
}

function markPath(home: string): string {
  return join(home, 'run', 'acknowledged');
}
