import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, type Bench } from '../testing/browser.ts';

describe('trends', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  test('the board is filtered by stage and source, and saved', async () => {
    const { page, close } = await bench.open('/trends');
    const names = page.locator('table tbody tr td a, table tbody tr th a');
    await expect.poll(() => names.allTextContents()).toEqual(['Solar sail', 'Jumanji', 'Late Harbour']);
    await page.getByLabel('Only stage').selectOption('all');
    await expect.poll(() => names.allTextContents()).toHaveLength(5);
    await page.getByLabel('Only stage').selectOption('rising');
    await expect.poll(() => names.allTextContents()).toEqual(['Jumanji']);
    expect(page.url()).toContain('stage=rising');
    await page.getByLabel('Only stage').selectOption('');
    await page.getByLabel('Only source').selectOption('news');
    await expect.poll(() => names.allTextContents()).toEqual(['Solar sail']);
    await page.getByLabel('Only source').selectOption('competitor');
    await page.getByText('No trend like this now').waitFor();
    await page.getByLabel('Only source').selectOption('');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByLabel('Save Trends as CSV').click(),
    ]);
    const csv = await readFile(await download.path(), 'utf8');
    expect(csv.split(/\r?\n/)[0]).toContain('Trend');
    expect(csv).toContain('Solar sail');
    await close();
  });

  test('a row leads to the evidence, by keyboard too, and back', async () => {
    const { page, close } = await bench.open('/trends');
    await page.getByRole('table').getByText('Jumanji').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Why it is named').waitFor();
    expect(new URL(page.url()).pathname).toBe('/trends/topic%3Ajumanji');
    await page.getByText('A sail of light, explained in ten minutes').waitFor();
    await page.goBack();
    await page.getByRole('table').getByText('Jumanji').waitFor();
    await close();
  });

  test('what is missing says so', async () => {
    const empty = await bench.open('/trends', (server) => {
      server.state.isEmpty = true;
    });
    await empty.page.getByText('Nothing is trending yet').waitFor();
    expect(await empty.page.getByRole('table').count()).toBe(0);
    await empty.close();
    const unknown = await bench.open('/trends/topic%3Anever', (server) => {
      server.state.isSignedIn = true;
    });
    await unknown.page.getByText('This never was a trend here').waitFor();
    await unknown.page.getByRole('link', { name: 'All trends' }).click();
    await unknown.page.getByRole('table').getByText('Solar sail').waitFor();
    // The answer 404 is reported by the browser itself; nothing else may be.
    await unknown.close().catch((error: unknown) => {
      if (!String(error).includes('404')) throw error;
    });
  });
});
