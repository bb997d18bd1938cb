import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../../platform/log/log.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { importCommand } from './command.ts';
import { startFakeDoor, type FakeDoor, type StoredEvent } from './door-server.fake.ts';
import { runImport, type ImportLimits, type ImportOptions } from './main.ts';
import type { Mapping } from './mapping.ts';
import { accountedRows, type ImportReport } from './report.ts';

const limits: Partial<ImportLimits> = {
  batch: { maxEvents: 10, maxCharacters: 100_000, maxRows: 50 },
  maxInFlight: 3,
  giveUpAfterMs: 5000,
};

const mapping: Mapping = {
  name: 'videos',
  version: 1,
  title: 'Videos',
  source: 'videos',
  event: {
    type: 'post_metrics',
    id: '{hash:video,day}',
    time: { column: 'day', format: 'YYYY-MM-DD', at: '12:00' },
    data: {
      content_id: { column: 'video', type: 'string', required: true },
      views: { column: 'views', type: 'integer', required: true },
    },
  },
  difference: { key: ['video'], orderBy: { column: 'day', format: 'YYYY-MM-DD' }, counters: ['views'] },
  extraEvents: [
    {
      oncePer: ['video'],
      type: 'post_published',
      id: 'published:{video}',
      time: { column: 'day', format: 'YYYY-MM-DD' },
      data: { content_id: { column: 'video', type: 'string' } },
    },
  ],
};

let folder = '';
let door: FakeDoor;
let output = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-import-'));
  door = await startFakeDoor();
  output = '';
  await writeFile(join(folder, 'mapping.json'), JSON.stringify(mapping));
});
afterEach(async () => {
  await door.close();
  await rm(folder, { recursive: true });
});

const out = { write: (text: string) => (output += text) };

async function run(files: readonly string[], change: Partial<ImportOptions> = {}): Promise<ImportReport> {
  return await runImport({
    files: files.map((file) => join(folder, file)),
    mappingFile: join(folder, 'mapping.json'),
    url: door.url,
    apiKey: door.apiKey,
    home: join(folder, 'home'),
    clock: systemClock,
    out,
    signal: new AbortController().signal,
    log: silentLog,
    limits,
    ...change,
  });
}

/** 6 videos over 30 days: 180 rows, 186 events; the last total of video v is 100 (30 + v). */
function csvLines(from = 1, to = 30): string[] {
  const lines: string[] = [];
  for (let day = from; day <= to; day += 1) {
    for (let video = 0; video < 6; video += 1) {
      lines.push(`video ${video},2024-01-${String(day).padStart(2, '0')},${100 * (day + video)}`);
    }
  }
  return lines;
}
const csv = (lines: readonly string[]): string => ['video,day,views', ...lines, ''].join('\n');
const writeCsv = async (name: string, lines: readonly string[]): Promise<void> =>
  await writeFile(join(folder, name), csv(lines));

const totalViews = (events: Iterable<StoredEvent>): number =>
  [...events].reduce((sum, event) => sum + Number(event.data['views'] ?? 0), 0);
const expectedViews = 100 * (6 * 30 + 15);

function expectComplete(): void {
  expect(door.stored.size).toBe(186);
  expect(totalViews(door.stored.values())).toBe(expectedViews);
}

