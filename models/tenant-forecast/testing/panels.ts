import { noCalendar } from '../../../platform/contracts/calendar.ts';
import { createRandom } from '../../../platform/time/random.ts';
import type { Panel, PanelSeries } from '../panel.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface PanelShape {
  readonly length: number;
  readonly channels: number;
  readonly grain?: 'daily' | 'hourly';
  readonly horizons?: readonly number[];
  readonly seed?: string;
}

/** A made-up tenant: channels with trend, weekday and noise, the last of them rare, and their total. */
export function madePanel({
  length,
  channels,
  grain = 'daily',
  horizons,
  seed = 'panel',
}: PanelShape): Panel {
  const random = createRandom(seed);
  const period = grain === 'daily' ? 7 : 24;
  const stepMs = grain === 'daily' ? DAY_MS : HOUR_MS;
  const asked = horizons ?? (grain === 'daily' ? [1, 7, 30, 90] : [6, 24]);
  const ahead = asked.at(-1) ?? 1;
  const parts = Array.from({ length: channels }, (_, c) => {
    const level = 40 + 30 * c;
    const isRare = channels > 2 && c === channels - 1;
    return Float64Array.from({ length }, (__, t) => {
      if (isRare) return random.next() < 0.2 ? 20 + 5 * random.next() : 0;
      const season = 1 + 0.35 * Math.sin((2 * Math.PI * ((t % period) + c)) / period);
      return Math.max(0, level * (1 + (0.3 * t) / 365) * season * (1 + 0.08 * random.normal()));
    });
  });
  const total = Float64Array.from({ length }, (_, t) => parts.reduce((sum, part) => sum + (part[t] ?? 0), 0));
  const series: PanelSeries[] = [
    madeSeries('total', '', total),
    ...parts.map((values, c) => madeSeries('channel', `c${c}`, values)),
  ];
  return panelOf(series, { grain, period, stepMs, ahead, horizons: asked });
}

export function madeSeries(rollup: 'total' | 'channel', dim: string, values: Float64Array): PanelSeries {
  return {
    id: `views.${rollup}.${dim}`,
    kpi: 'views',
    rollup,
    dim,
    title: dim === '' ? 'Views' : `Views of channel ${dim}`,
    unit: 'count',
    isStock: false,
    values,
  };
}

export function panelOf(
  series: readonly PanelSeries[],
  shape: {
    readonly grain: 'daily' | 'hourly';
    readonly period: number;
    readonly stepMs: number;
    readonly ahead: number;
    readonly horizons: readonly number[];
  },
): Panel {
  const { ahead, grain, horizons, period, stepMs } = shape;
  const length = series[0]?.values.length ?? 0;
  const starts = Float64Array.from(
    { length: length + ahead + 1 },
    (_, t) => Date.UTC(2026, 0, 5) + t * stepMs,
  );
  const day = (t: number): Date => new Date(starts[t] ?? 0);
  const all = Array.from({ length: length + ahead }, (_, t) => day(t));
  return {
    grain,
    period,
    horizons,
    levels: [0.68, 0.8, 0.95],
    starts,
    planned: noCalendar,
    quietSteps: 0,
    calendar: {
      date: Int32Array.from(
        all,
        (d) => 10_000 * d.getUTCFullYear() + 100 * (d.getUTCMonth() + 1) + d.getUTCDate(),
      ),
      weekday: Uint8Array.from(all, (d) => d.getUTCDay()),
      monthday: Uint8Array.from(all, (d) => d.getUTCDate()),
      month: Uint8Array.from(all, (d) => d.getUTCMonth() + 1),
      hour: Uint8Array.from(all, (d) => d.getUTCHours()),
    },
    series,
    sums: series.length > 1 ? [{ whole: 0, parts: series.slice(1).map((_, i) => i + 1) }] : [],
  };
}
