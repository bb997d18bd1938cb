import type { Cut, RiskFacts } from '../facts.ts';

const DAY = 86_400_000;
/** A Monday in the middle of a quarter, so that no season changes within 28 days on either side. */
export const asOfMs = Date.UTC(2026, 4, 11);

export function cutOf(parts: Readonly<Record<string, number>>, largestDays: readonly number[] = []): Cut {
  return {
    parts: Object.entries(parts)
      .map(([id, revenueMinor]) => ({ id, revenueMinor, costMinor: 0 }))
      .toSorted((a, b) => b.revenueMinor - a.revenueMinor),
    largestDays,
  };
}

/** A tenant of whom nothing is at risk: ten of everything, level revenue of 1,000 a day, 2,000 views a day. */
export function quietFacts(changes: Partial<RiskFacts> = {}): RiskFacts {
  const ten = (name: string) =>
    cutOf(Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`${name}${i}`, 2_800])), level(56, 100));
  return {
    nowMs: asOfMs + 6 * 3_600_000,
    asOfMs,
    days: daysOf(level(56, 1_000)),
    stream: ten('stream'),
    channel: ten('channel'),
    content: ten('content'),
    platform: ten('platform'),
    customers: { count: 100, largestMinor: 280, totalMinor: 28_000, index: 0.01 },
    payments: {
      failed: 0,
      paid: 100,
      meanMinor: 900,
      open: 0,
      known: 0,
      recovered: 0,
      failedDays: level(56, 0),
      paidDays: level(56, 4),
    },
    soldDays: level(56, 1_000),
    refundedDays: level(56, 10),
    recurring: [],
    mrrMinor: 0,
    adsYearAgo: undefined,
    sources: [],
    ...changes,
  };
}

export function level(count: number, value: number): readonly number[] {
  return Array.from({ length: count }, () => value);
}

export function daysOf(revenue: readonly number[], views = 2_000): RiskFacts['days'] {
  return revenue.map((revenueMinor, i) => ({
    startMs: asOfMs - (revenue.length - i) * DAY,
    revenueMinor,
    views,
  }));
}
