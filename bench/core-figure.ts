import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** One line of the section `streams` of docs/benchmarks.md: how fast one core does it, by CPU time, and what a key costs in memory. */
export interface CoreFigure {
  readonly name: string;
  readonly perSecond: number;
  readonly bytesPerKey: number | undefined;
}

/** Runs `work` on `count` things; per second of CPU, so that other work on the machine does not count. */
export function timed(count: number, work: () => void): { readonly perSecond: number } {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return { perSecond: Math.round(count / ((user + system) / 1e6)) };
}

/** Bytes held right now, what is garbage not among them. */
export function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (isCollector(collect)) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function isCollector(value: unknown): value is () => void {
  return typeof value === 'function';
}
