/** Places between effects; a test stops there as if the process had been killed. */
export type CrashPoint =
  | 'decision created'
  | 'policy state saved'
  | 'item created'
  | 'item taken'
  | 'effect done'
  | 'item settled'
  | 'decision moved'
  | 'decision told'
  | 'fact linked'
  | 'run queued';

/** Called between two effects. Does nothing outside tests. */
export type Faults = (point: CrashPoint) => void;

export const noFaults: Faults = () => {};
