import type { ChurnBandName, CustomerRun, CustomerScore } from '../../platform/contracts/customers.ts';
import type { Formatter } from '../data/format.ts';

export const bandWords: Readonly<Record<ChurnBandName, { readonly title: string; readonly tone: string }>> = {
  critical: { title: 'Critical', tone: 'badge-bad' },
  high: { title: 'High', tone: 'badge-warn' },
  medium: { title: 'Medium', tone: 'badge-accent' },
  low: { title: 'Low', tone: '' },
};

/** Those of runs from before bands could be changed. */
const formerFrom: Readonly<Record<ChurnBandName, number>> = { critical: 0.7, high: 0.5, medium: 0.3, low: 0 };

/** From which chance to which a customer is in a band, as the run had them: "50 to 70%". */
export function rangeWords(band: ChurnBandName, bands: CustomerRun['bands']): string {
  const fromOf = (name: ChurnBandName): number =>
    bands.find((each) => each.band === name)?.from ?? formerFrom[name];
  const from = fromOf(band);
  const next = Math.min(
    ...(['critical', 'high', 'medium'] as const).map(fromOf).filter((each) => each > from),
  );
  const percent = (share: number): string => String(Math.round(1e3 * share) / 10);
  if (!Number.isFinite(next)) return `${percent(from)}% and more`;
  return from === 0 ? `below ${percent(next)}%` : `${percent(from)} to ${percent(next)}%`;
}

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
