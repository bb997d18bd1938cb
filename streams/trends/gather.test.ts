import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from './activity.ts';
import { gatherContents } from './gather.ts';
import { observe } from './observe.ts';
import { createTenantTrends, defaultLimits } from './state.ts';

const T = Date.UTC(2026, 1, 10, 12);

/** A post with a report, heard of so long after it was published. */
function youngestHeardAfter(lateMs: number): number | undefined {
  const trends = createTenantTrends('main', { ...defaultLimits, maxTerms: 64, sketchWidth: 256 });
  const add = (type: string, atMs: number, data: Record<string, unknown>, number: number): void => {
    const event = { tenant: 'main', source: 's', id: `e${number}`, type, channel: 'c', content: 'v1', data };
    observe(trends, { ...event, eventTimeMs: atMs, receivedAtMs: T });
  };
  // What is known already makes a late publication one that became known now.
  if (lateMs > 0) add('post_metrics', T, { views: 10 }, 1);
  add('post_published', T - lateMs, { title: 'Tidal battery explained' }, 2);
  if (lateMs === 0) add('post_metrics', T, { views: 10 }, 1);
  return gatherContents(trends, T + HOUR_MS).byKey.get('topic:tidal battery')?.youngestDays;
}

test('the age at which a content was noticed is that of one noticed later, not of one heard of as it was published', () => {
  expect(youngestHeardAfter(12 * HOUR_MS)).toBeCloseTo(12 / 24, 9);
  expect(youngestHeardAfter(3 * DAY_MS)).toBeCloseTo(3, 9);
  expect(youngestHeardAfter(0)).toBeUndefined();
});
