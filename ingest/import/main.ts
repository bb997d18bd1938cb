import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { createDoor } from './adapters/http-door.ts';
import { loadMapping, loadShippedMapping } from './adapters/mapping-files.ts';
import { formatOf } from './adapters/open-rows.ts';
import { createStateFiles } from './adapters/state-files.ts';
import { emptyTally, type BatchBounds } from './batch.ts';
import { compileMapping, type CompiledMapping } from './compile-mapping.ts';
import { importFile, type PreparedFile } from './import-file.ts';
import type { Mapping } from './mapping.ts';
import { createPlainStep } from './plain-step.ts';
import { prepareFiles } from './prepare-files.ts';
import { createProgress, type Output } from './progress.ts';
import { createReport, reportText, type FileReport, type ImportReport } from './report.ts';
import { createRowStep, type RowStep } from './row-mapper.ts';

export interface ImportOptions {
  /** In the order they are imported; for running totals oldest first. */
  readonly files: readonly string[];
  /** A shipped mapping, or `events` for files of ready-made events (what NDJSON is taken for when neither is given). */
  readonly format?: string;
  readonly mappingFile?: string;
  readonly url: string;
  readonly apiKey: string;
  /** Positions are kept under `<home>/imports`. */
  readonly home: string;
  readonly clock: Clock;
  readonly out: Output;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Sends everything once more, whatever was acknowledged before. */
  readonly again?: boolean;
  readonly limits?: Partial<ImportLimits>;
}

export interface ImportLimits {
  readonly batch: BatchBounds;
  /** Batches on their way at a time. */
  readonly maxInFlight: number;
  /** Keys whose totals are held, about 250 bytes each. */
  readonly maxKeys: number;
  /** Characters of row text held to sort a file that is not in order, about six bytes of memory each. */
  readonly maxSortCharacters: number;
  readonly giveUpAfterMs: number;
  readonly requestTimeoutMs: number;
}

export const defaultLimits: ImportLimits = {
  batch: { maxEvents: 1000, maxCharacters: 512 * 1024, maxRows: 10_000 },
  maxInFlight: 4,
  maxKeys: 2_000_000,
  maxSortCharacters: 64 * 1024 * 1024,
  giveUpAfterMs: 300_000,
  requestTimeoutMs: 60_000,
};

interface Kind {
  readonly mapping: Mapping | undefined;
  readonly compiled: CompiledMapping | undefined;
  readonly step: RowStep;
}

/**
 * Imports files through the public HTTP door. Ids come from the content, so importing again or resuming changes nothing on the
 * server. Throws before anything is sent when options, mapping or a file are wrong; what happens later is in the report.
 */
export async function runImport(options: ImportOptions): Promise<ImportReport> {
  const { clock, log, out, signal } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const startedMs = clock.monotonicMs();
  const progress = createProgress(out, clock);
  const kind = await chooseKind(options, limits);
  const files = await prepareFiles(options, kind, limits, progress);

  // Ends requests of batches still on their way when one before them has failed.
  const stopSending = new AbortController();
  const door = createDoor(
    {
      clock,
      random: createRandom(clock.nowMs()),
      signal: AbortSignal.any([signal, stopSending.signal]),
      onRetry: (why, delayMs) => {
        progress.wait(why);
        log.debug({ why, delayMs: Math.round(delayMs) }, 'waiting to send again');
      },
    },
    {
      url: options.url,
      apiKey: options.apiKey,
      giveUpAfterMs: limits.giveUpAfterMs,
      requestTimeoutMs: limits.requestTimeoutMs,
    },
  );
  const deps = { door, states: createStateFiles(options.home), clock, log, progress, signal };
  const config = { bounds: limits.batch, maxInFlight: limits.maxInFlight, again: options.again === true };

  const reports: FileReport[] = [];
  let error: unknown;
  try {
    for (const file of files) {
      const ending = await importFile(deps, file, kind.step, config);
      reports.push(ending.report);
      error = ending.error;
      if (ending.report.outcome === 'failed' || ending.report.outcome === 'interrupted') break;
    }
  } catch (caught) {
    error = caught;
  } finally {
    stopSending.abort();
    progress.clear();
  }
  for (const file of files.slice(reports.length)) reports.push(notStarted(file));
  const outcome = signal.aborted ? 'interrupted' : error === undefined ? 'finished' : 'failed';
  const report = createReport(reports, clock.monotonicMs() - startedMs, {
    outcome,
    ...(outcome === 'failed' ? { error } : {}),
  });
  out.write(reportText(report));
  return report;
}

async function chooseKind(options: ImportOptions, limits: ImportLimits): Promise<Kind> {
  const { format, mappingFile, files } = options;
  if (files.length === 0) throw new WeirError('IMPORT_USAGE', 'no file to import');
  if (format !== undefined && mappingFile !== undefined) {
    throw new WeirError('IMPORT_USAGE', 'give --format or --mapping, not both');
  }
  if (mappingFile === undefined && (format === undefined || format === 'events')) {
    const foreign = files.find((file) => format === undefined && formatOf(file) !== 'ndjson');
    if (foreign !== undefined) {
      throw new WeirError(
        'IMPORT_USAGE',
        `${foreign} needs --format NAME or --mapping FILE; only files of ready-made events (.ndjson, .jsonl) go without`,
      );
    }
    return { mapping: undefined, compiled: undefined, step: createPlainStep() };
  }
  const mapping =
    mappingFile === undefined ? await loadShippedMapping(format ?? '') : await loadMapping(mappingFile);
  const compiled = compileMapping(mapping);
  return { mapping, compiled, step: createRowStep(compiled, limits.maxKeys) };
}

function notStarted(file: PreparedFile): FileReport {
  return {
    file: file.name,
    sha256: file.sha256,
    outcome: 'not started',
    tally: emptyTally,
    sentNow: 0,
    refused: [],
  };
}
