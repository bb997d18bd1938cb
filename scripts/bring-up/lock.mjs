import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toolsDir } from './paths.mjs';
import { say } from './say.mjs';

const LOCK = join(toolsDir, 'bring-up.lock');

/**
 * Lets one bring-up at a time change the tree: `npm start` and `npm test` begun together would otherwise empty
 * node_modules under each other. A lock whose process is gone is taken over.
 * @param {() => Promise<void>} work
 */
export async function alone(work) {
  mkdirSync(toolsDir, { recursive: true });
  let told = false;
  while (!tryLock()) {
    if (!told) say('another bring-up is running here: waiting for it');
    told = true;
    await sleep(500);
  }
  try {
    await work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

/** @returns {boolean} true when the lock is ours now */
function tryLock() {
  if (holderIsGone()) rmSync(LOCK, { force: true });
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** @returns {boolean} */
function holderIsGone() {
  try {
    const pid = Number(readFileSync(LOCK, 'utf8'));
    if (!Number.isInteger(pid) || pid <= 0) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return hasCode(error, 'ESRCH');
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function hasCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}
