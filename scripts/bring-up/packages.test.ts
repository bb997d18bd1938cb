import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { packagesState } from './packages.mjs';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'weir-packages-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function put(path: string, value: unknown): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), JSON.stringify(value));
}

const lockfile = (version: string) => ({
  packages: {
    '': { version: '1.0.0' },
    'node_modules/dam': { version },
    'node_modules/only-on-another-platform': { version: '1.0.0', optional: true },
  },
});
const record = (version: string) => ({ packages: { 'node_modules/dam': { version } } });

it('packages are fresh when lockfile, record and what lies there agree', () => {
  put('package-lock.json', lockfile('1.1.0'));
  expect(packagesState(home)).toBe('missing');
  put('node_modules/.package-lock.json', record('1.1.0'));
  put('node_modules/dam/package.json', { name: 'dam', version: '1.1.0' });
  expect(packagesState(home)).toBe('fresh');
});

it('packages are stale when the lockfile went on without an install', () => {
  put('package-lock.json', lockfile('1.1.1'));
  put('node_modules/.package-lock.json', record('1.1.0'));
  put('node_modules/dam/package.json', { name: 'dam', version: '1.1.0' });
  expect(packagesState(home)).toBe('stale');
});

it('packages are stale after npm install --package-lock-only, which writes the record too', () => {
  put('package-lock.json', lockfile('1.1.1'));
  put('node_modules/.package-lock.json', record('1.1.1'));
  put('node_modules/dam/package.json', { name: 'dam', version: '1.1.0' });
  expect(packagesState(home)).toBe('stale');
  rmSync(join(home, 'node_modules/dam'), { recursive: true });
  expect(packagesState(home)).toBe('stale');
});