describe('every event arrives once', () => {
  test('when nothing goes wrong', async () => {
    await writeCsv('a.csv', csvLines());
    const report = await run(['a.csv']);
    expect(report.tally).toMatchObject({
      rows: 180,
      rowsStored: 180,
      events: 186,
      accepted: 186,
      duplicates: 0,
      rejected: 0,
      corrections: 0,
    });
    expectComplete();
    expect(door.duplicates()).toBe(0);
  });

  test('through 429, 503, cut connections and lost answers', async () => {
    await writeCsv('a.csv', csvLines());
    door.troubles.push(
      { kind: 'status', status: 429, retryAfter: '0' },
      { kind: 'reset' },
      { kind: 'status', status: 503 },
      { kind: 'stored then reset' },
      { kind: 'status', status: 500 },
      { kind: 'stored then reset' },
      { kind: 'status', status: 502, retryAfter: '0.1' },
    );
    const report = await run(['a.csv']);
    expect(report.outcome).toBe('finished');
    expectComplete();
    expect(door.duplicates()).toBeGreaterThan(0);
    expect(accountedRows(report.tally)).toBe(180);
    expect(door.troubles).toHaveLength(0);
  });

  test('a Retry-After is waited for', async () => {
    await writeCsv('a.csv', csvLines(1, 1));
    door.troubles.push({ kind: 'status', status: 429, retryAfter: '1' });
    const startedMs = performance.now();
    await run(['a.csv']);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(1000);
    expect(door.stored.size).toBe(12);
  });

  test('wherever it is interrupted and taken up again', async () => {
    await writeCsv('a.csv', csvLines());
    for (const stopAfter of [1, 2, 5, 9, 18]) {
      door.stored.clear();
      await rm(join(folder, 'home'), { recursive: true, force: true });
      const interrupt = new AbortController();
      let requests = 0;
      door.onEvents = () => {
        requests += 1;
        if (requests === stopAfter) interrupt.abort();
      };
      const first = await run(['a.csv'], { signal: interrupt.signal });
      expect(first.outcome).toBe('interrupted');
      expect(output).toContain('Run the same command again');
      door.onEvents = () => {};
      const second = await run(['a.csv']);
      expect(second.outcome).toBe('finished');
      expect(second.tally).toMatchObject({ rows: 180, rowsStored: 180, events: 186 });
      expectComplete();
    }
  });

  test('a resumed import sends only what was not acknowledged', async () => {
    await writeCsv('a.csv', csvLines());
    let requests = 0;
    door.onEvents = () => {
      requests += 1;
      if (requests > 10) throw new Error('the server dies');
    };
    const failed = await run(['a.csv'], { limits: { ...limits, giveUpAfterMs: 300 } });
    expect(failed).toMatchObject({ outcome: 'failed', error: { code: 'DOOR_UNREACHABLE' } });
    const acknowledged = failed.tally.events;
    expect(acknowledged).toBeGreaterThanOrEqual(70);
    door.onEvents = () => {};
    const resumed = await run(['a.csv']);
    expect(resumed.files[0]).toMatchObject({ outcome: 'resumed', sentNow: 186 - acknowledged });
    expectComplete();
  });

  test('when the position is lost', async () => {
    await writeCsv('a.csv', csvLines());
    await run(['a.csv']);
    await rm(join(folder, 'home'), { recursive: true });
    const again = await run(['a.csv']);
    expect(again.tally).toMatchObject({ events: 186, duplicates: 186 });
    expectComplete();
  });
});

describe('importing again', () => {
  test('sends nothing, and with --again the same ids', async () => {
    await writeCsv('a.csv', csvLines());
    await run(['a.csv']);
    const requests = door.requests();
    const second = await run(['a.csv']);
    expect(second.files[0]).toMatchObject({ outcome: 'earlier', sentNow: 0 });
    expect(door.requests()).toBe(requests + 1);
    expect(output).toContain('imported before');
    const third = await run(['a.csv'], { again: true });
    expect(third.tally).toMatchObject({ events: 186, duplicates: 186 });
    expectComplete();
  });

  test('under another name it is the same file', async () => {
    await writeCsv('a.csv', csvLines());
    await writeCsv('b.csv', csvLines());
    await run(['a.csv']);
    expect((await run(['b.csv'])).files[0]?.outcome).toBe('earlier');
  });

  test('into a server that was emptied starts at the first row', async () => {
    await writeCsv('a.csv', csvLines());
    await run(['a.csv']);
    door.stored.clear();
    expect((await run(['a.csv'])).files[0]).toMatchObject({ outcome: 'imported', sentNow: 186 });
    expectComplete();
  });

  test('leaves one small file of state and no key in it', async () => {
    await writeCsv('a.csv', csvLines());
    await run(['a.csv']);
    expect(await readdir(join(folder, 'home', 'imports'))).toHaveLength(1);
  });
});

