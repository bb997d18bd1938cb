import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import axe, { type AxeResults } from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';

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

const run = promisify(execFile);
const dashboards = join(import.meta.dirname, '..');
const vite = join(dashboards, '..', 'node_modules', 'vite', 'bin', 'vite.js');

export async function openBench(): Promise<Bench> {
  const dist = await mkdtemp(join(tmpdir(), 'weir-dashboards-'));
  // In a process of its own: the test runner has named this one's environment, and what ships is the production build.
  await run(process.execPath, [vite, 'build', dashboards, '--outDir', dist, '--emptyOutDir'], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
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
    close: async () => {
      await browser.close();
      await rm(dist, { recursive: true, force: true });
    },
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
