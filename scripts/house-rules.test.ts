import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/*
 * A rule that silently checks nothing looks exactly like a clean tree: dependency-cruiser skips every TypeScript file when
 * it finds no parser, and a lint override with a wrong glob matches no file. So the rules are run against code that breaks them.
 */

const root = resolve(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);
let house = '';

function put(path: string, text: string): void {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), text);
}

/** The rules reported by oxlint for one file, as `line rule`. */
function lint(path: string): string[] {
  const done = spawnSync(bin('oxlint'), ['-f', 'json', path], { cwd: house, encoding: 'utf8' });
  const report: { diagnostics: { code: string; labels: { span: { line: number } }[] }[] } = JSON.parse(
    done.stdout,
  );
  return report.diagnostics
    .filter((each) => each.code.startsWith('weir('))
    .map((each) => `${each.labels[0]?.span.line} ${each.code.slice(5, -1)}`)
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

/** The rules dependency-cruiser finds broken, as `rule: from`. */
function cruise(): string[] {
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const roots = ['ingest', 'streams', 'dashboards', 'platform', 'weir.ts'];
  const done = spawnSync(bin('depcruise'), [...args, ...roots], { cwd: house, encoding: 'utf8' });
  const report: { summary: { violations: { rule: { name: string }; from: string }[] } } = JSON.parse(
    done.stdout,
  );
  return [...new Set(report.summary.violations.map((each) => `${each.rule.name}: ${each.from}`))].sort();
}

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'weir-house-'));
  for (const path of ['.oxlintrc.json', '.dependency-cruiser.cjs', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, path), join(house, path));
  }
  mkdirSync(join(house, 'scripts'));
  cpSync(join(root, 'scripts/lint-ambient.mjs'), join(house, 'scripts/lint-ambient.mjs'));
});

afterAll(() => rmSync(house, { recursive: true, force: true }));

const AMBIENT = [
  'export const a = Date.now();',
  'export const b = new Date();',
  'export const c = Date();',
  'export const { now } = Date;',
  'export const D = Date;',
  'export const e = globalThis.Date.now();',
  'export const f = Math.random();',
  "export const g = Math['random'];",
  'export const { random } = Math;',
  'export const h = performance.now();',
  'export const i = process.hrtime.bigint();',
  'export const j = crypto.randomUUID();',
  'export const k = setTimeout(() => undefined, 1);',
  'export const l = setInterval(() => undefined, 1);',
  'export const m = setImmediate(() => undefined);',
  'export const timers = { setTimeout };',
  "export * as n from 'node:timers';",
  "export { randomBytes } from 'node:crypto';",
  "export const o = import('node:timers/promises');",
];

const AMBIENT_IMPORTS = [
  "import { setTimeout as sleep } from 'node:timers/promises';",
  "import { performance } from 'node:perf_hooks';",
  "import { randomUUID } from 'node:crypto';",
  "import * as crypto from 'node:crypto';",
  "import { hrtime } from 'node:process';",
];

const PURE = `
import { createHash } from 'node:crypto';
import { filter, map } from 'rxjs';
import type { webcrypto } from 'node:crypto';
export interface Clock { now(): number; setTimeout(run: () => void, ms: number): void; performance: number }
export function f(clock: Clock, at: Date, performance: { now(): number }, key: webcrypto.CryptoKey): number {
  clock.setTimeout(() => undefined, 3);
  const day = new Date(clock.now());
  const names = { setTimeout: 1, performance: 2 };
  if (at instanceof Date) return Math.max(day.getTime(), Date.UTC(2020, 1), Date.parse('2020'), performance.now());
  return names.setTimeout + clock.performance + createHash('sha256').digest().length + [filter, map, key].length;
}
`;

