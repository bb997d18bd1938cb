import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBench, type Bench } from '../testing/browser.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

test('a band is chosen by keyboard, stands in the address and narrows the list', async () => {
  const { page, server, close } = await bench.open('/audience/churn');
  const critical = page.getByRole('button', { name: /^Critical/ });
  await critical.press('Enter');
  await page.waitForURL('**band=critical**');
  expect(await critical.getAttribute('aria-pressed')).toBe('true');
  await page.getByText('3 customers', { exact: true }).first().waitFor();
  expect(server.state.requests.some(({ path }) => path.includes('band=critical'))).toBe(true);
  await page.getByRole('link', { name: 'studio-200-0' }).press('Enter');
  await page.getByText('to leave within 28 days').waitFor();
  expect(await page.getByText('▲ leaving').count()).toBe(2);
  await close();
});

test('bands, campaigns and discounts are the tenant’s own', async () => {
  const { page, server, close } = await bench.open('/audience/churn');
  await page.getByRole('button', { name: 'Change bands' }).click();
  const critical = page.getByRole('group', { name: 'Critical', exact: true });
  await critical.getByLabel('From, %').fill('82.5');
  await critical.getByLabel('Discount, %').fill('15');
  await critical.getByLabel('Campaign').fill('a call, a voucher');
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const { body } = server.state.requests.find(({ method }) => method === 'PUT') ?? {};
  expect(body).toMatchObject({
    bands: [
      { band: 'low', from: 0 },
      { band: 'medium', from: 0.3, campaign: ['gentle reminder', 'feature highlights'] },
      { band: 'high', from: 0.5, discount: 0.2 },
      { band: 'critical', from: 0.825, discount: 0.15, campaign: ['a call', 'a voucher'] },
    ],
  });
  await close();
});

test('learning anew is a job with its progress', async () => {
  const { page, server, close } = await bench.open('/audience/churn');
  await page.getByRole('button', { name: 'Learn anew' }).click();
  await page.getByText('learning who leaves, 42%').waitFor();
  expect(server.state.requests.find(({ method }) => method === 'POST')?.body).toEqual({ train: true });
  await close();
});

test('the rule says that it is one', async () => {
  const { page, close } = await bench.open('/audience/churn', (server) => {
    server.state.scoredBy = 'rule';
  });
  await page.getByText('not measured probabilities').waitFor();
  await page.getByText('86 points').waitFor();
  await page.getByText('Nothing was learned, so nothing was tested').waitFor();
  expect(await page.getByText('Chance to cancel or not to renew').count()).toBe(0);
  await close();
});

test.each(['/audience/churn', '/audience/customer-segments', '/audience/value'])(
  '%s without customers says which events fill it',
  async (path) => {
    const { page, close } = await bench.open(path, (server) => {
      server.state.isEmpty = true;
    });
    await page.getByText('No customers scored yet').waitFor();
    expect(await page.getByText('subscription_started').count()).toBe(1);
    await close();
  },
);
