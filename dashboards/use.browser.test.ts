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
const isFocused = (element: Element): boolean => element === document.activeElement;
const open = async (path: string, prepare?: (server: FixtureServer) => void): Promise<OpenPage> => {
  opened = await bench.open(path, prepare);
  return opened;
};

describe('a window that asks for something', () => {
  test('holds on to what was typed until it is thrown away on purpose, and gives the focus back', async () => {
    const { page } = await open('/system/events');
    const trigger = page.getByRole('button', { name: 'Create a key' });
    await trigger.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Create an API key' });
    await dialog.waitFor();
    await page.keyboard.type('Shop');
    await page.keyboard.press('Escape');
    await dialog.getByText('This is not saved.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Go on editing' }).evaluate(isFocused)).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Create key' }).waitFor();
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Shop');
    expect(await dialog.getByLabel('Name').evaluate(isFocused)).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Discard it' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await trigger.evaluate(isFocused)).toBe(true);
  });

  test('closes on Escape at once while nothing was typed', async () => {
    const { page } = await open('/system/events');
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });
});

describe('the door', () => {
  test('signs in with a password, says what is wrong, and signs out', async () => {
    const { page } = await open('/kpis', (server) => {
      server.state.isSignedIn = false;
    });
    await page.getByLabel('E-mail address').fill('ada@example.com');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('Address or password is wrong.').waitFor();
    await page.getByLabel('Password').fill('correct horse');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'KPIs' }).waitFor();
    await page.getByLabel('You, theme and sign-out').click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
  });

  test('a one-time link signs in, and its token leaves the address bar', async () => {
    const { page } = await open('/welcome?token=one-time-token-0123456789', (server) => {
      server.state.isSignedIn = false;
    });
    await page.getByRole('heading', { name: 'Now' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
    expect(page.url()).not.toContain('token=one');
    expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(3);
  });

  test('a link that was used says so and what to do', async () => {
    const { page } = await open('/welcome?token=used-token-0123456789', (server) => {
      server.state.isSignedIn = false;
    });
    await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
    expect(await page.getByText('This link was used already.').count()).toBe(1);
  });

  test('a session that ends while the page is open leads to the door', async () => {
    const { page, server } = await open('/kpis');
    await page.getByRole('heading', { name: 'KPIs' }).waitFor();
    server.state.isSignedIn = false;
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
  });

  test('the tenant is switched, and simulated data says so', async () => {
    const { page } = await open('/');
    await page.getByLabel('Tenant').selectOption('demo');
    await page.getByText('simulated', { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('tenant')).toBe('demo');
    await page.goBack();
    await expect.poll(() => page.getByLabel('Tenant').inputValue()).toBe('main');
  });
});

describe('the address', () => {
  test('holds the view, so that a link shows the same and the back button works', async () => {
    const { page } = await open('/');
    await page.getByRole('heading', { name: 'Now' }).waitFor();
    await page.getByLabel('Range').selectOption('7d');
    await page.getByLabel('Grain').selectOption('1d');
    await page.getByLabel('Comparison').selectOption('period');
    await page.getByTitle('Look at Night Train alone').click();
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({
      tenant: 'main',
      range: '7d',
      grain: '1d',
      compare: 'period',
      channel: 'Night Train',
    });
    await page.reload();
    await expect.poll(() => page.getByLabel('Range').inputValue()).toBe('7d');
    await page.getByText('Channel: Night Train').waitFor();
    await page.goBack();
    await expect.poll(() => page.getByText('Channel: Night Train').count()).toBe(0);
    expect(await page.getByLabel('Grain').inputValue()).toBe('1d');
    await page.goBack();
    await expect.poll(() => page.getByLabel('Comparison').inputValue()).toBe('week');
  });

  test('what is narrowed is asked of the server', async () => {
    const { page, server } = await open('/?country=DE');
    await page.getByText('Country: Germany').waitFor();
    await expect
      .poll(
        () =>
          server.state.requests.filter(
            (request) => request.path.includes('/series?') && request.path.includes('country=DE'),
          ).length,
      )
      .toBeGreaterThan(5);
    await expect.poll(() => server.listening('kpis?country=DE')).toBe(1);
    expect(await page.getByText('It has no country, so the filter does not apply.').count()).toBeGreaterThan(
      0,
    );
  });
});

describe('by keyboard alone', () => {
  test('search finds a KPI and goes there', async () => {
    const { page } = await open('/');
    await page.getByRole('heading', { name: 'Now' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('click');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Click-through rate', exact: true }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('night tr');
    await page.keyboard.press('Enter');
    await page.getByText('Channel: Night Train').waitFor();
    expect(new URL(page.url()).searchParams.get('channel')).toBe('Night Train');
  });

  test('single keys change the range and can be turned off; help closes on Escape', async () => {
    const { page } = await open('/');
    await page.getByRole('heading', { name: 'Now' }).waitFor();
    await page.keyboard.press('w');
    await expect.poll(() => page.getByLabel('Range').inputValue()).toBe('7d');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Help' }).waitFor();
    await page.getByLabel('Use single keys').uncheck();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('d');
    expect(await page.getByLabel('Range').inputValue()).toBe('7d');
  });

  test('a chart is walked through with the arrows and says where it is', async () => {
    const { page } = await open('/kpis/views?range=yesterday');
    const chart = page.getByRole('application', { name: /^Views over time/ });
    await chart.locator('canvas').waitFor();
    await chart.focus();
    await page.keyboard.press('Home');
    const live = page.locator('.chart [aria-live="polite"]').first();
    await expect.poll(() => live.textContent()).toMatch(/00:00–01:00: Views [\d,]+/);
    const first = await live.textContent();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => live.textContent()).toMatch(/01:00–02:00: Views/);
    expect(await live.textContent()).not.toBe(first);
    await page.keyboard.press('+');
    await expect.poll(() => new URL(page.url()).searchParams.get('zoom')).toMatch(/^\d+\.\.\d+$/);
    await page.keyboard.press('-');
    await expect.poll(() => new URL(page.url()).searchParams.get('zoom')).toBeNull();
  });

  test('every screen is reached by Tab from the top', async () => {
    const { page } = await open('/');
    await page.getByRole('heading', { name: 'Now' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content');
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Revenue');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Revenue', exact: true }).waitFor();
  });
});

describe('a chart', () => {
  test('is enlarged by brushing and shown whole again by a double click', async () => {
    const { page } = await open('/kpis/views?range=yesterday');
    const over = page.locator('.u-over').first();
    await over.waitFor();
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    if (box === null) throw new Error('the chart has no place');
    await page.mouse.move(box.x + box.width * 0.3, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + 50, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => new URL(page.url()).searchParams.get('zoom')).toMatch(/^\d+\.\.\d+$/);
    await over.dblclick({ position: { x: 100, y: 50 } });
    await expect.poll(() => new URL(page.url()).searchParams.get('zoom')).toBeNull();
  });

  test('is a table as well, with the same numbers, and a file', async () => {
    const { page } = await open('/?range=yesterday');
    await page.getByRole('group', { name: 'How to show Revenue by stream' }).getByText('Table').click();
    const table = page.getByRole('region', { name: 'Revenue by stream as a table' });
    await table.waitFor();
    expect(await table.getByRole('row').count()).toBe(25);
    expect(new URL(page.url()).searchParams.get('revenue')).toBe('table');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save Revenue by stream as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('weir-revenue.csv');
  });
});

describe('revenue', () => {
  test.each(['stream', 'channel', 'country'])('by %s adds up to the total', async (by) => {
    const { page } = await open(`/revenue?range=yesterday&by=${by}`);
    const table = page.getByRole('region', { name: `Revenue by ${by}`, exact: true }).locator('table');
    await table.locator('tfoot').waitFor();
    const cents = (text: string | null): number =>
      Math.round(Number((text ?? '').replaceAll(/[^\d.-]/g, '')) * 100);
    const cells = await table.locator('tbody tr td:nth-of-type(1)').allTextContents();
    const sum = cells.reduce((total, cell) => total + cents(cell), 0);
    expect(cells.length).toBeGreaterThan(3);
    expect(sum).toBe(cents(await table.locator('tfoot td').first().textContent()));
  });
});

describe('KPIs', () => {
  test('one is added: the server says what is wrong at its field, then a job shows how far its history is', async () => {
    const { page, server } = await open('/kpis/new');
    await page.getByLabel('Title').fill('Tips per view');
    expect(await page.getByRole('textbox', { name: 'Key', exact: true }).first().inputValue()).toBe(
      'tips_per_view',
    );
    await page.getByLabel('Take over a measure').selectOption('view_events');
    await page.getByRole('button', { name: 'New measure' }).click();
    const measure = page.getByRole('group', { name: 'Measure new measure' });
    await measure.getByLabel('Key').fill('tip_money');
    await page.getByRole('group', { name: 'Measure tip_money' }).getByLabel('tip', { exact: true }).check();
    await page.getByLabel('Formula').fill('nothing / view_events');
    await page.getByLabel('Target').fill('many');
    await page.getByText('Write a number such as 0.05, or nothing.').waitFor();
    expect(await page.getByRole('button', { name: 'Add KPI' }).isDisabled()).toBe(true);
    await page.getByLabel('Target').fill('0.05');
    await page.getByRole('button', { name: 'Add KPI' }).click();
    await page.getByLabel('Formula').and(page.locator('[aria-invalid="true"]')).waitFor();
    expect(await page.getByText('The formula names "nothing"').count()).toBeGreaterThan(0);
    await page.getByLabel('Formula').fill('tip_money / view_events');
    await page.getByRole('button', { name: 'Add KPI' }).click();
    await page.getByRole('heading', { name: 'Tips per view', exact: true }).waitFor();
    await page.getByText('History of Tips per view').waitFor();
    await page.getByText('reading events, 35%').waitFor();
    await page.reload();
    await page.getByText('reading events, 35%').waitFor();
    server.state.jobs = server.state.jobs.map((job) => ({
      ...job,
      state: 'done',
      percent: 100,
      updatedAtMs: Date.now(),
    }));
    await page.getByText('✓ done').waitFor({ timeout: 10_000 });
    const sent = server.state.requests.findLast((request) => request.method === 'POST');
    expect(sent?.body).toMatchObject({
      key: 'tips_per_view',
      target: 0.05,
      measures: [{ key: 'view_events' }, { key: 'tip_money', agg: 'sum', types: ['tip'], field: 'amount' }],
    });
  });

  test('of a catalogue KPI only target and alert level are asked', async () => {
    const { page, server } = await open('/kpis/ctr/edit');
    await page.getByRole('textbox', { name: 'Target' }).fill('0.07');
    expect(await page.getByLabel('Formula').count()).toBe(0);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Click-through rate', exact: true }).waitFor();
    expect(server.state.requests.findLast((request) => request.method === 'PUT')?.body).toMatchObject({
      key: 'ctr',
      target: 0.07,
    });
  });

  test('a tile opens the definition by its name and the explorer by itself', async () => {
    const { page } = await open('/');
    const tile = page.locator('[data-kpi="rpm"]');
    await tile.getByRole('button').click();
    await page.getByRole('dialog').getByText('revenue / ((view_events + reported_views) / 1000)').waitFor();
    await page.keyboard.press('Escape');
    await tile.click({ position: { x: 80, y: 120 } });
    await page.getByRole('heading', { name: 'Revenue per 1,000 views', exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/kpis/rpm');
  });
});

describe('when something fails', () => {
  test('it is said what, with the trace id, and trying again works', async () => {
    const { page, server } = await open('/', (fixture) => {
      fixture.state.failing = '/kpis';
    });
    const note = page.getByRole('alert').first();
    await note.getByText('4bf92f3577b34da6a3ce929d0e0e4736').waitFor();
    expect(await page.locator('[data-live="accepted"]').textContent()).toBe('1,207,715');
    server.state.failing = undefined;
    await note.getByRole('button', { name: 'Try again' }).click();
    await page.locator('[data-live="views"]').waitFor();
  });
});

describe('system', () => {
  test('refused events are narrowed to a reason, chosen and sent again', async () => {
    const { page, server } = await open('/system/refused');
    await page.getByText('time "yesterday" cannot be read').first().waitFor();
    await page.getByRole('combobox', { name: 'Reason' }).selectOption('INGEST_MONEY_INVALID');
    await expect.poll(() => page.getByText('time "yesterday" cannot be read').count()).toBe(0);
    await page
      .getByRole('checkbox', { name: /^Choose the event/ })
      .first()
      .check();
    await page.getByRole('button', { name: 'Send 1 again' }).click();
    await page.getByText('Refused events sent again').waitFor();
    const sent = server.state.requests.findLast((request) => request.path.endsWith('/replay'));
    expect(sent?.body).toEqual({ seqs: [39] });
  });

  test('a key is made and shown once, another one revoked', async () => {
    const { page, server } = await open('/system/events');
    await page.getByRole('button', { name: 'Create a key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Shop');
    await dialog.getByRole('button', { name: 'Create key' }).click();
    await page.getByText('Shop: this key is shown once').waitFor();
    await page.getByText('weir_live_ingest_Zz0123456789abcdefghijklmnopqrs4fGh').waitFor();
    await page.getByRole('button', { name: 'Revoke Website' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await expect.poll(() => server.state.keys.find((key) => key.name === 'Website')?.state).toBe('revoked');
    await page.reload();
    await page.getByText('Old exporter').waitFor();
    expect(await page.getByText('weir_live_ingest_Zz0123456789').count()).toBe(0);
  });

  test('somebody is invited by a link', async () => {
    const { page } = await open('/system/settings');
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Noor');
    await dialog.getByLabel('E-mail address').fill('noor@example.com');
    await dialog.getByRole('button', { name: 'Make the link' }).click();
    const link = page.getByText('http://127.0.0.1/welcome?token=invitation-token-000');
    await link.waitFor();
    expect(await link.count()).toBe(1);
  });
});

describe('anomalies', () => {
  test('are narrowed, opened, explained and read as a table', async () => {
    const { page } = await open('/anomalies?range=7d');
    const list = page.getByRole('region', { name: 'Anomalies', exact: true });
    await list.getByRole('link', { name: 'Views of channel Night Train' }).waitFor();
    // Told by the socket alone, it stands in the list as well.
    await list.getByRole('link', { name: 'Revenue per 1,000 views' }).waitFor();
    await page.getByRole('combobox', { name: 'Severity' }).selectOption('critical');
    await list.getByRole('link', { name: 'Views of channel Night Train' }).waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('severity')).toBe('critical');
    await list.getByRole('link', { name: 'Views', exact: true }).click();
    await page.getByRole('heading', { name: 'Why' }).waitFor();
    const channels = page.getByLabel('What each channel added');
    expect(await channels.getByText('Deep Sea Diaries').count()).toBe(1);
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByRole('columnheader', { name: 'Expected from' }).waitFor();
    await page.goBack();
    await list.waitFor();
    expect(new URL(page.url()).searchParams.get('severity')).toBe('critical');
  });

  test('the sensitivity is set for everything or for one KPI, and who did it is kept', async () => {
    const { page, server } = await open('/anomalies');
    const form = page.getByRole('form', { name: 'Sensitivity' });
    const number = form.getByLabel('False alarms a week, about');
    await number.waitFor();
    expect(await number.inputValue()).toBe('2');
    await number.fill('5');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('It holds from the next window on.').waitFor();
    await form.getByLabel('For', { exact: true }).selectOption('rpm');
    expect(await number.inputValue()).toBe('');
    await number.fill('0.5');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('It holds from the next window on.').waitFor();
    expect(server.state.watch).toMatchObject({ falseAlarmsPerWeek: 5, perKpi: { rpm: 0.5 } });
    await page.getByText('Who changed it').click();
    await page.getByText('all KPIs: 2 → 5').waitFor();
    await number.fill('many');
    expect(await form.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  });

  test('a tenant without any is told how long learning takes', async () => {
    const { page } = await open('/anomalies', (server) => {
      server.state.isEmpty = true;
    });
    const note = page.getByText('Nothing unusual in this range');
    await note.waitFor();
    expect(await note.count()).toBe(1);
  });
});
