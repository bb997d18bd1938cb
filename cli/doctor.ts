import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { homeOf, type Config, type Environment } from '../platform/config/config.ts';
import { platformConfig } from '../platform/config/platform-config.ts';
import { messageOf } from '../platform/errors/weir-error.ts';
import { ingestConfig } from '../ingest/config.ts';
import { identityOf } from '../platform/supervise/process-identity.ts';
import { loadWeirConfig, rootConfig } from './config.ts';

/** `fail`: Weir cannot run so. `warn`: it runs, with less than it could have. */
export interface Check {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly what: string;
  readonly found: string;
  /** What to do about it. */
  readonly mend?: string;
}

const GiB = 1024 ** 3;
const minNode = [22, 18] as const;

/** Runs `weir doctor`: looks at everything Weir needs and says how to mend what is missing. Exit code 1 when something fails. */
export async function doctorCommand(env: Environment, say: (line: string) => void): Promise<number> {
  const checks = await examine(env);
  const width = Math.max(...checks.map(({ what }) => what.length));
  for (const { state, what, found, mend } of checks) {
    say(`${state.padEnd(4)}  ${what.padEnd(width)}  ${found}`);
    if (mend !== undefined) say(`${' '.repeat(width + 8)}${mend}`);
  }
  const failed = checks.filter(({ state }) => state === 'fail').length;
  const warned = checks.filter(({ state }) => state === 'warn').length;
  say(
    failed > 0
      ? `${failed} of ${checks.length} checks failed.`
      : warned > 0
        ? `Weir can run; ${warned} ${warned === 1 ? 'thing' : 'things'} could be better.`
        : 'Weir can run.',
  );
  return failed > 0 ? 1 : 0;
}

async function examine(env: Environment): Promise<Check[]> {
  const home = homeOf(env);
  let config: Config | undefined;
  let settings: Check;
  try {
    config = loadWeirConfig(env);
    settings = settingsCheck(config);
  } catch (error) {
    settings = { state: 'fail', what: 'settings', found: messageOf(error) };
  }
  const platform = config?.get(platformConfig);
  return [
    nodeCheck(process.versions.node),
    settings,
    platform?.natsUrl === undefined
      ? natsCheck(platform?.natsSyncAlways ?? false)
      : givenCheck('NATS', platform.natsUrl),
    platform?.redisUrl === undefined ? redisCheck() : givenCheck('Redis', platform.redisUrl),
    platform?.clickhouseUrl === undefined ? engineCheck() : givenCheck('ClickHouse', platform.clickhouseUrl),
    homeCheck(home),
    diskCheck(home, config?.get(ingestConfig).logMaxBytes ?? 8 * GiB),
    lockCheck(home),
    ...(config === undefined ? [] : [await portCheck(config, home)]),
    dashboardsCheck(),
    ...(['chromium', 'ffmpeg', 'espeak-ng'] as const).map(optionalCheck),
  ];
}

/** Node runs the TypeScript sources as they are from 22.18 on. */
export function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > minNode[0] || (major === minNode[0] && minor >= minNode[1]);
  return isNew
    ? { state: 'ok', what: 'Node', found: version }
    : {
        state: 'fail',
        what: 'Node',
        found: version,
        mend: `Use ${minNode.join('.')} or newer; npm start and npm run bring one along.`,
      };
}

function settingsCheck(config: Config): Check {
  const unknown = config.unknownVariables;
  return unknown.length === 0
    ? { state: 'ok', what: 'settings', found: 'valid; weir config prints them' }
    : {
        state: 'warn',
        what: 'settings',
        found: `no setting is called ${unknown.join(', ')}`,
        mend: 'They have no effect. Look for a slip in the name; weir config lists what there is.',
      };
}

function natsCheck(syncAlways: boolean): Check {
  const version = versionOf('nats-server', ['--version']);
  const what = 'nats-server';
  if (version === undefined)
    return {
      state: 'fail',
      what,
      found: 'not on the PATH',
      mend: 'Install it (apt install nats-server, brew install nats-server), or set WEIR_NATS_URL.',
    };
  return natsVersionCheck(version, syncAlways);
}

/** What a version of nats-server can and cannot do for Weir. */
export function natsVersionCheck(version: string, syncAlways: boolean): Check {
  const what = 'nats-server';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 2 || (major === 2 && minor >= 10)) return { state: 'ok', what, found: version };
  if (major < 2 || minor < 9)
    return { state: 'fail', what, found: version, mend: 'Weir needs 2.9 or newer.' };
  return {
    state: syncAlways ? 'fail' : 'warn',
    what,
    found: `${version} cannot sync every write to disk (no sync_interval before 2.10)`,
    mend: syncAlways
      ? 'WEIR_NATS_SYNC_ALWAYS needs 2.10 or newer: install it, or unset the setting.'
      : 'A killed process loses nothing, but a power cut may lose what was acknowledged in the last minute or two. With 2.10 or newer, WEIR_NATS_SYNC_ALWAYS=true prevents that.',
  };
}

function redisCheck(): Check {
  const version = versionOf('redis-server', ['--version']);
  return version === undefined
    ? {
        state: 'fail',
        what: 'redis-server',
        found: 'not on the PATH',
        mend: 'Install it (apt install redis-server, brew install redis), or set WEIR_REDIS_URL.',
      }
    : { state: 'ok', what: 'redis-server', found: version };
}

function givenCheck(what: string, url: string): Check {
  return {
    state: 'ok',
    what,
    found: `taken from ${url.replace(/\/\/[^@/]*@/, '//…@')}; not started by Weir`,
  };
}

