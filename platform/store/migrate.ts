import { readdir, readFile } from 'node:fs/promises';
import { Type } from '@sinclair/typebox';
import { WeirError } from '../errors/weir-error.ts';
import type { Store } from './store.ts';

const directory = new URL('./migrations/', import.meta.url);
const Applied = Type.Object({ name: Type.String() });

/**
 * Applies the numbered SQL files that have not been applied yet, in order, one statement at a time. Every statement can be
 * repeated (IF NOT EXISTS), so a crash between a file and its record is mended by the next start. Answers the names applied.
 */
export async function migrate(store: Store): Promise<string[]> {
  await store.command(
    'CREATE TABLE IF NOT EXISTS migrations (name String, applied_at DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY name',
  );
  const done = new Set(
    (await store.query('SELECT name FROM migrations', {}, Applied)).map((row) => row.name),
  );
  const files = (await readdir(directory)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort();
  const applied: string[] = [];
  for (const name of files) {
    if (done.has(name)) continue;
    const text = await readFile(new URL(name, directory), 'utf8');
    for (const statement of statements(text)) {
      try {
        await store.command(statement);
      } catch (error) {
        throw new WeirError(
          'STORE_MIGRATION_FAILED',
          `Migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`,
          { cause: error },
        );
      }
    }
    await store.insertRows('migrations', ['name'], `${name}\n`);
    applied.push(name);
  }
  return applied;
}

/** Statements of a migration file: comments dropped, split at semicolons that end a line. */
export function statements(text: string): string[] {
  const withoutComments = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n');
  return withoutComments
    .split(/;\s*(?:\n|$)/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
