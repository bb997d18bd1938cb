import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog } from '../../platform/log/log.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { startFakeDoor, type FakeDoor, type StoredEvent } from './door-server.fake.ts';
import { runImport } from './main.ts';
import { accountedRows, type ImportReport } from './report.ts';

const dataFile = fileURLToPath(
  new URL('../../../shared/data/youtube-trending-us/2017-11-14_2018-01-21.csv', import.meta.url),
);
const isThere = existsSync(dataFile);
if (!isThere) console.warn('skipped: the YouTube file is not at ../shared/data/youtube-trending-us');

const counters = ['views', 'likes', 'dislikes', 'comments'] as const;
type Counts = Record<(typeof counters)[number], number>;

/** The file counted by other means than the import: csv-parse, no mapping, no differences. */
async function recount(): Promise<{
  rows: number;
  days: Set<string>;
  titles: number;
  last: Map<string, Counts>;
}> {
  const records: Record<string, string>[] = parse(await readFile(dataFile), { columns: true });
  const last = new Map<string, Counts>();
  const at = new Map<string, string>();
  const days = new Set<string>();
  for (const row of records) {
    const [year, day, month] = (row['trending_date'] ?? '').split('.');
    const date = `20${year}-${month}-${day}`;
    days.add(date);
    const video = `${row['channel_title']}\n${row['publish_time']}`;
    if ((at.get(video) ?? '') > date) continue;
    at.set(video, date);
    last.set(video, {
      views: Number(row['views']),
      likes: Number(row['likes']),
      dislikes: Number(row['dislikes']),
      comments: Number(row['comment_count']),
    });
  }
  const titles = records.filter((row) => (row['title'] ?? '').includes('\uFFFD')).length;
  return { rows: records.length, days, titles, last };
}

describe.skipIf(!isThere)('the YouTube trending file', () => {
  let folder = '';
  let door: FakeDoor;
  let report: ImportReport;
  let metrics: StoredEvent[] = [];
  let published: StoredEvent[] = [];

  const run = async (home: string): Promise<ImportReport> =>
    await runImport({
      files: [dataFile],
      format: 'youtube-trending',
      url: door.url,
      apiKey: door.apiKey,
      home: join(folder, home),
      clock: systemClock,
      out: { write: () => true },
      signal: new AbortController().signal,
      log: silentLog,
    });
  const sum = (events: readonly StoredEvent[], counter: string): number =>
    events.reduce((total, event) => total + Number(event.data[counter]), 0);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-youtube-'));
    door = await startFakeDoor();
    report = await run('home');
    metrics = [...door.stored.values()].filter((event) => event.type === 'post_metrics');
    published = [...door.stored.values()].filter((event) => event.type === 'post_published');
  });
  afterAll(async () => {
    await door.close();
    await rm(folder, { recursive: true });
  });

  test('every row is accounted for and stored', () => {
    expect(report.tally).toMatchObject({ rows: 13_396, rowsStored: 13_396, deadLetters: 0, events: 16_351 });
    expect(accountedRows(report.tally)).toBe(13_396);
    expect([metrics.length, published.length]).toEqual([13_396, 2955]);
  });

  test('67 days, 1,408 channels, 2,955 videos', () => {
    expect(new Set(metrics.map((event) => event.time.slice(0, 10))).size).toBe(67);
    expect(new Set(metrics.map((event) => event.data['channel_id'])).size).toBe(1408);
    expect(new Set(metrics.map((event) => event.data['content_id'])).size).toBe(2955);
    expect(new Set(published.map((event) => event.data['content_id'])).size).toBe(2955);
  });

  test('the changes add up to the last snapshots, to the last unit, in all and for each video', async () => {
    const counted = await recount();
    expect(counted.rows).toBe(13_396);
    expect(new Set(metrics.map((event) => event.time.slice(0, 10)))).toEqual(counted.days);
    expect(sum(metrics, 'views')).toBe(3_553_225_953);
    expect(((sum(metrics, 'likes') + sum(metrics, 'comments')) / sum(metrics, 'views')).toFixed(6)).toBe(
      '0.036969',
    );

    const byVideo = new Map<string, Counts>();
    for (const { data } of metrics) {
      const key = String(data['content_id']);
      const counts = byVideo.get(key) ?? { views: 0, likes: 0, dislikes: 0, comments: 0 };
      for (const counter of counters) counts[counter] += Number(data[counter]);
      byVideo.set(key, counts);
    }
    const videoOf = new Map(
      published.map((event) => [
        `${String(event.data['channel_id'])}\n${event.time}`,
        String(event.data['content_id']),
      ]),
    );
    expect(videoOf.size).toBe(2955);
    for (const [video, counts] of counted.last) expect(byVideo.get(videoOf.get(video) ?? '')).toEqual(counts);
  });

  test('falls are corrections: 3 of views, 1,135 rows in all', () => {
    const corrected = metrics.filter((event) => event.data['correction'] === true);
    const isFall = (event: StoredEvent): boolean =>
      counters.some((counter) => Number(event.data[counter]) < 0);
    expect(corrected).toHaveLength(1135);
    expect(report.tally.corrections).toBe(1135);
    expect(metrics.filter(isFall)).toEqual(corrected);
    expect(metrics.filter((event) => Number(event.data['views']) < 0)).toHaveLength(3);
  });

  test('titles with broken characters are kept as they are', async () => {
    const counted = await recount();
    expect(counted.titles).toBe(996);
    const broken = published.filter((event) => String(event.data['title']).includes('\uFFFD'));
    expect(broken.length).toBeGreaterThan(200);
    expect(broken.map((event) => event.data['title'])).toContain(
      'Why the rise of the robots won\uFFFD\u06EAt mean the end of work',
    );
  });

  test('the removed video and closed comments are marked', () => {
    expect(
      metrics.filter((event) => event.data['removed'] === true).map((event) => event.data['channel_id']),
    ).toEqual(['Verizon']);
    expect(metrics.filter((event) => event.data['comments_disabled'] === true)).toHaveLength(228);
    expect(published.every((event) => typeof event.data['category'] === 'string')).toBe(true);
    expect(metrics.some((event) => 'country' in event.data)).toBe(false);
  });

  test('a second import changes nothing, whether its position is known or not', async () => {
    const before = new Map(door.stored);
    expect((await run('home')).files[0]).toMatchObject({ outcome: 'earlier', sentNow: 0 });
    expect((await run('another home')).tally).toMatchObject({ duplicates: 16_351 });
    expect(door.stored).toEqual(before);
  });
});
