import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/** What the second stages of a stopped Weir hold, against one undisturbed life of each over the same stored events. */
export const SecondStageAudit = Type.Object({
  compared: Type.Record(Type.String(), Type.Number()),
  problems: Type.Array(Type.String()),
});
export type SecondStageAudit = Static<typeof SecondStageAudit>;

/** Audits in a process of its own: the embedded engine opens one data directory a process. */
export function auditSecondStages(home: string): SecondStageAudit {
  const directory = mkdtempSync(join(tmpdir(), 'weir-chaos-stages-'));
  const path = join(directory, 'audit.json');
  try {
    const reader = fileURLToPath(new URL('second-stages-reader.ts', import.meta.url));
    const ended = spawnSync(process.execPath, [reader, home, path], { encoding: 'utf8' });
    if (ended.status !== 0) throw new Error(`the stages of ${home} cannot be audited: ${ended.stderr}`);
    const audit: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!Value.Check(SecondStageAudit, audit))
      throw new Error('second-stages-reader.ts wrote something else');
    return audit;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
