import fc from 'fast-check';
import type { MrrPolicy } from '../../../platform/contracts/recurring.ts';
import { defaultMrrPolicy } from '../../../platform/contracts/recurring.ts';
import type { Fact, FactEvent } from '../fact.ts';
import { factOf } from '../fact.ts';

export const DAY_MS = 86_400_000;
export const START_MS = Date.UTC(2025, 0, 1);

export const policyWith = (change: Partial<MrrPolicy> = {}): MrrPolicy => ({
  ...defaultMrrPolicy,
  ...change,
});

let nextId = 0;

export function event(
  type: string,
  at: string | number,
  data: object,
  more: Partial<FactEvent> = {},
): FactEvent {
  return {
    id: `e${nextId++}`,
    source: 'test',
    type,
    eventTimeMs: typeof at === 'number' ? at : Date.parse(at),
    channel: '',
    country: 'DE',
    stream: '',
    amountMinor: 0,
    currency: '',
    data,
    ...more,
  };
}

export function fact(
  type: string,
  at: string | number,
  data: object = {},
  more: Partial<FactEvent> = {},
): Fact {
  const found = factOf(event(type, at, data, more));
  if (found === undefined) throw new RangeError(`${type} says nothing`);
  return found;
}

export const started = (at: string, data: object): Fact =>
  fact('subscription_started', at, { plan: 'pro', currency: 'USD', interval: 'month', ...data });
export const changed = (at: string, data: object): Fact => fact('subscription_changed', at, data);
export const cancelled = (at: string, data: object = {}): Fact => fact('subscription_cancelled', at, data);
export const paid = (at: string, minor: number, data: object = {}, currency = 'USD'): Fact =>
  fact('subscription_payment', at, data, { amountMinor: minor, currency });

/** Any history of a few subscriptions of one customer over three years. */
export const anyFacts: fc.Arbitrary<Fact[]> = fc.array(
  fc
    .record({
      type: fc.constantFrom(
        'subscription_started',
        'subscription_changed',
        'subscription_changed',
        'subscription_cancelled',
        'subscription_payment',
      ),
      day: fc.integer({ min: 0, max: 1_000 }),
      minute: fc.integer({ min: 0, max: 1_439 }),
      subscription: fc.constantFrom('', 's1', 's2'),
      plan: fc.constantFrom('basic', 'pro', undefined),
      country: fc.constantFrom('DE', 'FR', ''),
      channel: fc.constantFrom('one', 'two'),
      currency: fc.constantFrom('USD', 'EUR', 'JPY'),
      unit: fc.integer({ min: 0, max: 20_000 }),
      quantity: fc.constantFrom(1, 1, 3, undefined),
      interval: fc.constantFrom('month', 'year', 'week', 'quarter', undefined),
      status: fc.constantFrom('active', 'past_due', 'paused', 'unpaid', 'trialing', undefined),
      ahead: fc.integer({ min: 0, max: 90 }),
      has: fc.constantFrom('nothing', 'trial', 'discount', 'period'),
    })
    .map((f) => {
      const atMs = START_MS + f.day * DAY_MS + f.minute * 60_000;
      const aheadMs = atMs + f.ahead * DAY_MS;
      return fact(
        f.type,
        atMs,
        {
          subscription_id: f.subscription,
          plan: f.plan,
          currency: f.currency,
          unit_amount_minor: f.unit,
          quantity: f.quantity,
          interval: f.interval,
          status: f.status,
          ...(f.has === 'trial' ? { trial_end: aheadMs } : {}),
          ...(f.has === 'period' ? { current_period_end: aheadMs } : {}),
          ...(f.has === 'discount'
            ? { discount_percent: 30, discount_duration: 'repeating', discount_end: aheadMs }
            : {}),
        },
        {
          amountMinor: Math.max(1, f.unit),
          currency: f.currency,
          country: f.country,
          channel: f.channel,
        },
      );
    }),
  { maxLength: 14 },
);

export const anyPolicy: fc.Arbitrary<MrrPolicy> = fc
  .record({
    basis: fc.constantFrom('subscriptions', 'payments', 'both'),
    discounts: fc.constantFrom('all', 'forever', 'none'),
    pastDue: fc.constantFrom('count', 'churn'),
    pauses: fc.constantFrom('count', 'churn'),
    churnAt: fc.constantFrom('cancellation', 'period_end'),
    sameMonth: fc.constantFrom('net', 'each'),
    groupMinutes: fc.constantFrom(0, 60, 1_440),
    graceDays: fc.constantFrom(0, 7),
    reactivationDays: fc.constantFrom(null, 30),
    fx: fc.constantFrom('separate', 'at_movement'),
    segmentBy: fc.constantFrom('plan', 'country'),
  } as const)
  .map((change) =>
    policyWith({
      ...change,
      rates: [
        { from: '2025-01-01', currency: 'EUR', rate: 1.1 },
        { from: '2025-07-14', currency: 'EUR', rate: 1.25 },
        { from: '2026-03-02', currency: 'EUR', rate: 1.0 },
      ],
    }),
  );
