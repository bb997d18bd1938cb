import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/** Everything a stopped Weir has stored, as far as it must not depend on what was killed when. */
export const Stored = Type.Object({
  /** `source/id` of every row of `events`, as often as it is there. */
  events: Type.Array(Type.String()),
  /** Every KPI window, partitions merged: address → values. */
  windows: Type.Record(Type.String(), Type.String()),
});
export type Stored = Static<typeof Stored>;

/**
 * Reads the stores of a stopped Weir directly, in a process of its own: the embedded engine opens one data directory a process, and
 * nothing of the engine under test takes part.
 */
export function readStored(home: string): Stored {
  const directory = mkdtempSync(join(tmpdir(), 'weir-chaos-stored-'));
  const path = join(directory, 'stored.json');
  try {
    const reader = fileURLToPath(new URL('stored-reader.ts', import.meta.url));
    const ended = spawnSync(process.execPath, [reader, home, path], { encoding: 'utf8' });
    if (ended.status !== 0) throw new Error(`the stores of ${home} cannot be read: ${ended.stderr}`);
    const stored: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!Value.Check(Stored, stored)) throw new Error('stored-reader.ts wrote something else');
    return stored;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Where two sets of events differ: missing = acknowledged and not stored. */
export interface SetDifference {
  readonly missing: string[];
  readonly unexpected: string[];
  readonly repeated: string[];
}

export function compareEvents(stored: readonly string[], acknowledged: Iterable<string>): SetDifference {
  const wanted = new Set(acknowledged);
  const seen = new Set<string>();
  const repeated: string[] = [];
  const unexpected: string[] = [];
  for (const key of stored) {
    if (seen.has(key)) repeated.push(key);
    else if (!wanted.has(key)) unexpected.push(key);
    seen.add(key);
  }
  return { missing: [...wanted].filter((key) => !seen.has(key)), unexpected, repeated };
}

/** Windows that are not the same in two runs over the same events, in words. */
export function compareWindows(
  killed: Readonly<Record<string, string>>,
  clean: Readonly<Record<string, string>>,
): string[] {
  const differences: string[] = [];
  for (const address of new Set([...Object.keys(killed), ...Object.keys(clean)])) {
    if (killed[address] !== clean[address])
      differences.push(`${address}: ${killed[address] ?? 'absent'} instead of ${clean[address] ?? 'absent'}`);
  }
  return differences;
}
