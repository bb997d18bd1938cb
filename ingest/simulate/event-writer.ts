import type { PlainEvent } from '../import/plain-event.ts';

/** Source of every simulated event. */
export const SIMULATOR_SOURCE = 'simulator';

export interface EventWriter {
  /** Under an id of its own where the event may also be made elsewhere. */
  add(type: string, atMs: number, data: Readonly<Record<string, unknown>>, id?: string): void;
  /** What was added, by time. */
  inOrder(): readonly PlainEvent[];
}

/** Numbers events within their slice, so that the same slice always makes the same ids, and labels each as simulated. */
export function createEventWriter(idPrefix: string): EventWriter {
  const events: { readonly atMs: number; readonly event: PlainEvent }[] = [];
  return {
    add: (type, atMs, data, id = `${idPrefix}:${events.length}`) => {
      events.push({
        atMs,
        event: {
          id,
          source: SIMULATOR_SOURCE,
          type,
          time: new Date(atMs).toISOString(),
          data: { ...data, simulated: true },
        },
      });
    },
    inOrder: () => events.toSorted((a, b) => a.atMs - b.atMs).map((each) => each.event),
  };
}