describe('time and randomness are arguments', () => {
  it.each([
    'streams/a.ts',
    'models/deep/a.ts',
    'decision/a.ts',
    'platform/contracts/a.ts',
    'streams/main.ts',
  ])('every ambient source is refused in %s', (path) => {
    put(path, AMBIENT.join('\n'));
    const lines = new Set(lint(path));
    expect([...lines]).toEqual(AMBIENT.map((_, index) => `${index + 1} no-ambient-time`));
  });

  it('importing it is refused as well', () => {
    put('streams/imports.ts', AMBIENT_IMPORTS.join('\n'));
    expect(lint('streams/imports.ts')).toEqual(
      AMBIENT_IMPORTS.map((_, index) => `${index + 1} no-ambient-time`),
    );
  });

  it('what is passed in or pure is free', () => {
    put('streams/pure.ts', PURE);
    expect(lint('streams/pure.ts')).toEqual([]);
  });

  it.each(['streams/a.test.ts', 'gateway/a.ts', 'platform/time/clock.ts'])('%s may use the clock', (path) => {
    put(path, AMBIENT.join('\n'));
    expect(lint(path)).toEqual([]);
  });

  it('RxJS operators on processing time are refused in streams alone', () => {
    const text =
      "import { bufferTime, map } from 'rxjs';\nimport * as rx from 'rxjs/operators';\nexport { bufferTime, map, rx };";
    put('streams/rx.ts', text);
    put('gateway/rx.ts', text);
    const rule = 'no-processing-time-operators';
    expect(lint('streams/rx.ts')).toEqual([`1 ${rule}`, `2 ${rule}`]);
    expect(lint('gateway/rx.ts')).toEqual([]);
  });

  it('enums are refused everywhere', () => {
    put('gateway/enum.ts', 'export enum Colour { Red }');
    expect(lint('gateway/enum.ts')).toEqual(['1 no-enum']);
  });
});

describe('who may import whom', () => {
  it('each broken rule is found, types included', () => {
    rmSync(join(house, 'streams'), { recursive: true, force: true });
    rmSync(join(house, 'platform'), { recursive: true, force: true });
    symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
    put('weir.ts', 'export const root = 1;');
    put('platform/contracts/good.ts', "import { other } from './other.ts';\nexport const good = other;");
    put('platform/contracts/other.ts', 'export const other = 1;');
    put(
      'platform/contracts/bad.ts',
      "import { readFileSync } from 'node:fs';\nexport const bad = readFileSync;",
    );
    put('platform/bus/bus.ts', 'export type Bus = { a: number };');
    put('platform/bus/upward.ts', "import type { A } from '../../streams/a.ts';\nexport type B = A;");
    put(
      'streams/a.ts',
      "import { good } from '../platform/contracts/good.ts';\nexport type A = typeof good;",
    );
    put('streams/adapters/nats.ts', 'export const nats = 1;');
    put('streams/impure.ts', "import { nats } from './adapters/nats.ts';\nexport const impure = nats;");
    put('streams/main.ts', "import { nats } from './adapters/nats.ts';\nexport const start = nats;");
    put('streams/one.ts', "import { two } from './two.ts';\nexport const one = (): unknown => two;");
    put('streams/two.ts', "import { one } from './one.ts';\nexport const two = (): unknown => one;");
    put('ingest/sibling.ts', "import type { A } from '../streams/a.ts';\nexport type B = A;");
    put('ingest/rootward.ts', "import { root } from '../weir.ts';\nexport const up = root;");
    put('ingest/lost.ts', "import { gone } from './gone.ts';\nexport const lost = gone;");
    put('ingest/dev.ts', "import fc from 'fast-check';\nexport const dev = fc;");
    put(
      'dashboards/src/page.tsx',
      "import type { Bus } from '../../platform/bus/bus.ts';\nexport const page = (bus: Bus) => <p>import {bus.a}?</p>;",
    );
    put('dashboards/src/server.ts', "import { pino } from 'pino';\nexport const log = pino;");
    const broken = cruise().filter((each) => !each.endsWith('.d.ts'));
    expect(broken).toEqual([
      'adapters-are-wired-in-main: streams/impure.ts',
      'contracts-stay-browser-safe: platform/contracts/bad.ts',
      'dashboards-run-in-a-browser: dashboards/src/page.tsx',
      'dashboards-use-browser-libraries: dashboards/src/server.ts',
      'no-cycles: streams/one.ts',
      'no-development-dependency-in-production-code: ingest/dev.ts',
      'no-sibling-import-from-ingest: ingest/sibling.ts',
      'no-unresolvable: ingest/lost.ts',
      'nothing-imports-the-composition-root: ingest/rootward.ts',
      'platform-knows-no-folder: platform/bus/upward.ts',
    ]);
  });
});