describe('rows that are not right', () => {
  test('go to the dead letters with their line and reason; every row is accounted for', async () => {
    const lines = csvLines(1, 3);
    lines.splice(2, 0, 'video 9,2024-01-01,many', 'video 9,"2024-01-01"x,5', 'video 9,2024-01-01');
    lines.push('video 9,soon,7');
    await writeCsv('a.csv', lines);
    const report = await run(['a.csv']);
    expect(report.tally).toMatchObject({ rows: 22, rowsStored: 18, rowsRefused: 4, deadLetters: 4 });
    expect(accountedRows(report.tally)).toBe(22);
    expect(
      door.deadLetters.map((each) => [each['index'], each['code'], each['source'], each['dialect']]),
    ).toEqual([4, 5, 6, 23].map((line) => [line, 'IMPORT_ROW_INVALID', 'a.csv', 'import']));
    expect(door.deadLetters[0]).toMatchObject({
      item: 'video 9,2024-01-01,many',
      message: 'views: "many" is not a whole number up to 2^53',
    });
    expect(output).toContain('line 6: IMPORT_ROW_INVALID: the row has 2 fields, the header has 3');
  });

  test('rejected by the server are counted and shown with their line', async () => {
    await writeCsv('a.csv', csvLines(1, 3));
    door.refuse = (event) =>
      event.type === 'post_metrics' &&
      event.time.startsWith('2024-01-02') &&
      event.data['content_id'] === 'video 4'
        ? 'the server does not like it'
        : undefined;
    const report = await run(['a.csv']);
    expect(report.tally).toMatchObject({
      rows: 18,
      rowsStored: 17,
      rowsRejected: 1,
      rejected: 1,
      deadLetters: 1,
    });
    expect(report.files[0]?.refused).toEqual([
      { line: 12, code: 'INGEST_EVENT_INVALID', message: 'the server does not like it' },
    ]);
    expect(door.deadLetters).toEqual([]);
  });

  test('an event too large for any request is found, kept as a dead letter, and the others arrive', async () => {
    const lines = csvLines(1, 3);
    await writeCsv('a.csv', [...lines.slice(0, 4), `${'x'.repeat(900_000)},2024-01-01,5`, ...lines.slice(4)]);
    const big = await startFakeDoor({ maxBodyBytes: 500_000 });
    try {
      const report = await run(['a.csv'], { url: big.url });
      expect(report.tally).toMatchObject({ rows: 19, rowsStored: 18, rowsRejected: 1 });
      expect(big.stored.size).toBe(24);
      expect(big.deadLetters.map((each) => [each['index'], each['code']])).toEqual([
        [6, 'INGEST_TOO_LARGE'],
        [6, 'INGEST_TOO_LARGE'],
      ]);
    } finally {
      await big.close();
    }
  });

  test('broken characters are repaired and lose no row', async () => {
    const bytes = Buffer.concat([
      Buffer.from('video,day,views\nBj'),
      Buffer.from([0xcc, 0xb6]),
      Buffer.from('rk '),
      Buffer.from([0x89, 0xff]),
      Buffer.from(',2024-01-01,5\n'),
    ]);
    await writeFile(join(folder, 'a.csv'), bytes);
    const report = await run(['a.csv']);
    expect(report.tally).toMatchObject({ rows: 1, rowsStored: 1 });
    expect([...door.stored.values()][0]?.data['content_id']).toBe('Bj\u0336rk \uFFFD\uFFFD');
  });
});

