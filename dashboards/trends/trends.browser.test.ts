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
    // The list as it is ranked, whatever the stage; those before their peak are a choice.
    await expect.poll(() => names.allTextContents()).toHaveLength(5);
    await page.getByLabel('Only stage').selectOption('growing');
    await expect.poll(() => names.allTextContents()).toEqual(['Solar sail', 'Jumanji', 'Late Harbour']);
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

  test('the outlook says go or no go and why, in windows and risks, as a table and as a file', async () => {
    const { page, close } = await bench.open('/trends/topic%3Asolar%20sail');
    const decision = page.getByRole('region', { name: 'Go est.' });
    await decision.getByText('is expected to return 337% of its cost').waitFor();
    const windows = page.getByRole('region', { name: 'When to be in it' });
    await windows.getByRole('row', { name: /peak/ }).getByText('337').waitFor();
    await windows.getByText('too soon to make').waitFor();
    await page
      .getByRole('region', { name: 'What may go wrong' })
      .getByText('Fatigue of the audience')
      .waitFor();
    await page.getByText('Health is above 80%').waitFor();
    await page.getByText('explainer: 2.1 × its median (3 contents)').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      windows.getByLabel('Save Windows of this trend as CSV').click(),
    ]);
    const csv = await readFile(await download.path(), 'utf8');
    expect(csv).toContain('Return est.');
    expect(csv).toContain('3.37');
    await close();
  });

  test('a trend past its peak is no go', async () => {
    const { page, close } = await bench.open('/trends/topic%3Aeclipse');
    await page.getByRole('region', { name: 'No go est.' }).getByText('Its peak is past').waitFor();
    await page.getByText('No window lies ahead').waitFor();
    expect(await page.getByText('There is no entry that can still be made.').count()).toBe(1);
    await close();
  });

  test('what is reckoned with is changed by keyboard; a figure out of range is not sent', async () => {
    const { page, close } = await bench.open('/trends/topic%3Asolar%20sail');
    const summary = page.getByText('What this is reckoned with');
    await summary.focus();
    await page.keyboard.press('Enter');
    const hours = page.getByLabel('Hours to make a content');
    await hours.fill('-3');
    const save = page.getByRole('button', { name: 'Save', exact: true });
    expect(await save.isDisabled()).toBe(true);
    await hours.fill('12');
    await hours.press('Enter');
    await page.getByText('Saved. It holds for all trends').waitFor();
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
