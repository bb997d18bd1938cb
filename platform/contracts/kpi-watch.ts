import { alarmWindows, type AlarmWindow } from './alarm-window.ts';
import type { KpiDefinition } from './kpi.ts';

/** In which windows a KPI is judged, the shortest first. */
export interface KpiWatch {
  /** In which its detector looks for what is unusual. Empty: in none. */
  readonly anomalies: readonly AlarmWindow[];
  /** In which its alert threshold is judged, or would be if it had one. Empty: in none, so it cannot have one. */
  readonly threshold: readonly AlarmWindow[];
}

type Watched = Pick<KpiDefinition, 'alertWindows' | 'basis' | 'formula' | 'measures' | 'unit' | 'windows'>;

const short = ['1m', '1h'] as const;

/**
 * What the watch does with a KPI, the same for everybody who says or does it. A KPI is judged by the minute and the hour; by the day and the month
 * where these are all it has, where its formula looks back (`prev`, `last_30d`) or rests on recurring revenue. Detectors need points, so months
 * have thresholds alone. A threshold is judged in `alertWindows`, where given.
 */
export function kpiWatchOf(kpi: Watched): KpiWatch {
  const judged = judgedWindows(kpi);
  const isShort = (window: AlarmWindow): boolean => short.some((each) => each === window);
  const shortOnes = judged.filter(isShort);
  const longOnes = judged.filter((window) => !isShort(window));
  const days = longOnes.filter((window) => window === '1d');
  const isByDay = shortOnes.length === 0 || isDailyRate(kpi);
  return {
    anomalies: isByDay ? days : shortOnes,
    threshold:
      kpi.alertWindows === undefined
        ? defaultThreshold(kpi, shortOnes, longOnes)
        : judged.filter((window) => kpi.alertWindows?.includes(window)),
  };
}

function defaultThreshold(
  { unit }: Watched,
  shortOnes: readonly AlarmWindow[],
  longOnes: readonly AlarmWindow[],
): readonly AlarmWindow[] {
  if (shortOnes.length > 0 && unit !== 'per_day') return shortOnes;
  return longOnes.length > 0 ? longOnes.slice(0, 1) : shortOnes;
}

/** Windows the watch could judge the KPI in at all. */
export function judgedWindows({ basis, formula, windows }: Watched): readonly AlarmWindow[] {
  const needsDays = basis === 'recurring' || /\b(?:prev|last_30d)\s*\(/i.test(formula);
  return alarmWindows.filter(
    (window) =>
      (windows === undefined || windows.includes(window)) &&
      !(needsDays && short.some((each) => each === window)),
  );
}

/** A number a day of something that is not counted but counted apart, such as contents a day and channel: by the hour it is 24 or nothing. */
function isDailyRate({ measures, unit }: Watched): boolean {
  return unit === 'per_day' && measures.some(({ agg }) => agg !== 'count' && agg !== 'sum');
}
