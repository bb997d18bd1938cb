import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../platform/testing/servers.ts';
import { createWorkProcess, type WorkProcess } from '../adapters/work-process.ts';
import { chartThemes } from '../charts/theme.ts';
import { buildReport } from '../report/build-report.ts';
import { octoberFacts } from '../testing/facts.ts';
import { contrast, rgbOf } from '../thumbnail/contrast.ts';
import { SAFE, THUMBNAIL } from '../thumbnail/layout.ts';
import { paletteOf } from '../thumbnail/palettes.ts';
import { speak } from '../video/narration.ts';
import { durationMs, probe } from '../video/probe.ts';
import { findTool, runTool } from '../video/tools.ts';
import type { Task, VideoTask } from './task.ts';

/** The process that renders, as the engine starts it. */

let home: string;
let processes: WorkProcess;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'weir-work-'));
  processes = createWorkProcess(home);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

let count = 0;
async function run(
  task: Task | ((folder: string) => Task),
  signal = new AbortController().signal,
  stages: string[] = [],
) {
  const folder = processes.folder(`t${(count += 1)}`);
  return await processes.run(typeof task === 'function' ? task(folder) : task, {
    folder,
    signal,
    progress: (stage) => stages.push(stage),
  });
}
const digest = (bytes: Uint8Array | undefined): string =>
  createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');

describe('a report', () => {
  const task = (paper: 'A4' | 'Letter'): Task => ({
    kind: 'report',
    report: buildReport(octoberFacts()),
    formats: ['pdf', 'xlsx', 'html', 'csv', 'json'],
    paper,
  });

  test('is the same bytes in every format that allows it, tagged, in both papers', async () => {
    const stages: string[] = [];
    const [first, second] = [
      await run(task('A4'), undefined, stages),
      await run({ ...task('Letter'), formats: ['pdf'] } as Task),
    ];
    const again = await run({ ...task('A4'), formats: ['pdf', 'html', 'csv', 'json'] } as Task);
    const of = (made: typeof first, ending: string) =>
      made.files.find(({ name }) => name.endsWith(ending))?.bytes;
    for (const ending of ['.pdf', '.png', '.html', '.csv', '.json'])
      expect(digest(of(again, ending)), ending).toBe(digest(of(first, ending)));
    expect(stages).toContain('writing PDF');
    const pdf = Buffer.from(of(first, '.pdf') ?? '').toString('latin1');
    expect(pdf).toMatch(/^%PDF-1\.7/);
    for (const part of [
      '/Lang (en)',
      '/StructTreeRoot',
      '/Marked true',
      '/DisplayDocTitle true',
      '/FontFile2',
      '/S /TH',
      '/S /Figure',
    ])
      expect(pdf, part).toContain(part);
    expect(pdf).toMatch(/\/MediaBox \[0 0 595\.28 841\.89\]/);
    expect(Buffer.from(of(second, '.pdf') ?? '').toString('latin1')).toMatch(/\/MediaBox \[0 0 612 792\]/);
    // Each font that is named is embedded: a subset has a tag of six capitals before its name (ISO 32000-1 9.6.4).
    const fonts = [...pdf.matchAll(/\/BaseFont \/(\S+)/g)].map(([, name]) => name);
    expect(fonts.length).toBeGreaterThan(0);
    for (const font of fonts) expect(font).toMatch(/^[A-Z]{6}\+Inter-/);
    const pages = pdf.match(/\/Type \/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(3);
    readPages(Buffer.from(of(first, '.pdf') ?? ''), pages);
    const json: unknown = JSON.parse(Buffer.from(of(first, '.json') ?? '').toString());
    expect(json).toMatchObject({
      format: 'weir-report/1',
      badges: ['Simulated data', 'Management figures, unaudited'],
    });
  });
});

/** Read as a reader would, where poppler is installed: each page says which of how many, and a table goes on under its head. */
function readPages(pdf: Buffer, count: number): void {
  const tool = findTool('pdftotext');
  if (tool === undefined) return;
  const text = execFileSync(tool, ['-layout', '-', '-'], { input: pdf, maxBuffer: 1 << 24 }).toString();
  const pages = text.split('\f').slice(0, count);
  for (const [i, page] of pages.entries()) expect(page).toContain(`Page ${i + 1} of ${count}`);
  // The definitions are longer than a page.
  const heads = pages.filter((page) => /^ *KPI +(Definition|What)/m.test(page));
  expect(heads.length, text.slice(0, 200)).toBeGreaterThan(1);
}

test('text of a chart is drawn, in a process that knows no fonts but those shipped', async () => {
  const chart = buildReport(octoberFacts()).sections[0]?.chart ?? expect.fail();
  const made = await run({
    kind: 'chart',
    title: chart.title,
    spec: chart.spec,
    theme: 'light',
    currency: 'USD',
    timeZone: 'UTC',
  });
  const png = made.files.find(({ name }) => name === 'chart.png')?.bytes ?? expect.fail();
  // The strip with the labels of the axis holds nothing but ground and text.
  const { data, info } = await sharp(png)
    .extract({ left: 100, top: 600, width: 1_000, height: 28 })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const quiet = rgbOf(chartThemes.light.quiet);
  let dark = 0;
  for (let at = 0; at < data.length; at += info.channels)
    if (contrast([data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0], [255, 255, 255]) > 3) dark += 1;
  expect(contrast(quiet, [255, 255, 255])).toBeGreaterThan(4.5);
  expect(dark).toBeGreaterThan(300);
});

describe('thumbnails', () => {
  test('read over the noisiest picture, in variants that differ', async () => {
    const made = await run((folder) => {
      const picture = join(folder, 'noise.png');
      writeFileSync(picture, pngNoise);
      return {
        kind: 'thumbnail',
        params: {
          text: 'Ads fell',
          templates: ['headline', 'split', 'figure'],
          palettes: ['ink'],
          figure: '-12%',
        },
        picture,
      };
    });
    expect(made.files).toHaveLength(3);
    expect(new Set(made.files.map(({ bytes }) => digest(bytes))).size).toBe(3);
    expect(made.notes.some((note) => note.includes('covered'))).toBe(true);
    for (const { name, bytes } of made.files) {
      const { width, height, format } = await sharp(bytes).metadata();
      expect([width, height, format], name).toEqual([1_280, 720, 'png']);
    }
    const headline =
      made.files.find(({ name }) => name === 'thumbnail-headline-ink.png')?.bytes ?? expect.fail();
    const { data } = await sharp(headline)
      .extract({ left: SAFE.left, top: THUMBNAIL.height - 200, width: 500, height: 120 })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const text = rgbOf(paletteOf.ink.text);
    let low = 0;
    for (let at = 0; at < data.length; at += 3) {
      const pixel = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0] as const;
      // Neither text nor its soft edge, nor readable ground.
      if (contrast(text, pixel) < 4.5 && contrast(text, pixel) > 2.5) low += 1;
    }
    expect(low / (data.length / 3)).toBeLessThan(0.03);
  });

  test('a text that is too long and a file that is no picture are refused by code', async () => {
    const params = { text: 'x'.repeat(90), templates: ['split' as const], palettes: ['ink' as const] };
    await expect(run({ kind: 'thumbnail', params, picture: undefined })).rejects.toMatchObject({
      code: 'RENDER_TEXT_TOO_LONG',
    });
    await expect(
      run((folder) => {
        const picture = join(folder, 'x');
        writeFileSync(picture, 'no picture at all');
        return { kind: 'thumbnail', params: { ...params, text: 'Hi' }, picture };
      }),
    ).rejects.toMatchObject({ code: 'RENDER_PICTURE_INVALID' });
  });
});

