import { anomalyReasons, type WatchedWindow } from '../../platform/contracts/anomaly.ts';
import { kpiWatchOf } from '../../platform/contracts/kpi-watch.ts';
import type { Severity } from '../../platform/contracts/signal.ts';
import type { KpiDefinition, MeasureState } from '../../platform/contracts/kpi.ts';
import { createDetector, stepDetector, usualLevel, type DetectorVerdict } from '../anomaly/detector.ts';
import { mayAlarm } from './budget.ts';
import { barOf, quietMsOf, scoreOf, severityOf } from '../anomaly/verdict.ts';
import { stepEpisode } from '../anomaly/episode.ts';
import { stepCollapse } from './collapse.ts';
import { bandToHold, isBeyond } from './held-band.ts';
import { explainWindow, isCutBy, type Judged } from './explain-window.ts';
import { SAME_INCIDENT_MS, standsFor, withRoot, type IncidentRoot } from './incident.ts';
import { kpisIn, type KpiPlan, type WatchedKpi } from './kpi-plan.ts';
import { anomalyRow, bandRow } from './rows.ts';
import { stepRule, type RuleChange, type RuleInput, type RuleSettings } from './threshold.ts';
import type { Alarm } from './alarm.ts';
import {
  alarmId,
  newSeries,
  seriesKey,
  totalKey,
  type GrainState,
  type SeriesState,
  type TenantWatch,
  type WatchedKey,
} from './watch-state.ts';
import { anomalySignal, feedSignal, ruleSignal, type SignalWords } from './words.ts';

/** One closed window of a tenant at one grain, as the table `kpi` has it. */
export interface ClosedWindow {
  readonly window: WatchedWindow;
  readonly startMs: number;
  readonly endMs: number;
  /** Merged states by `seriesKey('', key)`; empty when nothing at all happened. */
  readonly states: ReadonlyMap<string, MeasureState>;
}

export interface JudgeDeps {
  readonly plan: KpiPlan;
  readonly words: SignalWords;
  /** False alarms a week a series may make; 0 switches its detector's alarms off. */
  budgetOf(kpi: string, key: WatchedKey): number;
  readonly nowMs: number;
  /** Windows that ended longer ago tell no signal: they are history that is being learned from. */
  readonly signalMaxAgeMs: number;
}

const empty: MeasureState = { sums: {}, mins: {}, maxs: {}, uniques: {}, quantiles: {} };
const stepMs: Readonly<Record<WatchedWindow, number>> = { '1m': 60_000, '1h': 3_600_000 };
/** Usual windows between two unusual ones before an episode ends. */
const QUIET_WINDOWS: Readonly<Record<WatchedWindow, number>> = { '1m': 5, '1h': 2 };
/** Weight of a window in the means of a ratio's parts. */
const MEAN_WEIGHT: Readonly<Record<WatchedWindow, number>> = { '1m': 1 / 30, '1h': 1 / 24 };
const FOR_WINDOWS: Readonly<Record<WatchedWindow, number>> = { '1m': 10, '1h': 2 };
const NO_DATA_WINDOWS: Readonly<Record<WatchedWindow, number>> = { '1m': 15, '1h': 3 };
/**
 * By the minute, a series that mostly has nothing in a window says little: one tip is news of nothing. Below this share of filled windows it
 * is watched by the hour alone. The share moves slowly enough that a series that goes dark is still watched.
 */
const LEAST_DENSITY: Readonly<Record<WatchedWindow, number>> = { '1m': 0.8, '1h': 0.2 };
const DENSITY_WINDOWS = 120;
const YOUNG_MINUTES = 2 * 24 * 60;
/** Below this part of its usual denominator a ratio is not judged. */
const THIN = 0.1;
/** The detector's smallest bar to ask for; below it alarms are off. */
export const LEAST_BUDGET = 1e-6;

