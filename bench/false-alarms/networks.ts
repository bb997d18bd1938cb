import type { PlainEvent } from '../../ingest/import/plain-event.ts';
import { createSimulator, type Simulator } from '../../ingest/simulate/simulator.ts';
import type { WatchedWindow } from '../../platform/contracts/anomaly.ts';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { KpiDefinition, Measure, MeasureState } from '../../platform/contracts/kpi.ts';
import { distinctMeasures } from '../../streams/directory.ts';
import type { ClosedWindow } from '../../streams/watch/judge.ts';
import { seriesKey, totalKey, type WatchedKey } from '../../streams/watch/watch-state.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const WEEK_MS = 168 * HOUR_MS;
const START_MS = Date.UTC(2026, 2, 2);
/** Minutes of the live feed made at a time. */
const STRIDE_MS = 10 * MINUTE_MS;
/** A viral moment has lost 95 of 100 parts of its height by then. */
const VIRAL_DECAYS = 3;

export interface NetworkSettings {
  readonly seed: string;
  readonly window: WatchedWindow;
  readonly weeks: number;
  readonly ratePerSecond: number;
}

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** A simulated network as the table `kpi` would have it, and when something did happen in it. */
export interface Network {
  readonly startMs: number;
  readonly stepMs: number;
  readonly windows: readonly ClosedWindow[];
  readonly keys: readonly WatchedKey[];
  readonly causes: readonly Span[];
}

/** KPIs of sums and counts of plain fields: what can be made from plain events without the first stage. */
export const countedKpis: readonly KpiDefinition[] = kpiCatalogue.filter(({ measures }) =>
  measures.every(({ agg }) => agg === 'sum' || agg === 'count'),
);

/** By the hour from the thinned history, by the minute from the full feed. */
export function simulateNetwork({ ratePerSecond, seed, weeks, window }: NetworkSettings): Network {
  const simulator = createSimulator({ seed, ratePerSecond, startMs: START_MS });
  const untilMs = START_MS + weeks * WEEK_MS;
  const stepMs = window === '1m' ? MINUTE_MS : HOUR_MS;
  const events = window === '1m' ? liveFeed(simulator, untilMs) : simulator.history(START_MS, untilMs);
  const { groundTruth } = simulator;
  return {
    startMs: START_MS,
    stepMs,
    ...windowsOf(events, window, stepMs),
    causes: [
      ...groundTruth.outages(START_MS, untilMs),
      ...groundTruth.viralMoments(START_MS, untilMs).map(({ startMs, decayMs }) => ({
        startMs,
        endMs: startMs + VIRAL_DECAYS * decayMs,
      })),
    ],
  };
}

function* liveFeed(simulator: Simulator, untilMs: number): Generator<readonly PlainEvent[], void> {
  let state = simulator.initial;
  for (let atMs = START_MS; atMs < untilMs; atMs += STRIDE_MS) {
    const [next, events] = simulator.step(state, Math.min(untilMs, atMs + STRIDE_MS));
    state = next;
    yield events;
  }
}

type Summed = MeasureState & { readonly sums: Record<string, number> };

function windowsOf(
  batches: Iterable<readonly PlainEvent[]>,
  window: WatchedWindow,
  stepMs: number,
): Pick<Network, 'windows' | 'keys'> {
  const byType = measuresByType(distinctMeasures(countedKpis));
  const windows = new Map<number, Map<string, Summed>>();
  const keys = new Map<string, WatchedKey>([[seriesKey('', totalKey), totalKey]]);
  for (const events of batches)
    for (const { type, time, data } of events) {
      const measures = byType.get(type) ?? [];
      const startMs = Math.floor(Date.parse(time) / stepMs) * stepMs;
      const states = windows.get(startMs) ?? new Map<string, Summed>();
      windows.set(startMs, states);
      for (const key of cutsOf(data)) {
        const name = seriesKey('', key);
        keys.set(name, key);
        const state = states.get(name) ?? { sums: {}, mins: {}, maxs: {}, uniques: {}, quantiles: {} };
        states.set(name, state);
        for (const measure of measures) {
          const value = valueOf(measure, data);
          if (value !== 0) state.sums[measure.key] = (state.sums[measure.key] ?? 0) + value;
        }
      }
    }
  return {
    windows: [...windows]
      .toSorted(([a], [b]) => a - b)
      .map(([startMs, states]): ClosedWindow => ({ window, startMs, endMs: startMs + stepMs, states })),
    keys: [...keys.values()],
  };
}

function measuresByType(measures: readonly Measure[]): ReadonlyMap<string, readonly Measure[]> {
  return new Map(
    eventCatalogue.map(({ type }) => [
      type,
      measures.filter(({ types }) => types.some((each) => each === type)),
    ]),
  );
}

function cutsOf(data: PlainEvent['data']): WatchedKey[] {
  const { channel_id: channel, country } = data;
  return [
    totalKey,
    ...(typeof channel === 'string' ? [{ rollup: 'channel' as const, dim: channel }] : []),
    ...(typeof country === 'string' ? [{ rollup: 'country' as const, dim: country }] : []),
  ];
}

function valueOf(measure: Measure, data: PlainEvent['data']): number {
  const { where } = measure;
  if (where !== undefined && !where.in.some((each) => each === data[where.field])) return 0;
  if (measure.agg === 'count') return 1;
  if (measure.agg !== 'sum') return 0;
  const name =
    measure.field === 'amount' ? 'amount_minor' : measure.field.slice(measure.field.indexOf(':') + 1);
  const value = data[name] ?? measure.default;
  return typeof value === 'number' ? value : 0;
}
