import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openHome } from './home.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'weir-home-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a home that is a file, or below one, is said to be no directory', () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  for (const home of [file, join(file, 'below')])
    expect(() => openHome(home)).toThrow(`${home} cannot be used: it is no directory; set WEIR_HOME to one`);
});

test('a home in use names its holder; released, it can be had again', () => {
  const home = join(directory, 'new', 'home');
  const lock = openHome(home);
  expect(() => openHome(home)).toThrow(`${home} is in use by the Weir process ${process.pid}`);
  lock.release();
  openHome(home).release();
});
