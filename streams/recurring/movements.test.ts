import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MrrPolicy } from '../../platform/contracts/recurring.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import { customerSteps } from './customer-steps.ts';
import type { Fact } from './fact.ts';
import { movementKinds, movementRows, type Amounts, type MovementRow } from './movements.ts';
import { createRates } from './rates.ts';
import {
  anyFacts,
  anyPolicy,
  cancelled,
  changed,
  DAY_MS,
  paid,
  policyWith,
  START_MS,
  started,
} from './testing/facts.ts';

const utc = createWindowClock('UTC');
const HORIZON_MS = START_MS + 1_100 * DAY_MS;

function rowsOf(
  facts: readonly Fact[],
  policy: MrrPolicy = policyWith(),
  horizonMs = HORIZON_MS,
  clock = utc,
): MovementRow[] {
  // JPY has an undated rate in the settings only; EUR is dated by the policy where the policy dates it.
  const rates = createRates(policy.rates, { JPY: 0.007, EUR: 1.1 }, 'USD');
  return movementRows(customerSteps(facts, policy, 'USD'), { policy, rates, clock, horizonMs });
}

const moved = (a: Readonly<Amounts>): number =>
  movementKinds.reduce((sum, kind) => sum + a[kind], a.transfer + a.fx);
const kindsOf = (rows: readonly MovementRow[]): string[] =>
  movementKinds.filter((kind) => rows.some((row) => row.native[kind] !== 0));
const months = (rows: readonly MovementRow[]): MovementRow[] => rows.filter((row) => row.window === '1mo');
const sum = (rows: readonly MovementRow[], of: (row: MovementRow) => number): number =>
  rows.reduce((total, row) => total + of(row), 0);
function byStart(rows: readonly MovementRow[]): Map<number, MovementRow[]> {
  const found = new Map<number, MovementRow[]>();
  for (const row of rows) found.set(row.windowStartMs, [...(found.get(row.windowStartMs) ?? []), row]);
  return found;
}
/** Month and kind, with the customer's total in the tenant's currency. */
const story = (rows: readonly MovementRow[]): string[] =>
  [...byStart(months(rows))].flatMap(([start, own]) =>
    movementKinds
      .filter((kind) => own.some((row) => row.native[kind] !== 0))
      .map(
        (kind) => `${new Date(start).toISOString().slice(0, 7)} ${kind} ${sum(own, (row) => row.base[kind])}`,
      ),
  );

