import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WeirError } from '../errors/weir-error.ts';
import { identityOf } from './process-identity.ts';

export interface HomeLock {
  release(): void;
}

/**
 * Lets one Weir process at a time use a home: `<home>/run/weir.lock` names its holder. A lock whose holder no longer
 * runs (same number and same start time) is taken over. Throws PLATFORM_HOME_LOCKED. Holders in another container that share
 * the directory but not the process table cannot be seen; give each its own home.
 */
export function acquireHomeLock(home: string): HomeLock {
  const directory = join(home, 'run');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'weir.lock');
  const mine = `${process.pid}\n${identityOf(process.pid) ?? ''}\n${randomUUID()}\n`;
  const draft = `${path}.${process.pid}`;

  for (let attempt = 0; attempt < 5; attempt += 1) {
    writeFileSync(draft, mine, { mode: 0o600 });
    const isFree = tryLink(draft, path);
    rmSync(draft, { force: true });
    if (isFree) return { release: () => releaseIfMine(path, mine) };

    const held = readText(path);
    if (held === undefined) continue;
    const holder = liveHolder(held);
    if (holder !== undefined) throw locked(home, holder);
    removeStale(path, held);
  }
  throw locked(home, undefined);
}

/** The file appears with its content or not at all: link fails when the name is taken. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the stale lock away by name, so that of two processes that saw it only one removes it. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  // Another process may have replaced the stale lock since it was read: then it is live and goes back.
  if (readText(aside) !== stale) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function liveHolder(held: string): number | undefined {
  const [first = '', identity = ''] = held.split('\n');
  const pid = Number(first);
  return Number.isSafeInteger(pid) && pid > 0 && identity !== '' && identityOf(pid) === identity
    ? pid
    : undefined;
}

function releaseIfMine(path: string, mine: string): void {
  if (readText(path) === mine) rmSync(path, { force: true });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function locked(home: string, holder: number | undefined): WeirError {
  const who = holder === undefined ? 'another process' : `the Weir process ${holder}`;
  return new WeirError(
    'PLATFORM_HOME_LOCKED',
    `${home} is in use by ${who}; stop it or set WEIR_HOME to another directory`,
    {
      details: { home, holder },
    },
  );
}
