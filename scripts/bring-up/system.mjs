import { spawnSync } from 'node:child_process';
import { findCommand } from './paths.mjs';
import { BringUpError, runTold, say } from './say.mjs';

/**
 * @typedef {object} SystemCommand
 * @property {string} name what it is called when talking about it
 * @property {string[]} commands names it may have on the PATH
 * @property {string[]} apt Debian and Ubuntu packages
 * @property {string[]} brew Homebrew arguments
 * @property {string} home where else to get it
 * @property {boolean} [isOptional] what needs it does without where it cannot be had
 */

/** @type {SystemCommand} */
const natsServer = {
  name: 'nats-server',
  commands: ['nats-server'],
  apt: ['nats-server'],
  brew: ['nats-server'],
  home: 'https://github.com/nats-io/nats-server/releases',
};
/** @type {SystemCommand} */
const redisServer = {
  name: 'redis-server',
  commands: ['redis-server'],
  apt: ['redis-server'],
  brew: ['redis'],
  home: 'https://redis.io/docs/latest/operate/oss_and_stack/install/',
};
/** @type {SystemCommand} */
const chromium = {
  name: 'chromium',
  commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  // Without a font, pages render as boxes and every measured width is wrong.
  apt: ['chromium', 'fonts-liberation'],
  brew: ['--cask', 'chromium'],
  home: 'https://www.chromium.org/getting-involved/download-chromium/',
};
/** @type {SystemCommand} */
const ffmpeg = {
  name: 'ffmpeg',
  commands: ['ffmpeg'],
  apt: ['ffmpeg'],
  brew: ['ffmpeg'],
  home: 'https://ffmpeg.org/download.html',
};

/** @type {SystemCommand} */
const espeakNg = {
  name: 'espeak-ng',
  commands: ['espeak-ng'],
  apt: ['espeak-ng'],
  brew: ['espeak-ng'],
  home: 'https://github.com/espeak-ng/espeak-ng/releases',
  isOptional: true,
};

/**
 * What must be on the machine: for `start`, the servers no URL replaces; for `test`, all, as tests start their own.
 * @param {'start' | 'test'} purpose
 * @returns {SystemCommand[]}
 */
export function neededCommands(purpose) {
  if (purpose === 'test') return [natsServer, redisServer, chromium, ffmpeg, espeakNg];
  const needed = [];
  if ((process.env['WEIR_NATS_URL'] ?? '') === '') needed.push(natsServer);
  if ((process.env['WEIR_REDIS_URL'] ?? '') === '') needed.push(redisServer);
  return needed;
}

/** @param {SystemCommand[]} needed */
export function missingOf(needed) {
  return needed.filter((each) => findCommand(each.commands) === undefined);
}

/**
 * Sees to the commands: already there, else apt-get (as root or with sudo that asks nothing), else Homebrew, else one
 * clear line. Never asks a question.
 * @param {SystemCommand[]} needed
 */
export async function bringCommands(needed) {
  const missing = missingOf(needed);
  if (missing.length === 0) return;
  try {
    await install(missing);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
  for (const each of missingOf(missing))
    if (each.isOptional === true) say(`${each.name} could not be installed; what needs it is left out`);
  const still = missingOf(missing).filter((each) => each.isOptional !== true);
  if (still.length === 0) return;
  const names = still.map((each) => `${each.name} (${each.home})`).join(', ');
  const apt = still.flatMap((each) => each.apt).join(' ');
  const brew = still.map((each) => `brew install ${each.brew.join(' ')}`).join(' && ');
  throw new BringUpError(
    `Missing and not installable from here: ${names}. Install with "sudo apt-get install ${apt}" or "${brew}", then try again.`,
  );
}

/** @param {SystemCommand[]} missing */
async function install(missing) {
  const names = missing.map((each) => each.name).join(', ');
  if (findCommand(['apt-get']) !== undefined) {
    const sudo = rootPrefix();
    if (sudo === undefined) return;
    await aptGet(sudo, 'refreshing the package lists (apt-get update)', ['update', '-q']);
    const options = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
    const packages = missing.flatMap((each) => each.apt);
    await aptGet(sudo, `installing ${names} (apt-get)`, ['install', ...options, ...packages]);
  } else if (findCommand(['brew']) !== undefined) {
    for (const each of missing) {
      // One after the other: Homebrew holds a lock.
      await runTold(`installing ${each.name} (brew)`, 'brew', ['install', ...each.brew]);
    }
  }
}

/**
 * @param {string[]} prefix empty for root
 * @param {string} label
 * @param {string[]} args
 */
async function aptGet(prefix, label, args) {
  const [command = 'apt-get', ...rest] = [...prefix, 'apt-get', ...args];
  await runTold(label, command, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}

/**
 * @returns {string[] | undefined} what to put before a command that needs root, or undefined when that cannot be had
 */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  if (findCommand(['sudo']) === undefined) return undefined;
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0
    ? ['sudo', '-n', 'DEBIAN_FRONTEND=noninteractive']
    : undefined;
}
