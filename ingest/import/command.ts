import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { asWeirError, messageOf, WeirError } from '../../platform/errors/weir-error.ts';
import { errorCodes } from '../../platform/errors/codes.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { shippedFormats } from './adapters/mapping-files.ts';
import { readIfThere } from './adapters/state-files.ts';
import { runImport, type ImportLimits } from './main.ts';
import type { Output } from './progress.ts';

export interface ImportCommandIo {
  /** Report and progress. */
  readonly out: Output;
  /** Faults. */
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted by the first interrupt of the user. */
  readonly signal: AbortSignal;
  readonly limits?: Partial<ImportLimits>;
}

/** Exit codes of `weir import`. */
export const exitCodes = {
  /** Every row is accounted for: stored, or explained by a rule or a dead letter. */
  finished: 0,
  failed: 1,
  usage: 2,
  /** With --strict: finished, but rows were refused or rejected. */
  refusedRows: 3,
  interrupted: 130,
} as const;

interface Arguments {
  readonly files: readonly string[];
  readonly format: string | undefined;
  readonly mapping: string | undefined;
  readonly url: string | undefined;
  readonly key: string | undefined;
  readonly isAgain: boolean;
  readonly isStrict: boolean;
  readonly isHelp: boolean;
}

/** `weir import …`: what comes after the word import. Resolves to the exit code, never rejects. */
export async function importCommand(argv: readonly string[], io: ImportCommandIo): Promise<number> {
  try {
    const given = parseArguments(argv);
    if (given.isHelp) {
      io.out.write(await usageText());
      return exitCodes.finished;
    }
    if (given.files.length === 0) throw new WeirError('IMPORT_USAGE', 'no file given');
    const home = io.env['WEIR_HOME'] ?? '.weir';
    const report = await runImport({
      files: given.files,
      ...(given.format === undefined ? {} : { format: given.format }),
      ...(given.mapping === undefined ? {} : { mappingFile: given.mapping }),
      url: checkUrl(given.url ?? `http://127.0.0.1:${io.env['WEIR_PORT'] ?? '8080'}`),
      apiKey: given.key ?? (await findKey(io.env, home)),
      home,
      clock: io.clock,
      out: io.out,
      signal: io.signal,
      log: io.log,
      again: given.isAgain,
      ...(io.limits === undefined ? {} : { limits: io.limits }),
    });
    if (report.outcome === 'interrupted') return exitCodes.interrupted;
    if (report.outcome === 'failed') return fail(io, report.error);
    const isClean = report.tally.rowsRefused + report.tally.rejected === 0;
    return isClean || !given.isStrict ? exitCodes.finished : exitCodes.refusedRows;
  } catch (error) {
    if (io.signal.aborted) return exitCodes.interrupted;
    return fail(io, error);
  }
}

function parseArguments(argv: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        format: { type: 'string' },
        mapping: { type: 'string' },
        url: { type: 'string' },
        key: { type: 'string' },
        again: { type: 'boolean' },
        strict: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return {
      files: positionals,
      format: values.format,
      mapping: values.mapping,
      url: values.url,
      key: values.key,
      isAgain: values.again === true,
      isStrict: values.strict === true,
      isHelp: values.help === true,
    };
  } catch (cause) {
    throw new WeirError('IMPORT_USAGE', messageOf(cause), { cause });
  }
}

function checkUrl(text: string): string {
  const isHttp = URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
  if (!isHttp)
    throw new WeirError('IMPORT_USAGE', `--url ${text} is not an address like http://127.0.0.1:8080`);
  return text;
}

async function findKey(env: ImportCommandIo['env'], home: string): Promise<string> {
  const fromEnvironment = env['WEIR_ADMIN_KEY']?.trim() ?? '';
  if (fromEnvironment !== '') return fromEnvironment;
  const path = join(home, 'admin.key');
  const fromFile = (await readIfThere(path))?.trim() ?? '';
  if (fromFile !== '') return fromFile;
  throw new WeirError(
    'IMPORT_USAGE',
    `no API key: set WEIR_ADMIN_KEY, give --key, or run this where ${path} is (WEIR_HOME says which directory)`,
  );
}

function fail(io: ImportCommandIo, error: unknown): number {
  const known = asWeirError(error);
  const { mend } = errorCodes[known.code];
  io.err.write(`weir import: ${known.message}\n${known.code}: ${mend}\n`);
  if (known.code === 'PLATFORM_INTERNAL') io.log.error({ err: error }, 'import failed');
  return known.code === 'IMPORT_USAGE' ? exitCodes.usage : exitCodes.failed;
}

async function usageText(): Promise<string> {
  const formats = ['events', ...(await shippedFormats())].join(', ');
  return `Usage: weir import [--format NAME | --mapping FILE] [--url URL] [--key KEY] [--again] [--strict] FILE…

Sends the rows of CSV, NDJSON and Parquet files to Weir as events. Importing a file twice changes nothing.

  --format NAME   a mapping that Weir brings: ${formats}
  --mapping FILE  a mapping of your own (JSON; see ingest/import/README.md)
  --url URL       default http://127.0.0.1:$WEIR_PORT, port 8080 when not set
  --key KEY       API key with ingest:write; default $WEIR_ADMIN_KEY, then the file admin.key in $WEIR_HOME (.weir)
  --again         send everything once more, with the same ids
  --strict        exit with 3 when rows were refused

Exit: 0 every row accounted for, 1 failed, 2 wrong arguments, 3 see --strict, 130 interrupted. After 1 and 130 the same
command goes on where it stopped.
`;
}
