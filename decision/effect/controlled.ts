import type { Outcome } from '../../platform/contracts/decision.ts';
import type { Cut } from './cut.ts';
import { correlationOf, describeSample, measured, minWindows } from './effect.ts';

/** Hourly values of one KPI by the values of one dimension; null where an hour has none. */
export interface Panel {
  /** Start of each hour, ascending. */
  readonly hoursMs: readonly number[];
  readonly series: ReadonlyMap<string, readonly (number | null)[]>;
}

export interface ControlledQuestion {
  readonly panel: Panel;
  readonly cut: Cut;
  /** Values of the dimension other decisions touched meanwhile: no controls. */
  readonly touched: ReadonlySet<string>;
  readonly appliedAtMs: number;
  readonly untilMs: number;
  readonly measuredAtMs: number;
}

const hourMs = 3_600_000;
const dayHours = 24;
const minControls = 2;
const maxControls = 20;
/** A control must have values in so many of its hours. */
const leastCover = 0.8;
const level = '95% Welch t interval with sample sizes reduced for autocorrelation';

/**
 * The effect on one channel (content, country, stream), the others of its kind as controls: difference in differences under proportional
 * trends (what moves all of them moves each by the same share). The mean of the controls, scaled to the treated by their means before,
 * is what would have been; hours are held against the same hour of day before, so that a horizon need not be whole days. The scale is itself
 * estimated from the hours before: Var = σ²ₐ/nₐ + (c̄ₐ/c̄_b)²·σ²_b/n_b. With fewer than two controls the hours of day before alone say
 * what would have been, which the method then tells. Null with too few hours. What the treated takes from a control counts twice.
 */
export function controlledEffect(question: ControlledQuestion): Outcome {
  const { appliedAtMs, cut, measuredAtMs, panel, untilMs } = question;
  const treated = panel.series.get(cut.dim) ?? [];
  const controls = controlsOf(question);
  const isControlled = controls.length >= minControls;
  const method = isControlled
    ? `${cut.rollup} ${cut.dim}: difference in differences by hour against ${controls.length} others of its kind, proportional trends; ${level}`
    : `${cut.rollup} ${cut.dim}: hours after against the same hours of day before, as there are no two controls; ${level}`;
  const hours = panel.hoursMs.flatMap((startMs, at) => {
    const value = treated[at] ?? null;
    const control = isControlled ? meanAt(controls, at) : 0;
    return value === null || control === null ? [] : [{ startMs, value, control }];
  });
  const before = hours.filter(({ startMs }) => startMs + hourMs <= appliedAtMs);
  const after = hours.filter(({ startMs }) => startMs >= appliedAtMs && startMs < untilMs);
  const shown = {
    method: method.slice(0, 300),
    measuredAtMs,
    cut,
    controls: isControlled ? controls.map(({ dim }) => dim.slice(0, 256)) : [],
  };
  const none = { ...shown, windows: after.length, realised: null, low: null, high: null };
  if (before.length < minWindows || after.length < minWindows) return none;
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const controlBefore = mean(before.map(({ control }) => control));
  if (isControlled && !(Math.abs(controlBefore) > 0)) return none;
  const scale = isControlled ? mean(before.map(({ value }) => value)) / controlBefore : 0;
  const differences = (of: typeof hours): { readonly hour: number; readonly value: number }[] =>
    of.map(({ startMs, value, control }) => ({
      hour: Math.floor(startMs / hourMs) % dayHours,
      value: value - scale * control,
    }));
  const [apart, then] = [differences(before), differences(after)];
  const usual = new Map<number, number>();
  for (let hour = 0; hour < dayHours; hour += 1) {
    const same = apart.filter((each) => each.hour === hour).map(({ value }) => value);
    // Twice at least, or one odd hour would be taken for what is usual.
    if (same.length >= 2) usual.set(hour, mean(same));
  }
  const isByHour = then.every(({ hour }) => usual.has(hour));
  const level0 = isByHour ? 0 : mean(apart.map(({ value }) => value));
  const residual = ({ hour, value }: { readonly hour: number; readonly value: number }): number =>
    value - (isByHour ? (usual.get(hour) ?? 0) : level0);
  const seen = new Set(then.map(({ hour }) => hour));
  const comparable = isByHour ? apart.filter(({ hour }) => seen.has(hour)) : apart;
  // A few hours after cannot tell how hours hang together; the days before can.
  const correlation = correlationOf(apart.map(residual));
  const b = describeSample(comparable.map(residual), isByHour ? seen.size : 1, correlation);
  const a = describeSample(then.map(residual), 1, correlation);
  const stretch = isControlled ? mean(after.map(({ control }) => control)) / controlBefore : 1;
  return { ...shown, ...measured(a, b, stretch ** 2, after.length) };
}

interface Control {
  readonly dim: string;
  readonly values: readonly (number | null)[];
}

/** The largest others with values in most hours, none of them touched by a decision meanwhile. */
function controlsOf({ cut, panel, touched }: ControlledQuestion): Control[] {
  const size = (values: readonly (number | null)[]): number =>
    values.reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0);
  return [...panel.series]
    .filter(([dim]) => dim !== '' && dim !== cut.dim && !touched.has(dim))
    .map(([dim, values]) => ({ dim, values }))
    .filter(({ values }) => values.filter((value) => value !== null).length >= leastCover * values.length)
    .filter(({ values }) => size(values) > 0)
    .toSorted((x, y) => size(y.values) - size(x.values) || (x.dim < y.dim ? -1 : 1))
    .slice(0, maxControls);
}

/** Null where one of them has no value: a mean over others than before would move by itself. */
function meanAt(controls: readonly Control[], at: number): number | null {
  let sum = 0;
  for (const { values } of controls) {
    const value = values[at] ?? null;
    if (value === null) return null;
    sum += value;
  }
  return sum / controls.length;
}
