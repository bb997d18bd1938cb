import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, seriousFaults, type Bench } from './testing/browser.ts';
import { faultsOf, firstScreens } from './testing/every-screen.ts';

describe('every screen', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  test.each(firstScreens)(
    '%s reads well in both themes at both widths, under the policy',
    async (path, text) => {
      expect(await faultsOf(bench, path, text)).toEqual([]);
    },
  );

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
