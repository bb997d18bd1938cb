import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutFields } from '../../platform/contracts/recurring.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import { customerSteps } from './customer-steps.ts';
import { cutRows } from './cut-rows.ts';
import {
  movementKinds,
  movementRows,
  type Amounts,
  type MovementContext,
  type MovementRow,
} from './movements.ts';
import { createRates } from './rates.ts';
import { anyFacts, anyPolicy, changed, DAY_MS, policyWith, START_MS, started } from './testing/facts.ts';

const clock = createWindowClock('UTC');
const contextOf = (policy: MovementContext['policy']): MovementContext => ({
  policy,
  rates: createRates(policy.rates, { JPY: 0.007, EUR: 1.1 }, 'USD'),
  clock,
  horizonMs: START_MS + 1_100 * DAY_MS,
});
const moved = (a: Readonly<Amounts>): number =>
  movementKinds.reduce((sum, kind) => sum + a[kind], a.transfer + a.fx);

/** Sums of all parts by month and currency. */
function totals(rows: readonly MovementRow[], of: (row: MovementRow) => number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const row of rows) {
    const key = `${row.windowStartMs} ${row.currency}`;
    sums.set(key, (sums.get(key) ?? 0) + of(row));
  }
  return new Map([...sums].filter(([, value]) => value !== 0).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

describe('cuts, for any history and any policy', () => {
  it('opening and all movements add up to closing in every cut and month, and a month begins where the last ended', () => {
    fc.assert(
      fc.property(anyFacts, anyPolicy, (facts, policy) => {
        const last = new Map<string, number>();
        for (const row of cutRows(facts, contextOf(policy), 'USD')) {
          for (const amounts of [row.native, row.base])
            expect(amounts.opening + moved(amounts)).toBe(amounts.closing);
          const cell = `${row.cutBy} ${row.segment} ${row.currency}`;
          const before = last.get(cell);
          if (before !== undefined) expect(row.native.opening).toBe(before);
          last.set(cell, row.native.closing);
        }
      }),
    );
  });

  it('every cut adds up to the same MRR as the policy’s own segments, month by month and currency by currency', () => {
    fc.assert(
      fc.property(anyFacts, anyPolicy, (facts, policy) => {
        const context = contextOf(policy);
        const own = movementRows(customerSteps(facts, policy, 'USD'), context).filter(
          ({ window }) => window === '1mo',
        );
        const all = cutRows(facts, context, 'USD');
        for (const field of cutFields) {
          const cut = all.filter(({ cutBy }) => cutBy === field);
          if (field === policy.segmentBy) {
            expect(cut).toEqual([]);
            continue;
          }
          for (const name of ['opening', 'closing', 'yearAgo'] as const)
            expect(totals(cut, ({ native }) => native[name])).toEqual(
              totals(own, ({ native }) => native[name]),
            );
        }
      }),
    );
  });
});

it('a plan that changes is a transfer between plans and none between countries', () => {
  const facts = [
    started('2025-01-05T00:00:00Z', { plan: 'basic', unit_amount_minor: 1_000 }),
    changed('2025-02-10T00:00:00Z', { plan: 'pro', unit_amount_minor: 1_500 }),
  ];
  const rows = cutRows(facts, contextOf(policyWith({ segmentBy: 'stream' })), 'USD');
  const second = (cut: string) =>
    rows
      .filter(({ cutBy, native }) => cutBy === cut && moved(native) !== native.new)
      .map(({ native, segment }) => [segment, native.expansion, native.transfer, native.closing])
      .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  expect(second('plan')).toEqual([
    ['basic', 0, -1_000, 0],
    ['pro', 500, 1_000, 1_500],
  ]);
  expect(second('channel')).toEqual([[expect.any(String), 500, 0, 1_500]]);
});
