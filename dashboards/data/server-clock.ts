/** Differences below this are the way of the message, not the clock. */
const TOLERATED_MS = 2_000;

/** The time as the server tells it: windows begin and end by its clock, whatever the reader's machine believes. */
export interface ServerClock {
  readonly nowMs: () => number;
  /** A message the server says it sent at this time has just come. */
  readonly observe: (sentAtMs: number) => void;
}

export function createServerClock(localMs: () => number): ServerClock {
  let offsetMs = 0;
  return {
    nowMs: () => localMs() + offsetMs,
    observe: (sentAtMs) => {
      const differenceMs = sentAtMs - localMs();
      if (Math.abs(differenceMs - offsetMs) > TOLERATED_MS) {
        offsetMs = Math.abs(differenceMs) > TOLERATED_MS ? differenceMs : 0;
      }
    },
  };
}
