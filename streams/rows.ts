import { rollups, windowSizes } from '../platform/contracts/kpi.ts';
import type { RecordBatch } from '../platform/record-batch/record-batch.ts';
import { escapeTsv } from '../platform/store/tsv.ts';
import { paneState } from './pane.ts';
import type { Touched } from './step.ts';

const TAB = 9;

/** Rows of the fresh events of one batch: a prefix of partition, sequence and index, then the row as ingest wrote it. */
export function eventRows(batch: RecordBatch, fresh: Uint32Array, partition: number, seq: number): Buffer {
  const prefix = Buffer.from(`${partition}\t${seq}\t`, 'latin1');
  let bytes = 0;
  for (const i of fresh)
    bytes += prefix.length + digits(i) + 1 + (batch.rowStart[i + 1] ?? 0) - (batch.rowStart[i] ?? 0);
  const out = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const i of fresh) {
    prefix.copy(out, at);
    at += prefix.length;
    at = writeDigits(out, at, i);
    out[at++] = TAB;
    at += batch.text.copy(out, at, batch.rowStart[i] ?? 0, batch.rowStart[i + 1] ?? 0);
  }
  return out;
}

function digits(n: number): number {
  return n < 10 ? 1 : n < 100 ? 2 : n < 1_000 ? 3 : 4;
}

function writeDigits(out: Buffer, at: number, n: number): number {
  let rest = n;
  const length = digits(n);
  for (let i = at + length - 1; i >= at; i--) {
    out[i] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return at + length;
}

export const kpiColumns = [
  'tenant',
  'window',
  'rollup',
  'window_start',
  'dim',
  'part',
  'sums',
  'mins',
  'maxs',
  'uniques',
  'quantiles',
  'revision',
  'version',
] as const;

/** A pane as a row of `kpi`: absolute values, the position they stand for as version. */
export function kpiRow(change: Touched, partition: number, version: number): string {
  const { tenant, pane } = change;
  const state = paneState(tenant.plan, pane);
  return `${tenant.tenant}\t${windowSizes[change.size] ?? ''}\t${rollups[change.rollup] ?? ''}\t${change.windowStartMs}\t${escapeTsv(change.dim)}\t${partition}\t${numberMap(state.sums)}\t${numberMap(state.mins)}\t${numberMap(state.maxs)}\t${textMap(state.uniques)}\t${textMap(state.quantiles)}\t${pane.revision}\t${version}\n`;
}

export function numberMap(values: Readonly<Record<string, number>>): string {
  const parts: string[] = [];
  for (const key in values) parts.push(`'${key}':${values[key] ?? 0}`);
  return `{${parts.join(',')}}`;
}

/** Keys have a strict pattern and sketches are base64: nothing to escape. */
export function textMap(values: Readonly<Record<string, string>>): string {
  const parts: string[] = [];
  for (const key in values) parts.push(`'${key}':'${values[key] ?? ''}'`);
  return `{${parts.join(',')}}`;
}
