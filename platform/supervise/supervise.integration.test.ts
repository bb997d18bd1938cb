import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog, silentLog } from '../log/log.ts';
import { eventually, startTestNats, startTestRedis } from '../testing/servers.ts';
import { systemClock } from '../time/clock.ts';
import { binaryVersion, superviseChild } from './child.ts';
import { acquireHomeLock } from './home-lock.ts';
import { answersOnLoopback } from './loopback.ts';
import { startNatsServer } from './nats-server.ts';
import { readLivePid, writePidFile } from './pid-file.ts';
import { identityOf } from './process-identity.ts';

const fixture = fileURLToPath(new URL('supervise-process.fixture.ts', import.meta.url));
let home = '';
let leftovers: ChildProcess[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'weir-supervise-'));
  leftovers = [];
});

afterEach(() => {
  for (const child of leftovers) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

function captureLog() {
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  return { log, count: (text: string) => lines.filter((line) => line.includes(text)).length };
}

function isRunning(pid: number): boolean {
  return identityOf(pid) !== undefined;
}

async function answersNats(port: number): Promise<boolean> {
  return await answersOnLoopback(port, '', /^INFO /);
}

describe('nats-server', () => {
  test('is started again on the same port after kill -9, and told of once', async () => {
    const { log, count } = captureLog();
    const nats = await startTestNats({ log });
    const exits: unknown[] = [];
    nats.onExit((exit) => exits.push(exit));
    for (let round = 1; round <= 3; round += 1) {
      const before = nats.pid();
      nats.signal('SIGKILL');
      await eventually('a new process', () => nats.pid() !== undefined && nats.pid() !== before);
      await eventually('an answer on the old port', async () => await answersNats(nats.port));
      await eventually('the news', () => count('child is ready again') === round);
      expect(nats.restarts()).toBe(round);
    }
    expect(count('child ended')).toBe(3);
    expect(exits).toHaveLength(3);
    expect(exits[0]).toEqual({ code: null, signal: 'SIGKILL' });
    const last = nats.pid() ?? 0;
    await nats.stop();
    expect(isRunning(last)).toBe(false);
    expect(nats.pid()).toBeUndefined();
    expect(await answersNats(nats.port)).toBe(false);
  });

  test('listens on loopback only and refuses who lacks the token', async () => {
    const nats = await startTestNats();
    const socket = createConnection({ port: nats.port, host: '127.0.0.1' });
    socket.write('CONNECT {"verbose":false}\r\nPING\r\n');
    let received = '';
    socket.on('data', (data) => (received += data.toString()));
    await once(socket, 'close');
    expect(received).toContain('Authorization Violation');
    const config = join(nats.home, 'run', 'nats-server.conf');
    expect(readFileSync(config, 'utf8')).toContain('listen: "127.0.0.1:');
    expect(statSync(config).mode & 0o077).toBe(0);
    await nats.stop();
  });

  test('sync on every write is asked of servers that can do it, and refused clearly on older ones', async () => {
    const [major, minor] = binaryVersion('nats-server');
    const canDo = major > 2 || minor >= 10;
    const starting = startNatsServer({ home, log: silentLog, clock: systemClock, natsSyncAlways: true });
    if (canDo) {
      const nats = await starting;
      expect(readFileSync(join(home, 'run', 'nats-server.conf'), 'utf8')).toContain('sync_interval: always');
      await nats.stop();
    } else {
      await expect(starting).rejects.toMatchObject({ code: 'PLATFORM_CONFIG_INVALID' });
    }
  });

  test('a frozen server can be stopped', async () => {
    const nats = await startTestNats();
    const pid = nats.pid() ?? 0;
    nats.signal('SIGSTOP');
    await nats.stop();
    expect(isRunning(pid)).toBe(false);
  });
});

describe('redis-server', () => {
  test('is started again on the same port after kill -9 and wants its password', async () => {
    const redis = await startTestRedis();
    const answersRedis = async (): Promise<boolean> =>
      await answersOnLoopback(redis.port, `AUTH ${redis.password}\r\nPING\r\n`, /PONG/);
    expect(await answersOnLoopback(redis.port, 'PING\r\n', /NOAUTH/)).toBe(true);
    const before = redis.pid();
    redis.signal('SIGKILL');
    await eventually('a new process', () => redis.pid() !== undefined && redis.pid() !== before);
    await eventually('an answer', answersRedis);
    await redis.stop();
    expect(await answersRedis()).toBe(false);
  });

  test('evicts instead of growing or refusing', async () => {
    const redis = await startTestRedis();
    const config = readFileSync(join(redis.home, 'run', 'redis-server.conf'), 'utf8');
    expect(config).toContain('maxmemory-policy allkeys-lru');
    expect(config).toMatch(/maxmemory \d{8,}/);
    await redis.stop();
  });
});

describe('a child', () => {
  const spec = (command: string, args: string[], isReady: () => Promise<boolean>) => ({
    name: 'test child',
    command,
    args,
    pidFile: join(home, 'child.pid'),
    logFile: join(home, 'child.log'),
    isReady,
    readyTimeoutMs: 400,
  });

  test('that ends before it answers fails the start with its last words', async () => {
    const child = superviseChild(
      { log: silentLog, clock: systemClock },
      spec('sh', ['-c', 'echo the disk is full; exit 3'], async () => false),
    );
    await expect(child).rejects.toMatchObject({
      code: 'PLATFORM_CHILD_FAILED',
      message: expect.stringContaining('the disk is full'),
    });
    expect(existsSync(join(home, 'child.pid'))).toBe(false);
  });

  test('that never answers is ended', async () => {
    const marker = join(home, 'pid');
    const child = superviseChild(
      { log: silentLog, clock: systemClock },
      spec('sh', ['-c', `echo $$ > ${marker}; exec sleep 60`], async () => false),
    );
    await expect(child).rejects.toMatchObject({
      message: expect.stringContaining('did not answer within 400 ms'),
    });
    expect(isRunning(Number(readFileSync(marker, 'utf8')))).toBe(false);
  });

  test('that keeps ending is tried again with growing pauses and can still be stopped', async () => {
    const flag = join(home, 'fail');
    const starts = join(home, 'starts');
    const child = await superviseChild(
      { log: silentLog, clock: systemClock },
      spec(
        'sh',
        ['-c', `date +%s%N >> ${starts}; test -e ${flag} && exit 1; exec sleep 60`],
        async () => true,
      ),
    );
    const startTimes = (): number[] =>
      existsSync(starts)
        ? readFileSync(starts, 'utf8')
            .trim()
            .split('\n')
            .map((ns) => Number(ns) / 1e6)
        : [];
    await eventually('the first start', () => startTimes().length === 1);
    writeFileSync(flag, '');
    process.kill(child.pid() ?? 0, 'SIGKILL');
    await eventually('five starts', () => startTimes().length >= 5);
    const times = startTimes();
    const pauses = times.slice(2).map((at, index) => at - (times[index + 1] ?? 0));
    expect(pauses[1]).toBeGreaterThan((pauses[0] ?? 0) * 1.3);
    expect(pauses[2]).toBeGreaterThan((pauses[1] ?? 0) * 1.3);
    await child.stop();
    expect(child.pid()).toBeUndefined();
  });

  test('that cannot even be launched for a while is tried again', async () => {
    const logs = join(home, 'logs');
    mkdirSync(logs);
    const settings = { ...spec('sleep', ['60'], async () => true), logFile: join(logs, 'child.log') };
    const child = await superviseChild({ log: silentLog, clock: systemClock }, settings);
    rmSync(logs, { recursive: true });
    process.kill(child.pid() ?? 0, 'SIGKILL');
    await eventually('two failed launches', () => child.restarts() >= 2);
    expect(child.pid()).toBeUndefined();
    mkdirSync(logs);
    await eventually('a process again', () => child.pid() !== undefined);
    await child.stop();
  });

  test('whose program is missing is named', () => {
    expect(() => binaryVersion('weir-no-such-program')).toThrow(
      expect.objectContaining({ code: 'PLATFORM_BINARY_MISSING' }),
    );
  });
});

describe('when Weir itself is killed', () => {
  async function launch(): Promise<{ weir: ChildProcess; natsPid: number; port: number }> {
    const weir = spawn(process.execPath, [fixture, home], { stdio: ['ignore', 'pipe', 'inherit'] });
    leftovers.push(weir);
    const [line] = await once(weir.stdout, 'data');
    const [natsPid = 0, port = 0] = String(line).trim().split(' ').map(Number);
    return { weir, natsPid, port };
  }

  test('with -9, its server ends too and the next start finds the home free', async () => {
    const first = await launch();
    first.weir.kill('SIGKILL');
    await eventually('the orphan to end', () => !isRunning(first.natsPid));
    const second = await launch();
    expect(second.natsPid).not.toBe(first.natsPid);
    expect(await answersNats(second.port)).toBe(true);
    second.weir.kill('SIGTERM');
    await once(second.weir, 'exit');
    expect(isRunning(second.natsPid)).toBe(false);
  });

  test('a frozen orphan is ended by the next start before it takes the data directory', async () => {
    const first = await launch();
    process.kill(first.natsPid, 'SIGSTOP');
    first.weir.kill('SIGKILL');
    await once(first.weir, 'exit');
    expect(isRunning(first.natsPid)).toBe(true);
    const second = await launch();
    expect(isRunning(first.natsPid)).toBe(false);
    second.weir.kill('SIGTERM');
    await once(second.weir, 'exit');
  });

  test('a process that merely has the number of the old server is left alone', async () => {
    mkdirSync(join(home, 'run'));
    const stranger = spawn('sleep', ['60']);
    leftovers.push(stranger);
    const pidFile = join(home, 'run', 'nats-server.pid');
    writePidFile(pidFile, stranger.pid ?? 0);
    expect(readLivePid(pidFile)).toBe(stranger.pid);
    writeFileSync(pidFile, `${stranger.pid}\nanother boot/1\n`);
    const nats = await startNatsServer({ home, log: silentLog, clock: systemClock });
    expect(isRunning(stranger.pid ?? 0)).toBe(true);
    await nats.stop();
  });

  test('no server is left behind when a Weir process simply exits', async () => {
    const code = `
      import { startNatsServer } from ${JSON.stringify(new URL('nats-server.ts', import.meta.url).href)};
      import { systemClock } from ${JSON.stringify(new URL('../time/clock.ts', import.meta.url).href)};
      import { silentLog } from ${JSON.stringify(new URL('../log/log.ts', import.meta.url).href)};
      const nats = await startNatsServer({ home: ${JSON.stringify(home)}, log: silentLog, clock: systemClock });
      process.stdout.write(String(nats.pid()));
      process.exit(1);`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', code], {
      encoding: 'utf8',
    });
    expect(Number(stdout)).toBeGreaterThan(1);
    await eventually('the server to end', () => !isRunning(Number(stdout)));
  });
});

