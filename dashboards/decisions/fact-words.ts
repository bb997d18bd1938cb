import type { Decision } from '../../platform/contracts/decision.ts';
import type { KpiUnit } from '../../platform/contracts/kpi.ts';
import type { Formatter } from '../data/format.ts';

/** Numbers of evidence that are in the unit of the KPI it is about. */
const inUnit = new Set(['observed', 'expected', 'lower', 'upper', 'threshold', 'target']);
const percents = new Set(['score', 'health', 'virality', 'saturation']);
const titles: Readonly<Record<string, string>> = {
  mentions24h: 'mentions in 24 h',
  views24h: 'views in 24 h',
  attention: "of a day's attention",
};

/** One fact a decision rests on, as people say it: with its unit where it has one. Without a unit four digits are enough to judge by. */
export function factWords(
  { name, value }: Decision['facts'][number],
  unit: KpiUnit | undefined,
  format: Pick<Formatter, 'value' | 'count' | 'percent'>,
): string {
  const title = titles[name] ?? name.replaceAll('_', ' ');
  if (typeof value !== 'number') return `${title} ${value}`;
  if (inUnit.has(name) && unit !== undefined) return `${title} ${format.value(value, unit, 'full')}`;
  if (percents.has(name) && value >= 0 && value <= 1) return `${title} ${format.percent(value)}`;
  // The evidence of a trend tells percent of a day's attention, and doublings a day.
  if (name === 'attention') return `${format.percent(value / 100)} ${title}`;
  if (name === 'velocity') return `${Number(value.toPrecision(3))} doublings a day`;
  if (name in titles) return `${title} ${format.count(value)}`;
  return `${title} ${Number(value.toPrecision(4))}`;
}
