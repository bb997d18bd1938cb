import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Door } from './adapters/http-door.ts';
import type { StateFiles } from './adapters/state-files.ts';
import { addTally, createBatcher, emptyTally, type BatchBounds, type Tally } from './batch.ts';
import type { ImportState } from './import-state.ts';
import type { Progress } from './progress.ts';
import { maxRefusedShown, type FileReport, type RefusedLine } from './report.ts';
import type { RowResult, RowStep } from './row-mapper.ts';
import type { FileRow } from './rows.ts';
import { createSender } from './sender.ts';

export interface FileDeps {
  readonly door: Door;
  readonly states: StateFiles;
  readonly clock: Clock;
  readonly log: Log;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

export interface PreparedFile {
  /** Name without folders: what dead letters and the report call it. */
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly stateKey: string;
  readonly mapping: string;
  readonly url: string;
  /** No file after it needs the totals its rows leave in the step. */
  readonly isLast: boolean;
  /** Opens the rows in the order they are imported in. */
  readonly open: (onBytes: (bytes: number) => void) => Promise<AsyncIterable<readonly FileRow[]>>;
}

export interface SendConfig {
  readonly bounds: BatchBounds;
  readonly maxInFlight: number;
  /** Starts at the first row whatever was acknowledged before. */
  readonly again: boolean;
}

const saveIntervalMs = 1000;

/** The report of a file that ended, and why when it did not end well. */
export interface FileEnding {
  readonly report: FileReport;
  readonly error?: unknown;
}

/**
 * Imports one file. Every row passes `step`, also those acknowledged in an earlier run, because the step carries totals from
 * row to row; only what was not acknowledged is sent. The position is saved after the acknowledgement, never before: a crash
 * between the two sends some rows again, with the same ids.
 */
export async function importFile(
  deps: FileDeps,
  file: PreparedFile,
  step: RowStep,
  config: SendConfig,
): Promise<FileEnding> {
  const earlier = config.again ? undefined : await trustedState(deps, file);
  const position = earlier?.tally.rows ?? 0;
  const isFinished = earlier?.isFinished === true;
  let tally: Tally = { ...(earlier?.tally ?? emptyTally) };
  let first = earlier?.first;
  let sentNow = 0;
  const refused: RefusedLine[] = [];

  const save = async (isDone: boolean): Promise<void> => {
    const state: ImportState = {
      version: 1,
      file: file.name,
      sha256: file.sha256,
      mapping: file.mapping,
      url: file.url,
      isFinished: isDone,
      updatedAt: new Date(deps.clock.nowMs()).toISOString(),
      tally,
      ...(first === undefined ? {} : { first }),
    };
    await deps.states.save(file.stateKey, state);
  };

  let savedAtMs = deps.clock.monotonicMs();
  const sender = createSender(
    {
      door: deps.door,
      onAcknowledged: async (acknowledged) => {
        tally = addTally(tally, acknowledged.tally);
        first ??= acknowledged.first;
        sentNow += acknowledged.tally.events;
        refused.push(...acknowledged.refused.slice(0, maxRefusedShown - refused.length));
        if (deps.clock.monotonicMs() - savedAtMs < saveIntervalMs) return;
        savedAtMs = deps.clock.monotonicMs();
        await save(false);
      },
    },
    { source: file.name, maxInFlight: config.maxInFlight },
  );

  const report = (outcome: FileReport['outcome']): FileReport => ({
    file: file.name,
    sha256: file.sha256,
    outcome,
    tally,
    sentNow,
    finishedAt: isFinished ? earlier.updatedAt : undefined,
    refused,
  });

  if (isFinished && file.isLast) return { report: report('earlier') };
  try {
    let doneBytes = 0;
    let rows = 0;
    const batcher = createBatcher(file.name, config.bounds);
    for await (const some of await file.open((bytes) => (doneBytes = bytes))) {
      deps.signal.throwIfAborted();
      for (const row of some) {
        const result: RowResult = 'cells' in row ? step(row) : { ...row, kind: 'refused' };
        rows += 1;
        if (rows <= position || isFinished) continue;
        const batch = batcher.add(row, result);
        if (batch !== undefined) await sender.send(batch);
      }
      deps.progress.show({
        file: file.name,
        stage: 'importing',
        doneBytes,
        totalBytes: file.bytes,
        rows,
        events: sentNow,
      });
    }
    const last = batcher.take();
    if (last !== undefined) await sender.send(last);
    await sender.drain();
    if (isFinished) return { report: report('earlier') };
    await save(true);
    return { report: report(position > 0 ? 'resumed' : 'imported') };
  } catch (error) {
    if (tally.rows > position) await save(false);
    if (deps.signal.aborted) return { report: report('interrupted') };
    return { report: report('failed'), error };
  }
}

/**
 * The state of an earlier run, if the server still has what it acknowledged then: a position is worth nothing on a server that was
 * emptied since. When the server does not say, the state is trusted.
 */
async function trustedState(deps: FileDeps, file: PreparedFile): Promise<ImportState | undefined> {
  const state = await deps.states.load(file.stateKey);
  if (state?.first === undefined) return undefined;
  const isStored = await deps.door.isStored(state.first.source, state.first.id);
  if (isStored !== false) return state;
  deps.log.info(
    { file: file.name },
    'the server does not have what an earlier import sent; starting at the first row',
  );
  return undefined;
}
