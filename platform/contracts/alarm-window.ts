/** Windows in which KPIs are judged, by detectors or by thresholds; without schemas, for browsers. */
export const alarmWindows = ['1m', '1h', '1d', '1mo'] as const;
export type AlarmWindow = (typeof alarmWindows)[number];
