import axe, { type AxeResults } from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the pages as they ship, built once for a run (`build-once.ts`). */
    dashboardsDist: string;
  }
}

/** The page as it ships, in a real browser, over a small gateway of fixtures. */
export interface Bench {
  /** A fresh gateway and a fresh page. */
  open(path: string, prepare?: (server: FixtureServer) => void): Promise<OpenPage>;
  close(): Promise<void>;
}

export interface OpenPage {
  readonly page: Page;
  readonly server: FixtureServer;
  /** Throws when the page complained: violations of the policy, uncaught faults, errors in the console. */
  close(): Promise<void>;
}

export async function openBench(): Promise<Bench> {
  const dist = inject('dashboardsDist');
  const browser: Browser = await chromium.launch({
    executablePath: process.env['WEIR_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  return {
    open: async (path, prepare) => {
      const server = await startFixtureServer(dist);
      prepare?.(server);
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        locale: 'en-US',
        colorScheme: 'light',
        // Contrast is that of the colours, not of a moment between two of them.
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const page = await context.newPage();
      page.setDefaultTimeout(25_000);
      const complaints = await listen(page);
      await page.goto(server.url + path);
      return {
        page,
        server,
        close: async () => {
          await context.close();
          await server.close();
          if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join('; ')}`);
        },
      };
    },
    close: async () => await browser.close(),
  };
}

async function listen(page: Page): Promise<string[]> {
  const complaints: string[] = [];
  await page.exposeFunction('__violated', (text: string) => void complaints.push(`policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report: unknown = Reflect.get(window, '__violated');
      if (typeof report === 'function')
        Reflect.apply(report, undefined, [`${event.violatedDirective} ${event.blockedURI} ${event.sample}`]);
    });
  });
  page.on('pageerror', (error) => complaints.push(`fault: ${error.message}`));
  page.on('console', (message) => {
    // What a test makes fail on purpose is told by the browser itself, without a script behind it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(`console: ${message.text()}`);
  });
  return complaints;
}

/** What axe finds that is serious or critical, by rule and element. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(
    "axe.run(document, { resultTypes: ['violations'] })",
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
    );
}

/** By how many pixels the page is wider than the window. */
export async function overflow(page: Page): Promise<number> {
  return await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
