import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { messageOf, WeirError } from '../platform/errors/weir-error.ts';
import { createAlarmScores, stepAlarmScores } from '../streams/anomaly/alarm-score.ts';
import { createDetector, stepDetector } from '../streams/anomaly/detector.ts';
import { quietMsOf } from '../streams/anomaly/verdict.ts';
import { parseNabFile, type NabRow } from './nab-file.ts';

const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** A file's step is the median of so many first distances: the detector only primes on them, so that nothing later is looked at. */
const STEP_ROWS = 30;
const FALSE_ALARMS_PER_WEEK = 1;
const FALLBACK_STEP_MS = 300_000;

/**
 * Reads every CSV under `data` and writes `timestamp,value,anomaly_score` under `out` at the same place, in one pass a file and with one
 * configuration for all. A file that cannot be read is named and the others go on; the answer is then 1.
 */
export function evalAnomalies(data: string, out: string, say: (line: string) => void): number {
  const from = resolve(data);
  const to = resolve(out);
  if (from === to)
    throw new WeirError('EVAL_USAGE', '--out is the folder of --data: the series would be overwritten');
  const files = csvFilesOf(from, to);
  if (files.length === 0) throw new WeirError('EVAL_DATA_MISSING', `there is no .csv file under ${data}`);
  let refused = 0;
  let rowCount = 0;
  let missing = 0;
  const before = process.cpuUsage();
  for (const file of files) {
    const name = relative(from, file);
    try {
      if (statSync(file).size > MAX_FILE_BYTES)
        throw new WeirError('EVAL_FILE_INVALID', `${name}: larger than 64 MiB`);
      const rows = parseNabFile(readFileSync(file, 'utf8'), name);
      const target = join(to, name);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, scoredCsv(rows));
      rowCount += rows.length;
      missing += rows.filter(({ value }) => value === undefined).length;
    } catch (error) {
      refused++;
      say(`${error instanceof WeirError ? error.code : 'EVAL_FILE_INVALID'}  ${messageOf(error)}`);
    }
  }
  const seconds = process.cpuUsage(before).user / 1e6;
  say(
    `${files.length - refused} of ${files.length} files, ${rowCount} rows (${missing} without a value) in ${seconds.toFixed(1)} s of CPU, to ${out}`,
  );
  return refused > 0 ? 1 : 0;
}

/** Scores of a series in the order of its rows: one alarm an episode (`stepAlarmScores`). */
export function scoresOf(rows: readonly NabRow[]): number[] {
  const stepMs = stepMsOf(rows);
  const detector = createDetector({ stepMs, falseAlarmsPerWeek: FALSE_ALARMS_PER_WEEK });
  const alarms = createAlarmScores(quietMsOf(stepMs));
  return rows.map((row) => stepAlarmScores(alarms, row.timeMs, stepDetector(detector, row).score));
}

function scoredCsv(rows: readonly NabRow[]): string {
  const scores = scoresOf(rows);
  const lines = rows.map((row, at) => `${row.timestamp},${row.valueText},${scores[at] ?? 0}`);
  return `timestamp,value,anomaly_score\n${lines.join('\n')}\n`;
}

function stepMsOf(rows: readonly NabRow[]): number {
  const distances: number[] = [];
  for (let at = 1; at < Math.min(rows.length, STEP_ROWS); at++) {
    const distance = (rows[at]?.timeMs ?? 0) - (rows[at - 1]?.timeMs ?? 0);
    if (distance > 0) distances.push(distance);
  }
  distances.sort((a, b) => a - b);
  return distances[distances.length >> 1] ?? FALLBACK_STEP_MS;
}

function csvFilesOf(from: string, except: string): string[] {
  let entries;
  try {
    entries = readdirSync(from, { withFileTypes: true });
  } catch (error) {
    throw new WeirError('EVAL_DATA_MISSING', `${from} cannot be read as a folder: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(from, entry.name);
      if (path === except) return [];
      if (entry.isDirectory()) return csvFilesOf(path, except);
      return entry.isFile() && entry.name.endsWith('.csv') ? [path] : [];
    });
}
