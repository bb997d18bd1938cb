import { deserialize, serialize } from 'node:v8';

/** What a person sets: how often a point comes and how many false alarms they accept. Everything else follows from these. */
export interface DetectorSettings {
  /** Distance of two points; the width of a KPI's window. */
  readonly stepMs: number;
  /** About so many alarms a week on a series with nothing wrong. */
  readonly falseAlarmsPerWeek: number;
  /** Lengths of the seasons; left out, a day and a week, each where it fits. */
  readonly seasonsMs?: readonly number[];
}

export interface DetectorPoint {
  readonly timeMs: number;
  /** Undefined: nothing was measured. It moves no baseline and raises no alarm. */
  readonly value: number | undefined;
}

export type AnomalySeverity = 'info' | 'warning' | 'critical';

/** All numbers are finite. */
export interface DetectorVerdict {
  /** 0 to 1, the same scale for every series; 0.5 is the bar that the false-alarm setting draws. */
  readonly score: number;
  /** What the point should have been, and the band it leaves about as often as the false-alarm setting says; undefined while warming. */
  readonly expected: number | undefined;
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly isAnomalous: boolean;
  readonly severity: AnomalySeverity;
  readonly phase: 'warming' | 'watching';
}

/** State of one series. Its owner mutates it through `stepDetector` and reads nothing from it. */
export interface DetectorState {
  readonly settings: DetectorSettings;
  seen: number;
  level: number;
  spread: number;
  readonly profile: Float64Array;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const WARM_UP_POINTS = 50;
const MAX_BINS = 288;

export function createDetector(settings: DetectorSettings): DetectorState {
  return {
    settings,
    seen: 0,
    level: 0,
    spread: 0,
    profile: new Float64Array(seasonBins(settings)),
  };
}

/** Judges one point and learns from it. Points come in the order of their time. */
export function stepDetector(state: DetectorState, point: DetectorPoint): DetectorVerdict {
  const { value } = point;
  const { profile } = state;
  if (value === undefined || !Number.isFinite(value)) return verdictOf(state, undefined, 0, point);
  const bin = binOf(profile.length, point.timeMs);
  if (state.seen === 0) state.level = value;
  const residual = value - state.level - (profile[bin] ?? 0);
  const verdict = verdictOf(state, value, residual, point);
  const rate = Math.max(0.02, 1 / (state.seen + 1));
  const bound = 3 * Math.max(state.spread, 1e-12 * Math.abs(value));
  const learned = state.seen < WARM_UP_POINTS ? residual : Math.max(-bound, Math.min(bound, residual));
  state.level += rate * learned;
  state.spread += rate * (Math.abs(learned) - state.spread);
  if (profile.length > 0) profile[bin] = (profile[bin] ?? 0) + 0.1 * learned;
  state.seen = Math.min(state.seen + 1, Number.MAX_SAFE_INTEGER);
  return verdict;
}

export function encodeDetector(state: DetectorState): Uint8Array {
  return serialize(state);
}

export function decodeDetector(bytes: Uint8Array): DetectorState | undefined {
  try {
    const value: unknown = deserialize(bytes);
    return isState(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isState(value: unknown): value is DetectorState {
  return typeof value === 'object' && value !== null && 'settings' in value && 'profile' in value;
}

function verdictOf(
  state: DetectorState,
  value: number | undefined,
  residual: number,
  point: DetectorPoint,
): DetectorVerdict {
  const isWarming = state.seen < WARM_UP_POINTS;
  const expected = isWarming
    ? undefined
    : state.level + (state.profile[binOf(state.profile.length, point.timeMs)] ?? 0);
  const bar = barOf(state.settings);
  const scale = 1.25 * state.spread + 1e-9 * Math.abs(state.level) + Number.MIN_VALUE;
  const ratio = isWarming || value === undefined ? 0 : Math.abs(residual) / scale / bar;
  const score = Number.isFinite(ratio) ? ratio / (1 + ratio) : 1;
  return {
    score,
    expected,
    lower: expected === undefined ? undefined : expected - bar * scale,
    upper: expected === undefined ? undefined : expected + bar * scale,
    isAnomalous: score >= 0.5,
    severity: ratio >= 3 ? 'critical' : ratio >= 1.5 ? 'warning' : 'info',
    phase: isWarming ? 'warming' : 'watching',
  };
}

/** Deviations of a normal residual that come as often as the setting allows (a tail bound of the normal law). */
function barOf(settings: DetectorSettings): number {
  const probability = Math.min(0.5, (settings.falseAlarmsPerWeek * settings.stepMs) / WEEK_MS);
  return Math.sqrt(2 * Math.log(1 / probability));
}

function seasonBins({ stepMs }: DetectorSettings): number {
  const perDay = Math.round(DAY_MS / stepMs);
  return perDay < 4 ? 0 : Math.min(MAX_BINS, perDay);
}

function binOf(bins: number, timeMs: number): number {
  return bins === 0 ? 0 : Math.floor(((((timeMs % DAY_MS) + DAY_MS) % DAY_MS) / DAY_MS) * bins);
}
