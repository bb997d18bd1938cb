import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, type Bench } from '../testing/browser.ts';

describe('reports', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  test('a report is asked for, shown with its progress, and cancelled', async () => {
    const { page, server, close } = await bench.open('/reports');
    const weekly = page.getByRole('article', { name: 'Weekly report' });
    await weekly.getByText('writing PDF, 40%').waitFor();
    await page.getByLabel('Period').selectOption('week');
    await page.getByLabel('For', { exact: true }).selectOption('investor');
    await page.getByLabel('Excel').check();
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('article', { name: 'New report' }).getByText('waiting', { exact: true }).waitFor();
    const asked = server.state.requests.find(
      ({ method, path }) => method === 'POST' && path.endsWith('/renders'),
    );
    expect(asked?.body).toEqual({
      kind: 'report',
      params: { period: 'week', audience: 'investor', formats: ['pdf', 'xlsx', 'html'], paper: 'A4' },
    });
    await page.getByLabel('Cancel Weekly report').click();
    await weekly.getByText('cancelled', { exact: true }).waitFor();
    await close();
  });

  test('progress comes over the socket, ends at the files, and survives a cut', async () => {
    const { page, server, close } = await bench.open('/reports');
    const weekly = page.getByRole('article', { name: 'Weekly report' });
    await weekly.getByText('writing PDF, 40%').waitFor();
    server.tellRender('r1', { stage: 'writing XLSX', percent: 80 });
    await weekly.getByText('writing XLSX, 80%').waitFor();
    // Told while the socket is away: it is caught up with when it is back.
    server.cut();
    const made = server.state.renders.find(({ id }) => id === 'r2')?.artefacts ?? [];
    server.tellRender('r1', {
      state: 'done',
      stage: 'done',
      percent: 100,
      endedAtMs: Date.now(),
      artefacts: made,
    });
    server.accept();
    await weekly.getByLabel('Download PDF 191 KB: monthly.pdf').waitFor();
    expect(await weekly.getByText('✓ done').count()).toBe(1);
    await close();
  });

  test('days of one’s own are whole days, the last one included', async () => {
    const { page, server, close } = await bench.open('/reports');
    await page.getByLabel('Period').selectOption('custom');
    const make = page.getByRole('button', { name: 'Make it' });
    expect(await make.isDisabled()).toBe(true);
    await page.getByLabel('First day').fill('2026-11-01');
    await page.getByLabel('Last day').fill('2026-11-03');
    await make.click();
    await page.getByRole('article', { name: 'New report' }).waitFor();
    expect(server.state.requests.find(({ method }) => method === 'POST')?.body).toMatchObject({
      params: { period: 'custom', fromMs: Date.UTC(2026, 10, 1), toMs: Date.UTC(2026, 10, 4) },
    });
    await close();
  });

  test('what was made is downloaded, opened and shown; what failed says why and what to do', async () => {
    const { page, close } = await bench.open('/reports');
    const monthly = page.getByRole('article', { name: 'Monthly report' });
    await monthly.getByText('by schedule Monthly for the board').waitFor();
    expect(await monthly.getByLabel('Download PDF 191 KB: monthly.pdf').getAttribute('href')).toMatch(
      /^\/artefacts\/main\/r\/monthly\.pdf\?/,
    );
    expect(await monthly.getByText('Open', { exact: true }).getAttribute('href')).toMatch(
      /monthly\.html\?.*inline=1$/,
    );
    expect(await monthly.getByRole('img').evaluate((image: HTMLImageElement) => image.complete)).toBe(true);
    await page
      .getByRole('article', { name: 'Annual report' })
      .getByText('ClickHouse does not answer.')
      .waitFor();
    await close();
  });

  test('a missing program is told where it matters and nowhere else', async () => {
    const { page, close } = await bench.open('/reports/videos', (server) => {
      server.state.missingTools = ['ffmpeg'];
    });
    await page.getByText('ffmpeg is not installed on the machine that renders').waitFor();
    await page.getByRole('link', { name: 'Thumbnails' }).first().click();
    await page.getByRole('article', { name: 'Thumbnails: Ads fell' }).waitFor();
    expect(await page.getByText('ffmpeg is not installed').count()).toBe(0);
    await close();
  });

  test('a storyboard is written, looked at, priced and ordered; its draft survives a reload', async () => {
    const { page, server, close } = await bench.open('/reports/videos?from=storyboard');
    const slides = page.getByRole('list', { name: 'Slides' }).getByRole('listitem');
    await page.getByAltText('Slide 1 as the video will have it').waitFor();
    await page.getByText('cost 0.00 USD', { exact: false }).waitFor();
    await page.getByText('after 1 render ahead of it', { exact: false }).waitFor();
    await page.getByRole('button', { name: '+ Text' }).click();
    const last = page.locator('.slide').nth(4);
    await last.getByText('It needs a line of text.').waitFor();
    const make = page.getByRole('button', { name: 'Make it' });
    expect(await make.isDisabled()).toBe(true);
    await last.getByLabel('Text', { exact: true }).fill('Publish on Friday.');
    await page.getByLabel('Move slide 5 up').click();
    await page.locator('.slide').nth(1).getByLabel('Add a KPI').selectOption('rpm');
    await page.reload();
    await page.getByLabel('Remove slide 1').click();
    expect(await slides.filter({ has: page.getByRole('heading') }).count()).toBe(4);
    await page.getByLabel('Spoken by').selectOption('none');
    await make.click();
    await page.getByRole('article', { name: 'New video' }).waitFor();
    const asked = server.state.requests.find(
      ({ method, path }) => method === 'POST' && path.endsWith('/renders'),
    );
    expect(asked?.body).toMatchObject({
      kind: 'video',
      params: {
        voice: 'none',
        palette: 'ink',
        slides: [
          { kind: 'kpis', kpis: ['total_revenue', 'views', 'profit', 'rpm'] },
          { kind: 'chart', chart: { kpi: 'total_revenue', grain: '1d' } },
          { kind: 'text', lines: ['Publish on Friday.'] },
          { kind: 'text', title: 'What comes next' },
        ],
      },
    });
    await close();
  });

  test('a picture is uploaded and named by its hash', async () => {
    const { page, server, close } = await bench.open('/reports/thumbnails');
    await page.getByLabel('Text').fill('Ads fell');
    await page
      .getByLabel('Picture')
      .setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('picture') });
    await page.getByText('a.png is used.').waitFor();
    await page.getByRole('button', { name: 'Make them' }).click();
    await page.getByRole('article', { name: 'New thumbnail' }).waitFor();
    const posts = server.state.requests.filter(({ method }) => method === 'POST').map(({ body }) => body);
    expect(posts).toEqual([
      { dataBase64: Buffer.from('picture').toString('base64') },
      {
        kind: 'thumbnail',
        params: {
          text: 'Ads fell',
          picture: 'b'.repeat(64),
          templates: ['headline', 'split', 'figure'],
          palettes: ['ink', 'paper', 'sea'],
        },
      },
    ]);
    await close();
  });

  test('schedules are added, refused at their field, paused and removed', async () => {
    const { page, close } = await bench.open('/reports/schedules');
    await page.getByLabel('Name').fill('Mornings');
    await page.getByLabel('When, in UTC').selectOption('own');
    await page.getByLabel('Cron line').fill('61 7 * * *');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('The minute is out of range.').first().waitFor();
    expect(await page.getByLabel('Cron line').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('Cron line').fill('30 7 * * *');
    await page.getByLabel('Work mail (ada@example.com)').check();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const card = page.getByRole('article', { name: 'Mornings' });
    await card.getByText('every day at 07:30').waitFor();
    await card.getByText('Mailed to Work mail.').waitFor();
    await card.getByLabel('Change who gets Mornings').click();
    await card.getByLabel('Work mail (ada@example.com)').uncheck();
    await card.getByRole('button', { name: 'Save recipients' }).click();
    await card.getByText('Mailed to nobody; it stays on this page.').waitFor();
    await card.getByRole('button', { name: 'Pause' }).click();
    await card.getByText('paused').waitFor();
    await card.getByLabel('Remove Mornings').click();
    await expect.poll(() => page.getByRole('article', { name: 'Mornings' }).count()).toBe(0);
    await close();
  });

  test('what is missing says so', async () => {
    const { page, close } = await bench.open('/reports', (server) => {
      server.state.isEmpty = true;
    });
    await page.getByText('Nothing made yet').waitFor();
    expect(await page.getByRole('article').count()).toBe(0);
    await close();
  });
});
