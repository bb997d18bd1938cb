import type { ElasticityView, PriceQuestion } from '../../platform/contracts/pricing.ts';
import { isNumber, isRecord, isString, type Guard } from '../data/guard.ts';

/** "−1.42 (−1.60 to −1.24)". */
export function elasticityText({ high, low, value }: ElasticityView): string {
  return `${signed(value)} (${signed(low)} to ${signed(high)})`;
}

/** What an elasticity says in words. */
export function elasticityWords({ high, value }: ElasticityView): string {
  if (high >= 0) return 'not told apart from no effect';
  return `a price 1% higher sells ${Math.abs(value).toFixed(2)}% less`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(2)}`;
}

/** What may stand in the address beside the product. */
export type PriceChoice = Omit<PriceQuestion, 'product'>;
export const NO_CHOICE: PriceChoice = {};

export const isPriceChoice: Guard<PriceChoice> = (value): value is PriceChoice => {
  if (!isRecord(value)) return false;
  const { bounds, competitorMove, follow, objective, price, reading, unitCost } = value;
  return (
    (objective === undefined || objective === 'revenue' || objective === 'margin') &&
    [competitorMove, follow, price, unitCost].every((each) => each === undefined || isNumber(each)) &&
    (reading === undefined || isString(reading)) &&
    (bounds === undefined || (Array.isArray(bounds) && bounds.length === 2 && bounds.every(isNumber)))
  );
};

/** The choice with one part set, or left to the default again. */
export function choose<K extends keyof PriceChoice>(
  choice: PriceChoice,
  name: K,
  value: PriceChoice[K] | undefined,
): PriceChoice {
  const { [name]: _before, ...rest } = choice;
  return value === undefined ? rest : { ...rest, [name]: value };
}

/** Seconds as "12:30". */
export function minutesText(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

export const weekdayNames = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;
