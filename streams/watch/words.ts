import type { AlarmWindow } from '../../platform/contracts/alarm-window.ts';
import type { KpiDefinition, KpiUnit } from '../../platform/contracts/kpi.ts';
import type { Signal } from '../../platform/contracts/signal.ts';
import { isGood, type EpisodeView } from './episode-view.ts';
import type { RuleChange, RuleSettings } from './threshold.ts';
import type { Alarm } from './alarm.ts';
import type { WatchedKey } from './watch-state.ts';

export interface SignalWords {
  /** Currency of the tenant. */
  readonly currency: string;
}

export function anomalySignal(
  words: SignalWords,
  tenant: string,
  view: EpisodeView,
  lengthMs: number,
): Signal {
  const { alarm, episode, key, kpi, window } = view;
  const { unit, title } = kpi.definition;
  const amount = (value: number): string => amountText(value, unit, words.currency);
  const where = key.rollup === 'total' ? '' : ` of ${key.rollup} ${shown(key.dim)}`;
  const side = episode.observed > (episode.expected ?? episode.observed) ? 'above' : 'below';
  const how =
    alarm.reason === 'drift' ? `${side} what was expected for long` : `far ${side} what was expected`;
  const instead = episode.expected === undefined ? '' : ` instead of about ${amount(episode.expected)}`;
  return {
    id: alarm.id,
    tenant,
    kind: 'anomaly',
    kpi: kpi.definition.key,
    title: `${title}${where} ${how}: ${amount(episode.observed)}${instead}`,
    dims: dimsOf(key),
    window,
    severity: alarm.severity,
    state: view.isOpen ? 'firing' : 'resolved',
    revision: alarm.signalRevision,
    startedAtMs: episode.startMs,
    endedAtMs: view.isOpen ? null : episode.endMs + lengthMs,
    isGood: isGood(view),
    evidence: {
      observed: episode.observed,
      expected: episode.expected ?? null,
      lower: episode.lower ?? null,
      upper: episode.upper ?? null,
      reason: alarm.reason,
      score: episode.peakScore,
      peakAtMs: episode.peakMs,
      ...(alarm.explanation === undefined ? {} : { explanation: alarm.explanation }),
      ...(alarm.incident === undefined ? {} : { incident: alarm.incident }),
    },
    link: `/anomalies/${alarm.id}`,
  };
}

export interface RuleView {
  readonly kpi: KpiDefinition;
  readonly window: AlarmWindow;
  readonly change: RuleChange;
  readonly alarm: Alarm;
  readonly endedAtMs: number | null;
  readonly value: number | undefined;
  readonly settings: RuleSettings;
}

export function ruleSignal(words: SignalWords, tenant: string, view: RuleView): Signal {
  const { alarm, change, kpi, settings, value, window } = view;
  const { key, title, unit } = kpi;
  return {
    ...ruleCommon(tenant, window, change, alarm, view.endedAtMs),
    kpi: key,
    title: ruleTitle(title, change, settings, value, (amount) => amountText(amount, unit, words.currency)),
    isGood: false,
    evidence: {
      what: change.what,
      observed: value ?? null,
      threshold: settings.threshold,
      target: settings.target ?? null,
      direction: settings.direction,
      forWindows: settings.forWindows,
    },
    link: `/kpis/${key}?grain=${window}`,
  };
}

/** The events themselves stay away: nothing can be said about any KPI. */
export function feedSignal(
  tenant: string,
  view: Pick<RuleView, 'window' | 'change' | 'alarm' | 'endedAtMs'>,
): Signal {
  const { alarm, change, endedAtMs, window } = view;
  return {
    ...ruleCommon(tenant, window, change, alarm, endedAtMs),
    kpi: 'feed',
    title: endedAtMs === null ? 'No events arrive any more' : 'Events arrive again',
    isGood: false,
    evidence: { what: 'nodata' },
    link: '/system',
  };
}

function ruleCommon(
  tenant: string,
  window: AlarmWindow,
  change: RuleChange,
  alarm: Alarm,
  endedAtMs: number | null,
) {
  return {
    id: alarm.id,
    tenant,
    kind: 'threshold' as const,
    dims: {},
    window,
    severity: change.severity,
    state: change.kind === 'resolved' ? ('resolved' as const) : ('firing' as const),
    revision: alarm.signalRevision,
    startedAtMs: change.startedMs,
    endedAtMs,
  };
}

function ruleTitle(
  title: string,
  change: RuleChange,
  settings: RuleSettings,
  value: number | undefined,
  amount: (value: number) => string,
): string {
  if (change.what === 'nodata')
    return change.kind === 'resolved' ? `${title} has values again` : `${title} has no values any more`;
  if (change.what === 'error')
    return change.kind === 'resolved' ? `${title} can be computed again` : `${title} cannot be computed`;
  const limit = amount(settings.threshold);
  if (change.kind === 'resolved') return `${title} is back on the good side of ${limit}`;
  const side = settings.direction === 'up' ? 'below' : 'above';
  return `${title} is ${side} its alert threshold of ${limit}${value === undefined ? '' : `: ${amount(value)}`}`;
}

function dimsOf(key: WatchedKey): Signal['dims'] {
  return key.rollup === 'total' ? {} : { [key.rollup]: key.dim };
}

function shown(dim: string): string {
  return dim === '' ? '(none)' : dim.slice(0, 80);
}

const unitWords: Readonly<Record<KpiUnit, string>> = {
  currency: '',
  count: '',
  ratio: '%',
  minutes: ' min',
  per_day: ' a day',
  hours: ' h',
  seconds: ' s',
  months: ' months',
  times: '×',
};

/** Three significant digits, for a line of text; screens format numbers for themselves. */
function amountText(value: number, unit: KpiUnit, currency: string): string {
  const shownValue = unit === 'ratio' ? 100 * value : value;
  const text = Number(shownValue.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 });
  return unit === 'currency' ? `${text} ${currency}` : `${text}${unitWords[unit]}`;
}
