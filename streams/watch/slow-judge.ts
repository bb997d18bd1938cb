import { anomalyReasons, type AnomalyReason, type Explanation } from '../../platform/contracts/anomaly.ts';
import { createDetector, stepDetector, type DetectorVerdict } from '../anomaly/detector.ts';
import { stepEpisode, type Episode, type EpisodeChange } from '../anomaly/episode.ts';
import type { WatchedKpi } from './kpi-plan.ts';
import { anomalyRow, bandRow } from './rows.ts';
import { newSlowSeries, type SlowSeries, type SlowTrack, type SlowWindow } from './slow-state.ts';
import type { SlowPoint } from './slow-values.ts';
import { stepRule, type RuleChange, type RuleSettings } from './threshold.ts';
import type { Alarm } from './alarm.ts';
import { alarmId, seriesKey, totalKey, type TenantWatch } from './watch-state.ts';
import { anomalySignal, ruleSignal, type SignalWords } from './words.ts';

export interface SlowJudgeDeps {
  readonly words: SignalWords;
  /** False alarms a week the KPI's series may make; 0 switches its detector's alarms off. */
  budgetOf(kpi: string): number;
  /** Length of the window that starts then; days and months differ. */
  lengthMs(startMs: number): number;
  readonly nowMs: number;
  /** Windows that ended longer ago tell no signal. */
  readonly signalMaxAgeMs: number;
}

const DAY_MS = 86_400_000;
/** Two usual days between two unusual ones, and an hour where the clocks were put back, end an episode. */
const QUIET_MS = 2.5 * DAY_MS;
/** A closed day or month is enough to tell that it was past the threshold, and that it is not any more. */
const FOR_WINDOWS = 1;
const NO_DATA_WINDOWS: Readonly<Record<SlowWindow, number>> = { '1d': 3, '1mo': 2 };
const LEAST_BUDGET = 1e-6;
/** Days the means of what values are made of remember; a mean that has faded below this is none. */
const USUAL_DAYS = 28;
const LEAST_USUAL = 1e-6;
/** Only the outer 3 in 100 days are in the tail that tells how rare a day is: more alarms than that cannot be told from usual days. */
const MOST_A_WEEK = 0.2;
/** Of changes: the mean of a month would call one lost day unusual for a month. */
const stockReasons: readonly AnomalyReason[] = ['value'];

/**
 * Judges one closed day or month of every KPI's total, in place, and puts what is to be written into the tenant's outbox, as `judge.ts` does for
 * the short windows. Deterministic: the point, the state and the settings decide.
 */
export function judgeSlow(
  tenant: TenantWatch,
  track: SlowTrack,
  window: SlowWindow,
  point: SlowPoint,
  kpis: readonly WatchedKpi[],
  deps: SlowJudgeDeps,
): void {
  for (const kpi of kpis) {
    const series = seriesOf(track, kpi);
    const value = point.values.get(kpi.definition.key);
    if (kpi.watch.anomalies.includes(window)) {
      const verdict = learnSlow(series, kpi, point, deps.budgetOf(kpi.definition.key));
      tellEpisode(tenant, track, series, window, point, kpi, value, verdict, deps);
      if (verdict.expected !== undefined)
        tenant.outbox.bands.push(
          bandRow(
            tenant.tenant,
            kpi.definition.key,
            { window, startMs: point.startMs },
            totalKey,
            value,
            verdict,
            deps.nowMs,
          ),
        );
    }
    tellRule(tenant, series, window, point, kpi, value, deps);
  }
  learnUsual(track, point);
}

/** Whether a KPI's threshold was set, or changed, since it was last judged. */
export function hasNewRule(track: SlowTrack, kpi: WatchedKpi, window: SlowWindow): boolean {
  const settings = ruleOf(kpi, window);
  return settings !== undefined && textOf(settings) !== seriesOf(track, kpi).ruleText;
}

/**
 * Holds new thresholds against the newest closed window: whoever sets one need not wait a month to be told that it is broken already. One that fired by
 * that window before goes on with the next.
 */
export function judgeNewRules(
  tenant: TenantWatch,
  track: SlowTrack,
  window: SlowWindow,
  point: SlowPoint,
  kpis: readonly WatchedKpi[],
  deps: SlowJudgeDeps,
): void {
  for (const kpi of kpis) {
    const series = seriesOf(track, kpi);
    const settings = ruleOf(kpi, window);
    if (settings === undefined) continue;
    if (series.rule.startedMs === point.startMs) series.ruleText = textOf(settings);
    else tellRule(tenant, series, window, point, kpi, point.values.get(kpi.definition.key), deps);
  }
}

