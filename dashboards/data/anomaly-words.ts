import type { AlarmWindow } from '../../platform/contracts/alarm-window.ts';
import type { AnomalyView, Explanation } from '../../platform/contracts/anomaly.ts';

/** What a window is called. */
export const windowWords: Readonly<Record<AlarmWindow, string>> = {
  '1m': 'minute',
  '1h': 'hour',
  '1d': 'day',
  '1mo': 'month',
};

export type Severity = AnomalyView['severity'];

/** How often something so unusual comes on a series with nothing wrong: a score is w/(1+w) of the weeks w between two of them. */
export function rarityWords(score: number): string {
  const weeks = score / Math.max(1e-9, 1 - score);
  if (weeks < 1.5) return 'about once a week';
  if (weeks < 9) return `once in ${Math.round(weeks)} weeks`;
  if (weeks < 104) return `once in ${Math.round(weeks / 4.35)} months`;
  if (weeks < 5_200) return `once in ${Math.round(weeks / 52.2)} years`;
  return 'once in a lifetime';
}

export const severityWords: Readonly<Record<Severity, { readonly tone: string; readonly text: string }>> = {
  critical: { tone: 'badge-bad', text: '▲ critical' },
  warning: { tone: 'badge-warn', text: '◆ warning' },
  info: { tone: 'badge-accent', text: '● info' },
};

/** Worst first. */
export const severityRank: Readonly<Record<Severity, number>> = { critical: 3, warning: 2, info: 1 };

/** What the series is called: "Views", "Views of channel Night Train". */
export function seriesName(anomaly: Pick<AnomalyView, 'title' | 'rollup' | 'dim'>): string {
  const { dim, rollup, title } = anomaly;
  if (rollup === 'total') return title;
  return `${title} of ${dim === '' ? `no ${rollup}` : `${rollup} ${dim}`}`;
}

/** Whether it came out higher or lower than expected. */
export function sideOf({
  observed,
  expected,
}: Pick<AnomalyView, 'observed' | 'expected'>): 'above' | 'below' {
  return observed > (expected ?? observed) ? 'above' : 'below';
}

/** What stood out: "far below what was expected", "below what was expected for long". */
export function howWords(anomaly: Pick<AnomalyView, 'observed' | 'expected' | 'reason'>): string {
  const side = sideOf(anomaly);
  return anomaly.reason === 'drift' ? `${side} what was expected for long` : `far ${side} what was expected`;
}

/** Episodes with what was told live in their place, those told alone first; the newest start first. */
export function mergeOpen(
  listed: readonly AnomalyView[],
  open: readonly AnomalyView[],
): readonly AnomalyView[] {
  const merged = new Map([...listed, ...open].map((anomaly) => [anomaly.id, anomaly]));
  return [...merged.values()].sort((a, b) => b.startedAtMs - a.startedAtMs || (a.id < b.id ? -1 : 1));
}

/** A change of less is none. */
const UNCHANGED = 0.02;

/** "Revenue −30%, viewers unchanged", against the usual windows. */
export function inputWords(
  inputs: NonNullable<Explanation['inputs']>,
  percent: (ratio: number) => string,
): string {
  const words = inputs.map(({ name, observed, usual }) => {
    const title = name.replaceAll('_', ' ');
    if (usual === 0) return `${title} ${observed === 0 ? 'none as usual' : 'where there usually is none'}`;
    const change = observed / usual - 1;
    if (Math.abs(change) < UNCHANGED) return `${title} unchanged`;
    return `${title} ${change > 0 ? '+' : '−'}${percent(Math.abs(change))}`;
  });
  return `Against usual windows: ${words.join(', ')}.`;
}
