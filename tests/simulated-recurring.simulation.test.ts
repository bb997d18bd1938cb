import { expect, test } from 'vitest';
import { createSimulator } from '../ingest/simulate/simulator.ts';
import { defaultMrrPolicy } from '../platform/contracts/recurring.ts';
import { createWindowClock } from '../platform/kpi/window-time.ts';
import { customerSteps } from '../streams/recurring/customer-steps.ts';
import { factOf, type Fact } from '../streams/recurring/fact.ts';
import { movementKinds, movementRows } from '../streams/recurring/movements.ts';
import { createRates } from '../streams/recurring/rates.ts';

const DAY_MS = 86_400_000;
const horizonMs = Date.UTC(2026, 5, 20);
const simulator = createSimulator({ seed: 'recurring', ratePerSecond: 100, startMs: horizonMs });

/** Facts by customer as the processors come by them: the book of a first start, then what history tells. */
function factsByCustomer(): Map<string, Fact[]> {
  const joinedMs = horizonMs - 2 * DAY_MS;
  const events = [...simulator.book(joinedMs), ...[...simulator.history(joinedMs, horizonMs)].flat()];
  const facts = new Map<string, Fact[]>();
  for (const event of events) {
    if (!event.type.startsWith('subscription_')) continue;
    const { amount_minor: minor, currency, user_id: user, country } = event.data;
    const fact = factOf({
      id: event.id,
      source: event.source,
      type: event.type,
      eventTimeMs: Date.parse(event.time),
      channel: '',
      country: typeof country === 'string' ? country : '',
      stream: '',
      amountMinor: event.type === 'subscription_payment' ? Number(minor) : 0,
      currency: typeof currency === 'string' ? currency : '',
      data: event.data,
    });
    if (fact !== undefined) facts.set(String(user), [...(facts.get(String(user)) ?? []), fact]);
  }
  return facts;
}

test('recurring revenue of the simulated network is its known truth, month by month to the cent', () => {
  const clock = createWindowClock('UTC');
  const rates = createRates([], {}, 'USD');
  const closing = new Map<number, number>();
  const customers = new Map<number, number>();
  const moved = new Map<string, number>();
  for (const facts of factsByCustomer().values()) {
    const course = customerSteps(facts, defaultMrrPolicy, 'USD');
    const months = movementRows(course, { policy: defaultMrrPolicy, rates, clock, horizonMs }).filter(
      (row) => row.window === '1mo',
    );
    const present = new Set<number>();
    for (const { base, windowStartMs } of months) {
      closing.set(windowStartMs, (closing.get(windowStartMs) ?? 0) + base.closing);
      if (base.closing > 0) present.add(windowStartMs);
      for (const kind of movementKinds) moved.set(kind, (moved.get(kind) ?? 0) + base[kind]);
    }
    for (const start of present) customers.set(start, (customers.get(start) ?? 0) + 1);
  }
  const { groundTruth } = simulator;
  const months = [...closing.keys()].toSorted((a, b) => a - b).slice(-18);
  expect(months).toHaveLength(18);
  for (const start of months) {
    const atMs = Math.min(clock.end('1mo', start) - 1, horizonMs);
    expect(closing.get(start), new Date(start).toISOString()).toBe(groundTruth.mrrMinor(atMs));
    expect(customers.get(start)).toBe(groundTruth.customers(atMs));
  }
  for (const kind of movementKinds) expect(Math.abs(moved.get(kind) ?? 0), kind).toBeGreaterThan(0);
});
