import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBench, type Bench, type OpenPage } from './testing/browser.ts';
import type { FixtureServer } from './testing/fixture-server.ts';

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
const saved = async ({ page }: OpenPage, button: string): Promise<string> => {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return await readFile(await download.path(), 'utf8');
};
const askedLast = ({ server }: OpenPage, path: string): unknown =>
  server.state.requests.findLast((request) => request.path.endsWith(path))?.body;

describe('the tabs', () => {
  test('from a day the others open on a month; the address names the tab', async () => {
    const { page } = await open('/revenue');
    await page.getByRole('navigation', { name: 'Parts of Revenue' }).getByText('Cohorts').click();
    await page.getByText('Members who came back').waitFor();
    const url = new URL(page.url());
    expect([url.pathname, url.searchParams.get('range')]).toEqual(['/revenue/cohorts', '30d']);
    await page.goBack();
    await page.getByText('Every stream').waitFor();
  });

  test('pace, risks and the comparison stand below the breakdown, unless a filter is set', async () => {
    const { page } = await open('/revenue?range=7d');
    await page.getByText('Ads earns 53.0% of all revenue').waitFor();
    const table = page.getByRole('region', { name: 'Revenue by stream with comparison' });
    expect(await table.getByText('on the week before').count()).toBeGreaterThan(5);
    await page.goto(`${page.url()}&country=DE`);
    await page.getByText('they are shown when no filter is set').waitFor();
  });
});

describe('a funnel', () => {
  test('is built step by step, and the address holds it', async () => {
    const bench = await open('/revenue/funnel?range=30d');
    const { page } = bench;
    await page.getByText('of 12,480 users take all 3 steps').waitFor();
    await page.getByRole('button', { name: 'Add a step' }).click();
    await page.getByLabel('step 4: event type').selectOption('session');
    await page.getByLabel('step 1: field').fill('campaign');
    await page.getByLabel('step 1: values, with | between several').fill('search | news, letter');
    await page.keyboard.press('Enter');
    await page.getByLabel('Order').selectOption('any');
    await page.getByLabel('Broken down by').selectOption('country');
    await page.getByText('take all 4 steps').waitFor();
    await page.getByText('By country of the first event').waitFor();
    const steps = [
      { type: 'page_view', where: { field: 'campaign', in: ['search', 'news, letter'] } },
      { type: 'signup' },
      { type: 'membership' },
      { type: 'session' },
    ];
    expect(askedLast(bench, '/funnels')).toMatchObject({ steps, order: 'any', by: 'country' });
    await page.reload();
    await page.getByText('take all 4 steps').waitFor();
    expect(askedLast(bench, '/funnels')).toMatchObject({ steps, order: 'any', by: 'country' });
    await page.getByRole('group', { name: 'step 4' }).getByRole('button', { name: 'Up' }).click();
    await expect.poll(() => page.getByLabel('step 3: event type').inputValue()).toBe('session');
    expect(await saved(bench, 'Save Users by step as CSV')).toContain('1 of the steps,12480,1,1');
  });

  test('that takes long shows how far it is, then the answer', async () => {
    const { page, server } = await open('/revenue/funnel?range=30d', ({ state }) => {
      state.runningFor = 2;
    });
    await page.getByText('The funnel is being computed').waitFor();
    expect(await page.getByRole('progressbar', { name: 'The funnel: 42%' }).count()).toBe(1);
    await page.getByText('users take all 3 steps').waitFor();
    expect(server.state.requests.filter(({ path }) => path.endsWith('/funnels'))).toHaveLength(3);
  });
});

test('a cohort table changes to revenue and saves what it shows', async () => {
  const bench = await open('/revenue/cohorts?range=90d');
  const { page } = bench;
  const table = page.getByRole('region', { name: 'Share of members who came back by cohort' });
  await table.getByText('39.2%').first().waitFor();
  expect(await table.getByText(', still running').count()).toBeGreaterThan(0);
  await page.getByLabel('Show', { exact: true }).selectOption('ltv');
  const file = await saved(bench, 'Save Revenue for each member by cohort as CSV');
  expect(file.split('\r\n')[0]).toContain('"Entered, week of",Members,Same week,After 1 week');
});

test('attribution compares seven models in conversions and in revenue', async () => {
  const bench = await open('/revenue/attribution?range=30d');
  const { page } = bench;
  const table = page.getByRole('region', { name: 'Credit in conversions by touchpoint and model' });
  await table.getByText('newsletter').waitFor();
  expect(await table.getByRole('columnheader').count()).toBe(9);
  await page.getByLabel('Credit in', { exact: true }).selectOption('value');
  await page.getByLabel('Touchpoints by').fill('channel');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Credit in revenue by touchpoint and model' }).waitFor();
  expect(askedLast(bench, '/attribution')).toMatchObject({ key: 'channel' });
});

test('profit and loss goes by week, with the fee of a plan and another target', async () => {
  const { page, server } = await open('/revenue/pnl?range=90d');
  await page.getByRole('region', { name: 'Profit and loss by day' }).waitFor();
  await page.getByLabel('By', { exact: true }).selectOption('week');
  await page.getByLabel('Subscription').selectOption('growth');
  await page.getByLabel('Profit aimed at, a month').fill('25000');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Profit and loss by week' }).waitFor();
  const asked = (): string => server.state.requests.findLast(({ path }) => path.includes('/pnl'))?.path ?? '';
  await expect.poll(asked).toContain('targetPerMonth=25000');
  expect(asked()).toContain('plan=growth');
  await page.getByRole('button', { name: 'Keep for Meridian Media' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('plan')).toBeNull();
  expect(server.state).toMatchObject({ plan: 'growth', profitTarget: 25_000 });
  await expect.poll(() => page.getByLabel('Subscription').inputValue()).toBe('growth');
});

test('without data each tab says which events fill it', async () => {
  const { page, server } = await open('/revenue/funnel?range=30d', ({ state }) => {
    state.isEmpty = true;
  });
  for (const [path, title, type] of [
    ['funnel', 'Nobody took the first step in this range', 'page_view'],
    ['cohorts', 'Nobody entered in this range', 'session'],
    ['attribution', 'No conversion in this range', 'affiliate_click'],
    ['seasonality', 'Two days of complete hours are needed', 'ad_impression'],
    ['pnl', 'No money in this range', 'content_generation'],
  ] as const) {
    await page.locator(`nav[aria-label="Parts of Revenue"] a[href*="/revenue/${path}"]`).click();
    await page.getByText(title).waitFor();
    expect(await page.locator('.empty code', { hasText: type }).count()).toBeGreaterThan(0);
  }
  expect(server.state.requests.length).toBeGreaterThan(5);
});

test('what fails says so and is tried again by hand', async () => {
  const { page, server } = await open('/revenue/seasonality?range=30d', ({ state }) => {
    state.failing = '/revenue/decomposition';
  });
  const note = page.getByRole('alert').filter({ hasText: 'STORE_UNAVAILABLE' });
  await note.waitFor();
  server.state.failing = undefined;
  await note.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Hours outside the interval').waitFor();
  expect(await note.count()).toBe(0);
});
