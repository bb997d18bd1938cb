import type { PlainEvent } from '../import/plain-event.ts';
import { reportsBefore } from './books.ts';
import { cashBefore } from './cash-book.ts';
import { eventsOfSlot, SLOT_MS } from './history-events.ts';
import { eventsOfSlice, SLICE_MS } from './live-events.ts';
import { createEventWriter } from './event-writer.ts';
import { createGroundTruth, createWorld, type GroundTruth, type World, type WorldConfig } from './world.ts';

/** All there is to remember: the slices before it are made. */
export interface SimulatorState {
  readonly nextSlice: number;
}

export interface Simulator {
  readonly initial: SimulatorState;
  /** Makes every whole slice that ends at `untilMs` or before. */
  step(state: SimulatorState, untilMs: number): readonly [SimulatorState, readonly PlainEvent[]];
  /** The same network over a stretch of time in far fewer events, a slot of an hour at a time. */
  history(fromMs: number, toMs: number): Generator<readonly PlainEvent[], void>;
  /**
   * Subscriptions as they stood at a moment, told at that moment with the times they took effect. Their ids are those of the live feed and
   * of history, so that none counts twice. And the books of the weeks before: reports that count in no KPI;
   * and what moved on its account beside revenue and cost.
   */
  book(atMs: number): readonly PlainEvent[];
  readonly groundTruth: GroundTruth;
}

export interface SimulatorConfig extends WorldConfig {
  readonly startMs: number;
}

/**
 * A creator network that is a function of its seed and the time. Each slice of 250 ms has a random generator of its own, so the same
 * slice holds the same events with the same ids however the steps are cut, and a restart can go on at any slice.
 */
export function createSimulator(config: SimulatorConfig): Simulator {
  const world = createWorld(config);
  return {
    initial: { nextSlice: sliceFrom(config.startMs) },
    step: (state, untilMs) => {
      const end = Math.max(state.nextSlice, Math.floor(untilMs / SLICE_MS));
      const events: PlainEvent[] = [];
      for (let slice = state.nextSlice; slice < end; slice += 1) events.push(...eventsOfSlice(world, slice));
      return [{ nextSlice: end }, events];
    },
    history: function* (fromMs, toMs) {
      for (let at = fromMs; at < toMs;) {
        const end = Math.min(toMs, (Math.floor(at / SLOT_MS) + 1) * SLOT_MS);
        yield eventsOfSlot(world, at, end);
        at = end;
      }
    },
    book: (atMs) => bookAt(world, atMs),
    groundTruth: createGroundTruth(world),
  };
}

function bookAt(world: World, atMs: number): readonly PlainEvent[] {
  const writer = createEventWriter('');
  for (const event of world.subscriptions.book(atMs))
    writer.add(
      event.type,
      atMs,
      { ...event.data, effective_at: new Date(event.atMs).toISOString() },
      event.id,
    );
  const { seed } = world.config;
  for (const report of reportsBefore(seed, world.meanViewsPerSecond, atMs))
    writer.add(report.type, atMs, report.data, report.id);
  for (const { data, effectiveMs, id, type } of cashBefore(world.meanViewsPerSecond, atMs))
    writer.add(type, atMs, { ...data, effective_at: new Date(effectiveMs).toISOString() }, id);
  return writer.inOrder();
}

/** The first slice that begins at a moment or after it. */
export function sliceFrom(atMs: number): number {
  return Math.ceil(atMs / SLICE_MS);
}
