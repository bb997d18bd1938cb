import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from './activity.ts';
import { correctFirstReport, createContents, reportViews, touchContent } from './contents.ts';
import { createGrowthCurve, expectedGrowth } from './growth-curve.ts';

const T = Date.UTC(2026, 0, 10, 12);

describe('contents', () => {
  test('a gain over a longer time counts a day of it; losses count nothing', () => {
    const curve = createGrowthCurve();
    const content = touchContent(createContents(5), 'v', T - 2 * DAY_MS);
    content.publishedMs = T - 2 * DAY_MS;
    expect(reportViews(content, T, 1_000, 0, curve)).toBe(500);
    expect(reportViews(content, T + 6 * HOUR_MS, 100, 0, curve)).toBe(100);
    expect(reportViews(content, T + 7 * HOUR_MS, -40, 0, curve)).toBe(0);
    expect(content.views).toBe(1_060);
    expect(reportViews(content, T + 4 * DAY_MS + 7 * HOUR_MS, 400, 0, curve)).toBe(100);
  });

  test('a publication known later corrects the first report', () => {
    const content = touchContent(createContents(5), 'v', T);
    expect(reportViews(content, T, 900, 0, createGrowthCurve())).toBe(900);
    content.publishedMs = T - 3 * DAY_MS;
    expect(correctFirstReport(content)).toEqual({ hour: T / HOUR_MS, change: -600 });
    expect(content.reports[0]?.effective).toBe(300);
  });

  test('the one silent longest leaves', () => {
    const contents = createContents(2);
    for (const id of ['a', 'b', 'a', 'c']) touchContent(contents, id, T);
    expect([...contents.byId.keys()]).toEqual(['a', 'c']);
    expect(contents.forgotten).toBe(1);
  });

  test('the growth of contents of an age is learned from days of reports', () => {
    const curve = createGrowthCurve();
    for (let i = 0; i < 400; i++) {
      const content = touchContent(createContents(5), `v${i}`, T);
      content.publishedMs = T - 15 * HOUR_MS;
      reportViews(content, T, 1_000, 0, curve);
      reportViews(content, T + DAY_MS, 3_000, 0, curve);
    }
    const { logRatio, variance } = expectedGrowth(curve, 15 * HOUR_MS);
    expect(Math.exp(logRatio)).toBeGreaterThan(2.9);
    expect(Math.exp(logRatio)).toBeLessThan(3);
    expect(variance).toBeLessThan(0.1);
    // Other ages are as before anything was learned.
    expect(expectedGrowth(curve, 10 * DAY_MS)).toEqual({ logRatio: -0.5, variance: 1 });
  });
});