/**
 * Judges one closed window of every watched series, in place, and puts what is to be written into the tenant's outbox. Deterministic: the
 * window, the state and the settings decide. Wider cuts come first, so that an episode of a part knows the one that covers it.
 */
export function judgeWindow(tenant: TenantWatch, closed: ClosedWindow, deps: JudgeDeps): void {
  const grain = tenant.grains[closed.window];
  const hasFeed = closed.states.size > 0;
  judgeFeed(tenant, grain, closed, deps, hasFeed);
  for (const kpi of kpisIn(deps.plan, closed.window)) {
    const judged: Judged[] = [];
    for (const key of grain.keys) {
      if (key.rollup !== 'total' && !isCutBy(kpi, key.rollup)) continue;
      const one = judgeSeries(grain, closed, deps, kpi, key, hasFeed);
      if (one !== undefined) judged.push(one);
    }
    const total = judged.find(({ key }) => key.rollup === 'total');
    for (const one of judged) {
      const parts = one === total ? judged : [];
      tellEpisode(tenant, closed, deps, kpi, one, total, parts);
      if (one === total) tellRule(tenant, one.series, closed, deps, kpi.definition, { value: one.value });
      learnMeans(one, kpi, closed);
      tellBand(tenant, closed, kpi, one, deps.nowMs);
    }
  }
  for (const { definition, why } of deps.plan.faults) {
    const series = seriesOf(grain, definition.key, totalKey, closed.window, LEAST_BUDGET);
    tellRule(tenant, series, closed, deps, definition, { value: undefined, fault: why });
  }
  grain.nextMs = closed.endMs;
}

function judgeSeries(
  grain: GrainState,
  closed: ClosedWindow,
  deps: JudgeDeps,
  kpi: WatchedKpi,
  key: WatchedKey,
  hasFeed: boolean,
): Judged | undefined {
  // Where others had events and this key had none, its sums are 0 and its ratios have no value; without any event nobody knows.
  const state = closed.states.get(seriesKey('', key)) ?? empty;
  const value = hasFeed ? (kpi.evaluate(state, closed.endMs - closed.startMs) ?? undefined) : undefined;
  const name = seriesKey(kpi.definition.key, key);
  if (!grain.series.has(name) && (value === undefined || value === 0)) return undefined;
  const isAsked = kpi.watch.anomalies.includes(closed.window);
  const budget = isAsked ? deps.budgetOf(kpi.definition.key, key) : 0;
  const series = seriesOf(grain, kpi.definition.key, key, closed.window, budget);
  const judgeable = isThin(kpi, series, state, closed) ? undefined : value;
  const seen = stepDetector(series.detector, { timeMs: closed.startMs, value: judgeable });
  const found = kpi.shape.kind === 'sum' ? withCollapse(series, closed.window, seen, value) : seen;
  const isLevel = reasonOf(found, value) !== undefined;
  const isWatched =
    isLevel &&
    mayAlarm(kpi.shape.kind, key, closed.window) &&
    (found.isLasting || mayBeBrief(kpi, series, closed.window)) &&
    budget > LEAST_BUDGET &&
    series.density >= LEAST_DENSITY[closed.window];
  const verdict = withHeld(series, isWatched ? found : { ...found, isAnomalous: false }, closed, judgeable);
  if (hasFeed) {
    const isFilled = value !== undefined && value !== 0;
    series.density += ((isFilled ? 1 : 0) - series.density) / DENSITY_WINDOWS;
  }
  return { key, series, value, state, verdict };
}

/**
 * By the minute a ratio, or what a viewer brought, is made of few events, and a series of the first two days has not met its rare ones: one value alone, such as a
 * payment of a hundred times the usual, is no news of them. What is wrong lasts for two of three minutes, or the hour tells it.
 */
function mayBeBrief({ shape }: WatchedKpi, { detector }: SeriesState, window: WatchedWindow): boolean {
  return window === '1h' || (shape.kind === 'sum' && detector.points >= YOUNG_MINUTES);
}

