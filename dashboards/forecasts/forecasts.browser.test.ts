import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, type Bench } from '../testing/browser.ts';

describe('forecasts', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  test('series, steps and horizon are chosen and stand in the address', async () => {
    const { page, close } = await bench.open('/forecasts');
    await page.getByRole('heading', { name: 'Total revenue over the next 30 days' }).waitFor();
    await page.getByRole('button', { name: '7 days' }).click();
    await page.getByRole('heading', { name: 'Total revenue over the next 7 days' }).waitFor();
    expect(page.url()).toContain('horizon=7');
    await page.getByLabel('Series', { exact: true }).selectOption({ label: 'Views of channel Night Train' });
    await page.getByRole('heading', { name: 'Views of channel Night Train over the next 7 days' }).waitFor();
    expect(page.url()).toContain('dim=Night+Train');
    await page.getByRole('button', { name: 'By hour' }).click();
    await page
      .getByRole('heading', { name: 'Views of channel Night Train over the next 24 hours' })
      .waitFor();
    await page.getByRole('link', { name: 'Total revenue', exact: true }).click();
    await page.getByRole('heading', { name: 'Total revenue over the next 24 hours' }).waitFor();
    await page.goBack();
    await page
      .getByRole('heading', { name: 'Views of channel Night Train over the next 24 hours' })
      .waitFor();
    await close();
  });

  test('the fan is a table too, with both intervals named', async () => {
    const { page, close } = await bench.open('/forecasts?fan=table');
    const table = page.getByRole('region', { name: /as a table/ });
    await table.waitFor();
    const head = await table.locator('thead th').allTextContents();
    expect(head).toEqual([
      'Window',
      'Total revenue',
      'Forecast',
      '95% interval from',
      '95% interval to',
      '80% interval from',
      '80% interval to',
    ]);
    await close();
  });

  test('a training is started, seen and cancelled', async () => {
    const { page, server, close } = await bench.open('/forecasts');
    await page.getByRole('button', { name: 'Train now' }).click();
    await expect.poll(() => server.state.jobs.length).toBe(1);
    expect(
      server.state.requests.some(({ method, path }) => method === 'POST' && path.includes('retrain')),
    ).toBe(true);
    await close();
    const running = await bench.open('/forecasts', ({ state }) => {
      state.jobs.push({
        id: 'job_9',
        tenant: 'main',
        kind: 'models',
        title: 'Training the daily forecast models',
        stage: 'training the network',
        percent: 34,
        state: 'running',
        createdAtMs: Date.now(),
        updatedAtMs: Date.now(),
        params: { task: 'forecast', grain: 'daily' },
      });
    });
    await running.page.getByText('training the network, 34%').waitFor();
    await running.page.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => running.server.state.jobs[0]?.state).toBe('cancelled');
    await running.close();
  });

  test('dates people plan by are said, and what is planned is added and removed', async () => {
    const { page, close } = await bench.open('/forecasts');
    await page.getByText('reaches').waitFor();
    await page.getByText('2026-11 comes to est.').waitFor();
    await page.getByText('Give channel music more').waitFor();
    await page.getByText('The 92.0% once promised').waitFor();
    await page.getByRole('button', { name: 'Add event' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('New Year sale');
    await dialog.getByLabel('First day').fill('2027-01-02');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await page.getByText('New Year sale').first().waitFor();
    await page.getByRole('button', { name: 'Remove New Year sale' }).click();
    await expect.poll(() => page.getByText('New Year sale').count()).toBe(0);
    await close();
  });

  test('nothing yet says what fills it', async () => {
    const { page, close } = await bench.open('/forecasts', (server) => {
      server.state.isEmpty = true;
    });
    await page.getByText('No forecast yet').waitFor();
    await page.getByText('No version has been trained yet').waitFor();
    expect(await page.getByRole('table').count()).toBe(0);
    await close();
  });
});
