import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakdown, figures, octoberFacts, pnl } from '../testing/facts.ts';
import { unzip } from '../testing/unzip.ts';
import { spoken, storyboardOf } from '../video/storyboard.ts';
import { buildReport } from './build-report.ts';
import { reportCsv } from './csv.ts';
import type { RecurringMonthFact } from './facts.ts';
import { reportHtml } from './html.ts';
import { checkDifference, tableOf, type Report } from './model.ts';
import { reportXlsx } from './xlsx.ts';

const differences = (report: Report): (number | null)[] =>
  report.checks.map((check) => checkDifference(report, check));

const amount = fc.integer({ min: -1_000_000_000, max: 10_000_000_000 });
const costs = fc.record({
  productionMinor: amount,
  advertisingMinor: amount,
  apiMinor: amount,
  otherMinor: amount,
});
const parts = fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 12 }), amount, amount), {
  maxLength: 60,
});
const movement = fc.integer({ min: -5_000_000, max: 5_000_000 });
const months = fc
  .array(
    fc.record({
      new: movement,
      reactivation: movement,
      expansion: movement,
      contraction: movement,
      churn: movement,
      transfer: movement,
      fx: movement,
    }),
    { minLength: 1, maxLength: 13 },
  )
  .map((all) => {
    let opening = 1_000_000;
    return all.map((each, i): RecurringMonthFact => {
      const closing = Object.values(each).reduce((sum, value) => sum + value, opening);
      const month = { startMs: Date.UTC(2026, i, 1), opening, ...each, closing, customers: i };
      opening = closing;
      return month;
    });
  });

