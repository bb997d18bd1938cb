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
  /** Where its bar begins and ends, as shares of the highest level. */
  readonly from: number;
  readonly to: number;
}

/** A month as a waterfall: opening, each movement from where the one before ended, closing. Movements of nothing are left out. */
export function waterfall(month: RecurringMonth): readonly WaterfallStep[] {
  let level = month.opening;
  const moved = movements
    .filter(([id]) => month[id] !== 0)
    .map(([id, title]) => {
      const before = level;
      level += month[id];
      return { id, title, amount: month[id], before, after: level };
    });
  const top = Math.max(
    month.opening,
    month.closing,
    ...moved.map((step) => Math.max(step.before, step.after)),
    1e-9,
  );
  const share = (value: number): number => Math.min(1, Math.max(0, value / top));
  return [
    {
      id: 'opening',
      title: 'Opening',
      amount: month.opening,
      kind: 'level',
      from: 0,
      to: share(month.opening),
    },
    ...moved.map(({ id, title, amount, before, after }): WaterfallStep => ({
      id,
      title,
      amount,
      kind: amount >= 0 ? 'gain' : 'loss',
      from: share(Math.min(before, after)),
      to: share(Math.max(before, after)),
    })),
    {
      id: 'closing',
      title: 'Closing',
      amount: month.closing,
      kind: 'level',
      from: 0,
      to: share(month.closing),
    },
  ];
}

/** The month whose figures are to be read: the newest that is complete, else the newest. */
export function newestComplete(
  months: readonly RecurringMonth[],
  endOf: (startMs: number) => number,
  asOfMs: number,
): RecurringMonth | undefined {
  return months.findLast((month) => endOf(month.windowStartMs) <= asOfMs) ?? months.at(-1);
}
