import { mkdirSync } from 'node:fs';
import { messageOf, WeirError } from '../errors/weir-error.ts';
import { acquireHomeLock, type HomeLock } from './home-lock.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'its disk is full; free space or set WEIR_HOME to another disk',
  EDQUOT: 'the disk quota is used up; free space or set WEIR_HOME to another disk',
  EROFS: 'its disk is mounted read-only; mount it for writing or set WEIR_HOME to another disk',
  EACCES: 'this user may not write there; give it the directory or set WEIR_HOME to another',
  EPERM: 'this user may not write there; give it the directory or set WEIR_HOME to another',
  ENOTDIR: 'it is no directory; set WEIR_HOME to one',
  EEXIST: 'it is no directory; set WEIR_HOME to one',
};

/** Makes the home if need be and locks it for this process. Throws PLATFORM_HOME_UNUSABLE or PLATFORM_HOME_LOCKED. */
export function openHome(home: string): HomeLock {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    return acquireHomeLock(home);
  } catch (error) {
    if (error instanceof WeirError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new WeirError(
      'PLATFORM_HOME_UNUSABLE',
      `${home} cannot be used: ${reasons[code] ?? messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}
