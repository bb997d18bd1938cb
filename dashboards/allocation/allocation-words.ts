import type {
  AllocationAnswer,
  AllocationQuestion,
  AllocationResource,
} from '../../platform/contracts/allocation-plan.ts';
import type { Formatter } from '../data/format.ts';
import { isNumber, isRecord, isString, optional, recordOf, type Guard } from '../data/guard.ts';

/** An amount of a resource in its unit. */
export function amountText(
  format: Formatter,
  unit: AllocationResource['unit'],
  value: number,
  precision: 'tile' | 'full' | 'axis' = 'tile',
): string {
  if (unit === 'money') return format.value(value, 'currency', precision);
  if (unit === 'percent')
    return format.value(value / 100, 'ratio', precision === 'full' ? 'tile' : precision);
  return `${format.value(Math.round(value * 10) / 10, 'count', precision)} h`;
}

/** The certificate as a figure. */
export function certificateFigure(format: Formatter, { certificate }: AllocationAnswer): string {
  const { gap } = certificate;
  if (gap === null) return '–';
  return gap <= 1e-6 ? '✓ Best' : `≤ ${format.value(gap, 'ratio', 'full')}`;
}

/** The certificate in a sentence a person can hold us to. */
export function certificateWords(format: Formatter, { certificate }: AllocationAnswer): string {
  const { gap } = certificate;
  if (gap === null) return 'no bound was found';
  if (gap <= 1e-6) return 'the best possible within your limits';
  const digits = gap < 1e-4 ? 3 : gap < 0.01 ? 2 : 1;
  return `at most ${new Intl.NumberFormat(format.context.locale, { maximumFractionDigits: digits, style: 'percent' }).format(gap)} below the best possible`;
}

export const candidateTitles: Readonly<Record<string, string>> = {
  'best expected return': 'Best expected return',
  current: 'As it is now',
  'prices as they are': 'The best, prices as they are',
  'proportional rule': 'Rule of thumb: 5% each, the rest by return',
};

export function candidateTitle(name: string): string {
  return candidateTitles[name] ?? `Steadier, step ${name.replace('less risk ', '')}`;
}

export const NO_QUESTION: AllocationQuestion = {};

const isPair = (value: unknown): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(isNumber);
const isAmounts = recordOf(recordOf(isNumber));

export const isAllocationQuestion: Guard<AllocationQuestion> = (value): value is AllocationQuestion => {
  if (!isRecord(value)) return false;
  const {
    bounds,
    fixed,
    groups,
    maxChange,
    maxGroupShare,
    maxStreamShare,
    minShare,
    prices,
    riskTolerance,
    steps,
    totals,
  } = value;
  return (
    optional(recordOf(isString))(groups) &&
    optional(recordOf(isNumber))(steps) &&
    optional(recordOf(isNumber))(totals) &&
    optional(recordOf(isNumber))(prices) &&
    optional(isAmounts)(fixed) &&
    optional(recordOf(recordOf(isPair)))(bounds) &&
    [minShare, maxChange, maxGroupShare, maxStreamShare, riskTolerance].every(optional(isNumber))
  );
};

/** The question with one amount held, or let free again. */
export function hold(
  question: AllocationQuestion,
  channel: string,
  resource: string,
  amount: number | undefined,
): AllocationQuestion {
  const fixed: Record<string, Record<string, number>> = { ...question.fixed };
  const own: Record<string, number> = { ...fixed[channel] };
  if (amount === undefined) delete own[resource];
  else own[resource] = Math.max(0, Math.round(amount * 100) / 100);
  if (Object.keys(own).length === 0) delete fixed[channel];
  else fixed[channel] = own;
  const { fixed: _before, ...rest } = question;
  return Object.keys(fixed).length === 0 ? rest : { ...rest, fixed };
}

/** The question with one limit set, or as it is by itself. */
export function limit(
  question: AllocationQuestion,
  name: 'minShare' | 'maxChange' | 'maxStreamShare' | 'riskTolerance',
  value: number | undefined,
): AllocationQuestion {
  const { [name]: _before, ...rest } = question;
  return value === undefined ? rest : { ...rest, [name]: value };
}

/** The question with a product's price held at a multiplier, or let free again. */
export function holdPrice(
  question: AllocationQuestion,
  product: string,
  multiplier: number | undefined,
): AllocationQuestion {
  const prices: Record<string, number> = { ...question.prices };
  if (multiplier === undefined) delete prices[product];
  else prices[product] = multiplier;
  const { prices: _before, ...rest } = question;
  return Object.keys(prices).length === 0 ? rest : { ...rest, prices };
}

/** What one gets of a resource: streams share the mix, channels everything else. */
export function holderTitle(resource: string): 'Stream' | 'Channel' {
  return resource === 'mix' || resource === 'effort' ? 'Stream' : 'Channel';
}

export function withTotal(
  question: AllocationQuestion,
  resource: string,
  value: number | undefined,
): AllocationQuestion {
  const totals: Record<string, number> = { ...question.totals };
  if (value === undefined) delete totals[resource];
  else totals[resource] = value;
  const { totals: _before, ...rest } = question;
  return Object.keys(totals).length === 0 ? rest : { ...rest, totals };
}
