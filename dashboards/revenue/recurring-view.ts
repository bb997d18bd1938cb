import type { RecurringMonth } from '../../platform/contracts/recurring.ts';

export const movements = [
  ['new', 'New'],
  ['reactivation', 'Reactivation'],
  ['expansion', 'Expansion'],
  ['contraction', 'Contraction'],
  ['churn', 'Churn'],
  ['transfer', 'Moved between cuts'],
  ['fx', 'Exchange rates'],
] as const;
type Movement = (typeof movements)[number][0];

/** Colour slots of the movements, gains and losses apart. */
export const movementSlots: Readonly<Record<Movement, number>> = {
  new: 1,
  reactivation: 6,
  expansion: 3,
  contraction: 5,
  churn: 2,
  transfer: 9,
  fx: 9,
};

export interface WaterfallStep {
  readonly id: string;
  readonly title: string;
  readonly amount: number;
  readonly kind: 'level' | 'gain' | 'loss';
  /** Where its bar begins and ends, from 0 at the floor to 1 at the highest level. */
  readonly from: number;
  readonly to: number;
}

export interface Waterfall {
  /** Where the bars begin: zero, or above it when the movements could not be seen otherwise. */
  readonly floor: number;
  readonly steps: readonly WaterfallStep[];
}

/** A month as a waterfall: opening, each movement from where the one before ended, closing. Movements of nothing are left out. */
export function waterfall(month: RecurringMonth): Waterfall {
  let level = month.opening;
  const moved = movements
    .filter(([id]) => month[id] !== 0)
    .map(([id, title]) => {
      const before = level;
      level += month[id];
      return { id, title, amount: month[id], before, after: level };
    });
  const levels = [month.opening, month.closing, ...moved.flatMap((step) => [step.before, step.after])];
  const top = Math.max(...levels);
  const lowest = Math.min(...levels);
  const floor = Math.max(0, lowest > top / 2 ? lowest - (top - lowest) : 0);
  const height = Math.max(top - floor, 1e-9);
  const share = (value: number): number => Math.min(1, Math.max(0, (value - floor) / height));
  const atLevel = (id: string, title: string, amount: number): WaterfallStep => ({
    id,
    title,
    amount,
    kind: 'level',
    from: 0,
    to: share(amount),
  });
  const steps = [
    atLevel('opening', 'Opening', month.opening),
    ...moved.map(({ id, title, amount, before, after }): WaterfallStep => ({
      id,
      title,
      amount,
      kind: amount >= 0 ? 'gain' : 'loss',
      from: share(Math.min(before, after)),
      to: share(Math.max(before, after)),
    })),
    atLevel('closing', 'Closing', month.closing),
  ];
  return { floor, steps };
}

/** The month whose figures are to be read: the newest that is complete, else the newest. */
export function newestComplete(
  months: readonly RecurringMonth[],
  endOf: (startMs: number) => number,
  asOfMs: number,
): RecurringMonth | undefined {
  return months.findLast((month) => endOf(month.windowStartMs) <= asOfMs) ?? months.at(-1);
}
