import type { Severity } from '../../platform/contracts/signal.ts';

/** A rule as the KPI record gives it: below (direction up) or above (direction down) the threshold is bad. */
export interface RuleSettings {
  readonly threshold: number;
  readonly target: number | undefined;
  readonly direction: 'up' | 'down';
  /** Breaches in a row before it fires. */
  readonly forWindows: number;
  /** Windows in a row that must be clear before it resolves. */
  readonly keepWindows: number;
  /** Windows without a value, of a series that regularly has one, before that is told. */
  readonly noDataWindows: number;
  /** How bad it is that values stay away; `info` when absent. */
  readonly noDataSeverity?: Severity;
}

export type RulePhase = 'normal' | 'pending' | 'firing' | 'recovering' | 'nodata' | 'error';

/** Plain data, stored as it is. */
export interface RuleState {
  readonly phase: RulePhase;
  /** Start of the first window of what is pending or firing. */
  readonly startedMs: number;
  /** Windows that count towards the next phase. */
  readonly count: number;
  /** Windows in a row without a value. */
  readonly missing: number;
  /** One bit for each of the last 24 windows before the missing ones: whether there was a value. */
  readonly seen: number;
  readonly severity: Severity;
}

export const normalRule: RuleState = {
  phase: 'normal',
  startedMs: 0,
  count: 0,
  missing: 0,
  seen: 0,
  severity: 'info',
};

export interface RuleInput {
  readonly startMs: number;
  /** Undefined: nothing to compute it from. */
  readonly value: number | undefined;
  /** Why it could not be computed; an error is not the same as no value. */
  readonly fault?: string;
}

export interface RuleChange {
  readonly kind: 'fired' | 'raised' | 'resolved';
  readonly what: 'breach' | 'nodata' | 'error';
  readonly severity: Severity;
  readonly startedMs: number;
}

const SEEN_WINDOWS = 24;
/** Of the last 24 windows so many must have had a value for its absence to mean something. */
const REGULAR_WINDOWS = 18;
const MASK = 2 ** SEEN_WINDOWS - 1;

/**
 * Pure step over the windows of a series: normal → pending (`for`) → firing → recovering (keep firing for) → normal, as Grafana's alert
 * states have it. A value inside the margin beyond the threshold neither fires nor resolves (hysteresis). While a breach fires, missing
 * values keep it (keep-last); otherwise their absence fires as `nodata`, of a severity of its own. An error waits the pending time too.
 */
export function stepRule(
  state: RuleState,
  input: RuleInput,
  settings: RuleSettings,
): readonly [RuleState, readonly RuleChange[]] {
  if (input.fault !== undefined) return onError(state, input, settings);
  if (input.value === undefined) return onMissing(state, input, settings);
  const changes: RuleChange[] = [];
  let now: RuleState = { ...state, missing: 0, seen: seenAfter(state) };
  if (now.phase === 'nodata' || now.phase === 'error') {
    changes.push(change('resolved', now));
    now = { ...now, phase: 'normal', count: 0 };
  }
  const severity = severityOf(input.value, settings);
  const isBreach = beyond(input.value, settings) > 0;
  const isClear = beyond(input.value, settings) < -marginOf(settings);
  if (now.phase === 'firing' || now.phase === 'recovering') {
    if (isBreach) {
      const raised = worse(now.severity, severity);
      const isRaised = raised !== now.severity;
      now = { ...now, phase: 'firing', count: 0, severity: raised };
      if (isRaised) changes.push(change('raised', now));
      return [now, changes];
    }
    if (!isClear) return [now, changes];
    const count = now.phase === 'recovering' ? now.count + 1 : 1;
    if (count < settings.keepWindows) return [{ ...now, phase: 'recovering', count }, changes];
    changes.push(change('resolved', now));
    return [{ ...now, phase: 'normal', count: 0 }, changes];
  }
  if (!isBreach) return [{ ...now, phase: 'normal', count: 0 }, changes];
  const isFirst = now.phase === 'normal';
  const count = isFirst ? 1 : now.count + 1;
  const startedMs = isFirst ? input.startMs : now.startedMs;
  const worst = isFirst ? severity : worse(now.severity, severity);
  now = { ...now, phase: 'pending', count, startedMs, severity: worst };
  if (count < settings.forWindows) return [now, changes];
  now = { ...now, phase: 'firing', count: 0 };
  changes.push(change('fired', now));
  return [now, changes];
}

/** The windows without a value since the last one count as such. */
function seenAfter({ seen, missing }: RuleState): number {
  return missing >= SEEN_WINDOWS ? 1 : ((seen << (missing + 1)) | 1) & MASK;
}

function onMissing(
  state: RuleState,
  { startMs }: RuleInput,
  settings: RuleSettings,
): readonly [RuleState, readonly RuleChange[]] {
  const now = { ...state, missing: state.missing + 1 };
  const isQuiet = now.phase === 'normal' || now.phase === 'pending';
  if (!isQuiet || now.missing < settings.noDataWindows) return [now, []];
  if (bits(now.seen) < REGULAR_WINDOWS) return [{ ...now, phase: 'normal', count: 0 }, []];
  // Once told, a series that stays away has to become regular again before its absence means something.
  const fired: RuleState = {
    ...now,
    phase: 'nodata',
    startedMs: startMs,
    count: 0,
    seen: 0,
    severity: settings.noDataSeverity ?? 'info',
  };
  return [fired, [change('fired', fired)]];
}

function onError(
  state: RuleState,
  { startMs }: RuleInput,
  settings: RuleSettings,
): readonly [RuleState, readonly RuleChange[]] {
  if (state.phase === 'error' || state.phase === 'firing' || state.phase === 'recovering') return [state, []];
  const changes: RuleChange[] = state.phase === 'nodata' ? [change('resolved', state)] : [];
  const count = state.phase === 'pending' ? state.count + 1 : 1;
  const startedMs = state.phase === 'pending' ? state.startedMs : startMs;
  const now: RuleState = { ...state, phase: 'pending', count, startedMs, severity: 'warning' };
  if (count < settings.forWindows) return [now, changes];
  const fired: RuleState = { ...now, phase: 'error', count: 0 };
  return [fired, [...changes, change('fired', fired)]];
}

function change(kind: RuleChange['kind'], state: RuleState): RuleChange {
  const what = state.phase === 'nodata' || state.phase === 'error' ? state.phase : 'breach';
  return { kind, what, severity: state.severity, startedMs: state.startedMs };
}

/** How far a value is on the bad side of the threshold. */
function beyond(value: number, { threshold, direction }: RuleSettings): number {
  return direction === 'up' ? threshold - value : value - threshold;
}

/** A twentieth of the way from threshold to target, or two hundredths of the threshold. */
function marginOf({ threshold, target }: RuleSettings): number {
  return target === undefined ? 0.02 * Math.abs(threshold) : 0.05 * Math.abs(target - threshold);
}

/** Critical when it is as far beyond the threshold as the target is on the other side, or half of the threshold without a target. */
function severityOf(value: number, settings: RuleSettings): Severity {
  const { threshold, target } = settings;
  const far = target === undefined ? 0.5 * Math.abs(threshold) : Math.abs(target - threshold);
  return far > 0 && beyond(value, settings) >= far ? 'critical' : 'warning';
}

function worse(a: Severity, b: Severity): Severity {
  return a === 'critical' || b === 'critical'
    ? 'critical'
    : a === 'warning' || b === 'warning'
      ? 'warning'
      : 'info';
}

function bits(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest >>>= 1) count += rest & 1;
  return count;
}