/** While an episode is open its own band is the judge beside the detector's, which has followed by then. */
function withHeld(
  series: SeriesState,
  verdict: DetectorVerdict,
  { startMs, window }: ClosedWindow,
  value: number | undefined,
): DetectorVerdict {
  if (verdict.isAnomalous && series.held === undefined)
    series.held = bandToHold(value, verdict, window, startMs, stepMs[window]);
  const { held } = series;
  if (held === undefined || value === undefined || !isBeyond(held, value, startMs)) return verdict;
  const { expected, lower, upper } = held;
  return { ...verdict, isAnomalous: true, reason: 'value', expected, lower, upper };
}

/**
 * A sum that has collapsed and stays there (`collapse.ts`); the rarer of the two verdicts counts. Left to the band where the detector expects
 * much less than usual: a shop that is closed at night has not collapsed.
 */
function withCollapse(
  series: SeriesState,
  window: WatchedWindow,
  found: DetectorVerdict,
  value: number | undefined,
): DetectorVerdict {
  if (value === undefined) return found;
  const [run, { below, decades, isLow }] = stepCollapse(series.collapse, window, value, found.expected);
  series.collapse = run;
  const { detector } = series;
  const isExpected = found.expected !== undefined && found.expected >= usualLevel(detector) / 2;
  if (!isLow || found.phase === 'warming' || !isExpected) return found;
  const { settings } = detector;
  const bar = barOf(settings);
  if (decades < bar || (found.isAnomalous && found.reason === 'value')) return found;
  return {
    ...found,
    isAnomalous: true,
    isLasting: true,
    score: Math.max(found.score, scoreOf(decades, settings.stepMs)),
    severity: severityOf(decades - bar),
    reason: 'value',
    ...(found.lower === undefined ? {} : { lower: Math.max(found.lower, below) }),
  };
}

/** A ratio of next to nothing, such as revenue per view in an hour without views, says nothing about the ratio. */
function isThin(
  { shape }: WatchedKpi,
  { meanDenominator }: SeriesState,
  state: MeasureState,
  closed: ClosedWindow,
): boolean {
  if (shape.kind !== 'ratio' || Number.isNaN(meanDenominator)) return false;
  const denominator = shape.denominator(state, closed.endMs - closed.startMs) ?? 0;
  return Math.abs(denominator) < THIN * Math.abs(meanDenominator);
}

/**
 * What of a verdict is about the level of a KPI: too high or too low at once, or for long. How unsteady or how still a series is, is no
 * news of a business figure by itself; a value outside its band is, whatever stands out most.
 */
function reasonOf(
  { isAnomalous, lower, reason, upper }: DetectorVerdict,
  value: number | undefined,
): Alarm['reason'] | undefined {
  if (!isAnomalous || value === undefined) return undefined;
  if ((lower !== undefined && value < lower) || (upper !== undefined && value > upper)) return 'value';
  return reason === 'value' || reason === 'drift' ? reason : undefined;
}

/** The series' state, made when it is new, with the detector's budget as it is now. */
function seriesOf(
  grain: GrainState,
  kpi: string,
  key: WatchedKey,
  window: WatchedWindow,
  budget: number,
): SeriesState {
  const name = seriesKey(kpi, key);
  const falseAlarmsPerWeek = Math.max(LEAST_BUDGET, budget);
  const known = grain.series.get(name);
  if (known === undefined) {
    const made = newSeries(
      createDetector({ stepMs: stepMs[window], falseAlarmsPerWeek, alarmReasons: anomalyReasons }),
      window,
    );
    grain.series.set(name, made);
    return made;
  }
  const { settings } = known.detector;
  if (settings.falseAlarmsPerWeek !== falseAlarmsPerWeek || settings.alarmReasons !== anomalyReasons)
    known.detector = {
      ...known.detector,
      settings: { ...settings, falseAlarmsPerWeek, alarmReasons: anomalyReasons },
    };
  return known;
}