describe('files', () => {
  test('not in order give the same events as in order', async () => {
    await writeCsv('a.csv', csvLines());
    await run(['a.csv']);
    const inOrder = [...door.stored.values()];
    door.stored.clear();
    await writeCsv('b.csv', csvLines().toReversed());
    const report = await run(['b.csv']);
    expect(report.tally.rowsStored).toBe(180);
    const byId = (events: readonly StoredEvent[]): StoredEvent[] =>
      events.toSorted((a, b) => a.id.localeCompare(b.id));
    expect(byId([...door.stored.values()])).toEqual(byId(inOrder));
  });

  test('too large to sort are refused before anything is sent', async () => {
    await writeCsv('b.csv', csvLines().toReversed());
    const report = await run(['b.csv'], { limits: { ...limits, maxSortCharacters: 100 } });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'IMPORT_LIMIT_EXCEEDED' } });
    expect(door.stored.size).toBe(0);
  });

  test('of one series in one command carry the totals on; the first of them is known when it comes again', async () => {
    await writeCsv('a.csv', csvLines(1, 20));
    await writeCsv('b.csv', csvLines(21, 30));
    await run(['a.csv']);
    const report = await run(['a.csv', 'b.csv']);
    expect(report.files.map((file) => [file.outcome, file.sentNow])).toEqual([
      ['earlier', 0],
      ['imported', 60],
    ]);
    expectComplete();
  });

  test('given youngest first lose no row silently', async () => {
    await writeCsv('a.csv', csvLines(1, 20));
    await writeCsv('b.csv', csvLines(21, 30));
    const report = await run(['b.csv', 'a.csv']);
    expect(report.tally).toMatchObject({ rows: 180, rowsStored: 60, rowsRefused: 120 });
    expect(new Set(door.deadLetters.map((each) => each['code']))).toEqual(
      new Set(['IMPORT_ROW_OUT_OF_ORDER']),
    );
  });

  test('NDJSON with a mapping', async () => {
    const rows = csvLines().map((line) => {
      const [video, day, views] = line.split(',');
      return JSON.stringify({ video, day, views: Number(views) });
    });
    await writeFile(join(folder, 'a.ndjson'), [...rows, '{"video":', '', '[1]'].join('\r\n'));
    const report = await run(['a.ndjson']);
    expect(report.tally).toMatchObject({ rows: 182, rowsStored: 180, rowsRefused: 2 });
    expect(door.deadLetters.map((each) => each['index'])).toEqual([181, 183]);
    expectComplete();
  });

  test('Parquet with a mapping', async () => {
    const cells = csvLines().map((line) => line.split(','));
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'video', data: cells.map((row) => row[0] ?? ''), type: 'STRING' },
        { name: 'day', data: cells.map((row) => row[1] ?? ''), type: 'STRING' },
        { name: 'views', data: cells.map((row) => BigInt(row[2] ?? 0)), type: 'INT64' },
      ],
    });
    await writeFile(join(folder, 'a.parquet'), new Uint8Array(bytes));
    expect((await run(['a.parquet'])).tally.rowsStored).toBe(180);
    expectComplete();
  });

  test('of ready-made events travel as they are; those without an id get the same one each time', async () => {
    const event = { source: 's', type: 'tip', time: '2024-01-01T00:00:00Z', data: { amount: 5 } };
    const text = [{ ...event, id: 'one' }, event, event].map((each) => JSON.stringify(each)).join('\n');
    await writeFile(join(folder, 'a.ndjson'), text);
    const plain = {
      files: [join(folder, 'a.ndjson')],
      url: door.url,
      apiKey: door.apiKey,
      home: join(folder, 'home'),
      clock: systemClock,
      out,
      signal: new AbortController().signal,
      log: silentLog,
      limits,
    };
    await runImport(plain);
    await runImport({ ...plain, again: true });
    expect(door.stored.size).toBe(3);
    expect(door.stored.get('s\none')?.data).toEqual({ amount: 5 });
  });
});