const textOf = ({ direction, target, threshold }: RuleSettings): string =>
  JSON.stringify([threshold, target, direction]);

/** Takes what the values of a day were made of into its means. */
export function learnUsual({ usual }: SlowTrack, { inputs }: SlowPoint): void {
  for (const { name, value } of inputs) {
    const before = usual.get(name);
    if (Number.isFinite(value))
      usual.set(name, before === undefined ? value : before + (value - before) / USUAL_DAYS);
  }
}

/** How what the value is made of moved; nothing says which parts, as days are judged in total. */
function explainDay(
  { usual }: SlowTrack,
  { inputs, startMs }: SlowPoint,
  { definition }: WatchedKpi,
  episode: Episode,
): Explanation {
  const isOfIt = (name: string): boolean =>
    definition.basis === 'recurring' || definition.measures.some(({ key }) => key === name);
  const moved = inputs.flatMap(({ isMoney, name, value }) => {
    const mean = usual.get(name);
    const isFelt = value !== 0 || Math.abs(mean ?? 0) > LEAST_USUAL;
    return mean !== undefined && isOfIt(name) && isFelt && Number.isFinite(value)
      ? [{ name, isMoney, observed: value, usual: mean }]
      : [];
  });
  return {
    windowStartMs: startMs,
    expected: episode.expected ?? episode.observed,
    observed: episode.observed,
    dimensions: [],
    ...(moved.length === 0 ? {} : { inputs: moved.slice(0, 16) }),
    unsaid: 'total',
  };
}

/** A KPI's series, made when it is new. */
export function seriesOf({ series }: SlowTrack, { definition }: WatchedKpi): SlowSeries {
  const known = series.get(definition.key);
  if (known !== undefined) return known;
  const made = newSlowSeries();
  series.set(definition.key, made);
  return made;
}

/**
 * Judges a day by what came before it, then learns from it. A verdict is no alarm where the budget is off. Recurring revenue is a stock that grows from
 * day to day, so that its level is always above what it was: there the detector judges the change of a day, told as a level.
 */
export function learnSlow(
  series: SlowSeries,
  kpi: WatchedKpi,
  { startMs, values }: SlowPoint,
  budget: number,
): DetectorVerdict {
  const { key, basis } = kpi.definition;
  const value = values.get(key);
  const before = basis === 'recurring' ? series.last : 0;
  const days = Math.round((startMs - series.dayMs) / DAY_MS);
  const known = series.detector;
  series.pointMs =
    known === undefined ? Math.round(startMs / DAY_MS) * DAY_MS : series.pointMs + days * DAY_MS;
  series.dayMs = startMs;
  series.last = value;
  const falseAlarmsPerWeek = Math.max(LEAST_BUDGET, Math.min(MOST_A_WEEK, budget));
  const alarmReasons = basis === 'recurring' ? stockReasons : anomalyReasons;
  const settings = { stepMs: DAY_MS, falseAlarmsPerWeek, alarmReasons };
  const detector =
    known === undefined
      ? createDetector(settings)
      : known.settings.falseAlarmsPerWeek === falseAlarmsPerWeek
        ? known
        : { ...known, settings: { ...known.settings, falseAlarmsPerWeek } };
  series.detector = detector;
  const verdict = stepDetector(detector, {
    timeMs: series.pointMs,
    value: value === undefined || before === undefined ? undefined : value - before,
  });
  const told = (change: number | undefined): number | undefined =>
    change === undefined || before === undefined ? undefined : before + change;
  return {
    ...verdict,
    expected: told(verdict.expected),
    lower: told(verdict.lower),
    upper: told(verdict.upper),
    isAnomalous: verdict.isAnomalous && budget > LEAST_BUDGET,
  };
}

function tellEpisode(
  tenant: TenantWatch,
  track: SlowTrack,
  series: SlowSeries,
  window: SlowWindow,
  point: SlowPoint,
  kpi: WatchedKpi,
  value: number | undefined,
  verdict: DetectorVerdict,
  deps: SlowJudgeDeps,
): void {
  const input = { timeMs: point.startMs, value };
  const [state, changes] = stepEpisode(series.episode, input, verdict, { quietMs: QUIET_MS });
  series.episode = state;
  for (const { kind, episode } of changes) {
    const before = series.alarm?.severity;
    if (kind === 'opened')
      series.alarm = newAlarm(
        alarmId(kpi.definition.key, window, totalKey, episode.startMs),
        episode.startMs,
        episode.severity,
        reasonOf(verdict, value),
        explainDay(track, point, kpi, episode),
      );
    const { alarm } = series;
    if (alarm === undefined) continue;
    alarm.severity = episode.severity;
    alarm.revision++;
    const view = { kpi, window, key: totalKey, episode, alarm, isOpen: kind !== 'closed' };
    const lengthMs = deps.lengthMs(episode.endMs);
    tenant.outbox.anomalies.push(anomalyRow(tenant.tenant, view, lengthMs));
    const isNews = isNewsOf(kind) || alarm.severity !== before || alarm.signalRevision === 0;
    if (isNews && mayTell(alarm, point, deps, kind === 'closed')) {
      alarm.signalRevision++;
      tenant.outbox.signals.push(anomalySignal(deps.words, tenant.tenant, view, lengthMs));
    }
    if (kind === 'closed') series.alarm = undefined;
  }
}