function tellEpisode(
  tenant: TenantWatch,
  closed: ClosedWindow,
  deps: JudgeDeps,
  kpi: WatchedKpi,
  judged: Judged,
  total: Judged | undefined,
  parts: readonly Judged[],
): void {
  const { key, series, value, verdict } = judged;
  const lengthMs = stepMs[closed.window];
  const [state, changes] = stepEpisode(series.episode, { timeMs: closed.startMs, value }, verdict, {
    quietMs: QUIET_WINDOWS[closed.window] * lengthMs,
  });
  series.episode = state;
  for (const { kind, episode } of changes) {
    const severityBefore = series.alarm?.severity;
    if (kind === 'opened') {
      const id = alarmId(kpi.definition.key, closed.window, key, episode.startMs);
      const coveredBy = coverOf(tenant, closed, kpi, judged, total, episode.severity);
      const root = coveredBy === '' ? incidentOf(tenant, closed, deps.plan, kpi, key) : undefined;
      series.alarm = {
        id,
        startedMs: episode.startMs,
        parentId: root?.id ?? coveredBy,
        incident: root === undefined ? undefined : { id: root.id, kpi: root.kpi },
        explanation:
          judged === total
            ? explainWindow(kpi, judged, parts, closed.startMs, closed.endMs - closed.startMs)
            : undefined,
        severity: episode.severity,
        reason: reasonOf(verdict, value) ?? 'value',
        revision: 0,
        signalRevision: 0,
      };
      if (series.alarm.parentId === '') {
        const grain = tenant.grains[closed.window];
        const { dim, rollup } = key;
        grain.roots = withRoot(grain.roots, {
          id,
          kpi: kpi.definition.key,
          rollup,
          dim,
          startedMs: episode.startMs,
        });
      }
    }
    const { alarm } = series;
    if (alarm === undefined) continue;
    alarm.severity = episode.severity;
    // What has left its band has not only drifted.
    if (reasonOf(verdict, value) === 'value') alarm.reason = 'value';
    alarm.revision++;
    const view = { kpi, window: closed.window, key, episode, alarm, isOpen: kind !== 'closed' };
    tenant.outbox.anomalies.push(anomalyRow(tenant.tenant, view, lengthMs));
    const isNews = kind !== 'updated' || alarm.severity !== severityBefore || alarm.signalRevision === 0;
    const isCovered = alarm.parentId !== '' && alarm.incident === undefined;
    if (!isCovered && isNews && mayTell(alarm, closed, deps, kind === 'closed')) {
      alarm.signalRevision++;
      tenant.outbox.signals.push(anomalySignal(deps.words, tenant.tenant, view, lengthMs));
    }
    if (kind === 'closed') {
      series.alarm = undefined;
      series.held = undefined;
    } else series.lastAlarmId = alarm.id;
  }
  if (verdict.isAnomalous) series.unusualUntilMs = closed.endMs;
}

/** A signal is told of the present; what was told is also told resolved, however late. */
function mayTell(alarm: Alarm, closed: ClosedWindow, deps: JudgeDeps, isEnd: boolean): boolean {
  if (isEnd) return alarm.signalRevision > 0;
  return alarm.signalRevision > 0 || closed.endMs >= deps.nowMs - deps.signalMaxAgeMs;
}

/**
 * Episode that covers a new one, which then sends no signal: the total's of the same grain, the finer one of the same series, or, for a slight one, the series' own last
 * one while the detector still counts what happens again as the same trouble.
 */
