import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { WeirError } from '../errors/weir-error.ts';
import { createLog, type LogConfig } from './log.ts';
import { formatLine } from './pretty.ts';
import { redact } from './redact.ts';

function capture(config: Partial<LogConfig> = {}) {
  const lines: string[] = [];
  const log = createLog({
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
    ...config,
  });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') };
}

describe('log lines', () => {
  test('carry level, time, bound fields and message', () => {
    const { log, last } = capture();
    log.child({ module: 'bus' }).child({ stream: 'events' }).info({ seq: 7 }, 'opened');
    expect(last()).toEqual({
      level: 'info',
      time: expect.any(String),
      module: 'bus',
      stream: 'events',
      seq: 7,
      msg: 'opened',
    });
  });

  test('below the level are not written', () => {
    const { log, lines } = capture({ level: 'warn' });
    log.debug({}, 'no');
    log.info({}, 'no');
    log.warn({}, 'yes');
    expect(lines).toHaveLength(1);
  });

  test('go to a file when given a path', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'weir-log-'));
    const path = join(directory, 'weir.log');
    const log = createLog({ level: 'info', destination: path });
    log.error({ code: 'X' }, 'written');
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toContain('written'));
    rmSync(directory, { recursive: true });
  });

  test('an error keeps type, code, stack and cause', () => {
    const { log, last } = capture();
    const cause = new TypeError('inner');
    log.error({ err: new WeirError('BUS_TIMEOUT', 'outer', { cause, details: { subject: 's' } }) }, 'failed');
    expect(last().err).toMatchObject({
      type: 'WeirError',
      code: 'BUS_TIMEOUT',
      message: 'outer',
      details: { subject: 's' },
      stack: expect.stringContaining('log.test'),
      cause: { type: 'TypeError', message: 'inner' },
    });
  });
});

describe('secrets', () => {
  const secretNames = [
    'authorization',
    'Authorization',
    'apiKey',
    'api_key',
    'x-api-key',
    'password',
    'writeKey',
    'token',
    'accessToken',
    'refresh_token',
    'cookie',
    'set-cookie',
    'secret',
    'clientSecret',
    'adminKey',
    'WEIR_ADMIN_KEY',
  ];
  test.each(secretNames)('a field named %s is redacted at any depth, bound or not', (name) => {
    const { log, lines } = capture();
    log.child({ [name]: 'hunter2' }).info({ [name]: 'hunter2', a: [{ b: { [name]: ['hunter2'] } }] }, 'm');
    log.error({ err: Object.assign(new Error('e'), { [name]: 'hunter2' }) }, 'm');
    expect(lines.join('')).not.toContain('hunter2');
  });

  test.each([
    'nats://user:hunter2@127.0.0.1:4222',
    'redis://:hunter2@127.0.0.1:1',
    'sent Authorization: Bearer hunter2hunter2',
    'GET /x?api_key=hunter2&a=1',
  ])('text like %s loses its secret', (text) => {
    const { log, lines } = capture();
    log.warn({ text, err: new Error(text) }, 'm');
    expect(lines.join('')).not.toContain('hunter2');
  });

  test.each(['key', 'tokens_total_count', 'partitionKey', 'monkey', 'tokenizer', 'keys'])(
    '%s is not a secret',
    (name) => {
      const { log, last } = capture();
      log.info({ [name]: 'shown' }, 'm');
      expect(last()[name]).toBe('shown');
    },
  );
});

describe('redact', () => {
  test('never throws and always serializes', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withMap: true, withDate: true })),
        (fields) => {
          expect(() => JSON.stringify(redact(fields))).not.toThrow();
        },
      ),
      { examples: [[{ '': JSON.parse('{"__proto__":1}') }], [{ '': { ['__proto__']: new Date(0) } }]] },
    );
  });

  test('cuts cycles, depth and length', () => {
    const cyclic: Record<string, unknown> = { list: Array.from({ length: 500 }, (_, i) => i) };
    cyclic['self'] = cyclic;
    let deep: unknown = 'bottom';
    for (let i = 0; i < 50; i += 1) deep = { deep };
    const copy = redact({ cyclic, deep, bytes: new Uint8Array(1_000_000) });
    expect(copy).toMatchObject({ cyclic: { self: '[cycle]' }, bytes: '[1000000 bytes]' });
    expect(JSON.stringify(copy).length).toBeLessThan(1_000);
    expect(JSON.stringify(copy)).not.toContain('bottom');
  });

  test('the same object twice is not a cycle', () => {
    const shared = { a: 1 };
    expect(redact({ x: shared, y: shared })).toEqual({ x: { a: 1 }, y: { a: 1 } });
  });
});

describe('lines for people', () => {
  test('put time, level, module and message first', () => {
    const line = JSON.stringify({
      level: 'warn',
      time: '2026-01-02T03:04:05.678Z',
      module: 'bus',
      msg: 'away',
      ms: 3,
      url: 'a b',
    });
    expect(formatLine(`${line}\n`)).toBe('03:04:05.678 WARN  bus away ms=3 url="a b"\n');
  });

  test('put a stack below and pass through what is not JSON', () => {
    const { log, lines } = capture({ pretty: true });
    log.error({ err: new TypeError('bad') }, 'failed');
    expect(lines[0]).toMatch(/ERROR failed err="TypeError: bad"\n(TypeError: bad\n)? {4}at |ERROR failed/);
    expect(lines[0]?.split('\n').length).toBeGreaterThan(2);
    expect(formatLine('not json')).toBe('not json');
  });
});