let pngNoise: Buffer;
beforeAll(async () => {
  const raw = Buffer.alloc(640 * 360 * 3);
  for (let i = 0; i < raw.length; i += 1) raw[i] = Math.imul(i + 1, 2_654_435_761) >>> 24;
  pngNoise = await sharp(raw, { raw: { width: 640, height: 360, channels: 3 } })
    .png()
    .toBuffer();
});

describe('a video', () => {
  const video = (change: Partial<VideoTask> = {}): Task => ({
    kind: 'video',
    video: {
      title: 'Short',
      slides: [
        {
          content: { kind: 'title', title: 'Revenue rose', subtitle: 'October' },
          narration: 'Revenue rose.',
          seconds: 1,
        },
        { content: { kind: 'text', title: 'Why', lines: ['Ads paid more.'] }, narration: '', seconds: 0.5 },
      ],
      palette: 'sea',
      badge: 'Simulated data',
      burnCaptions: false,
      currency: 'USD',
      timeZone: 'UTC',
      voice: 'none',
      speech: undefined,
      costLimitUsd: 3,
      ...change,
    },
  });
  const keep = (
    files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
    name: string,
  ): string => {
    writeFileSync(join(home, name), files.find((file) => file.name === name)?.bytes ?? '');
    return name;
  };

  test('is H.264 1080p30 with AAC, its index in front, with captions and a thumbnail', async () => {
    const made = await run(video({ burnCaptions: true }));
    expect(made.files.map(({ name }) => name)).toEqual(['video.mp4', 'captions.vtt', 'video-thumbnail.png']);
    const { streams, format } = await probe(home, keep(made.files, 'video.mp4'));
    expect(streams).toEqual([
      expect.objectContaining({
        codec_name: 'h264',
        width: 1_920,
        height: 1_080,
        pix_fmt: 'yuv420p',
        r_frame_rate: '30/1',
      }),
      expect.objectContaining({ codec_name: 'aac', sample_rate: '48000' }),
    ]);
    expect(Number(format.duration)).toBeGreaterThan(1.4);
    expect(Number(format.duration)).toBeLessThan(3.5);
    const mp4 = Buffer.from(made.files[0]?.bytes ?? '');
    expect(mp4.indexOf('moov')).toBeLessThan(mp4.indexOf('mdat'));
    expect(Buffer.from(made.files[1]?.bytes ?? '').toString()).toMatch(
      /^WEBVTT\n\n1\n00:00:00\.000 --> [\d:.]+\nRevenue rose\.\n/,
    );
  });

  test('is spoken by a service of the OpenAI wire format, at −14 LUFS, its cost told', async () => {
    const asked: unknown[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        asked.push([
          request.method,
          request.url,
          request.headers.authorization,
          JSON.parse(Buffer.concat(chunks).toString()),
        ]);
        response.setHeader('content-type', 'audio/wav').end(tone(2));
      });
    });
    const url = await listen(server);
    const speech = {
      baseUrl: `${url}/v1`,
      key: 'sk-test',
      model: 'gpt-4o-mini-tts',
      usdPerMillionCharacters: 15,
    };
    const made = await run(video({ voice: 'openai', speech }));
    await new Promise((resolve) => server.close(resolve));
    expect(asked).toEqual([
      [
        'POST',
        '/v1/audio/speech',
        'Bearer sk-test',
        { model: 'gpt-4o-mini-tts', voice: 'alloy', input: 'Revenue rose.', response_format: 'wav' },
      ],
    ]);
    expect(made.costUsd).toBeCloseTo((13 * 15) / 1e6, 12);
    const { err } = await runTool(
      'ffmpeg',
      ['-hide_banner', '-nostdin', '-i', keep(made.files, 'video.mp4'), '-af', 'ebur128', '-f', 'null', '-'],
      { cwd: home, timeoutMs: 60_000 },
    );
    const loudness = Number([...err.matchAll(/I:\s+(-?[\d.]+) LUFS/g)].at(-1)?.[1]);
    expect(Math.abs(loudness + 14)).toBeLessThan(1);
  });

  test('says what is wrong when the service refuses', async () => {
    const server = createServer(
      (_request, response) =>
        void response
          .writeHead(401, { 'content-type': 'application/json' })
          .end('{"error":{"message":"bad key"}}'),
    );
    const speech = {
      baseUrl: `${await listen(server)}/v1`,
      key: 'sk-secret',
      model: 'm',
      usdPerMillionCharacters: 15,
    };
    const refused = await run(video({ voice: 'openai', speech })).catch((error: unknown) => error);
    server.close();
    expect(refused).toMatchObject({
      code: 'RENDER_NARRATION_FAILED',
      message: expect.stringContaining('bad key'),
    });
    expect(String(refused)).not.toContain('sk-secret');
  });

  test.skipIf(findTool('espeak-ng') === undefined)(
    'is spoken by espeak-ng where it is installed',
    async () => {
      await speak({ kind: 'espeak' }, 'Revenue rose by twelve percent; $5 -w /tmp/x', home, 'said.wav');
      expect(await durationMs(home, 'said.wav')).toBeGreaterThan(1_000);
      const { err } = await runTool(
        'ffmpeg',
        ['-hide_banner', '-nostdin', '-i', 'said.wav', '-af', 'volumedetect', '-f', 'null', '-'],
        { cwd: home, timeoutMs: 60_000 },
      );
      expect(Number(/max_volume: (-?[\d.]+) dB/.exec(err)?.[1])).toBeGreaterThan(-20);
    },
  );

  test('needs ffmpeg, and says so by a code that a person can act on', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nonexistent';
    try {
      await expect(run(video())).rejects.toMatchObject({
        code: 'RENDER_TOOL_MISSING',
        message: expect.stringContaining('ffmpeg'),
      });
      // Nothing else suffers.
      const made = await run({
        kind: 'thumbnail',
        params: { text: 'Hi', templates: ['headline'], palettes: ['ink'] },
        picture: undefined,
      });
      expect(made.files).toHaveLength(1);
    } finally {
      process.env['PATH'] = path;
    }
  });

  test('that is cancelled ends with everything it started, and leaves nothing behind', async () => {
    const stop = new AbortController();
    const stages: string[] = [];
    const slides = [
      { content: { kind: 'title', title: 'Long', subtitle: undefined }, narration: '', seconds: 60 },
    ] as const;
    const running = run(video({ slides }), stop.signal, stages).catch((error: unknown) => error);
    await eventually('it encodes', () => stages.includes('encoding'), 40_000);
    stop.abort(new Error('cancelled'));
    expect(await running).toMatchObject({ message: 'cancelled' });
    expect(readdirSync(join(home, 'render', 'work'))).toEqual([]);
  });
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
}

/** WAV of a quiet tone, 24 kHz mono, as the service sends it. */
function tone(seconds: number): Buffer {
  const rate = 24_000;
  const samples = Buffer.alloc(rate * seconds * 2);
  for (let i = 0; i < rate * seconds; i += 1)
    samples.writeInt16LE(Math.round(2_000 * Math.sin((2 * Math.PI * 440 * i) / rate)), 2 * i);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}
