import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evalCommand } from './eval.ts';
import { parseM4File } from './m4-file.ts';

const DATA = new URL('../../shared/data/m4/Weekly-train.csv', import.meta.url).pathname;
const TEST = new URL('../../shared/data/m4/Weekly-test.csv', import.meta.url).pathname;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-forecast-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(train: string, ...more: string[]): Promise<number> {
  return evalCommand(
    [
      'forecast',
      '--train',
      train,
      '--horizon',
      '13',
      '--season',
      '1',
      '--out',
      join(folder, 'out.csv'),
      ...more,
    ],
    () => {},
  );
}

test('rows of different length, gaps and quotes are read; bounds lie beside the points; threads change nothing', async () => {
  const rows = [
    'id,V1,V2',
    `"A",${Array.from({ length: 60 }, (_, t) => 50 + (t % 4)).join(',')},,`,
    `B,1,2,,4,5,6,7,8,9,NA,11,12`,
  ];
  writeFileSync(join(folder, 'in.csv'), rows.join('\n'));
  expect(await run(join(folder, 'in.csv'), '--levels', '80,95', '--threads', '1')).toBe(0);
  const [alone, low, high] = ['out.csv', 'out.lower-95.csv', 'out.upper-95.csv'].map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  );
  expect(alone?.split('\n')[0]).toBe('id,F1,F2,F3,F4,F5,F6,F7,F8,F9,F10,F11,F12,F13');
  const points = parseM4File(alone ?? '', 'points');
  expect(points.map(({ id, values }) => [id, values.length])).toEqual([
    ['A', 13],
    ['B', 13],
  ]);
  const lows = parseM4File(low ?? '', 'lower');
  const highs = parseM4File(high ?? '', 'upper');
  points.forEach(({ values }, i) =>
    values.forEach((value, h) => {
      expect(value).toBeGreaterThanOrEqual(lows[i]?.values[h] ?? Number.NaN);
      expect(value).toBeLessThanOrEqual(highs[i]?.values[h] ?? Number.NaN);
    }),
  );
  expect(await run(join(folder, 'in.csv'), '--levels', '80,95', '--threads', '2')).toBe(0);
  expect(readFileSync(join(folder, 'out.csv'), 'utf8')).toBe(alone);
});

test('what is no number or not there is refused with what to mend', async () => {
  writeFileSync(join(folder, 'bad.csv'), 'id,V1\nA,1,x,3');
  await expect(run(join(folder, 'bad.csv'))).rejects.toMatchObject({
    code: 'EVAL_FILE_INVALID',
    message: expect.stringContaining('line 2 has "x"'),
  });
  await expect(run(join(folder, 'none.csv'))).rejects.toMatchObject({ code: 'EVAL_DATA_MISSING' });
});

test.each([
  [
    ['forecast', '--train', 'x', '--out', 'y', '--horizon', '0', '--season', '1'],
    '--horizon must be a whole number from 1 to 1000, not "0"',
  ],
  [['forecast', '--train', 'x', '--out', 'y', '--horizon', '6'], '--season is missing'],
  [['forecast', '--out', 'y', '--horizon', '6', '--season', '1'], '--train is missing'],
  [['forecast', '--train', 'x', '--horizon', '6', '--season', '1'], '--out is missing'],
  [
    ['forecast', '--train', 'x', '--out', 'y', '--horizon', '6', '--season', '1', '--levels', '95,100'],
    '--levels must be percentages above 0 and below 100',
  ],
  [
    ['forecast', '--train', 'x', '--out', 'y', '--horizon', '6', '--season', '1', '--threads', 'all'],
    '--threads must be a whole number from 1 to 64, not "all"',
  ],
  [['forecast', '--horizons', '6'], "Unknown option '--horizons'"],
  [['forecast', 'M4.csv', '--out', 'y'], '"M4.csv" is no option'],
  [['anomalies', '--out', 'y'], 'weir eval anomalies: --data is missing'],
  [['forcast'], 'there is no "forcast"'],
  [[], 'say what to evaluate'],
])('wrong arguments are named: %j', async (args, fault) => {
  const said: string[] = [];
  expect(await evalCommand(args, (line) => said.push(line))).toBe(2);
  expect(said.join('\n')).toContain(fault);
});

test('a series at the end of what numbers hold, and a slipped point in another, spoil neither themselves nor the rest', async () => {
  const steady = Array.from({ length: 90 }, (_, t) => 100 + 10 * Math.sin(t) + (t % 7));
  const rows = {
    steady,
    steadier: steady.map((v) => v + 1),
    ends: steady.map((_, t) => (t % 2 === 0 ? 1e308 : -1e308)),
    slipped: steady.map((v, t) => (t === 45 ? 1e15 : v)),
    least: steady.map((v) => v * 1e-310),
  };
  const text = (ids: readonly (keyof typeof rows)[]): string =>
    ['id', ...ids.map((id) => [id, ...rows[id]].join(','))].join('\n');
  writeFileSync(join(folder, 'odd.csv'), text(['steady', 'steadier', 'ends', 'slipped', 'least']));
  expect(await run(join(folder, 'odd.csv'), '--levels', '95', '--threads', '1')).toBe(0);
  const read = (name: string) => parseM4File(readFileSync(join(folder, name), 'utf8'), name);
  const points = new Map(read('out.csv').map(({ id, values }) => [id, values]));
  const upper = new Map(read('out.upper-95.csv').map(({ id, values }) => [id, values]));
  for (const id of ['steady', 'steadier', 'slipped'])
    for (const each of [points, upper]) {
      expect(Math.min(...(each.get(id) ?? [Number.NaN]))).toBeGreaterThan(60);
      expect(Math.max(...(each.get(id) ?? [Number.NaN]))).toBeLessThan(200);
    }
  expect(points.get('ends')?.every((v) => Number.isFinite(v) && Math.abs(v) <= 1.2e308)).toBe(true);
  expect(points.get('least')?.every((v) => v > 60e-310 && v < 150e-310)).toBe(true);
});

test.skipIf(!existsSync(DATA))(
  'on 8 weekly series of the M4 competition it beats Naive by far (needs the shared data)',
  async () => {
    const lines = readFileSync(DATA, 'utf8').split('\n');
    writeFileSync(
      join(folder, 'm4.csv'),
      [lines[0], ...lines.slice(1, 97).filter((_, i) => i % 12 === 0)].join('\n'),
    );
    expect(await run(join(folder, 'm4.csv'), '--levels', '95')).toBe(0);
    const actuals = new Map(
      parseM4File(readFileSync(TEST, 'utf8'), 'test').map(({ id, values }) => [id, values]),
    );
    const history = new Map(
      parseM4File(readFileSync(join(folder, 'm4.csv'), 'utf8'), 'train').map(({ id, values }) => [
        id,
        values,
      ]),
    );
    let ours = 0;
    let naives = 0;
    for (const { id, values } of parseM4File(readFileSync(join(folder, 'out.csv'), 'utf8'), 'out')) {
      const last = history.get(id)?.at(-1) ?? 0;
      actuals.get(id)?.forEach((y, h) => {
        ours += Math.abs(y - (values[h] ?? 0)) / Math.abs(y);
        naives += Math.abs(y - last) / Math.abs(y);
      });
    }
    expect(ours / naives).toBeLessThan(0.85);
  },
);
