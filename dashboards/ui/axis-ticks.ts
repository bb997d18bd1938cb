import type { WindowSize } from '../../platform/contracts/kpi.ts';
import type { Zone } from '../data/zone-time.ts';

export interface AxisTick {
  readonly index: number;
  /** A day's first window among hours is named by its day. */
  readonly isDay: boolean;
}

/** Steps in windows of an hour and of a minute at which people expect a mark. */
const hourSteps = [1, 2, 3, 6, 12, 24, 48, 72, 168, 336];
const minuteSteps = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720];
const daySteps = [1, 2, 7, 14, 28, 56, 91, 182];
const monthSteps = [1, 2, 3, 6, 12, 24];

/** Where to mark the axis of windows: at round local times, `maxTicks` at most. */
export function axisTicks(
  starts: readonly number[],
  grain: WindowSize,
  zone: Zone,
  maxTicks: number,
): readonly AxisTick[] {
  if (grain === '1d' || grain === '1mo') {
    const steps = grain === '1d' ? daySteps : monthSteps;
    const step = steps.find((each) => starts.length / each <= maxTicks) ?? starts.length;
    // Counted from the end, so that the newest window is always named.
    return starts.flatMap((_start, index) =>
      (starts.length - 1 - index) % step === 0 ? [{ index, isDay: false }] : [],
    );
  }
  const lengthMs = grain === '1h' ? 3_600_000 : grain === '1m' ? 60_000 : 10_000;
  const steps = grain === '1h' ? hourSteps : minuteSteps;
  // Where windows are left out (trends of the past are looked at every six hours) their round times lie closer together than their number says.
  const windows = Math.round(((starts.at(-1) ?? 0) - (starts[0] ?? 0)) / lengthMs) + 1;
  const step = steps.find((each) => windows / each <= maxTicks) ?? windows;
  const perDay = 86_400_000 / lengthMs;
  const found = starts.flatMap((start, index) => {
    const dayStart = zone.startOf('1d', start);
    const ofDay = Math.round((start - dayStart) / lengthMs);
    if (step >= perDay) {
      const days = Math.round(step / perDay);
      const day = Math.round((dayStart - (starts[0] ?? dayStart)) / 86_400_000);
      return ofDay === 0 && day % days === 0 ? [{ index, isDay: true }] : [];
    }
    return ofDay % step === 0 ? [{ index, isDay: ofDay === 0 && windows > perDay }] : [];
  });
  if (found.length > 0) return found;
  // None lies on a round time: every so many of them, counted from the end.
  const each = Math.max(1, Math.ceil(starts.length / maxTicks));
  return starts.flatMap((_start, index) =>
    (starts.length - 1 - index) % each === 0 ? [{ index, isDay: false }] : [],
  );
}
