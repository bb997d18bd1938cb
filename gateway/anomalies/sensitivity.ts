import {
  defaultWatchSettings,
  type SensitivityRequest,
  type WatchSettings,
} from '../../platform/contracts/anomaly.ts';

const MAX_CHANGES = 50;

/** The settings after a request, with who changed what and when; the same when it changes nothing. */
export function changedSettings(
  before: WatchSettings | undefined,
  request: SensitivityRequest,
  by: string,
  atMs: number,
): WatchSettings {
  const settings = before ?? defaultWatchSettings;
  const changes: WatchSettings['changes'] = [];
  const note = (what: string, from: number | null, to: number | null): void => {
    if (from !== to) changes.push({ atMs, by, what, from, to });
  };
  const falseAlarmsPerWeek = request.falseAlarmsPerWeek ?? settings.falseAlarmsPerWeek;
  note('tenant', settings.falseAlarmsPerWeek, falseAlarmsPerWeek);
  const perKpi = { ...settings.perKpi };
  if (request.kpi !== undefined) {
    const { key, falseAlarmsPerWeek: own } = request.kpi;
    note(key, settings.perKpi[key] ?? null, own);
    if (own === null) delete perKpi[key];
    else perKpi[key] = own;
  }
  return { falseAlarmsPerWeek, perKpi, changes: [...changes, ...settings.changes].slice(0, MAX_CHANGES) };
}