describe('the lock of a home', () => {
  test('keeps a second process out and names the first', async () => {
    const weir = spawn(process.execPath, [fixture, home], { stdio: ['ignore', 'pipe', 'inherit'] });
    leftovers.push(weir);
    await once(weir.stdout, 'data');
    expect(() => acquireHomeLock(home)).toThrow(
      expect.objectContaining({
        code: 'PLATFORM_HOME_LOCKED',
        message: expect.stringContaining(String(weir.pid)),
      }),
    );
    weir.kill('SIGTERM');
    await once(weir, 'exit');
    acquireHomeLock(home).release();
  });

  test('of a process that was killed is taken over', async () => {
    const weir = spawn(process.execPath, [fixture, home], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(weir.stdout, 'data');
    weir.kill('SIGKILL');
    await once(weir, 'exit');
    const lock = acquireHomeLock(home);
    expect(() => acquireHomeLock(home)).toThrow(expect.objectContaining({ code: 'PLATFORM_HOME_LOCKED' }));
    lock.release();
    acquireHomeLock(home).release();
    await eventually(
      'the server to end',
      () => readLivePid(join(home, 'run', 'nats-server.pid')) === undefined,
    );
  });

  test.each(['', 'garbage', '1\n\n', `${process.pid}\nanother boot/1\nx\n`])(
    'left as %j is stale',
    (content) => {
      mkdirSync(join(home, 'run'));
      writeFileSync(join(home, 'run', 'weir.lock'), content);
      acquireHomeLock(home).release();
      expect(existsSync(join(home, 'run', 'weir.lock'))).toBe(false);
    },
  );

  test('has one winner among many that start at once over a stale lock', async () => {
    mkdirSync(join(home, 'run'));
    writeFileSync(join(home, 'run', 'weir.lock'), '1\nanother boot/1\nx\n');
    const code = `
      import { acquireHomeLock } from ${JSON.stringify(new URL('home-lock.ts', import.meta.url).href)};
      try { acquireHomeLock(${JSON.stringify(home)}); process.stdout.write('won'); } catch (e) { process.stdout.write(e.code); }
      setTimeout(() => {}, 3_000);`;
    const contenders = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--input-type=module-typescript', '-e', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    leftovers.push(...contenders);
    const outcomes = await Promise.all(
      contenders.map(async ({ stdout }) => String((await once(stdout, 'data'))[0])),
    );
    expect(outcomes.sort()).toEqual([...Array.from({ length: 5 }, () => 'PLATFORM_HOME_LOCKED'), 'won']);
  });
});
