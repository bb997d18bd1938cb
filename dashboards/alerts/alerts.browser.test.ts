import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, overflow, seriousFaults, type Bench } from '../testing/browser.ts';

describe('alerts', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  test('the bell counts what nobody takes care of, live, and leads to the inbox', async () => {
    const { page, server, close } = await bench.open('/');
    await page.getByRole('link', { name: 'Alerts: 1 alert fires' }).click();
    await page.getByText('Lin Okafor takes care').waitFor();
    server.state.alerts.threads = server.state.alerts.threads.map((thread) => ({
      ...thread,
      state: 'resolved' as const,
      version: thread.version + 1,
    }));
    server.tellAlerts();
    await page.getByRole('link', { name: 'Alerts: No alert fires' }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: /^Acknowledge/ }).count()).toBe(0);
    await close();
  });

  test('from a mail on a phone: open, acknowledge with a comment, snooze, say that it was a false alarm, tune', async () => {
    const { page, server, close } = await bench.open('/alerts/tAdsOutage?do=acknowledge');
    await page.setViewportSize({ width: 360, height: 780 });
    await page.getByLabel('Comment').fill('Calling the ad network');
    await page.getByRole('button', { name: 'I take care' }).click();
    await page.getByText('Ada Marsh takes care').waitFor();
    await page.getByRole('button', { name: 'Snooze' }).click();
    await page.getByLabel('Until something changes').check();
    await page.getByRole('button', { name: 'Snooze' }).last().click();
    await page.getByText('Snoozed by Ada Marsh until something changes').waitFor();
    await page.getByRole('button', { name: 'False alarm' }).click();
    await page.getByRole('button', { name: /a week for Total revenue/ }).click();
    await page.getByText('It holds from the next window on.').waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    const sent = server.state.requests.filter(({ method }) => method !== 'GET').map(({ body }) => body);
    expect(sent).toEqual([
      { comment: 'Calling the ad network' },
      { minutes: null },
      { verdict: 'false_alarm', comment: '' },
      { kpi: { key: 'total_revenue', falseAlarmsPerWeek: 0.1 } },
    ]);
    await close();
  });

  test('a mute is a silence for me alone, and is ended again', async () => {
    const { page, server, close } = await bench.open('/alerts/tAdsOutage?do=silence');
    await page.getByLabel('How long').selectOption('mute');
    await page.getByRole('button', { name: 'Silence', exact: true }).click();
    await page.getByText('Reminders').waitFor({ state: 'detached' });
    await expect.poll(() => server.state.alerts.silences.length).toBe(1);
    expect(server.state.alerts.silences[0]).toMatchObject({
      matchers: [{ field: 'kpi', isEqual: true, value: 'total_revenue' }],
      endsAtMs: null,
      isMine: true,
    });
    await page.goto(`${server.url}/alerts/silences`);
    await page.getByRole('button', { name: 'End the silence of kpi is total_revenue' }).click();
    await page.getByText('Nothing is silenced').waitFor();
    await close();
  });

  test('I subscribe with quiet hours, try my contact points, and get a webhook’s secret once', async () => {
    const { page, server, close } = await bench.open('/alerts/subscriptions');
    await page.getByRole('button', { name: 'Test Work mail' }).click();
    await page.getByText('It works: 250 2.0.0 accepted').waitFor();
    await page.getByRole('button', { name: 'Test Ops channel' }).click();
    await page.getByText('It does not work: HTTP_404: channel_is_archived').waitFor();

    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByLabel('Channel').selectOption('webhook');
    await page.getByLabel('Address').fill('https://example.com/hook');
    await page.getByRole('button', { name: 'Add', exact: true }).last().click();
    await page.getByText('whsec_shownonce').waitFor();

    await page.getByRole('button', { name: 'Subscribe' }).click();
    await page.getByLabel('Revenue', { exact: true }).check();
    await page.getByLabel('Quiet hours').check();
    await page.getByLabel('Tell me').selectOption('daily');
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await overflow(page)).toBeLessThanOrEqual(0);
      expect(await seriousFaults(page), `dialog at ${width}`).toEqual([]);
    }
    await page.getByRole('button', { name: 'Subscribe' }).last().click();
    await page.getByText('Revenue, warning and worse · daily at 08:00, quiet from 22:00 to 07:00').waitFor();
    expect(server.state.alerts.subscriptions[0]).toMatchObject({
      what: { families: ['revenue'], minSeverity: 'warning' },
      where: ['c1'],
      quiet: { policy: 'hold', criticalBypass: true },
    });
    await page.getByRole('button', { name: 'Pause Alerts' }).click();
    await page.getByText('off', { exact: true }).waitFor();
    await close();
  });

  test('a notice is read by me, and the bell says so', async () => {
    const { page, close } = await bench.open('/alerts/notices');
    await page.getByRole('link', { name: /1 unread notice to you/ }).waitFor();
    await page.getByRole('button', { name: 'Mark as read Total revenue is 38% below' }).click();
    await page.getByText('All read.').waitFor();
    await expect.poll(() => page.getByRole('link', { name: /unread notice/ }).count()).toBe(0);
    await close();
  });

  test('a browser without a push service is refused in words, and no contact is made', async () => {
    const { page, close, server } = await bench.open('/alerts/subscriptions');
    await page.context().grantPermissions(['notifications']);
    const before = server.state.alerts.contacts.length;
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('dialog').getByLabel('Channel').selectOption('push');
    await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
    await page
      .getByText(/cannot be sent push messages|does not allow notifications/)
      .first()
      .waitFor();
    expect(server.state.alerts.contacts).toHaveLength(before);
    // Chromium complains of it in its console, too.
    await close().catch((error: unknown) => {
      if (!/Push API/.test(String(error))) throw error;
    });
  });

  test('what was given up is sent again from the log', async () => {
    const { page, close } = await bench.open('/alerts/log');
    await page.getByRole('button', { name: /^Send again/ }).click();
    await page.getByText('◷ waits').waitFor();
    expect(await page.getByRole('button', { name: /^Send again/ }).count()).toBe(0);
    await close();
  });

  test('an inbox without alerts says what would come, and a failing one what to do', async () => {
    const empty = await bench.open('/alerts', (server) => void (server.state.isEmpty = true));
    await empty.page.getByText('Every KPI is watched.').waitFor();
    await empty.close();
    const failing = await bench.open('/alerts', (server) => void (server.state.failing = '/alerts'));
    await failing.page.getByRole('button', { name: 'Try again' }).waitFor();
    expect(await failing.page.getByText('No alerts').count()).toBe(0);
    await failing.close();
  });

  test('the worker that shows push messages is served and registered under the policy', async () => {
    const { page, close } = await bench.open('/alerts');
    const scope = await page.evaluate(async () => {
      // As the app names it: by a policy, since the page takes no address of a script from a plain text.
      const types: unknown = Reflect.get(window, 'trustedTypes');
      const make = types as { createPolicy(n: string, r: object): { createScriptURL(u: string): string } };
      const policy = make.createPolicy('test', { createScriptURL: () => '/push-worker.js' });
      return (await navigator.serviceWorker.register(policy.createScriptURL(''))).scope;
    });
    expect(new URL(scope).pathname).toBe('/');
    await close();
  });
});
