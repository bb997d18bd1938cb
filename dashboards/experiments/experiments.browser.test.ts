import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBench, type Bench } from '../testing/browser.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

test('a draft is made by keyboard, with what was typed', async () => {
  const { page, server, close } = await bench.open('/experiments');
  await page.getByRole('button', { name: 'New experiment' }).press('Enter');
  const make = page.getByRole('button', { name: 'Make a draft' });
  expect(await make.isDisabled()).toBe(true);
  await page.getByLabel('Name', { exact: true }).fill('Longer trial');
  await page.getByLabel('Key', { exact: true }).fill('longer-trial');
  await page.getByLabel('Variants, one a line').fill('7 days\n14 days\n30 days');
  await page.getByLabel('Event types, with commas between').first().fill('subscription_payment');
  await page.getByLabel('Measured as').first().selectOption('revenue');
  await make.press('Enter');
  await page.waitForURL('**/experiments/thumbnail**');
  const sent = server.state.requests.find(
    ({ method, path }) => method === 'POST' && path.endsWith('/api/v1/experiments'),
  );
  expect(sent?.body).toMatchObject({
    key: 'longer-trial',
    variants: [{ title: '7 days' }, { title: '14 days' }, { title: '30 days' }],
    primary: { kind: 'revenue', eventTypes: ['subscription_payment'] },
    guardrails: [],
  });
  await close();
});

test('stopping asks for the reason once', async () => {
  const { page, server, close } = await bench.open('/experiments/landing-page');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  const stop = page.getByRole('button', { name: 'Stop for good' });
  expect(await stop.isDisabled()).toBe(true);
  await page.getByLabel('Why', { exact: true }).fill('We take the trailer.');
  await stop.click();
  await stop.waitFor({ state: 'detached' });
  const sent = server.state.requests.find(({ path }) => path.endsWith('/experiments/landing-page/stop'));
  expect(sent?.body).toEqual({ reason: 'We take the trailer.' });
  await close();
});

test('without one it says what to do', async () => {
  const { page, close } = await bench.open('/experiments', (server) => {
    server.state.isEmpty = true;
  });
  await page.getByText('No experiment yet').waitFor();
  expect(await page.getByText('experiment_exposure').count()).toBe(1);
  await close();
});
