import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_KEY, freePort, startEngine, type TestEngine } from './engine.ts';

/** The real engine, the built dashboards and Debian's Chromium: what a person sees, from the first event to a killed server. */
describe('live in the browser', () => {
  const home = mkdtempSync(join(tmpdir(), 'weir-live-'));
  const faults: string[] = [];
  let port: number;
  let engine: TestEngine;
  let browser: Browser;
  let page: Page;
  let sent = 0;

  const post = async (count: number): Promise<void> => {
    const events = Array.from({ length: count }, () => ({
      id: `live-${sent++}`,
      type: 'video_view',
      data: {
        content_id: 'v1',
        channel_id: 'c1',
        viewer_id: `u${sent % 7}`,
        watch_time_ms: 60_000,
        country: 'DE',
      },
    }));
    const response = await fetch(`${engine.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(events),
    });
    expect(response.status).toBe(202);
  };
  const shown = (views: number): Promise<unknown> =>
    page.waitForFunction(
      (wanted) =>
        document.querySelector('[data-live="views"]')?.textContent?.replaceAll(/\D/g, '') === String(wanted),
      views,
      { timeout: 20_000 },
    );

  beforeAll(async () => {
    port = await freePort();
    engine = await startEngine({ home, port });
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted Type/i.test(message.text())) faults.push(message.text());
    });
  });
  afterAll(async () => {
    await browser.close();
    await engine.end('SIGTERM');
    rmSync(home, { recursive: true, force: true });
  });

  it('signs the owner in by the printed link and says what to send first', async () => {
    expect(engine.signInLink).toBeDefined();
    await page.goto(engine.signInLink ?? '');
    await page.getByText('curl', { exact: false }).first().waitFor();
    expect(await page.locator('body').innerText()).toMatch(/\/v1\/events/);
  });

  it('turns live with the first event', async () => {
    await post(3);
    await shown(3);
  });

  it('shows a new number within a second of the answer to its POST', async () => {
    await post(5);
    await shown(sent);
    const tries: number[] = [];
    for (let i = 0; i < 3; i++) {
      await post(4);
      const answeredMs = performance.now();
      await shown(sent);
      tries.push(performance.now() - answeredMs);
    }
    // The best of three: the machine that runs the tests may be busy, the product is not allowed to need longer.
    expect(Math.min(...tries)).toBeLessThan(1_000);
  });

  it('shows the right number after the engine was killed and has come back', async () => {
    await engine.end('SIGKILL');
    await post(1).then(
      () => expect.unreachable('the engine answers although it was killed'),
      () => {
        sent--;
      },
    );
    engine = await startEngine({ home, port });
    await post(11);
    await shown(sent);
  });

  it('has nothing that accessibility checks call serious, in both themes and widths', async () => {
    const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 360]) {
        // A context of its own without the page's policy: axe is injected as a script, which that policy rightly refuses.
        const context = await browser.newContext({
          bypassCSP: true,
          colorScheme,
          viewport: { width, height: 900 },
          storageState: await page.context().storageState(),
        });
        const tab = await context.newPage();
        for (const path of ['/', '/kpis', '/revenue', '/system']) {
          await tab.goto(`${engine.url}${path}`);
          await tab.locator('main').waitFor();
          await tab.waitForLoadState('networkidle').catch(() => undefined);
          await tab.addScriptTag({ path: axe });
          const serious = await tab.evaluate(async () => {
            const run: unknown = Reflect.get(globalThis, 'axe');
            if (typeof run !== 'object' || run === null || !('run' in run) || typeof run.run !== 'function')
              return ['axe is missing'];
            const result: unknown = await run.run();
            if (
              typeof result !== 'object' ||
              result === null ||
              !('violations' in result) ||
              !Array.isArray(result.violations)
            )
              return ['axe gave no result'];
            return result.violations
              .filter((v: { impact: string }) => v.impact === 'serious' || v.impact === 'critical')
              .map((v: { id: string; nodes: { html: string }[] }) => `${v.id}: ${v.nodes[0]?.html ?? ''}`);
          });
          expect(serious, `${path} ${colorScheme} ${width}`).toEqual([]);
          expect(
            await tab.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
            `${path} scrolls sideways at ${width}`,
          ).toBe(true);
        }
        await context.close();
      }
    }
  });

  it('broke no content security policy and threw nothing', () => {
    expect(faults).toEqual([]);
  });
});