function coverOf(
  tenant: TenantWatch,
  closed: ClosedWindow,
  kpi: WatchedKpi,
  { key, series }: Judged,
  total: Judged | undefined,
  severity: Severity,
): string {
  if (key.rollup !== 'total' && total?.series.alarm !== undefined) return total.series.alarm.id;
  const finer =
    closed.window === '1h' ? tenant.grains['1m'].series.get(seriesKey(kpi.definition.key, key)) : undefined;
  if (finer !== undefined && finer.unusualUntilMs > closed.startMs) return finer.lastAlarmId;
  const isSameTrouble =
    closed.startMs - series.unusualUntilMs <
    quietMsOf(stepMs[closed.window], series.detector.settings.falseAlarmsPerWeek);
  return severity === 'info' && isSameTrouble ? series.lastAlarmId : '';
}

/**
 * The first episode of the incident a new one belongs to: of another KPI or another cut that the same events make, begun shortly before and
 * not over; by the hour also one by the minute within it. It is listed under that and is one with it for whoever counts, but its signal goes
 * out: policies and subscribers name the KPI they listen for.
 */
function incidentOf(
  tenant: TenantWatch,
  { endMs, startMs, window }: ClosedWindow,
  plan: KpiPlan,
  kpi: WatchedKpi,
  key: WatchedKey,
): IncidentRoot | undefined {
  const first = (
    of: WatchedWindow,
    isMeant: (root: IncidentRoot, unusualUntilMs: number) => boolean,
  ): IncidentRoot | undefined =>
    tenant.grains[of].roots.find((root) => {
      const rootKpi = plan.kpis.find(({ definition }) => definition.key === root.kpi);
      const { series } = tenant.grains[of];
      const unusualUntilMs = series.get(`${root.kpi}/${root.rollup}/${root.dim}`)?.unusualUntilMs ?? 0;
      return (
        rootKpi !== undefined &&
        isMeant(root, Math.max(unusualUntilMs, root.startedMs + stepMs[of])) &&
        standsFor(root, rootKpi, startMs, key, kpi)
      );
    });
  const quietMs = QUIET_WINDOWS[window] * stepMs[window];
  return (
    (window === '1h'
      ? first('1m', (root, untilMs) => root.startedMs < endMs && untilMs > startMs)
      : undefined) ??
    first(
      window,
      ({ startedMs }, untilMs) =>
        startedMs <= startMs &&
        startMs - startedMs <= SAME_INCIDENT_MS[window] &&
        startMs - untilMs <= quietMs,
    )
  );
}

function tellRule(
  tenant: TenantWatch,
  series: SeriesState,
  closed: ClosedWindow,
  deps: JudgeDeps,
  kpi: KpiDefinition,
  input: Omit<RuleInput, 'startMs'>,
): void {
  const settings = ruleSettings(kpi, closed.window, input.fault !== undefined);
  if (settings === undefined) return;
  const [state, changes] = stepRule(series.rule, { startMs: closed.startMs, ...input }, settings);
  series.rule = state;
  for (const change of changes) {
    series.ruleAlarm = alarmAfter(series.ruleAlarm, change, () =>
      alarmId(`${kpi.key}.${change.what}`, closed.window, totalKey, change.startedMs),
    );
    // A rule that fires by the minute covers the same rule by the hour.
    const finer =
      closed.window === '1h' ? tenant.grains['1m'].series.get(seriesKey(kpi.key, totalKey)) : undefined;
    const isCovered = change.kind !== 'resolved' && (finer?.ruleAlarm?.signalRevision ?? 0) > 0;
    if (!isCovered)
      tell(tenant, series.ruleAlarm, closed, deps, change, (alarm, endedAtMs) =>
        ruleSignal(deps.words, tenant.tenant, {
          kpi,
          window: closed.window,
          change,
          alarm,
          endedAtMs,
          value: input.value,
          settings,
        }),
      );
    if (change.kind === 'resolved') series.ruleAlarm = undefined;
  }
}

