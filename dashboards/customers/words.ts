import type { ChurnBandName, CustomerScore } from '../../platform/contracts/customers.ts';
import type { Formatter } from '../data/format.ts';

export const bandWords: Readonly<
  Record<ChurnBandName, { readonly title: string; readonly tone: string; readonly range: string }>
> = {
  critical: { title: 'Critical', tone: 'badge-bad', range: '70% and more' },
  high: { title: 'High', tone: 'badge-warn', range: '50 to 70%' },
  medium: { title: 'Medium', tone: 'badge-accent', range: '30 to 50%' },
  low: { title: 'Low', tone: '', range: 'below 30%' },
};

export function campaignWords({ campaign, discount }: Pick<CustomerScore, 'campaign' | 'discount'>): string {
  if (campaign.length === 0) return 'none';
  return `${campaign.join(', ')}${discount > 0 ? `, ${Math.round(100 * discount)}% off` : ''}`;
}

/** Minor units of the tenant's currency as money. */
export function moneyOf(format: Formatter, minor: number): string {
  return format.value(majorOf(format, minor), 'currency', 'tile');
}

/** For files: money as a number in major units. */
export function majorOf(format: Formatter, minor: number): number {
  return minor / 10 ** format.minorDigits;
}

export function monthsWords(months: number | null): string {
  if (months === null) return 'more than 36 months';
  return months < 1.5 && months >= 0.95 ? 'a month' : `${Math.round(10 * months) / 10} months`;
}

export function planWords(plan: string): string {
  return plan === '' ? 'All plans' : plan;
}

/** How a probability shows: to half a percent where it is small, since bands are told apart by whole ones. */
export function riskWords(
  format: Formatter,
  { probability, scoredBy }: Pick<CustomerScore, 'probability' | 'scoredBy'>,
): string {
  return scoredBy === 'model' ? format.percent(probability) : `${Math.round(100 * probability)} points`;
}
