import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type, type Static } from '@sinclair/typebox';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { defineConfig, describeConfig, loadConfig, resolveConfig } from './config.ts';
import { parseText } from './field.ts';
import { platformConfig } from './platform-config.ts';

const schema = Type.Object({
  port: Type.Integer({ default: 8080, minimum: 1, maximum: 65_535 }),
  flushIntervalMs: Type.Number({ default: 2.5, minimum: 0 }),
  demo: Type.Boolean({ default: true, description: 'Feeds the demo.' }),
  mode: Type.Union([Type.Literal('fast'), Type.Literal('safe')], { default: 'safe' }),
  hosts: Type.Array(Type.String({ minLength: 1 }), { default: ['a'] }),
  adminKey: Type.Optional(Type.String({ minLength: 8 })),
});
const ingest = defineConfig({ section: 'ingest', schema, env: { port: 'WEIR_PORT' }, secret: ['adminKey'] });
const needy = defineConfig({ section: 'needy', schema: Type.Object({ mustHave: Type.String() }) });

function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('nothing was thrown');
}

describe('values', () => {
  test('come from defaults when nothing is set, frozen and typed', () => {
    const value = resolveConfig([ingest], {}, undefined).get(ingest);
    expectTypeOf(value).toEqualTypeOf<Static<typeof schema>>();
    expect(value).toEqual({ port: 8080, flushIntervalMs: 2.5, demo: true, mode: 'safe', hosts: ['a'] });
    expect(Object.isFrozen(value) && Object.isFrozen(value.hosts)).toBe(true);
  });

  test('the environment wins over the file, the file over the default', () => {
    const env = {
      WEIR_PORT: '9000',
      WEIR_INGEST_DEMO: 'off',
      WEIR_INGEST_HOSTS: 'x, y',
      WEIR_INGEST_MODE: '',
    };
    const file = { ingest: { port: 7000, flushIntervalMs: 9, mode: 'fast' } };
    const config = resolveConfig([ingest], env, file);
    expect(config.get(ingest)).toEqual({
      port: 9000,
      flushIntervalMs: 9,
      demo: false,
      mode: 'fast',
      hosts: ['x', 'y'],
    });
    expect(config.entries.map((entry) => [entry.variable, entry.source])).toEqual([
      ['WEIR_PORT', 'env'],
      ['WEIR_INGEST_FLUSH_INTERVAL_MS', 'file'],
      ['WEIR_INGEST_DEMO', 'env'],
      ['WEIR_INGEST_MODE', 'file'],
      ['WEIR_INGEST_HOSTS', 'env'],
      ['WEIR_INGEST_ADMIN_KEY', 'unset'],
    ]);
  });

  test('a section that was not loaded is a fault of the caller', () => {
    expect(() => resolveConfig([ingest], {}, undefined).get(needy)).toThrow(/not given/);
  });
});

describe('faults', () => {
  test('are all reported together, with variable, value and what is allowed', () => {
    const env = {
      WEIR_PORT: '0',
      WEIR_INGEST_DEMO: 'perhaps',
      WEIR_INGEST_MODE: 'quick',
      WEIR_INGEST_ADMIN_KEY: 'hunter2',
    };
    const message = failure(() =>
      resolveConfig([ingest, needy], env, { ingest: { flushIntervalMs: 'x', prot: 1 }, typo: {} }),
    );
    expect(message).toContain('WEIR_PORT is 0 (from the environment); it must be an integer from 1 to 65535');
    expect(message).toContain('WEIR_INGEST_DEMO is "perhaps"');
    expect(message).toContain('it must be one of fast, safe');
    expect(message).toContain(
      'WEIR_INGEST_FLUSH_INTERVAL_MS is "x" (from weir.config.json); it must be a number of 0 or more',
    );
    expect(message).toContain('WEIR_NEEDY_MUST_HAVE is not set');
    expect(message).toContain('section "ingest" has no setting "prot"');
    expect(message).toContain('there is no section "typo"');
    expect(message).toContain('WEIR_INGEST_ADMIN_KEY is (set, not shown)');
    expect(message).not.toContain('hunter2');
  });

  test('across fields are found once every field is right', () => {
    const pair = defineConfig({
      section: 'pair',
      schema: Type.Object({ low: Type.Integer({ default: 1 }), high: Type.Integer({ default: 2 }) }),
      refine: ({ low, high }) => (low < high ? [] : ['WEIR_PAIR_LOW must be below WEIR_PAIR_HIGH']),
    });
    expect(resolveConfig([pair], {}, undefined).get(pair)).toEqual({ low: 1, high: 2 });
    expect(failure(() => resolveConfig([pair], { WEIR_PAIR_LOW: '5' }, undefined))).toContain(
      'must be below',
    );
  });

  test.each([[[]], ['text'], [null], [{ ingest: 3 }]])('a config file holding %j is refused', (file) => {
    expect(failure(() => resolveConfig([ingest], {}, file))).toContain('weir.config.json');
  });
});

describe('loadConfig', () => {
  test('reads weir.config.json in WEIR_HOME and names the file when it is broken', () => {
    const home = mkdtempSync(join(tmpdir(), 'weir-config-'));
    const env = { WEIR_HOME: home };
    expect(loadConfig([ingest], env).get(ingest).port).toBe(8080);
    writeFileSync(join(home, 'weir.config.json'), '{"ingest":{"port":1234}}');
    expect(loadConfig([ingest], env).get(ingest).port).toBe(1234);
    writeFileSync(join(home, 'weir.config.json'), '{');
    expect(failure(() => loadConfig([ingest], env))).toMatch(/weir\.config\.json is not JSON/);
    rmSync(home, { recursive: true });
  });
});

describe('describeConfig', () => {
  test('shows value, source and description, hides secrets, names unknown variables', () => {
    const env = {
      WEIR_INGEST_ADMIN_KEY: 'hunter2hunter2',
      WEIR_NATS_URL: 'nats://user:hunter2@example.com:4222',
      WEIR_PROT: '1',
      HOME: '/root',
    };
    const text = describeConfig(resolveConfig([platformConfig, ingest], env, undefined));
    expect(text).toMatch(/^\[platform\]$/m);
    expect(text).toMatch(/WEIR_PORT +=? ?.*8080 {2}\(default; an integer from 1 to 65535\)/);
    expect(text).toContain('Feeds the demo.');
    expect(text).toContain('nats://[redacted]@example.com:4222');
    expect(text).toContain('without effect: WEIR_PROT');
    expect(text).not.toContain('hunter2');
  });
});

describe('parseText', () => {
  test('reads back every number, boolean and literal it is given as text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), (n) => {
        expect(parseText(Type.Number(), String(n))).toBe(n === 0 ? Number(String(n)) : n);
      }),
    );
    expect(parseText(Type.Union([Type.Literal(1), Type.Literal('b')]), '1')).toBe(1);
    expect(parseText(Type.Array(Type.Integer()), '1,2,,3')).toEqual([1, 2, 3]);
    expect(parseText(Type.Array(Type.Integer()), '[4]')).toEqual([4]);
    expect(parseText(Type.Object({}), '{"a":1}')).toEqual({ a: 1 });
  });

  test.each(['', ' ', '1e999', 'NaN', 'Infinity', '12px'])('does not take %j for a number', (text) => {
    expect(parseText(Type.Number(), text)).toBe(text);
  });
});
