import { expect, test } from 'vitest';
import type { RecurringMonth } from '../../platform/contracts/recurring.ts';
import { newestComplete, waterfall } from './recurring-view.ts';

const month = (change: Partial<RecurringMonth>): RecurringMonth => ({
  windowStartMs: 0,
  opening: 0,
  new: 0,
  reactivation: 0,
  expansion: 0,
  contraction: 0,
  churn: 0,
  transfer: 0,
  fx: 0,
  closing: 0,
  customersOpening: 0,
  customersNew: 0,
  customersReactivated: 0,
  customersChurned: 0,
  customersClosing: 0,
  netRetention: null,
  grossRetention: null,
  isLifetimeCapped: true,
  ...change,
});

test('each movement of a waterfall begins where the one before ended, and the last ends at closing', () => {
  const { floor, steps } = waterfall(
    month({ opening: 100, new: 100, contraction: -20, churn: -30, closing: 150 }),
  );
  expect(floor).toBe(0);
  expect(steps.map(({ id, kind, from, to }) => [id, kind, from, to])).toEqual([
    ['opening', 'level', 0, 0.5],
    ['new', 'gain', 0.5, 1],
    ['contraction', 'loss', 0.9, 1],
    ['churn', 'loss', 0.75, 0.9],
    ['closing', 'level', 0, 0.75],
  ]);
});

test('bars begin above zero where movements are small beside the level, and keep their proportions', () => {
  const { floor, steps } = waterfall(month({ opening: 1_000, new: 100, churn: -50, closing: 1_050 }));
  expect(floor).toBe(900);
  expect(steps.map(({ id, from, to }) => [id, from, to])).toEqual([
    ['opening', 0, 0.5],
    ['new', 0.5, 1],
    ['churn', 0.75, 1],
    ['closing', 0, 0.75],
  ]);
});

test('a month of nothing has two bars without length', () => {
  expect(waterfall(month({})).steps.map(({ from, to }) => [from, to])).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test('the running month is not the one to judge by, unless there is no other', () => {
  const months = [month({ windowStartMs: 0 }), month({ windowStartMs: 10 })];
  const endOf = (startMs: number): number => startMs + 10;
  expect(newestComplete(months, endOf, 15)?.windowStartMs).toBe(0);
  expect(newestComplete(months, endOf, 20)?.windowStartMs).toBe(10);
  expect(newestComplete(months.slice(1), endOf, 15)?.windowStartMs).toBe(10);
  expect(newestComplete([], endOf, 15)).toBeUndefined();
});
