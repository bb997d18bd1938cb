import type { ForecastGrain, ForecastRollup } from '../../platform/contracts/forecast.ts';
import type { TenantCalendar } from '../../platform/contracts/calendar.ts';
import type { KpiUnit } from '../../platform/contracts/kpi.ts';
import type { Sum } from '../forecast/reconcile.ts';

/** One series of a tenant. */
export interface PanelSeries {
  readonly id: string;
  readonly kpi: string;
  readonly rollup: ForecastRollup;
  readonly dim: string;
  readonly title: string;
  readonly unit: KpiUnit;
  /** A level, such as recurring revenue: over a horizon it is what it comes to at the end, not a sum. */
  readonly isStock: boolean;
  /** Complete steps in order; 0 where nothing arrived, NaN where nothing is known: days of a recorded data outage. */
  readonly values: Float64Array;
}

/** Local calendar of every step, those to come included. */
export interface Calendar {
  readonly weekday: Uint8Array;
  readonly monthday: Uint8Array;
  readonly month: Uint8Array;
  readonly hour: Uint8Array;
  /** Year, month and day as one number: 20260305. */
  readonly date: Int32Array;
}

/** All series of a tenant and grain, of the same steps, with the sums that hold between them. */
export interface Panel {
  readonly grain: ForecastGrain;
  /** Steps of a season: 7 days, 24 hours. */
  readonly period: number;
  readonly horizons: readonly number[];
  readonly levels: readonly number[];
  /** Starts of the steps: the history's, then those to come, then the end of the last. */
  readonly starts: Float64Array;
  readonly calendar: Calendar;
  /** What is known of days: whose holidays count, and what the tenant has planned. */
  readonly planned: TenantCalendar;
  /** Steps of the history in which nothing of any kind arrived; they count as zero. */
  readonly quietSteps: number;
  /** Index of what products were sold at, by step of the history; absent where nothing with a price was sold. */
  readonly prices?: Float64Array;
  readonly series: readonly PanelSeries[];
  /** A whole before what it is a part of. */
  readonly sums: readonly Sum[];
}

export function stepsAhead({ horizons }: Pick<Panel, 'horizons'>): number {
  return horizons.at(-1) ?? 1;
}

export function historyLength({ series }: Pick<Panel, 'series'>): number {
  return series[0]?.values.length ?? 0;
}
