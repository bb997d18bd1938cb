import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseState, type ImportState } from '../import-state.ts';

export interface StateFiles {
  load(key: string): Promise<ImportState | undefined>;
  save(key: string, state: ImportState): Promise<void>;
}

/** Import positions under `<home>/imports`, one JSON file each. */
export function createStateFiles(home: string): StateFiles {
  const pathOf = (key: string): string => join(home, 'imports', `${key}.json`);
  return {
    load: async (key) => {
      const text = await readIfThere(pathOf(key));
      return text === undefined ? undefined : parseState(text);
    },
    save: async (key, state) => await writeWhole(pathOf(key), `${JSON.stringify(state, undefined, 2)}\n`),
  };
}

/** The text of a file, or undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces a file in one step: whoever reads it finds the old text or the new one, never half of it, whenever the process dies. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