function tellRule(
  tenant: TenantWatch,
  series: SlowSeries,
  window: SlowWindow,
  point: SlowPoint,
  kpi: WatchedKpi,
  value: number | undefined,
  deps: SlowJudgeDeps,
): void {
  const settings = ruleOf(kpi, window);
  if (settings === undefined) return;
  const { definition } = kpi;
  const [state, changes] = stepRule(series.rule, { startMs: point.startMs, value }, settings);
  series.rule = state;
  series.ruleText = textOf(settings);
  for (const change of changes.length === 0 ? untold(series) : changes) {
    const id = alarmId(`${definition.key}.${change.what}`, window, totalKey, change.startedMs);
    const held = change.kind === 'fired' && changes.length > 0 ? undefined : series.ruleAlarm;
    const alarm = held ?? newAlarm(id, change.startedMs, change.severity, 'value');
    alarm.severity = change.severity;
    alarm.revision++;
    const isEnd = change.kind === 'resolved';
    series.ruleAlarm = isEnd ? undefined : alarm;
    // What the same rule tells by the minute or the hour is not told again by the day.
    if (!isEnd && isToldSooner(tenant, definition.key)) continue;
    if (!mayTell(alarm, point, deps, isEnd)) continue;
    alarm.signalRevision++;
    tenant.outbox.signals.push(
      ruleSignal(deps.words, tenant.tenant, {
        kpi: definition,
        window,
        change,
        alarm,
        endedAtMs: isEnd ? point.endMs : null,
        value,
        settings,
      }),
    );
  }
}

function ruleOf({ definition, watch }: WatchedKpi, window: SlowWindow): RuleSettings | undefined {
  const { alertThreshold, direction, target } = definition;
  if (alertThreshold === undefined || !watch.threshold.includes(window)) return undefined;
  return {
    threshold: alertThreshold,
    target,
    direction,
    forWindows: FOR_WINDOWS,
    keepWindows: FOR_WINDOWS,
    noDataWindows: NO_DATA_WINDOWS[window],
  };
}

/** What was broken when the tenant was first seen, or while a shorter window told it, and still is. */
function untold({ rule, ruleAlarm }: SlowSeries): readonly RuleChange[] {
  if (ruleAlarm === undefined || ruleAlarm.signalRevision > 0 || rule.phase !== 'firing') return [];
  return [{ kind: 'fired', what: 'breach', severity: rule.severity, startedMs: rule.startedMs }];
}

function isToldSooner({ grains }: TenantWatch, kpi: string): boolean {
  return Object.values(grains).some(
    ({ series }) => (series.get(seriesKey(kpi, totalKey))?.ruleAlarm?.signalRevision ?? 0) > 0,
  );
}

/** A signal is told of the present; what was told is also told resolved, however late. */
function mayTell(alarm: Alarm, { endMs }: SlowPoint, deps: SlowJudgeDeps, isEnd: boolean): boolean {
  if (alarm.signalRevision > 0) return true;
  return !isEnd && endMs >= deps.nowMs - deps.signalMaxAgeMs;
}

const isNewsOf = (kind: EpisodeChange['kind']): boolean => kind !== 'updated';

function reasonOf({ lower, reason, upper }: DetectorVerdict, value: number | undefined): AnomalyReason {
  const isOut =
    value !== undefined && ((lower !== undefined && value < lower) || (upper !== undefined && value > upper));
  return !isOut && reason === 'drift' ? 'drift' : 'value';
}

function newAlarm(
  id: string,
  startedMs: number,
  severity: Alarm['severity'],
  reason: AnomalyReason,
  explanation?: Explanation,
): Alarm {
  return {
    id,
    startedMs,
    parentId: '',
    explanation,
    severity,
    reason,
    revision: 0,
    signalRevision: 0,
  };
}
