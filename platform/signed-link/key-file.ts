import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { secureRandom } from '../time/secure-random.ts';

/** Bytes of `<home>/keys/<name>`, readable by its owner alone; drawn when there is no such file. */
export function readOrMakeKey(home: string, name: string, bytes: number): Uint8Array {
  return Buffer.from(
    readOrMakeText(home, name, () => Buffer.from(secureRandom.bytes(bytes)).toString('base64')),
    'base64',
  );
}

/** Text of `<home>/keys/<name>`; what `make` gives when there is no such file. The first of two makers wins. */
export function readOrMakeText(home: string, name: string, make: () => string): string {
  const folder = join(home, 'keys');
  const path = join(folder, name);
  const read = (): string | undefined => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  };
  const known = read();
  if (known !== undefined) return known;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, make(), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return readFileSync(path, 'utf8');
}
