import { chromium, type Browser } from 'playwright-core';
import { io, type Socket } from 'socket.io-client';
import { systemClock } from '../platform/time/clock.ts';
import { KEY, load, withEngine } from './engine.ts';
import { percentile } from './percentile.ts';

const SOCKETS = 2_000;
const SOCKETS_AT_ONCE = 50;
const LOAD_PER_SECOND = 200;
const PAINTS = 7;

export interface DashboardsResult {
  readonly sockets: number;
  readonly updates: number;
  /** Updates each socket had a second. */
  readonly updatesPerSecond: number;
  readonly latencyP50Ms: number;
  readonly latencyP99Ms: number;
  readonly firstPaintP50Ms: number;
  readonly firstPaintWorstMs: number;
  /** From the request of the page to the first number on it. */
  readonly firstNumberP50Ms: number;
  readonly firstNumberWorstMs: number;
  readonly scriptKiB: number;
}

/** 2,000 sockets on one gateway while numbers change, then the page in Chromium with nothing cached. */
export async function measureDashboards(
  seconds: number,
  tell: (line: string) => void,
): Promise<DashboardsResult> {
  return withEngine({}, async ({ current }) => {
    await load(
      current.port,
      '/v1/events',
      2,
      { connections: 2, eventsPerRequest: 50 },
      { eventsPerSecond: 2_000 },
    );
    tell('first paint and first number, nothing cached');
    const paint = await measurePaint(current.signInLink);
    tell(
      `  first paint p50 ${paint.firstPaintP50Ms} ms, worst ${paint.firstPaintWorstMs} ms; first number p50 ${paint.firstNumberP50Ms} ms, worst ${paint.firstNumberWorstMs} ms; ${paint.scriptKiB} KiB of script`,
    );
    tell(`${SOCKETS} sockets`);
    const fan = await measureFanOut(current.port, seconds);
    tell(
      `  ${fan.updatesPerSecond} updates/s a socket, p50 ${fan.latencyP50Ms} ms, p99 ${fan.latencyP99Ms} ms`,
    );
    return { ...fan, ...paint };
  });
}

/** From the gateway's stamp on an update to its arrival, over all sockets; they share this process and its clock with nobody. */
async function measureFanOut(
  port: number,
  seconds: number,
): Promise<
  Pick<DashboardsResult, 'sockets' | 'updates' | 'updatesPerSecond' | 'latencyP50Ms' | 'latencyP99Ms'>
> {
  const latencies: number[] = [];
  let isMeasuring = false;
  const sockets: Socket[] = [];
  const open = async (): Promise<void> => {
    const socket = io(`http://127.0.0.1:${port}`, {
      auth: { key: KEY },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    sockets.push(socket);
    socket.on('update', (message: { sentAtMs: number }) => {
      if (isMeasuring) latencies.push(Date.now() - message.sentAtMs);
    });
    await new Promise<void>((resolve, reject) => {
      socket.on('connect_error', reject);
      socket.on('connect', () => socket.emit('subscribe', { topic: 'kpis' }, () => resolve()));
    });
  };
  try {
    for (let i = 0; i < SOCKETS; i += SOCKETS_AT_ONCE)
      await Promise.all(Array.from({ length: SOCKETS_AT_ONCE }, open));
    isMeasuring = true;
    await load(
      port,
      '/v1/events',
      seconds,
      { connections: 2, eventsPerRequest: 20 },
      { eventsPerSecond: LOAD_PER_SECOND },
    );
    isMeasuring = false;
    const sorted = latencies.sort((a, b) => a - b);
    return {
      sockets: SOCKETS,
      updates: sorted.length,
      updatesPerSecond: Math.round((sorted.length / SOCKETS / seconds) * 10) / 10,
      latencyP50Ms: percentile(sorted, 0.5),
      latencyP99Ms: percentile(sorted, 0.99),
    };
  } finally {
    for (const socket of sockets) socket.close();
  }
}

async function measurePaint(
  signInLink: string | undefined,
): Promise<
  Omit<DashboardsResult, 'sockets' | 'updates' | 'updatesPerSecond' | 'latencyP50Ms' | 'latencyP99Ms'>
> {
  if (signInLink === undefined) throw new Error('the engine printed no sign-in link');
  const browser = await chromium.launch({
    executablePath: process.env['WEIR_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(signInLink);
    await page.locator('[data-live="views"]').first().waitFor();
    const state = await context.storageState();
    const paints: { paintMs: number; numberMs: number; scriptBytes: number }[] = [];
    for (let i = 0; i < PAINTS; i++)
      paints.push(await onePaint(browser, new URL('/', signInLink).href, state));
    const paint = paints.map((each) => each.paintMs).sort((a, b) => a - b);
    const number = paints.map((each) => each.numberMs).sort((a, b) => a - b);
    return {
      firstPaintP50Ms: percentile(paint, 0.5),
      firstPaintWorstMs: percentile(paint, 1),
      firstNumberP50Ms: percentile(number, 0.5),
      firstNumberWorstMs: percentile(number, 1),
      scriptKiB: Math.round((paints[0]?.scriptBytes ?? 0) / 1024),
    };
  } finally {
    await browser.close();
  }
}

/** A browser context of its own has an empty cache; only the session is taken along. */
async function onePaint(
  browser: Browser,
  address: string,
  storageState: Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>,
): Promise<{ paintMs: number; numberMs: number; scriptBytes: number }> {
  const context = await browser.newContext({ storageState });
  try {
    const page = await context.newPage();
    await page.goto(address);
    await page.locator('[data-live="views"]').filter({ hasText: /\d/ }).first().waitFor();
    const numberMs = await page.evaluate(() => performance.now());
    // The entry of the paint may come a moment after the paint.
    await systemClock.sleep(100);
    return {
      numberMs,
      ...(await page.evaluate(() => ({
        paintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
        scriptBytes: performance
          .getEntriesByType('resource')
          .filter((entry) => entry.name.endsWith('.js'))
          .reduce(
            (sum, entry) => sum + (entry instanceof PerformanceResourceTiming ? entry.encodedBodySize : 0),
            0,
          ),
      }))),
    };
  } finally {
    await context.close();
  }
}

/** The dashboards' figures as a section of docs/benchmarks.md. */
export function dashboardsReport(r: DashboardsResult): string {
  const met = (isMet: boolean): string => (isMet ? 'met' : 'missed');
  return `Engine, sockets and Chromium together on the machine.

| what | measured | goal | |
|---|---|---|---|
| ${r.sockets} sockets at ${r.updatesPerSecond} updates/s each, update sent to received | p50 ${r.latencyP50Ms} ms, p99 ${r.latencyP99Ms} ms (${r.updates} updates) | 1 a second, p99 500 ms | ${met(r.updatesPerSecond >= 1 && r.latencyP99Ms < 500)} |
| First paint of Now, nothing cached | p50 ${r.firstPaintP50Ms} ms, worst of ${PAINTS} ${r.firstPaintWorstMs} ms | 1,000 ms | ${met(r.firstPaintWorstMs < 1_000)} |
| First number on Now, nothing cached | p50 ${r.firstNumberP50Ms} ms, worst of ${PAINTS} ${r.firstNumberWorstMs} ms | 1,000 ms | ${met(r.firstNumberWorstMs < 1_000)} |
| Script of the first page, compressed | ${r.scriptKiB} KiB | 250 KiB | ${met(r.scriptKiB <= 250)} |
`;
}
