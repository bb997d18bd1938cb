import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evalCommand } from './eval.ts';
import { scoresOf } from './eval-anomalies.ts';
import { parseNabFile } from './nab-file.ts';

let root = '';
let told: string[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'weir-eval-'));
  told = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const say = (line: string): void => {
  told.push(line);
};
const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const run = (data = 'data', out = 'out'): Promise<number> =>
  evalCommand(['anomalies', '--data', join(root, data), '--out', join(root, out)], say);

/** A day and a half of five-minute points with a spike near the end. */
function series(
  count = 432,
  valueAt = (at: number): string => String((at % 7) + (at === 400 ? 90 : 0)),
): string {
  const rows = Array.from({ length: count }, (_, at) => {
    const time = new Date(Date.UTC(2026, 0, 1) + at * 300_000).toISOString();
    return `${time.slice(0, 10)} ${time.slice(11, 19)},${valueAt(at)}`;
  });
  return `timestamp,value\n${rows.join('\n')}\n`;
}

describe('weir eval anomalies', () => {
  it('writes a score for every row, at the same place', async () => {
    put('data/web/visits.csv', series());
    expect(await run()).toBe(0);
    const lines = readFileSync(join(root, 'out/web/visits.csv'), 'utf8').trim().split('\n');
    expect(lines[0]).toBe('timestamp,value,anomaly_score');
    expect(lines).toHaveLength(433);
    expect(lines[1]).toBe('2026-01-01 00:00:00,0,0');
    const scores = lines.slice(1).map((line) => Number(line.split(',')[2]));
    expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
    expect(scores[400]).toBeGreaterThan(0.9);
    expect(told.at(-1)).toMatch(/^1 of 1 files, 432 rows \(0 without a value\)/);
  });

  it('takes empty and NaN values as missing and goes on', async () => {
    put(
      'data/a.csv',
      series(200, (at) => (at === 50 ? 'NaN' : at === 51 ? '' : at === 52 ? 'inf' : '3')),
    );
    expect(await run()).toBe(0);
    const rows = readFileSync(join(root, 'out/a.csv'), 'utf8').trim().split('\n');
    expect(rows[51]).toMatch(/,NaN,0$/);
    expect(rows[52]).toMatch(/,,0$/);
    expect(told.at(-1)).toContain('200 rows (3 without a value)');
  });

  it.each([
    ['empty', '', 'bad.csv:1: the header has no columns timestamp and value'],
    ['no rows', 'timestamp,value\n', 'bad.csv:1: there are no rows'],
    ['no header', '2026-01-01 00:00:00,1\n', 'bad.csv:1: the header has no columns'],
    [
      'a field too many',
      'timestamp,value\n2026-01-01 00:00:00,1,2\n',
      'bad.csv:2: 3 fields where the header has 2',
    ],
    ['no time', 'timestamp,value\nyesterday,1\n', 'bad.csv:2: "yesterday" is no time like'],
    [
      'an impossible time',
      'timestamp,value\n2026-13-01 00:00:00,1\n',
      'bad.csv:2: "2026-13-01 00:00:00" is no time',
    ],
    ['no number', 'timestamp,value\n2026-01-01 00:00:00,many\n', 'bad.csv:2: "many" is no number'],
  ])('names a file that is unreadable, %s, and does the others', async (_what, text, message) => {
    put('data/bad.csv', text);
    put('data/good.csv', series(50));
    expect(await run()).toBe(1);
    expect(told[0]).toContain(`EVAL_FILE_INVALID  ${message}`);
    expect(told[1]).toMatch(/^1 of 2 files, 50 rows/);
    expect(existsSync(join(root, 'out/bad.csv'))).toBe(false);
    expect(existsSync(join(root, 'out/good.csv'))).toBe(true);
  });

  it('refuses a folder that is not there, one without series, and writing over the series', async () => {
    await expect(run()).rejects.toThrow(expect.objectContaining({ code: 'EVAL_DATA_MISSING' }));
    mkdirSync(join(root, 'data'));
    await expect(run()).rejects.toThrow(expect.objectContaining({ code: 'EVAL_DATA_MISSING' }));
    put('data/a.csv', series(10));
    await expect(run('data', 'data')).rejects.toThrow(expect.objectContaining({ code: 'EVAL_USAGE' }));
  });

  it('may write into a folder of the data and does not read its own answer', async () => {
    put('data/a.csv', series(60));
    expect(await run('data', 'data/out')).toBe(0);
    expect(await run('data', 'data/out')).toBe(0);
    expect(told.filter((line) => line.startsWith('1 of 1 files'))).toHaveLength(2);
  });

  it.each([
    [[], /say what to evaluate/],
    [['forecast'], /forecast: --out is missing/],
    [['anomalies', '--data', 'x'], /anomalies: --out is missing/],
    [['anomalies', '--what'], /--what/],
  ])('says what is wrong: %j', async (args, what) => {
    expect(await evalCommand(args, say)).toBe(2);
    expect(told[0]).toMatch(what);
  });

  it('says how it is used', async () => {
    expect(await evalCommand(['--help'], say)).toBe(0);
    expect(told[0]).toContain('weir eval anomalies --data DIR --out DIR');
  });

  it('does not look ahead: what comes later changes no score', () => {
    const values = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 80, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.nat(79), fc.integer(), (given, cut, other) => {
        const known = given.length - cut;
        const rows = (changed: boolean): ReturnType<typeof parseNabFile> =>
          parseNabFile(
            series(given.length, (at) => String(changed && at >= known ? other : given[at])),
            'x',
          );
        expect(scoresOf(rows(true)).slice(0, known)).toEqual(scoresOf(rows(false)).slice(0, known));
      }),
      { numRuns: 30 },
    );
  });
});

const benchmark = fileURLToPath(new URL('../../shared/data/nab', import.meta.url));
const scorer = fileURLToPath(new URL('../../shared/tools/nab-score.mjs', import.meta.url));
const hasBenchmark = existsSync(benchmark) && existsSync(scorer);

interface Score {
  readonly score: number;
  readonly nestedScore: number;
}
interface Scorer {
  load(results: string, windows: string): unknown;
  scoreAll(files: unknown, profile: string, threshold: number | undefined, isNested: boolean): Score;
}

describe('the Numenta Anomaly Benchmark, the half at hand', () => {
  it.skipIf(!hasBenchmark)(
    `${hasBenchmark ? '' : 'skipped, ../shared/data/nab is not on this machine: '}scores what docs and README say`,
    async () => {
      expect(await evalCommand(['anomalies', '--data', benchmark, '--out', join(root, 'out')], say)).toBe(0);
      const { load, scoreAll }: Scorer = await import(scorer);
      const files = load(join(root, 'out'), join(benchmark, 'windows.json'));
      const of = (profile: string): Score => scoreAll(files, profile, undefined, true);
      const standard = of('standard');
      expect(standard.score).toBeGreaterThanOrEqual(75);
      expect(standard.nestedScore).toBeGreaterThanOrEqual(standard.score - 2);
      expect(of('reward_low_FP_rate').score).toBeGreaterThanOrEqual(67);
      expect(of('reward_low_FN_rate').score).toBeGreaterThanOrEqual(80);
    },
    30_000,
  );
});
