import { spawn } from 'node:child_process';

const startedAtMs = Date.now();

/** @param {number} sinceMs */
function secondsSince(sinceMs) {
  return `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
}

/**
 * One line to the person who waits, with the time since the start.
 * @param {string} text
 */
export function say(text) {
  console.error(`weir | ${secondsSince(startedAtMs).padStart(7)} | ${text}`);
}

/** A failure that is told as one clear line, without a stack. */
export class BringUpError extends Error {}

/**
 * Runs a command to its end. Its output is kept back and shown only when it fails; every ten seconds a line tells that it
 * is still running, because a silent minute looks like a hang.
 * @param {string} label what is being done, for the person who waits
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<void>} rejects with the end of the output when the command fails
 */
export function runTold(label, command, args, options = {}) {
  say(`${label} ...`);
  const beganAtMs = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {string[]} */
    let kept = [];
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      kept.push(chunk.toString());
      if (kept.length > 400) kept = [...kept.slice(0, 20), ...kept.slice(-200)];
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    const heartbeat = setInterval(() => {
      const lines = kept.join('').trimEnd().split('\n');
      const lastLine =
        lines
          .filter((line) => !line.startsWith('npm warn'))
          .at(-1)
          ?.slice(0, 120) ?? '';
      say(`still at it after ${secondsSince(beganAtMs)} ${lastLine}`.trimEnd());
    }, 10_000);
    child.on('error', (error) => {
      clearInterval(heartbeat);
      reject(new BringUpError(`${label} failed: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      clearInterval(heartbeat);
      if (code === 0) {
        say(`${label}: done in ${secondsSince(beganAtMs)}`);
        resolve();
        return;
      }
      reject(new BringUpError(`${label} failed (${signal ?? `exit ${code}`}):\n${excerpt(kept.join(''))}`));
    });
  });
}

/**
 * The beginning and the end of a long output: tools put the reason at either.
 * @param {string} output
 */
function excerpt(output) {
  const lines = output.trimEnd().split('\n');
  return lines.length <= 50
    ? lines.join('\n')
    : [...lines.slice(0, 20), '[...]', ...lines.slice(-30)].join('\n');
}
