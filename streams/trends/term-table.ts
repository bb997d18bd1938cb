import { clearSlot, createActivity, growActivity, type Activity } from './activity.ts';
import {
  addToSketch,
  createFrequencySketch,
  scaleSketch,
  sketchErrorBound,
  type FrequencySketch,
} from './frequency-sketch.ts';

/** Hours in which a count halves: a week. What was common long ago may be new again. */
const HALF_LIFE_HOURS = 168;
const FIRST_SLOTS = 64;
/** Share of the slots emptied at once when all are taken. */
const PRUNE_SHARE = 1 / 8;

/**
 * Terms counted one by one, the heaviest `capacity` of all that were seen, over a sketch that counts the rest. A term enters when its
 * estimate in the sketch exceeds `floor`; when the slots are used up the lightest eighth leaves and `floor` becomes the heaviest of
 * those. So every term whose aged count exceeds the floor is held (the promise of Space-Saving, Metwally et al. 2005), and its count
 * is too high by at most the sketch's error when it entered.
 */
export interface TermTable {
  readonly capacity: number;
  readonly slotOf: Map<string, number>;
  readonly keys: (string | undefined)[];
  readonly labels: string[];
  readonly weights: number[];
  readonly weightHours: number[];
  readonly firstHours: number[];
  /** At most how much of the weight is the sketch's error. */
  readonly errors: number[];
  readonly free: number[];
  readonly activity: Activity;
  readonly sketch: FrequencySketch;
  sketchHour: number;
  floor: number;
  floorHour: number;
  evicted: number;
}

export function createTermTable(capacity: number, sketchWidth: number): TermTable {
  return {
    capacity,
    slotOf: new Map(),
    keys: [],
    labels: [],
    weights: [],
    weightHours: [],
    firstHours: [],
    errors: [],
    free: [],
    activity: createActivity(Math.min(FIRST_SLOTS, capacity)),
    sketch: createFrequencySketch(sketchWidth),
    sketchHour: Number.NEGATIVE_INFINITY,
    floor: 0,
    floorHour: 0,
    evicted: 0,
  };
}

function aged(weight: number, hours: number): number {
  return hours <= 0 ? weight : weight * 2 ** (-hours / HALF_LIFE_HOURS);
}

/** Counts a term in an hour and answers its slot; undefined while it is too rare to be held. */
export function countTerm(
  table: TermTable,
  key: string,
  label: string,
  hour: number,
  weight: number,
): number | undefined {
  ageSketch(table, hour);
  const held = table.slotOf.get(key);
  const estimate = addToSketch(table.sketch, key, weight);
  if (held !== undefined) {
    const since = hour - (table.weightHours[held] ?? hour);
    // An older hour adds what is left of it by the newest.
    table.weights[held] =
      since >= 0
        ? aged(table.weights[held] ?? 0, since) + weight
        : (table.weights[held] ?? 0) + aged(weight, -since);
    table.weightHours[held] = Math.max(hour, table.weightHours[held] ?? hour);
    return held;
  }
  if (estimate <= aged(table.floor, hour - table.floorHour)) return undefined;
  const slot = takeSlot(table, hour);
  table.slotOf.set(key, slot);
  table.keys[slot] = key;
  table.labels[slot] = label;
  table.weights[slot] = estimate;
  table.weightHours[slot] = hour;
  table.firstHours[slot] = hour;
  table.errors[slot] = Math.min(estimate - weight, sketchErrorBound(table.sketch));
  return slot;
}

function ageSketch(table: TermTable, hour: number): void {
  if (table.sketchHour === Number.NEGATIVE_INFINITY) table.sketchHour = hour;
  // In steps of a day: each walks the whole sketch.
  if (hour < table.sketchHour + 24) return;
  scaleSketch(table.sketch, 2 ** (-(hour - table.sketchHour) / HALF_LIFE_HOURS));
  table.sketchHour = hour;
}

function takeSlot(table: TermTable, hour: number): number {
  const used = table.slotOf.size;
  if (used >= table.capacity) prune(table, hour);
  const free = table.free.pop();
  if (free !== undefined) {
    clearSlot(table.activity, free);
    return free;
  }
  const slot = table.keys.length;
  if (slot >= table.activity.slots)
    growActivity(table.activity, Math.min(table.capacity, table.activity.slots * 2));
  return slot;
}

/** Lets the lightest go; ties by key, so that the order of slots decides nothing. */
function prune(table: TermTable, hour: number): void {
  const order = [...table.slotOf].map(([key, slot]) => ({
    key,
    slot,
    weight: aged(table.weights[slot] ?? 0, hour - (table.weightHours[slot] ?? hour)),
  }));
  order.sort((a, b) => a.weight - b.weight || (a.key < b.key ? -1 : 1));
  const leaving = order.slice(0, Math.max(1, Math.floor(table.capacity * PRUNE_SHARE)));
  for (const { key, slot, weight } of leaving) {
    table.slotOf.delete(key);
    table.keys[slot] = undefined;
    table.free.push(slot);
    table.floor = Math.max(aged(table.floor, hour - table.floorHour), weight);
    table.floorHour = hour;
  }
  table.evicted += leaving.length;
}
