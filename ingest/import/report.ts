import { addTally, emptyTally, type Tally } from './batch.ts';
import { number } from './progress.ts';

/** One row that did not become a stored event, as shown in the report. */
export interface RefusedLine {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

export interface FileReport {
  readonly file: string;
  readonly sha256: string;
  /** `earlier`: everything was acknowledged in an earlier run and nothing was sent now. */
  readonly outcome: 'imported' | 'resumed' | 'earlier' | 'interrupted' | 'failed' | 'not started';
  /** Over all runs of this import. */
  readonly tally: Readonly<Tally>;
  /** Events sent in this run. */
  readonly sentNow: number;
  /** Day of the earlier run, for `earlier`. */
  readonly finishedAt?: string | undefined;
  /** The first refused rows met in this run. */
  readonly refused: readonly RefusedLine[];
}

export interface ImportReport {
  readonly outcome: 'finished' | 'interrupted' | 'failed';
  readonly files: readonly FileReport[];
  readonly tally: Readonly<Tally>;
  /** What ended it, for `failed`. */
  readonly error?: unknown;
  readonly elapsedMs: number;
}

export const maxRefusedShown = 20;

export function createReport(
  files: readonly FileReport[],
  elapsedMs: number,
  ending: Pick<ImportReport, 'outcome' | 'error'>,
): ImportReport {
  let tally: Tally = { ...emptyTally };
  for (const file of files) tally = addTally(tally, file.tally);
  return { ...ending, files, tally, elapsedMs };
}

/** Rows the report accounts for: stored, or explained by a rule or a dead letter. Equals the rows of a finished file. */
export function accountedRows(tally: Readonly<Tally>): number {
  return tally.rowsStored + explainedRows(tally);
}

function explainedRows(tally: Readonly<Tally>): number {
  return tally.rowsSkipped + tally.rowsRepeated + tally.rowsRefused + tally.rowsRejected;
}

/** The report as text. */
export function reportText(report: ImportReport): string {
  const lines = report.files.flatMap(fileLines);
  if (report.files.length > 1) lines.push('All files', ...tallyLines(report.tally));
  const seconds = `${(report.elapsedMs / 1000).toFixed(1)} s`;
  if (report.outcome === 'finished') lines.push(`Finished in ${seconds}.`);
  else lines.push(`Stopped after ${seconds}. Run the same command again: it goes on where it stopped.`);
  return `${lines.join('\n')}\n`;
}

function fileLines(file: FileReport): string[] {
  const head = `${file.file} (SHA-256 ${file.sha256.slice(0, 12)})`;
  switch (file.outcome) {
    case 'not started':
      return [`${head}: not started`];
    case 'earlier':
      return [
        `${head}: imported before${file.finishedAt === undefined ? '' : `, on ${file.finishedAt}`}; nothing sent. --again sends it once more, with the same ids.`,
        ...tallyLines(file.tally),
      ];
    case 'imported':
    case 'resumed':
    case 'interrupted':
    case 'failed':
      return [
        `${head}: ${file.outcome}, ${number(file.sentNow)} events sent now`,
        ...tallyLines(file.tally),
        ...refusedLines(file),
      ];
  }
}

function tallyLines(tally: Readonly<Tally>): string[] {
  const explained = [
    part(tally.rowsSkipped, 'left out by a rule'),
    part(tally.rowsRepeated, 'repeating the snapshot before'),
    part(tally.rowsRefused, 'unreadable'),
    part(tally.rowsRejected, 'rejected by the server'),
  ].filter((text) => text !== '');
  const why = explained.length === 0 ? '' : ` (${explained.join(', ')})`;
  return [
    row('rows', tally.rows),
    `${row('accounted for', accountedRows(tally))}: ${number(tally.rowsStored)} stored, ${number(explainedRows(tally))} explained${why}`,
    row('events sent', tally.events),
    row('accepted', tally.accepted),
    `${row('duplicates', tally.duplicates)}${tally.duplicates === 0 ? '' : ' (known to the server already; counted once)'}`,
    row('rejected', tally.rejected),
    row('dead letters', tally.deadLetters),
    `${row('corrections', tally.corrections)}${tally.corrections === 0 ? '' : ' (a counter went down; counted as a negative change)'}`,
  ];
}

function refusedLines(file: FileReport): string[] {
  const total = file.tally.rowsRefused + file.tally.rejected;
  if (file.refused.length === 0) return [];
  const more =
    total > file.refused.length
      ? [`  and ${number(total - file.refused.length)} more, see the dead letters`]
      : [];
  return [...file.refused.map((each) => `  line ${each.line}: ${each.code}: ${each.message}`), ...more];
}

function row(name: string, value: number): string {
  return `  ${name.padEnd(14)}${number(value).padStart(14)}`;
}

function part(count: number, what: string): string {
  return count === 0 ? '' : `${number(count)} ${what}`;
}