/** Loads the embedded ClickHouse in a process of its own: a library that does not fit the machine would end ours. */
function engineCheck(): Check {
  const script = `const { query } = require('chdb'); process.stdout.write(query('SELECT version()', 'TabSeparated'));`;
  const ended = spawnSync(process.execPath, ['-e', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
    timeout: 60_000,
  });
  const what = 'ClickHouse (chdb)';
  if (ended.status === 0 && ended.stdout.trim() !== '')
    return { state: 'ok', what, found: ended.stdout.trim() };
  const why =
    (ended.stderr.trim().split('\n').at(-1) ?? '') || `ended by ${ended.signal ?? `code ${ended.status}`}`;
  return {
    state: 'fail',
    what,
    found: `does not load: ${why}`,
    mend: 'Run npm ci; on a system chdb has no library for (musl, Windows), set WEIR_CLICKHOUSE_URL.',
  };
}

function homeCheck(home: string): Check {
  const what = 'WEIR_HOME';
  if (!existsSync(home)) {
    const parent = nearestExisting(home);
    return isWritable(parent)
      ? { state: 'ok', what, found: `${home} will be made at the first start` }
      : {
          state: 'fail',
          what,
          found: `${home} cannot be made: ${parent} is not writable`,
          mend: 'Set WEIR_HOME to a directory you may write to.',
        };
  }
  if (!statSync(home).isDirectory())
    return { state: 'fail', what, found: `${home} is no directory`, mend: 'Move it away or set WEIR_HOME.' };
  if (!isWritable(home))
    return {
      state: 'fail',
      what,
      found: `${home} is not writable for you`,
      mend: 'Correct its owner or permissions, or run Weir as the user it belongs to.',
    };
  const others = statSync(home).mode & 0o077;
  return others === 0
    ? { state: 'ok', what, found: home }
    : {
        state: 'warn',
        what,
        found: `${home} is open to other users (mode ${(statSync(home).mode & 0o777).toString(8)})`,
        mend: `It holds keys and events: chmod 700 ${home}`,
      };
}

function diskCheck(home: string, logMaxBytes: number): Check {
  const { bavail, bsize } = statfsSync(nearestExisting(home));
  const free = bavail * bsize;
  const found = `${(free / GiB).toFixed(1)} GiB free`;
  const what = 'disk';
  if (free < GiB)
    return {
      state: 'fail',
      what,
      found,
      mend: 'Free some, or set WEIR_HOME to another disk: less than 1 GiB is left.',
    };
  return free > 2 * logMaxBytes
    ? { state: 'ok', what, found }
    : {
        state: 'warn',
        what,
        found,
        mend: `The event log alone may grow to ${(logMaxBytes / GiB).toFixed(1)} GiB: free some, or lower WEIR_INGEST_LOG_MAX_BYTES.`,
      };
}

function lockCheck(home: string): Check {
  const what = 'lock';
  const held = readText(join(home, 'run', 'weir.lock'));
  if (held === undefined) return { state: 'ok', what, found: 'nobody uses this home' };
  const [pid = '', identity = ''] = held.split('\n');
  return identity !== '' && identityOf(Number(pid)) === identity
    ? { state: 'ok', what, found: `Weir runs here as process ${pid}` }
    : { state: 'ok', what, found: `left by process ${pid}, which has ended; the next start takes it over` };
}

async function portCheck(config: Config, home: string): Promise<Check> {
  const { port, host } = config.get(rootConfig);
  const what = 'port';
  if (port === 0) return { state: 'ok', what, found: 'a free one is taken (WEIR_PORT=0)' };
  const answerHost = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  if (!(await isTaken(port, answerHost))) return { state: 'ok', what, found: `${port} is free` };
  const ours = readText(join(home, 'run', 'engine.json'));
  const isWeir = await fetch(`http://${answerHost}:${port}/livez`, {
    signal: AbortSignal.timeout(2_000),
  }).then(
    (response) => response.ok,
    () => false,
  );
  if (isWeir && ours?.includes(`:${port}"`) === true)
    return { state: 'ok', what, found: `${port} is answered by this Weir` };
  return {
    state: 'fail',
    what,
    found: `${port} is taken by ${isWeir ? 'a Weir of another home' : 'another program'}`,
    mend: 'Stop it, or set WEIR_PORT to another port (0 takes a free one).',
  };
}

function isTaken(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 2_000 });
    const answer = (taken: boolean) => (): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', answer(true));
    socket.once('timeout', answer(true));
    socket.once('error', answer(false));
  });
}

function dashboardsCheck(): Check {
  const built = fileURLToPath(new URL('../dashboards/dist/index.html', import.meta.url));
  const what = 'dashboards';
  return existsSync(built)
    ? { state: 'ok', what, found: `built ${statSync(built).mtime.toISOString().slice(0, 10)}` }
    : {
        state: 'warn',
        what,
        found: 'not built',
        mend: 'npm run build; npm start does it on its own. The API works without.',
      };
}

const optionalUses = {
  chromium: 'the tests in a real browser',
  ffmpeg: 'videos',
  'espeak-ng': 'the narration of videos without a speech service',
} as const;

function optionalCheck(program: keyof typeof optionalUses): Check {
  const version = versionOf(program, [program === 'ffmpeg' ? '-version' : '--version']);
  const use = optionalUses[program];
  return version === undefined
    ? {
        state: 'warn',
        what: program,
        found: 'not on the PATH',
        mend: `Needed for ${use} only: apt install ${program}.`,
      }
    : { state: 'ok', what: program, found: version };
}

function versionOf(command: string, args: readonly string[]): string | undefined {
  const { error, stdout } = spawnSync(command, [...args], { encoding: 'utf8', timeout: 10_000 });
  if (error !== undefined) return undefined;
  return /\d+\.\d+(\.\d+)*/.exec(stdout)?.[0];
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