describe('identities, for any history and any policy', () => {
  it('opening and all movements add up to closing, in every cell and window, in its currency and the tenant’s', () => {
    fc.assert(
      fc.property(anyFacts, anyPolicy, (facts, policy) => {
        for (const { native, base } of rowsOf(facts, policy)) {
          for (const amounts of [native, base]) {
            expect(amounts.opening + moved(amounts)).toBe(amounts.closing);
            expect(Object.values(amounts).every(Number.isSafeInteger)).toBe(true);
            expect(amounts.contraction <= 0 && amounts.churn <= 0).toBe(true);
            expect(amounts.new >= 0 && amounts.expansion >= 0 && amounts.reactivation >= 0).toBe(true);
          }
          expect(native.fx).toBe(0);
          if (policy.fx === 'at_movement') expect(base.fx).toBe(0);
        }
      }),
    );
  });

  it('the closing of a month is the opening of the next, cell by cell', () => {
    fc.assert(
      fc.property(anyFacts, anyPolicy, (facts, policy) => {
        const rows = byStart(months(rowsOf(facts, policy)));
        for (const [start, own] of rows) {
          const next = rows.get(utc.end('1mo', start)) ?? [];
          const isLast = utc.end('1mo', start) > HORIZON_MS;
          if (isLast) continue;
          for (const row of own) {
            const after = next.find((each) => each.segment === row.segment && each.currency === row.currency);
            expect(after?.native.opening ?? 0).toBe(row.native.closing);
            expect(after?.base.opening ?? 0).toBe(row.base.closing);
          }
        }
      }),
    );
  });

  it('transfers net out over the cells of a customer', () => {
    fc.assert(
      fc.property(anyFacts, anyPolicy, (facts, policy) => {
        for (const own of byStart(months(rowsOf(facts, policy))).values())
          expect(sum(own, (row) => row.base.transfer)).toBe(0);
      }),
    );
  });

  it('when netted, a customer has at most one kind of movement a month', () => {
    fc.assert(
      fc.property(anyFacts, anyPolicy, (facts, policy) => {
        const rows = rowsOf(facts, { ...policy, sameMonth: 'net' });
        for (const own of byStart(months(rows)).values()) expect(kindsOf(own).length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('the days of a month add up to the month', () => {
    fc.assert(
      fc.property(anyFacts, anyPolicy, (facts, policy) => {
        const rows = rowsOf(facts, policy);
        const total = (window: '1d' | '1mo', start: number) =>
          sum(
            rows.filter((row) => row.window === window && utc.start('1mo', row.windowStartMs) === start),
            (row) => moved(row.base),
          );
        for (const start of byStart(months(rows)).keys())
          expect(total('1d', start)).toBe(total('1mo', start));
      }),
    );
  });

  it('gross retention never exceeds 1 nor net retention', () => {
    fc.assert(
      fc.property(fc.array(anyFacts, { minLength: 1, maxLength: 4 }), anyPolicy, (customers, policy) => {
        const all = customers.map((facts) => months(rowsOf(facts, policy)));
        for (const start of new Set(all.flat().map((row) => row.windowStartMs))) {
          const each = all.map((rows) => rows.filter((row) => row.windowStartMs === start));
          const then = each.map((rows) => sum(rows, (row) => row.base.yearAgo));
          const now = each.map((rows) => sum(rows, (row) => row.base.closing));
          const was = then.reduce((total, value) => total + value, 0);
          const kept = then.reduce((total, value, i) => total + Math.min(value, now[i] ?? 0), 0);
          const is = then.reduce((total, value, i) => total + (value > 0 ? (now[i] ?? 0) : 0), 0);
          expect(kept).toBeLessThanOrEqual(Math.min(was, is));
        }
      }),
    );
  });

  it('the order in which facts come changes nothing', () => {
    fc.assert(
      fc.property(
        anyFacts.chain((facts) =>
          fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length })),
        ),
        anyPolicy,
        ([facts, shuffled], policy) => {
          expect(rowsOf(shuffled, policy)).toEqual(rowsOf(facts, policy));
        },
      ),
    );
  });

  it('what is past does not change when time goes on', () => {
    fc.assert(
      fc.property(anyFacts, anyPolicy, fc.integer({ min: 1, max: 1_100 }), (facts, policy, days) => {
        const early = START_MS + days * DAY_MS;
        const complete = (rows: readonly MovementRow[]) =>
          rows.filter((row) => utc.end(row.window, row.windowStartMs) <= early);
        expect(complete(rowsOf(facts, policy, early))).toEqual(complete(rowsOf(facts, policy)));
      }),
    );
  });
});

describe('histories', () => {
  const monthly = { unit_amount_minor: 10_000 };

  it.each<[string, Fact[], string[], Partial<MrrPolicy>?]>([
    [
      'new, up, down, gone, back',
      [
        started('2025-01-10T00:00:00Z', monthly),
        changed('2025-02-05T00:00:00Z', { unit_amount_minor: 15_000 }),
        changed('2025-03-05T00:00:00Z', { unit_amount_minor: 12_000 }),
        cancelled('2025-04-05T00:00:00Z'),
        started('2025-06-01T00:00:00Z', monthly),
      ],
      [
        '2025-01 new 10000',
        '2025-02 expansion 5000',
        '2025-03 contraction -3000',
        '2025-04 churn -12000',
        '2025-06 reactivation 10000',
      ],
    ],
    [
      'back after too long is new again',
      [
        started('2025-01-10T00:00:00Z', monthly),
        cancelled('2025-02-01T00:00:00Z'),
        started('2025-06-01T00:00:00Z', monthly),
      ],
      ['2025-01 new 10000', '2025-02 churn -10000', '2025-06 new 10000'],
      { reactivationDays: 30 },
    ],
    [
      'new and gone in one month: nothing when netted',
      [started('2025-01-02T00:00:00Z', monthly), cancelled('2025-01-20T00:00:00Z')],
      [],
    ],
    [
      'new and gone in one month: both when each counts',
      [started('2025-01-02T00:00:00Z', monthly), cancelled('2025-01-20T00:00:00Z')],
      ['2025-01 new 10000', '2025-01 churn -10000'],
      { sameMonth: 'each' },
    ],
    [
      'an upgrade and fewer seats on one day are one movement',
      [
        started('2025-01-02T00:00:00Z', { unit_amount_minor: 1_000, quantity: 10 }),
        changed('2025-02-03T10:00:00Z', { unit_amount_minor: 2_000 }),
        changed('2025-02-03T10:30:00Z', { quantity: 4 }),
      ],
      ['2025-01 new 10000', '2025-02 contraction -2000'],
      { sameMonth: 'each', groupMinutes: 60 },
    ],
    [
      'an upgrade and fewer seats on one day are two without grouping',
      [
        started('2025-01-02T00:00:00Z', { unit_amount_minor: 1_000, quantity: 10 }),
        changed('2025-02-03T10:00:00Z', { unit_amount_minor: 2_000 }),
        changed('2025-02-03T10:30:00Z', { quantity: 4 }),
      ],
      ['2025-01 new 10000', '2025-02 expansion 10000', '2025-02 contraction -12000'],
      { sameMonth: 'each', groupMinutes: 0 },
    ],
    [
      'from yearly to monthly',
      [
        started('2025-01-02T00:00:00Z', { unit_amount_minor: 100_000, interval: 'year' }),
        changed('2025-05-02T00:00:00Z', { unit_amount_minor: 10_000, interval: 'month' }),
      ],
      ['2025-01 new 8333', '2025-05 expansion 1667'],
    ],
    [
      'one of two subscriptions cancelled is a contraction',
      [
        started('2025-01-02T00:00:00Z', { ...monthly, subscription_id: 'a' }),
        started('2025-01-02T00:00:00Z', { unit_amount_minor: 4_000, subscription_id: 'b' }),
        cancelled('2025-02-02T00:00:00Z', { subscription_id: 'b' }),
      ],
      ['2025-01 new 14000', '2025-02 contraction -4000'],
    ],
    [
      'a trial counts when it ends',
      [
        started('2025-01-20T00:00:00Z', {
          ...monthly,
          status: 'trialing',
          trial_end: '2025-02-03T00:00:00Z',
        }),
      ],
      ['2025-02 new 10000'],
    ],
    [
      'a trial given up was never a customer',
      [
        started('2025-01-20T00:00:00Z', {
          ...monthly,
          status: 'trialing',
          trial_end: '2025-02-03T00:00:00Z',
        }),
        cancelled('2025-01-30T00:00:00Z'),
      ],
      [],
    ],
    [
      'a pause is churn, its end a reactivation',
      [
        started('2025-01-02T00:00:00Z', monthly),
        changed('2025-02-02T00:00:00Z', { status: 'paused' }),
        changed('2025-04-02T00:00:00Z', { status: 'active' }),
      ],
      ['2025-01 new 10000', '2025-02 churn -10000', '2025-04 reactivation 10000'],
    ],
    [
      'a pause that counts is nothing',
      [started('2025-01-02T00:00:00Z', monthly), changed('2025-02-02T00:00:00Z', { status: 'paused' })],
      ['2025-01 new 10000'],
      { pauses: 'count' },
    ],
    [
      'past due counts, unpaid is churn',
      [
        started('2025-01-02T00:00:00Z', monthly),
        changed('2025-02-02T00:00:00Z', { status: 'past_due' }),
        changed('2025-03-02T00:00:00Z', { status: 'unpaid' }),
      ],
      ['2025-01 new 10000', '2025-03 churn -10000'],
    ],
    [
      'past due is churn where the policy says so',
      [started('2025-01-02T00:00:00Z', monthly), changed('2025-02-02T00:00:00Z', { status: 'past_due' })],
      ['2025-01 new 10000', '2025-02 churn -10000'],
      { pastDue: 'churn' },
    ],
    [
      'a coupon that expires is an expansion',
      [
        started('2025-01-02T00:00:00Z', {
          ...monthly,
          discount_percent: 20,
          discount_duration: 'repeating',
          discount_end: '2025-04-02T00:00:00Z',
        }),
      ],
      ['2025-01 new 8000', '2025-04 expansion 2000'],
    ],
    [
      'only discounts for ever reduce it where the policy says so',
      [
        started('2025-01-02T00:00:00Z', {
          ...monthly,
          discount_percent: 20,
          discount_duration: 'repeating',
          discount_end: '2025-04-02T00:00:00Z',
        }),
        changed('2025-06-02T00:00:00Z', { discount_percent: 10, discount_duration: 'forever' }),
      ],
      ['2025-01 new 10000', '2025-06 contraction -1000'],
      { discounts: 'forever' },
    ],
    [
      'cancelled at the end of the period leaves then',
      [
        started('2025-01-10T00:00:00Z', monthly),
        cancelled('2025-02-20T00:00:00Z', { ends_at: '2025-03-10T00:00:00Z' }),
      ],
      ['2025-01 new 10000', '2025-03 churn -10000'],
    ],
    [
      'cancelled at the end of the period leaves at once where the policy says so',
      [
        started('2025-01-10T00:00:00Z', monthly),
        cancelled('2025-02-20T00:00:00Z', { ends_at: '2025-03-10T00:00:00Z' }),
      ],
      ['2025-01 new 10000', '2025-02 churn -10000'],
      { churnAt: 'cancellation' },
    ],
    [
      'a cancellation taken back',
      [
        started('2025-01-10T00:00:00Z', monthly),
        cancelled('2025-02-20T00:00:00Z', { ends_at: '2025-03-10T00:00:00Z' }),
        changed('2025-02-25T00:00:00Z', { status: 'active' }),
      ],
      ['2025-01 new 10000'],
    ],
    [
      'a start told later than it was',
      [started('2025-05-20T00:00:00Z', { ...monthly, effective_at: '2025-01-15T00:00:00Z' })],
      ['2025-01 new 10000'],
    ],
    [
      'an older word that comes later does not undo a newer',
      [
        started('2025-01-02T00:00:00Z', monthly),
        changed('2025-03-02T00:00:00Z', { unit_amount_minor: 20_000 }),
        changed('2025-02-02T00:00:00Z', { unit_amount_minor: 15_000 }),
      ],
      ['2025-01 new 10000', '2025-02 expansion 5000', '2025-03 expansion 5000'],
    ],
    [
      'metered use counts where the policy says so',
      [started('2025-01-02T00:00:00Z', { ...monthly, metered: true })],
      ['2025-01 new 10000'],
      { metered: 'include' },
    ],
    [
      'metered use does not count otherwise',
      [started('2025-01-02T00:00:00Z', { ...monthly, metered: true })],
      [],
    ],
    [
      'payments alone give MRR by their interval',
      [paid('2025-01-15T00:00:00Z', 120_000, { interval: 'year', plan: 'pro' })],
      ['2025-01 new 10000', '2026-01 churn -10000'],
      { graceDays: 7 },
    ],
    [
      'a payment that is a little late is no churn',
      [paid('2025-01-15T00:00:00Z', 10_000), paid('2025-02-18T00:00:00Z', 10_000)],
      ['2025-01 new 10000', '2025-03 churn -10000'],
    ],
    [
      'a payment that does not come is churn after its days of grace',
      [paid('2025-01-20T00:00:00Z', 10_000)],
      ['2025-01 new 10000', '2025-02 churn -10000'],
      { graceDays: 5 },
    ],
    [
      'a refund and a charge anew change nothing',
      [paid('2025-01-15T00:00:00Z', 10_000), paid('2025-01-16T00:00:00Z', 10_000)],
      ['2025-01 new 10000', '2025-02 churn -10000'],
    ],
    [
      'a payment for the year of 29 February is used up on the 28th a year on',
      [paid('2024-02-29T00:00:00Z', 120_000, { interval: 'year' })],
      ['2024-02 new 10000', '2025-02 churn -10000'],
      { graceDays: 0 },
    ],
    [
      'payments are left out where only subscriptions count',
      [paid('2025-01-15T00:00:00Z', 10_000)],
      [],
      { basis: 'subscriptions' },
    ],
    [
      'payments of a subscription that is told of itself do not count twice',
      [
        started('2025-01-15T00:00:00Z', { ...monthly, subscription_id: 'a' }),
        paid('2025-01-15T00:00:00Z', 10_000, { subscription_id: 'a' }),
        paid('2025-02-15T00:00:00Z', 10_000, { subscription_id: 'a' }),
      ],
      ['2025-01 new 10000'],
    ],
  ])('%s', (_, facts, expected, change) => {
    expect(story(rowsOf(facts, policyWith(change)))).toEqual(expected);
  });

  it('a change of plan is one movement of the customer; the rest passes between the plans', () => {
    const rows = months(
      rowsOf([
        started('2025-01-02T00:00:00Z', { plan: 'basic', unit_amount_minor: 1_000 }),
        changed('2025-02-02T00:00:00Z', { plan: 'pro', unit_amount_minor: 3_000 }),
      ]),
    ).filter((row) => row.windowStartMs === Date.UTC(2025, 1, 1));
    expect(
      rows.map(({ segment, base }) => [segment, base.opening, base.expansion, base.transfer, base.closing]),
    ).toEqual([
      ['basic', 1_000, 0, -1_000, 0],
      ['pro', 0, 2_000, 1_000, 3_000],
    ]);
  });

  it('a change of plan across currencies keeps the identity in each and in the tenant’s', () => {
    const rows = months(
      rowsOf([
        started('2025-01-02T00:00:00Z', { plan: 'pro', unit_amount_minor: 11_000 }),
        changed('2025-02-02T00:00:00Z', { currency: 'EUR', unit_amount_minor: 20_000 }),
      ]),
    ).filter((row) => row.windowStartMs === Date.UTC(2025, 1, 1));
    // 200 EUR at 1.10 are 220 USD: 110 USD more than before.
    expect(
      rows.map(({ currency, native, base }) => [
        currency,
        native.expansion,
        base.expansion,
        native.transfer,
        base.transfer,
      ]),
    ).toEqual([
      ['USD', 0, 0, -11_000, -11_000],
      ['EUR', 10_000, 11_000, 10_000, 11_000],
    ]);
  });

  it('a rate that changes is a term of its own, or nothing where movements keep theirs', () => {
    const facts = [started('2025-01-02T00:00:00Z', { currency: 'EUR', unit_amount_minor: 10_000 })];
    const rates = [
      { from: '2025-01-01', currency: 'EUR', rate: 1.1 },
      { from: '2025-03-10', currency: 'EUR', rate: 1.2 },
    ];
    const march = (fx: MrrPolicy['fx']) =>
      rowsOf(facts, policyWith({ fx, rates })).filter(
        (row) => row.windowStartMs >= Date.UTC(2025, 2, 1) && row.windowStartMs < Date.UTC(2025, 3, 1),
      );
    expect(
      march('separate').map(({ window, base }) => [window, base.opening, base.fx, base.closing]),
    ).toEqual([
      ['1mo', 11_000, 1_000, 12_000],
      ['1d', 11_000, 1_000, 12_000],
    ]);
    expect(
      march('at_movement').map(({ window, base }) => [window, base.opening, base.fx, base.closing]),
    ).toEqual([['1mo', 11_000, 0, 11_000]]);
  });

  it('money of a currency without a rate stays in its own currency', () => {
    const [row] = months(
      rowsOf([started('2025-01-02T00:00:00Z', { currency: 'CHF', unit_amount_minor: 500 })]),
    );
    expect(row?.native.new).toBe(500);
    expect(row?.base.new).toBe(0);
  });

  it('months end where the tenant is', () => {
    const facts = [started('2025-01-31T23:30:00Z', monthly)];
    expect(months(rowsOf(facts))[0]?.windowStartMs).toBe(Date.UTC(2025, 0, 1));
    const berlin = createWindowClock('Europe/Berlin');
    expect(months(rowsOf(facts, policyWith(), HORIZON_MS, berlin))[0]?.windowStartMs).toBe(
      Date.UTC(2025, 0, 31, 23),
    );
  });

  it('retention compares with the same month a year before', () => {
    const rows = months(
      rowsOf([
        started('2025-01-02T00:00:00Z', monthly),
        changed('2025-06-02T00:00:00Z', { unit_amount_minor: 13_000 }),
      ]),
    );
    const at = (year: number, month: number) =>
      rows.find((row) => row.windowStartMs === Date.UTC(year, month, 1))?.base;
    expect(at(2025, 11)?.yearAgo).toBe(0);
    expect(at(2026, 0)).toMatchObject({ yearAgo: 10_000, closing: 13_000 });
    expect(at(2026, 5)).toMatchObject({ yearAgo: 13_000, closing: 13_000 });
  });
});
