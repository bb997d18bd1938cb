import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contents } from '../testing/fixture-data.ts';
import { openBench, overflow, seriousFaults, type Bench } from '../testing/browser.ts';

describe('the audience', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  test('hours are numbers in a table, coloured by what is chosen; the address keeps the days', async () => {
    const { page, close, server } = await bench.open('/audience');
    const cell = page.getByTitle(/^Saturday 20:00/);
    await cell.waitFor();
    const views = await cell.textContent();
    await page.getByRole('button', { name: 'Viewers', exact: true }).first().click();
    expect(await cell.textContent()).not.toBe(views);
    await page.getByRole('button', { name: '7 days' }).click();
    expect(page.url()).toContain('days=7');
    await expect
      .poll(() => server.state.requests.filter(({ path }) => path.includes('/audience/activity')).length)
      .toBeGreaterThan(1);
    await close();
  });

  test('a segment is asked with noise, said in words, repeated for nothing, refused when the budget is spent', async () => {
    const { page, close } = await bench.open('/audience/segment');
    const ask = page.getByRole('button', { name: 'Ask', exact: true });
    expect(await ask.isDisabled()).toBe(true);
    await page.getByLabel('Question').selectOption('loyalty');
    await page.getByRole('textbox', { name: 'Country' }).fill('de');
    await ask.click();
    await page.getByText('with noise').waitFor();
    await page.getByText('Cost ε 0.1.').waitFor();
    await page.getByText('±72').waitFor();
    // What is within the noise is not shown as if it were known.
    expect(await page.getByRole('row', { name: /One-time.*792/ }).count()).toBe(1);
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await seriousFaults(page)).toEqual([]);
    }
    await ask.click();
    await page.getByText('repeated for nothing').waitFor();
    await page.getByLabel('Question').selectOption('watch_time');
    await ask.click();
    await page.getByText('under 72').first().waitFor();
    await page.getByRole('textbox', { name: 'Country' }).fill('ZZ');
    await ask.click();
    await page.getByText('PRIVACY_BUDGET_SPENT').waitFor();
    await page.getByText('of the budget of 2026-11 spent').waitFor();
    await close();
  });

  test('a post is chosen by keyboard; its curve says in words what it draws', async () => {
    const { page, close } = await bench.open('/audience/posts');
    await page.getByRole('img', { name: /^Views by age/ }).waitFor();
    await page.locator('.row-link').nth(3).focus();
    await page.keyboard.press('Enter');
    expect(page.url()).toContain('post=');
    await page.getByRole('button', { name: 'Taking off' }).click();
    await page.getByText('Engagement above 2.0 times').waitFor();
    await close();
  });

  test('a link shows a post of another page, or says that there is none', async () => {
    const linked = contents[11];
    const { page, close } = await bench.open(`/audience/posts?post=${linked?.id ?? ''}`);
    await page.getByRole('heading', { name: linked?.title ?? '' }).waitFor();
    expect(await page.getByRole('img', { name: /^Views by age/ }).count()).toBe(1);
    await close();
    const nowhere = await bench.open('/audience/posts?post=nothing');
    await nowhere.page.getByText('POST_NOT_FOUND').waitFor();
    await nowhere.page.getByRole('region', { name: 'Posts that are followed' }).waitFor();
    await nowhere.close();
  });

  test('without viewers it says what fills it; what fails says so and the rest stays', async () => {
    const empty = await bench.open('/audience', (server) => {
      server.state.isEmpty = true;
    });
    await empty.page.getByText('Nobody has watched in these days').waitFor();
    await empty.close();
    const failing = await bench.open('/audience', (server) => {
      server.state.failing = '/audience/churn';
    });
    await failing.page.getByText('The other panels work.').waitFor();
    await failing.page.getByText('Watched by the same people').waitFor();
    expect(await failing.page.getByRole('alert').count()).toBe(1);
    await failing.close();
  });
});