describe('the command', () => {
  const io = {
    out,
    err: { write: (text: string) => (output += text) },
    clock: systemClock,
    log: silentLog,
    signal: new AbortController().signal,
    limits,
  };
  const command = async (argv: readonly string[], env: Record<string, string> = {}): Promise<number> =>
    await importCommand(argv, { ...io, env: { WEIR_HOME: join(folder, 'home'), ...env } });
  const file = (name: string): string => join(folder, name);

  test('imports with the key of the home directory and exits with 0', async () => {
    await writeCsv('b.csv', csvLines(1, 2));
    const port = new URL(door.url).port;
    await writeFile(join(folder, 'admin.key'), `${door.apiKey}\n`);
    const code = await command(['--mapping', file('mapping.json'), file('b.csv')], {
      WEIR_PORT: port,
      WEIR_HOME: folder,
    });
    expect(code).toBe(0);
    expect(output).toContain('Finished in');
  });

  test.each([
    [[], /no file given/],
    [['a.csv'], /a.csv needs --format NAME or --mapping FILE/],
    [['--format', 'nope', 'a.csv'], /there is no format nope; there are: events, .*youtube-trending/],
    [['--format', 'x', '--mapping', 'y', 'a.csv'], /not both/],
    [['--colour', 'a.csv'], /--colour/],
    [['--url', 'ftp://x', 'a.csv'], /--url ftp:\/\/x is not an address/],
  ])('%o is wrong usage', async (argv, reason) => {
    expect(await command(argv, { WEIR_ADMIN_KEY: 'k' })).toBe(2);
    expect(output).toMatch(reason);
    expect(door.requests()).toBe(0);
  });

  test('says where a key is looked for', async () => {
    await writeCsv('a.csv', csvLines());
    expect(await command(['--mapping', file('mapping.json'), file('a.csv')])).toBe(2);
    expect(output).toMatch(/WEIR_ADMIN_KEY.*admin\.key/);
  });

  test.each([
    ['a file that is not there', 'absent.csv', undefined, /there is no such file/],
    [
      'a file without a column',
      'short.csv',
      'video,views\na,1\n',
      /has no column day; its columns are video, views/,
    ],
    ['an empty file', 'empty.csv', '', /is empty/],
    ['a header with a column twice', 'twice.csv', 'video,day,views,day\n', /"day" twice/],
    ['a file of unknown kind', 'a.xyz', 'x', /the name does not say what it is/],
  ])('%s ends it before anything is sent', async (_name, name, text, reason) => {
    if (text !== undefined) await writeFile(file(name), text);
    await writeCsv('good.csv', csvLines());
    const code = await command(['--mapping', file('mapping.json'), file('good.csv'), file(name)], {
      WEIR_ADMIN_KEY: door.apiKey,
      WEIR_PORT: new URL(door.url).port,
    });
    expect(code).toBe(1);
    expect(output).toMatch(reason);
    expect(door.requests()).toBe(0);
  });

  test('a wrong key ends it at once', async () => {
    await writeCsv('a.csv', csvLines());
    const code = await command([
      '--mapping',
      file('mapping.json'),
      '--url',
      door.url,
      '--key',
      'wrong',
      file('a.csv'),
    ]);
    expect(code).toBe(1);
    expect(output).toMatch(/refused the API key: unknown key/);
    expect(output).not.toContain('wrong');
    expect(door.requests()).toBeLessThanOrEqual(3);
  });

  test('a server that is not there is waited for, then named', async () => {
    await writeCsv('a.csv', csvLines());
    const gone = await startFakeDoor();
    await gone.close();
    const code = await importCommand(
      ['--mapping', file('mapping.json'), '--url', gone.url, '--key', 'k', file('a.csv')],
      { ...io, env: { WEIR_HOME: join(folder, 'home') }, limits: { ...limits, giveUpAfterMs: 400 } },
    );
    expect(code).toBe(1);
    expect(output).toMatch(/does not take events: nothing listens there/);
    expect(output).toContain('waiting: nothing listens there');
  });

  test('an address that is no Weir is named as such', async () => {
    await writeCsv('a.csv', csvLines());
    const code = await command([
      '--mapping',
      file('mapping.json'),
      '--url',
      `${door.url}/elsewhere`,
      '--key',
      door.apiKey,
      file('a.csv'),
    ]);
    expect(code).toBe(1);
    expect(output).toMatch(/DOOR_REFUSED/);
  });

  test('refused rows exit with 0, with --strict 3', async () => {
    await writeCsv('a.csv', ['video 1,soon,1', 'video 1,2024-01-01,1']);
    const argv = ['--mapping', file('mapping.json'), '--url', door.url, '--key', door.apiKey, file('a.csv')];
    expect(await command(argv)).toBe(0);
    expect(await command([...argv, '--again', '--strict'])).toBe(3);
  });

  test('--help lists the formats', async () => {
    expect(await command(['--help'])).toBe(0);
    expect(output).toMatch(/events, .*stripe-invoice-paid, .*youtube-trending/);
  });
});
