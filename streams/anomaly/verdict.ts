import { DAY_MS, WEEK_MS } from './seasons.ts';

export type AnomalySeverity = 'info' | 'warning' | 'critical';

/**
 * Decades between the surprise of single readings and the rarity of alarms: eight detectors look at each point, neighbouring readings
 * depend on each other. Set so that simulated series with nothing wrong reach the bar of 1 about once a week. It is the scale of scores, the
 * same for every series; alarms have a bar of their own (`alarm-bar.ts`).
 */
const LOOKS_DECADES = 0.47;

/** The surprise of a point as rare as `falseAlarmsPerWeek`, on the scale of scores. */
export function barOf(settings: { readonly stepMs: number; readonly falseAlarmsPerWeek: number }): number {
  return Math.log10(WEEK_MS / settings.stepMs / settings.falseAlarmsPerWeek) + LOOKS_DECADES;
}

/** w/(1+w) of the weeks w between two alarms as rare as this one on a series with nothing wrong. */
export function scoreOf(surprise: number, stepMs: number): number {
  if (surprise === 0) return 0;
  const weeks = 10 ** Math.min(300, surprise - barOf({ stepMs, falseAlarmsPerWeek: 1 }));
  return weeks / (1 + weeks);
}

export function severityOf(decadesAboveBar: number): AnomalySeverity {
  return decadesAboveBar >= 3 ? 'critical' : decadesAboveBar >= 1 ? 'warning' : 'info';
}

/**
 * How long a series must be quiet before the next anomalous point is a new alarm: half a day, at least 3 points and at most 300.
 * What happens again within it is the same trouble. Who asks for more than one alarm a week wants them told apart: the time is shared among them.
 */
export function quietMsOf(stepMs: number, falseAlarmsPerWeek = 1): number {
  const quietMs = Math.max(3 * stepMs, Math.min(300 * stepMs, DAY_MS / 2));
  return Math.max(stepMs, quietMs / Math.max(1, falseAlarmsPerWeek));
}
