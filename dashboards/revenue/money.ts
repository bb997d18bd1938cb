import { useWorkspace } from '../data/workspace.ts';

export interface Money {
  /** Minor units in the currency's own, for files and sorting. */
  readonly major: (minor: number | null) => number | null;
  readonly full: (minor: number | null) => string;
  readonly short: (minor: number | null) => string;
}

/** Amounts of the analytics answers, which come in minor units. */
export function useMoney(): Money {
  const { format } = useWorkspace();
  const scale = 10 ** format.minorDigits;
  const major = (minor: number | null): number | null => (minor === null ? null : minor / scale);
  return {
    major,
    full: (minor) => format.value(major(minor === null ? null : Math.round(minor)), 'currency', 'full'),
    short: (minor) => format.value(major(minor), 'currency', 'tile'),
  };
}
