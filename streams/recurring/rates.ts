import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { DatedRate } from '../../platform/contracts/recurring.ts';

/** Exchange of minor units into the tenant's currency at a moment. */
export interface Rates {
  /** Whole minor units of the tenant's currency; undefined where no rate is known. */
  convert(minor: number, currency: string, atMs: number): number | undefined;
  /** Moments at which the rate of a currency changes, ascending. */
  changesOf(currency: string): readonly number[];
  /** The first change of any rate after a moment; Infinity when there is none. */
  nextChange(afterMs: number): number;
}

interface Step {
  readonly fromMs: number;
  readonly rate: number;
}

/** Dated rates, from 00:00 UTC of their date; a currency without any takes `fallback`, the undated rates of the settings. */
export function createRates(
  dated: readonly DatedRate[],
  fallback: Readonly<Record<string, number>>,
  base: string,
): Rates {
  const byCurrency = new Map<string, Step[]>();
  for (const { currency, from, rate } of dated) {
    const fromMs = Date.parse(`${from}T00:00:00Z`);
    if (Number.isNaN(fromMs)) continue;
    const steps = byCurrency.get(currency) ?? [];
    steps.push({ fromMs, rate });
    byCurrency.set(currency, steps);
  }
  for (const steps of byCurrency.values()) steps.sort((a, b) => a.fromMs - b.fromMs);
  // The first rate of a currency also holds before its date, so it is no change.
  const changes = new Map(
    [...byCurrency].map(([currency, steps]) => [currency, steps.slice(1).map((step) => step.fromMs)]),
  );
  const all = [...new Set([...changes.values()].flat())].sort((a, b) => a - b);
  const baseExponent = currencyExponent(base) ?? 2;

  const rateAt = (currency: string, atMs: number): number | undefined => {
    if (currency === base) return 1;
    const steps = byCurrency.get(currency);
    if (steps === undefined) return fallback[currency];
    return (steps.findLast((step) => step.fromMs <= atMs) ?? steps[0])?.rate;
  };
  return {
    convert: (minor, currency, atMs) => {
      if (currency === base) return minor;
      const rate = rateAt(currency, atMs);
      const exponent = currencyExponent(currency);
      if (rate === undefined || exponent === undefined) return undefined;
      return Math.round(minor * rate * 10 ** (baseExponent - exponent));
    },
    changesOf: (currency) => (currency === base ? [] : (changes.get(currency) ?? [])),
    nextChange: (afterMs) => all.find((atMs) => atMs > afterMs) ?? Number.POSITIVE_INFINITY,
  };
}
