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
