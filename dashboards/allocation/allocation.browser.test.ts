import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, type Bench } from '../testing/browser.ts';

describe('allocation and pricing', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  test('an amount is held by keyboard, by number and by hand; the rest is divided anew and the address says so', async () => {
    const { page, server, close } = await bench.open('/allocation/marketing');
    await page.getByText('Now against proposed').waitFor();
    const slider = page.getByLabel('Drag, or use the arrow keys');
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('Held by you').waitFor();
    await expect
      .poll(() => new URL(page.url()).searchParams.get('q') ?? '')
      .toContain('"fixed":{"Late Harbour":{"promotion":');
    await page.getByLabel('Hold at, USD').fill('1234');
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).searchParams.get('q') ?? '').toContain('"promotion":1234}');
    await page.getByRole('cell', { name: '$1,234 · held' }).waitFor();
    const last = server.state.requests.findLast(({ path }) =>
      path.endsWith('/allocation/workbench/marketing'),
    );
    expect(last?.body).toEqual({ fixed: { 'Late Harbour': { promotion: 1_234 } } });
    const plot = page.locator('svg.xy-plot');
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    if (box === null) throw new Error('no plot');
    await page.mouse.move(box.x + 200, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 500, box.y + 100, { steps: 4 });
    await page.mouse.up();
    await expect
      .poll(() => new URL(page.url()).searchParams.get('q') ?? '')
      .not.toContain('"promotion":1234}');
    await page.getByRole('button', { name: 'Let it free' }).click();
    await expect.poll(() => page.url()).not.toContain('q=');
    await close();
  });

  test('limits that contradict are named, and the last answer stays', async () => {
    const { page, close } = await bench.open('/allocation/marketing');
    await page.getByText('Now against proposed').waitFor();
    await page.getByLabel('Each gets at least, %').fill('40');
    await page.keyboard.press('Enter');
    await page.getByText('the floors of all channels sum to 6000, above the total 5000').waitFor();
    expect(await page.getByText('Now against proposed').isVisible()).toBe(true);
    await page.getByLabel('Each gets at least, %').fill('many');
    await page.keyboard.press('Tab');
    await page.getByText('A number from 0 to 100.').waitFor();
    await page.getByRole('button', { name: 'As it was' }).click();
    await page.getByText('the best expected return is at most 0.004% below the best possible').waitFor();
    await close();
  });

  test('a plan is kept by a job, listed, opened and deleted; the division is saved as CSV', async () => {
    const { page, close } = await bench.open('/allocation');
    await page.getByLabel('Name').fill('Spring');
    await page.getByLabel('Scenarios', { exact: true }).selectOption('100,000');
    await page.getByRole('button', { name: 'Keep the plan' }).click();
    await page.getByText('Plan “Spring”, 1,000 scenarios').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByLabel('Save Content budget by channel as CSV').click(),
    ]);
    const csv = await readFile(await download.path(), 'utf8');
    expect(csv.split(/\r?\n/)[0]).toContain('Proposed');
    expect(csv).toContain('Night Train');
    await page.getByLabel('Parts of Allocation').getByRole('link', { name: 'Plans' }).click();
    await page.getByRole('link', { name: 'Spring' }).click();
    await page.getByText('Plans compared').waitFor();
    await page.getByRole('button', { name: 'Delete the plan' }).click();
    await page.getByText('No plan was kept yet').waitFor();
    await close();
  });

  test('a price is looked at, and a price test is started and stopped', async () => {
    const { page, server, close } = await bench.open('/pricing');
    await page.getByText('Roll-out in stages').waitFor();
    await page.getByLabel('Look at a price, USD').fill('14.5');
    await page.keyboard.press('Enter');
    await page.getByText('At $14.50:').waitFor();
    await page.getByLabel('If they change their prices, %').fill('-10');
    await page.keyboard.press('Enter');
    await expect
      .poll(
        () =>
          server.state.requests.findLast(
            ({ method, path }) => method === 'POST' && path.endsWith('/pricing/quote'),
          )?.body,
      )
      .toMatchObject({ competitorMove: -0.1 });
    await page.getByLabel('Best for').selectOption('revenue');
    await page.getByText('Best price for revenue').waitFor();
    await page.getByLabel('Prices, USD').fill('10 12 13.5');
    await page.getByRole('button', { name: 'Start the test' }).click();
    await expect
      .poll(
        () =>
          server.state.requests.findLast(
            ({ method, path }) => method === 'POST' && path.endsWith('/pricing/tests'),
          )?.body,
      )
      .toMatchObject({ product: 'field-guide', prices: [10, 12, 13.5], baseRate: 0.03, unitCost: 3.1 });
    await page.getByRole('button', { name: 'Stop the test' }).click();
    await expect.poll(() => server.state.requests.some(({ path }) => path.endsWith('/stop'))).toBe(true);
    await close();
  });

  test('a revenue plan: a price is held and let free, the mix is a resource of streams', async () => {
    const { page, server, close } = await bench.open('/allocation/revenue');
    await page.getByText('reached in 18.0% of scenarios').waitFor();
    const multiplier = page.getByLabel('Multiplier of the price of field-guide');
    await multiplier.selectOption('× 1.10, held');
    await expect
      .poll(
        () =>
          server.state.requests.findLast(({ path }) => path.endsWith('/allocation/workbench/revenue'))?.body,
      )
      .toEqual({ prices: { 'field-guide': 1.1 } });
    await page.getByText('held by you').waitFor();
    await multiplier.selectOption('the best');
    await expect.poll(() => page.url()).not.toContain('q=');
    await page.getByLabel('Resource', { exact: true }).getByRole('button', { name: 'Mix' }).click();
    await page.getByRole('columnheader', { name: 'Stream' }).waitFor();
    await page.getByText('field-guide: price $10.90 → $9.92').waitFor();
    await close();
  });

  test('what is missing says which events fill it', async () => {
    for (const [path, text, event] of [
      ['/allocation', 'No week of a channel yet', 'channel_report'],
      ['/allocation/revenue', 'No revenue by stream yet', 'tip'],
      ['/pricing', 'No product with sales yet', 'product_sale'],
      ['/pricing/videos', 'No channel with views yet', 'video_view'],
    ] as const) {
      const { page, close } = await bench.open(path, (server) => {
        server.state.isEmpty = true;
      });
      await page.getByText(text).waitFor();
      expect(await page.locator('pre').first().textContent()).toContain(`"type":"${event}"`);
      await close();
    }
  });
});
