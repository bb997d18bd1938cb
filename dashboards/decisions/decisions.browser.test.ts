import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, type Bench } from '../testing/browser.ts';

describe('decisions', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  test('approving above the limit takes the amount, typed', async () => {
    const { page, close, server } = await bench.open('/decisions');
    await page.getByRole('button', { name: 'Approve Raise the search budget' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('A second person must approve, too.').waitFor();
    const approve = dialog.getByRole('button', { name: 'Approve' });
    expect(await approve.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type the amount/).fill('2399');
    expect(await approve.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type the amount/).fill('2,400');
    await approve.click();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    const sent = server.state.requests.find(({ path }) => path.endsWith('/dec_big/approve'));
    expect(sent?.body).toEqual({ inputsHash: server.state.decided.decisions[0]?.inputsHash, amount: 2_400 });
    await close();
  });

  test('rejecting asks for a reason once', async () => {
    const { page, close, server } = await bench.open('/decisions');
    await page.getByRole('button', { name: 'Reject Tell the editors' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Reject' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Reason').fill('they know');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => server.state.decided.decisions.find(({ id }) => id === 'dec_small')?.state)
      .toBe('rejected');
    expect(server.state.decided.decisions.find(({ id }) => id === 'dec_small')?.history.at(-1)?.reason).toBe(
      'they know',
    );
    await close();
  });

  test('a proposal that changed behind an open dialog is refused, not approved unseen', async () => {
    const { page, close, server } = await bench.open('/decisions');
    await page.getByRole('button', { name: 'Approve Tell the editors' }).click();
    server.state.decided.decisions = server.state.decided.decisions.map((decision) =>
      decision.id === 'dec_small' ? { ...decision, inputsHash: 'f'.repeat(64) } : decision,
    );
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
    await page.getByText('DECISION_INPUTS_STALE').first().waitFor();
    expect(server.state.decided.decisions.find(({ id }) => id === 'dec_small')?.state).toBe('proposed');
    await close();
  });

  test('the kill switch says that it is on', async () => {
    const { page, close, server } = await bench.open('/decisions');
    await page.getByRole('button', { name: 'Stop all actions' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('something is odd');
    await page.getByRole('dialog').getByRole('button', { name: 'Stop all actions' }).click();
    await page.getByText('Nothing is executed.').waitFor();
    expect(server.state.decided.isStopped).toBe(true);
    await close();
  });

  test('a policy is written, tried and saved', async () => {
    const { page, close, server } = await bench.open('/decisions/policies/new');
    await page.getByLabel('Title', { exact: true }).first().fill('Refunds rise');
    await page.getByLabel('Id', { exact: true }).fill('refunds');
    await page.getByLabel('KPIs').fill('refund_rate');
    await page.getByLabel('Conditions').fill('observed > expected');
    await page.getByLabel('Body').fill('look');
    await page.getByRole('button', { name: 'Test run' }).click();
    await page.getByText('held back by the cool-down').waitFor();
    await page.getByText('Change a budget: Search campaign → 1200').waitFor();
    await page.getByLabel('Conditions').fill('observed expected');
    await page.getByRole('button', { name: 'Test run' }).click();
    await page.getByText('is no condition').waitFor();
    await page.getByLabel('Conditions').fill('observed > expected * 2');
    await page.getByRole('button', { name: 'Create' }).click();
    await expect.poll(() => server.state.decided.policies.some(({ id }) => id === 'refunds')).toBe(true);
    expect(server.state.decided.policies.find(({ id }) => id === 'refunds')).toMatchObject({
      enabled: false,
      when: { kpis: ['refund_rate'], where: [{ left: 'observed', is: '>', right: 'expected * 2' }] },
    });
    await close();
  });

  test('an endpoint’s secret is shown once, and a schedule says when it runs', async () => {
    const { page, close, server } = await bench.open('/decisions/settings');
    await page.getByRole('button', { name: 'New endpoint' }).click();
    await page.getByRole('dialog').getByLabel('Id').fill('shop');
    await page.getByRole('dialog').getByLabel('Address').fill('https://shop.example.org/hook');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText(`whsec_${'a'.repeat(43)}=`).waitFor();
    await page.getByRole('button', { name: 'I have it' }).click();
    expect(await page.getByText('whsec_').count()).toBe(0);
    await page.getByRole('button', { name: 'Test shop' }).click();
    await page.getByText('shop: ✕ answered 500').waitFor();
    await page.getByLabel(/Two people above/).fill('500');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(() => server.state.decided.settings.fourEyesAbove).toBe(500);

    await page.getByRole('link', { name: 'Automation' }).last().click();
    await page.getByRole('button', { name: 'Change Health of Weir' }).click();
    await page.getByRole('dialog').getByText('5 Jun 2026').waitFor();
    await page.getByRole('dialog').getByLabel('Cron').fill('61 * * * *');
    await page.getByText('minute 61 is out of range').waitFor();
    await page.getByRole('dialog').getByLabel('Cron').fill('5 * * * *');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    const sent = server.state.requests.find(({ path }) => path.endsWith('/schedules/health'));
    expect(sent?.body).toMatchObject({ cron: '5 * * * *', jitterMs: 300_000, version: 1 });
    await close();
  });

  test('a trail that was touched says where', async () => {
    const { page, close, server } = await bench.open('/decisions/audit');
    await page.getByText('The chain is whole').waitFor();
    server.state.decided.isTampered = true;
    await page.reload();
    await page.getByText('entry 2 was changed after it was written').waitFor();
    expect(await page.getByText('The chain is whole').count()).toBe(0);
    await close();
  });
});
