import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, overflow, seriousFaults, type Bench } from './testing/browser.ts';

const screens: readonly (readonly [string, string])[] = [
  ['/', 'Revenue by stream'],
  ['/?range=7d&revenue=table', 'Revenue by stream'],
  ['/?range=30d&country=DE', 'Revenue by stream'],
  ['/kpis', 'Click-through rate'],
  ['/kpis/views?by=country', 'Views by country'],
  ['/kpis/rpm', 'Revenue per 1,000 views by channel'],
  ['/kpis/new', 'Measures'],
  ['/revenue?by=channel', 'Pace and risks'],
  ['/audience', 'Watched by the same people'],
  ['/audience?days=7&by=content', 'Who stopped coming?'],
  ['/audience/segment', 'more answers at'],
  ['/audience/posts', 'takes off'],
  ['/audience/churn', 'How long customers stay'],
  ['/audience/churn?band=critical&survival=hazard', 'In which month they leave'],
  ['/audience/customers/studio-200-0', 'to leave within 28 days'],
  ['/audience/customers/nobody', 'knows no such customer'],
  ['/audience/customer-segments', 'changed their segment'],
  ['/audience/value', 'fitted to 114 of them'],
  ['/revenue/recurring', 'Movements of MRR by month'],
  ['/revenue/recurring?cut=segment', 'a customer in two rows counts in both'],
  ['/kpis/nrr', 'Net revenue retention over time'],
  ['/trends', 'Solar sail'],
  ['/trends/topic%3Asolar%20sail', 'Why it is named'],
  ['/forecasts', 'Tried on the past'],
  ['/forecasts?fgrain=hourly&kpi=views&rollup=channel&dim=Night+Train&fan=table', 'What drives it'],
  ['/anomalies?range=7d', 'Views of channel Night Train'],
  ['/anomalies/views.1h.total.1', 'At the same time'],
  ['/kpis/views?range=24h', 'Expected band'],
  ['/revenue/funnel?range=30d&by=country', 'By country of the first event'],
  ['/revenue/cohorts?range=90d', 'Members who came back'],
  ['/revenue/attribution?range=30d', 'Most frequent paths'],
  ['/revenue/seasonality?range=30d', 'Hours outside the interval'],
  ['/revenue/pnl?range=90d&per=month&plan=scale', 'By channel, before the fee'],
  ['/experiments', 'Thumbnail with a face'],
  ['/experiments/landing-page', 'however often this was looked at'],
  ['/experiments/thumbnail', 'users are assigned and counted'],
  ['/system', 'Events and progress'],
  ['/system/refused', 'type has capital letters'],
  ['/system/events', 'Register a type'],
  ['/system/settings', 'Lin Okafor'],
  ['/nowhere', 'There is nothing at this address'],
];

describe('every screen', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  test.each(screens)('%s reads well in both themes at both widths, under the policy', async (path, text) => {
    const { page, close } = await bench.open(path);
    await page.getByText(text).first().waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 360]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: width === 360 ? 780 : 900 });
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(undefined))));
        expect(await overflow(page), `${path} at ${width}`).toBeLessThanOrEqual(0);
        expect(await seriousFaults(page), `${path} ${colorScheme} ${width}`).toEqual([]);
      }
    }
    await close();
  });

  test('high contrast is a theme, too', async () => {
    const { page, close } = await bench.open('/');
    await page.getByText('Revenue by stream').first().waitFor();
    await page.getByLabel('You, theme and sign-out').click();
    await page.getByLabel('Theme', { exact: true }).selectOption('contrast');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
      'rgb(0, 0, 0)',
    );
    expect(await seriousFaults(page)).toEqual([]);
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('contrast');
    await close();
  });

  test('targets are at least 24 pixels, on the phone as well', async () => {
    const { page, close } = await bench.open('/');
    await page.getByText('Revenue by stream').first().waitFor();
    await page.setViewportSize({ width: 360, height: 780 });
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('button, select, summary, nav a, input')].flatMap((element) => {
        const { width, height } = element.getBoundingClientRect();
        const isShown = width > 0 && element.checkVisibility();
        return isShown && (width < 24 || height < 24)
          ? [`${element.outerHTML.slice(0, 80)} ${width}×${height}`]
          : [];
      }),
    );
    expect(small).toEqual([]);
    await close();
  });

  test('the font has figures of one width', async () => {
    const { page, close } = await bench.open('/');
    await page.getByText('Revenue by stream').first().waitFor();
    const widths = await page.evaluate(async () => {
      await document.fonts.ready;
      const probe = document.createElement('span');
      document.body.append(probe);
      return ['1111111', '0000000', '4444444'].map((figures) => {
        probe.textContent = figures;
        return probe.getBoundingClientRect().width;
      });
    });
    expect(new Set(widths).size).toBe(1);
    expect(await page.evaluate(() => document.fonts.check('14px Inter'))).toBe(true);
    await close();
  });
});
