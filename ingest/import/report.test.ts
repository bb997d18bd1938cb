import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../platform/time/clock.ts';
import { addTally, emptyTally } from './batch.ts';
import { parseState, stateKey } from './import-state.ts';
import { createProgress, number, progressText } from './progress.ts';
import { accountedRows, createReport, reportText } from './report.ts';

const tally = {
  ...emptyTally,
  rows: 10,
  rowsStored: 5,
  rowsSkipped: 2,
  rowsRepeated: 1,
  rowsRefused: 1,
  rowsRejected: 1,
  events: 7,
  accepted: 6,
  duplicates: 2,
  rejected: 1,
  deadLetters: 2,
  corrections: 3,
};

test('the report accounts for every row and shows the first refused ones', () => {
  const file = {
    file: 'a.csv',
    sha256: 'f'.repeat(64),
    outcome: 'imported' as const,
    tally,
    sentNow: 7,
    refused: [{ line: 4, code: 'IMPORT_ROW_INVALID', message: 'views: "x" is not a whole number' }],
  };
  expect(accountedRows(tally)).toBe(tally.rows);
  const text = reportText(createReport([file], 1234, { outcome: 'finished' }));
  expect(text).toMatch(
    /accounted for +10: 5 stored, 5 explained \(2 left out by a rule, 1 repeating the snapshot before, 1 unreadable, 1 rejected by the server\)/,
  );
  expect(text).toContain('line 4: IMPORT_ROW_INVALID: views: "x"');
  expect(text).toContain('and 1 more');
  expect(text).toContain('Finished in 1.2 s.');
});

test('several files are summed', () => {
  const file = { file: 'a.csv', sha256: 'f', outcome: 'imported' as const, tally, sentNow: 7, refused: [] };
  expect(createReport([file, file], 0, { outcome: 'finished' }).tally).toEqual(addTally(tally, tally));
});

describe('progress', () => {
  const state = {
    file: 'a.csv',
    stage: 'importing' as const,
    doneBytes: 50,
    totalBytes: 100,
    rows: 1500,
    events: 1000,
  };

  test('a line says how far, how many, how fast', () => {
    expect(progressText(state, 2000)).toBe(
      'a.csv [############............] 50% 1,500 rows, 1,000 events, 500/s',
    );
    expect(number(1234567)).toBe('1,234,567');
  });

  test('a terminal gets a bar that is cleared, a file gets a line now and then', async () => {
    const clock = createFakeClock();
    const written = { tty: '', file: '' };
    const bar = createProgress({ isTTY: true, columns: 20, write: (text) => (written.tty += text) }, clock);
    const lines = createProgress({ write: (text) => (written.file += text) }, clock);
    for (let i = 0; i < 60; i += 1) {
      bar.show(state);
      lines.show(state);
      await clock.advance(100);
    }
    bar.clear();
    expect(written.tty.split('\r')).toHaveLength(62);
    expect(Math.max(...written.tty.split('\r').map((text) => text.replace('\u001B[2K', '').length))).toBe(19);
    expect(written.file.trim().split('\n')).toHaveLength(2);
    lines.wait('the server is busy');
    expect(written.file).toContain('waiting: the server is busy');
  });
});

test('the state depends on all that the position depends on, and holds no key', () => {
  const parts = { sha256: 'a'.repeat(64), after: '', mapping: 'm', url: 'http://x', apiKey: 'secret' };
  const keys = [
    stateKey(parts),
    ...(['sha256', 'after', 'mapping', 'url', 'apiKey'] as const).map((name) =>
      stateKey({ ...parts, [name]: 'other' }),
    ),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.join()).not.toContain('secret');
});

test.each(['', '{', '[]', '{"version":2}', '{"version":1,"tally":{}}'])('%s is no state', (text) => {
  expect(parseState(text)).toBeUndefined();
});