describe('statement identities', () => {
  test('hold to the minor unit on any consistent facts', () => {
    fc.assert(
      fc.property(
        parts,
        costs,
        costs,
        fc.integer({ min: 0, max: 100_000 }),
        months,
        (streams, now, before, fee, moved) => {
          const byStream = breakdown('stream', streams);
          const total = byStream.totalMinor;
          const prior = byStream.previousTotalMinor ?? 0;
          const report = buildReport(
            octoberFacts({
              pnl: pnl(figures(total, now, fee)),
              priorPnl: pnl(figures(prior, before, fee)),
              streams: byStream,
              channels: breakdown('channel', [['one', total, prior]]),
              recurring: { asOfMs: 0, policyVersion: 1, months: moved },
            }),
          );
          expect(report.checks.length).toBeGreaterThan(10);
          expect(differences(report).every((difference) => difference === 0)).toBe(true);
          expect(reportCsv(report)).not.toMatch(/NaN|Infinity/);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('fail, and say by how much, where the answers of two sources do not agree', () => {
    const facts = octoberFacts();
    const report = buildReport({
      ...facts,
      streams: { ...facts.streams, totalMinor: facts.streams.totalMinor - 7 },
    });
    const broken = report.checks.filter((check) => checkDifference(report, check) !== 0);
    expect(broken.map(({ title }) => title)).toEqual([
      'Streams add up to revenue, this period',
      'Revenue by stream: rows add up to the total',
    ]);
    expect(checkDifference(report, broken[0] ?? expect.fail())).toBe(7);
    expect(reportHtml(report, new Map())).toContain('✕ does not hold');
  });
});

describe('the summary', () => {
  test('says what changed, why and what to do, by the numbers', () => {
    const report = buildReport(octoberFacts());
    expect(report.summary.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      'what: Revenue was $21,345.12, up 12.1% ($2,311.12) on Sept 2026.',
      'what: Profit was $13,342.25, a margin of 62.5%, after $10,757.02 before; costs went from $7,979.98 to $7,705.87.',
      'what: Profit is $3,342.25 above the target of $10,000.00 for these days.',
      'what: MRR closed at $4,870.00 with 97 customers, after opening at $4,100.00.',
      'why: By stream, the rise came most from ads (+$1,040.50) and subscriptions (+$900.62).',
      'why: By channel, the rise came most from Night Train (+$1,820.00) and Solar Sail (+$920.00), while Late Harbour (−$428.88) went the other way.',
      'do: Look at: Revenue of stream ads far below what was expected (critical, since 31 Oct 2026, 22:00 UTC).',
      'do: Risk (Night Train): most revenue comes from one channel: a strike or ban there would take most of it.',
    ]);
  });

  test('says that there is nothing to compare with, and leaves the columns out', () => {
    const facts = octoberFacts();
    const report = buildReport({
      ...facts,
      priorPnl: null,
      cash: { ...facts.cash, prior: null },
      forecastBefore: undefined,
      streams: { ...facts.streams, previousTotalMinor: null },
      channels: { ...facts.channels, previousTotalMinor: null },
    });
    expect(report.summary[0]?.text).toContain('There is no earlier period to compare with.');
    expect(tableOf(report, 'pnl')?.columns.map(({ title }) => title)).toEqual(['', 'This period']);
    expect(tableOf(report, 'variance')?.columns.map(({ title }) => title)).toEqual([
      '',
      'This period',
      'Target',
      'Over target',
    ]);
    expect(differences(report).every((difference) => difference === 0)).toBe(true);
  });

  test('of a period without events says so instead of zeros', () => {
    const facts = octoberFacts();
    const report = buildReport({ ...facts, freshness: { ...facts.freshness, events: 0 } });
    expect(report.summary[0]?.text).toContain('No events fall into Oct 2026');
  });

  test('simulated data and unaudited figures wear their badges', () => {
    expect(buildReport(octoberFacts()).badges).toEqual(['Simulated data', 'Management figures, unaudited']);
    expect(
      buildReport(octoberFacts({ tenant: { name: 'A', currency: 'USD', timeZone: 'UTC', simulated: false } }))
        .badges,
    ).toEqual(['Management figures, unaudited']);
  });

  test('what is not recorded of cash is said, and what is not forecast, too', () => {
    const section = buildReport(octoberFacts()).sections.find(({ id }) => id === 'cash');
    expect(section?.text.join(' ')).toContain(
      'Not recorded, and so not in it: paid by customers in advance, costs recorded and paid later, interest, development and dividends.',
    );
    expect(reportHtml(buildReport(octoberFacts()), new Map())).toContain('No forecast yet');
  });

  test('a forecast is shown with its interval and its backtest error', () => {
    const day = Date.UTC(2026, 10, 1);
    const report = buildReport(
      octoberFacts({
        forecast: {
          madeAtMs: day,
          days: [{ startMs: day, expected: 70_000, low: 60_000, high: 81_000 }],
          backtest: 0.083,
        },
      }),
    );
    const section = report.sections.find(({ id }) => id === 'forecast');
    expect(section?.text[0]).toContain('expected at $700.00');
    expect(section?.text[0]).toContain('8.3%');
    expect(section?.chart?.spec.band).toMatchObject({ lower: [600], upper: [810] });
  });
});

const hostile = '=HYPERLINK("http://x","y")';

test('CSV is read back by a reader of RFC 4180, and no cell begins a formula', () => {
  const report = buildReport(
    octoberFacts({
      streams: breakdown('stream', [[hostile, 2_134_512, 1_903_400]]),
      channels: breakdown('channel', [['+1', 2_134_512, 1_903_400]]),
    }),
  );
  const rows = parse(reportCsv(report), {
    relaxColumnCount: true,
    bom: true,
    skipEmptyLines: true,
  });
  expect(rows.find((row) => row[0]?.includes('HYPERLINK'))?.[0]).toBe(`'${hostile}`);
  expect(rows.flat().filter((cell) => /^[=+@]/.test(cell))).toEqual([]);
  expect(rows.find((row) => row[0] === 'Profit')).toEqual([
    'Profit',
    '13342.25',
    '10757.02',
    '2585.23',
    expect.stringMatching(/^0\.24/),
  ]);
});

test('HTML carries nothing from elsewhere, no script, and escapes what people named', () => {
  const html = reportHtml(
    buildReport(
      octoberFacts({ channels: breakdown('channel', [['<script>alert(1)</script>', 2_134_512, 1_903_400]]) }),
    ),
    new Map(),
  );
  expect(html).not.toMatch(/<script|https?:\/\/|<link(?! rel="icon" href="data:,")|<iframe/);
  expect(html).toContain('&lt;script&gt;');
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
});

test('XLSX has typed cells, live totals, frozen heads, and checks that look at the other sheets', async () => {
  const files = unzip(
    await reportXlsx(
      buildReport(octoberFacts({ streams: breakdown('stream', [[hostile, 2_134_512, 1_903_400]]) })),
    ),
  );
  const workbook = files.get('xl/workbook.xml') ?? '';
  const names = [...workbook.matchAll(/<sheet [^>]*name="([^"]*)"/g)].map(([, name]) => name);
  expect(names).toEqual([
    'Summary',
    'Revenue by stream',
    'Revenue by channel',
    'Profit and loss',
    'Cash flow, indirect',
    'Monthly recurring revenue',
    'Against prior period, target, f',
    'KPIs of the period',
    'Definitions',
    'Checks',
  ]);
  const sheet = (name: string): string =>
    files.get(`xl/worksheets/sheet${names.indexOf(name) + 1}.xml`) ?? '';
  const channels = sheet('Revenue by channel');
  expect(channels).toContain('<v>13020</v>');
  expect(channels).toMatch(/<c r="B5"[^>]*><f>SUM\(B2:B4\)<\/f>/);
  expect(channels).toMatch(/<f>\(B2-C2\)\/ABS\(C2\)<\/f>/);
  expect(channels).toMatch(/<pane [^>]*state="frozen"/);
  expect(sheet('Checks')).toMatch(
    /<f>'Profit and loss'!B\d+-'Profit and loss'!B\d+-'Profit and loss'!B\d+<\/f>/,
  );
  const everything = [...files.values()].join('\n');
  expect(everything).not.toContain('<f>HYPERLINK');
  expect(everything).toContain('&apos;=HYPERLINK'.replace('&apos;', "'"));
});

test('a video tells the sentences of the report, amounts as people say them', () => {
  expect(spoken('Revenue was $1,999.50, up 12.1% (0.37 of 100.00%), $999,999.99.')).toBe(
    'Revenue was $2,000, up 12.1% (0 of 100.00%), $1,000,000.',
  );
  const slides = storyboardOf(buildReport(octoberFacts()));
  expect(slides.map(({ content }) => content.kind)).toEqual(['title', 'figures', 'chart', 'text', 'text']);
  expect(slides[1]?.narration).toContain('Revenue was $21,345, up 12.1%');
});
