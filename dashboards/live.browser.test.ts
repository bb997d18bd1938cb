import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { openBench, type Bench, type OpenPage } from './testing/browser.ts';
import type { FixtureServer } from './testing/fixture-server.ts';

describe('live numbers', () => {
  let bench: Bench;
  let opened: OpenPage | undefined;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });
  const open = async (path: string, prepare?: (server: FixtureServer) => void): Promise<OpenPage> => {
    opened = await bench.open(path, prepare);
    return opened;
  };
  const figure = (page: Page, name: string) => page.locator(`[data-live="${name}"]`);

  test('a figure follows the socket, and its neighbour stays', async () => {
    const { page, server } = await open('/');
    await figure(page, 'subscribers_gained').waitFor();
    // What figures are compared with comes after them; in the first hour of a day there is nothing to compare.
    await page.waitForLoadState('networkidle');
    const neighbour = await figure(page, 'availability').textContent();
    const before = await figure(page, 'subscribers_gained').textContent();
    server.bump('subscribers_gained', 5_000);
    await expect.poll(() => figure(page, 'subscribers_gained').textContent()).not.toBe(before);
    expect(await figure(page, 'availability').textContent()).toBe(neighbour);
  });

  test('a gap in the sequence is noticed and filled', async () => {
    const { page, server } = await open('/');
    await figure(page, 'subscribers_gained').waitFor();
    await expect.poll(() => server.asked('kpis')).toBe(1);
    const before = await figure(page, 'subscribers_gained').textContent();
    server.bump('subscribers_gained', 7_000, 3);
    await expect.poll(() => server.asked('kpis')).toBe(2);
    await expect.poll(() => figure(page, 'subscribers_gained').textContent()).not.toBe(before);
  });

  test('a lost connection is said, figures keep their last value, and a reconnect shows what is right', async () => {
    const { page, server } = await open('/');
    await figure(page, 'subscribers_gained').waitFor();
    await page.getByRole('button', { name: /^Live/ }).waitFor();
    const before = await figure(page, 'subscribers_gained').textContent();
    server.cut();
    await page.getByRole('button', { name: /^Reconnecting, as of \d\d:\d\d:\d\d/ }).waitFor();
    expect(await page.locator('.is-stale').count()).toBe(1);
    expect(await figure(page, 'subscribers_gained').textContent()).toBe(before);
    server.bump('subscribers_gained', 9_000);
    server.accept();
    await page.getByRole('button', { name: /^Live/ }).waitFor({ timeout: 15_000 });
    await expect.poll(() => figure(page, 'subscribers_gained').textContent()).not.toBe(before);
    expect(await page.locator('.is-stale').count()).toBe(0);
  });

  test('a pause stops everything that moves, and going on catches up', async () => {
    const { page, server } = await open('/');
    await figure(page, 'subscribers_gained').waitFor();
    await page.getByRole('button', { name: /^Live/ }).click();
    await page.getByRole('button', { name: /^Paused/ }).waitFor();
    await expect.poll(() => server.listening('kpis')).toBe(0);
    const before = await figure(page, 'subscribers_gained').textContent();
    server.bump('subscribers_gained', 4_000);
    await page.getByRole('button', { name: /^Paused/ }).click();
    await expect.poll(() => figure(page, 'subscribers_gained').textContent()).not.toBe(before);
  });

  test('a hidden page listens to nothing', async () => {
    const { page, server } = await open('/');
    await figure(page, 'views').waitFor();
    await expect.poll(() => server.listening('kpis')).toBe(1);
    const setHidden = async (isHidden: boolean): Promise<void> =>
      await page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, isHidden);
    await setHidden(true);
    await expect
      .poll(() => ['kpis', 'counters', 'system', 'top'].map((topic) => server.listening(topic)))
      .toEqual([0, 0, 0, 0]);
    await setHidden(false);
    await expect.poll(() => server.listening('kpis')).toBe(1);
  });

  test('a tenant without events gets a command with a real key and turns live with the first event', async () => {
    const { page, server } = await open('/', (fixture) => {
      fixture.state.isEmpty = true;
    });
    await page.getByRole('heading', { name: 'Send the first event' }).waitFor();
    await page.getByRole('button', { name: 'Create a key for sending' }).click();
    const secret = 'weir_live_ingest_Zz0123456789abcdefghijklmnopqrs4fGh';
    await expect.poll(() => page.locator('pre').textContent()).toContain(`Bearer ${secret}`);
    const asked = server.state.requests.find((request) => request.method === 'POST');
    expect(asked?.body).toEqual({ name: 'First events', scopes: ['ingest:write'] });
    await page.getByTitle('Copy: Command that sends one view').click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(secret);
    server.count({ accepted: 1 });
    await figure(page, 'views').waitFor();
    expect(await page.getByRole('heading', { name: 'Send the first event' }).count()).toBe(0);
  });

  test('counters and the rate follow the socket', async () => {
    const { page, server } = await open('/');
    await expect.poll(() => figure(page, 'accepted').textContent()).toBe('1,207,715');
    server.count({ accepted: 1_207_716, rejected: 18, eventsPerSecond: 3_500 });
    await expect.poll(() => figure(page, 'accepted').textContent()).toBe('1,207,716');
    expect(await figure(page, 'rejected').textContent()).toBe('18');
    expect(await figure(page, 'events-per-second').textContent()).toBe('3,500');
  });
});
