import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, type Bench } from '../testing/browser.ts';

describe('recurring revenue', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  test('a month as a waterfall, another by choice, and its parts', async () => {
    const { page, close } = await bench.open('/revenue/recurring');
    const waterfall = page.getByRole('table').filter({ hasText: 'Opening' }).first();
    await waterfall.waitFor();
    const title = page.getByRole('heading', { name: /from opening to closing/ });
    const before = await title.textContent();
    await page.getByLabel('Month', { exact: true }).selectOption({ index: 3 });
    await expect.poll(() => title.textContent()).not.toBe(before);
    expect(page.url()).toContain('month=');
    await page.getByRole('button', { name: 'By plan' }).click();
    await page
      .getByRole('cell', { name: 'growth' })
      .or(page.getByRole('rowheader', { name: 'growth' }))
      .first()
      .waitFor();
    await close();
  });

  test('a tile tells its formula, and the rules are changed by a new version', async () => {
    const { page, server, close } = await bench.open('/revenue/recurring');
    await page.getByRole('button', { name: 'Quick ratio' }).click();
    await page.getByText('policy_reactivation').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Weir, version 0').waitFor();
    await page.getByRole('button', { name: 'Change the rules' }).click();
    await page.getByLabel('Start from').selectOption('baremetrics');
    await page.getByLabel('Gross margin in percent').fill('80');
    await page.getByRole('button', { name: 'Set version 1' }).click();
    await page.getByText('As Baremetrics, version 1').waitFor();
    expect(server.state.mrrPolicies[0]).toMatchObject({
      churnAt: 'cancellation',
      grossMargin: 0.8,
      quickRatioReactivation: false,
    });
    await close();
  });

  test('without subscriptions it says what fills it', async () => {
    const { page, close } = await bench.open('/revenue/recurring', (server) => {
      server.state.isEmpty = true;
    });
    await page.getByText('No subscriptions yet').waitFor();
    expect(await page.getByText('What counts as recurring revenue').count()).toBeGreaterThan(0);
    await close();
  });
});