function judgeFeed(
  tenant: TenantWatch,
  grain: GrainState,
  closed: ClosedWindow,
  deps: JudgeDeps,
  hasFeed: boolean,
): void {
  const input = { startMs: closed.startMs, value: hasFeed ? 1 : undefined };
  const [state, changes] = stepRule(grain.feed, input, {
    threshold: 0,
    target: undefined,
    direction: 'up',
    forWindows: 1,
    keepWindows: 1,
    noDataWindows: NO_DATA_WINDOWS[closed.window],
    // Everything stays away: whoever hears of bad things alone must hear of it.
    noDataSeverity: 'critical',
  });
  grain.feed = state;
  for (const change of changes) {
    grain.feedAlarm = alarmAfter(grain.feedAlarm, change, () =>
      alarmId('feed', closed.window, totalKey, change.startedMs),
    );
    const isCovered = closed.window === '1h' && tenant.grains['1m'].feedAlarm !== undefined;
    if (!isCovered || change.kind === 'resolved')
      tell(tenant, grain.feedAlarm, closed, deps, change, (alarm, endedAtMs) =>
        feedSignal(tenant.tenant, { window: closed.window, change, alarm, endedAtMs }),
      );
    if (change.kind === 'resolved') grain.feedAlarm = undefined;
  }
}

function alarmAfter(alarm: Alarm | undefined, change: RuleChange, id: () => string): Alarm {
  if (alarm !== undefined && change.kind !== 'fired') {
    alarm.severity = change.severity;
    alarm.revision++;
    return alarm;
  }
  return {
    id: id(),
    startedMs: change.startedMs,
    parentId: '',
    incident: undefined,
    explanation: undefined,
    severity: change.severity,
    reason: 'value',
    revision: 1,
    signalRevision: 0,
  };
}

function tell(
  tenant: TenantWatch,
  alarm: Alarm | undefined,
  closed: ClosedWindow,
  deps: JudgeDeps,
  change: RuleChange,
  signal: (alarm: Alarm, endedAtMs: number | null) => TenantWatch['outbox']['signals'][number],
): void {
  const isEnd = change.kind === 'resolved';
  if (alarm === undefined || !mayTell(alarm, closed, deps, isEnd)) return;
  alarm.signalRevision++;
  tenant.outbox.signals.push(signal(alarm, isEnd ? closed.endMs : null));
}

/** The rule of a KPI record in a window its threshold is judged in. One that cannot be computed is watched without a threshold. */
function ruleSettings(
  kpi: KpiDefinition,
  window: WatchedWindow,
  isFaulty: boolean,
): RuleSettings | undefined {
  const { alertThreshold, target, direction } = kpi;
  if (!isFaulty && (alertThreshold === undefined || !kpiWatchOf(kpi).threshold.includes(window)))
    return undefined;
  return {
    threshold: alertThreshold ?? 0,
    target,
    direction,
    forWindows: FOR_WINDOWS[window],
    keepWindows: FOR_WINDOWS[window],
    noDataWindows: NO_DATA_WINDOWS[window],
  };
}

function learnMeans({ series, state, verdict }: Judged, { shape }: WatchedKpi, closed: ClosedWindow): void {
  if (shape.kind !== 'ratio' || verdict.isAnomalous) return;
  const windowMs = closed.endMs - closed.startMs;
  const numerator = shape.numerator(state, windowMs);
  const denominator = shape.denominator(state, windowMs);
  if (numerator === null || denominator === null) return;
  const weight = MEAN_WEIGHT[closed.window];
  const mean = (before: number, value: number): number =>
    Number.isNaN(before) ? value : before + weight * (value - before);
  series.meanNumerator = mean(series.meanNumerator, numerator);
  series.meanDenominator = mean(series.meanDenominator, denominator);
}

function tellBand(
  tenant: TenantWatch,
  closed: ClosedWindow,
  kpi: WatchedKpi,
  { key, value, verdict }: Judged,
  nowMs: number,
): void {
  if (verdict.expected === undefined) return;
  tenant.outbox.bands.push(bandRow(tenant.tenant, kpi.definition.key, closed, key, value, verdict, nowMs));
}
