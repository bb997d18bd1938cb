import { Type } from '@sinclair/typebox';

/** Windows in which KPIs are judged, by detectors or by thresholds. */
export const alarmWindows = ['1m', '1h', '1d', '1mo'] as const;
export type AlarmWindow = (typeof alarmWindows)[number];
export const AlarmWindowSchema = Type.Union(alarmWindows.map((window) => Type.Literal(window)));
