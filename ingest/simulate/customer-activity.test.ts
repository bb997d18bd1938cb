import { expect, test } from 'vitest';
import { activityOf, type ActiveCustomer } from './customer-activity.ts';

const WEEK_MS = 604_800_000;
const DAY_MS = 86_400_000;
const startMs = Date.UTC(2026, 0, 5);
const saidMs = startMs + 40 * WEEK_MS;

function customer(i: number): ActiveCustomer {
  return {
    id: `test:c${i}`,
    user: `c${i}`,
    country: 'DE',
    stays: [{ fromMs: startMs, toMs: saidMs + 2 * WEEK_MS, saidMs }],
    paidAtMs: Array.from({ length: 10 }, (_, month) => startMs + month * 30 * DAY_MS),
  };
}

test('any stretch is the same in any company, lies in it, and nothing is done without access', () => {
  const one = customer(1);
  const whole = activityOf(one, startMs - WEEK_MS, saidMs + 9 * WEEK_MS);
  const cut = startMs + 11 * DAY_MS + 12_345;
  const parts = [...activityOf(one, startMs - WEEK_MS, cut), ...activityOf(one, cut, saidMs + 9 * WEEK_MS)];
  expect(parts).toEqual(whole);
  expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
  const uses = whole.filter(({ type }) => type === 'session');
  expect(uses.every(({ atMs }) => atMs >= startMs && atMs < saidMs + 2 * WEEK_MS)).toBe(true);
});

test('who will leave comes less and has more trouble in the weeks before', () => {
  const count = { usual: { sessions: 0, trouble: 0 }, before: { sessions: 0, trouble: 0 } };
  for (let i = 0; i < 300; i += 1) {
    const one = customer(i);
    for (const [when, fromMs] of [
      ['usual', startMs + 10 * WEEK_MS],
      ['before', saidMs - 4 * WEEK_MS],
    ] as const)
      for (const { type } of activityOf(one, fromMs, fromMs + 4 * WEEK_MS)) {
        if (type === 'session') count[when].sessions += 1;
        if (type === 'support_ticket' || type === 'payment_failed') count[when].trouble += 1;
      }
  }
  expect(count.before.sessions).toBeLessThan(0.7 * count.usual.sessions);
  expect(count.before.trouble).toBeGreaterThan(2 * count.usual.trouble);
});
