import type { LiveCounters } from '../../platform/contracts/live.ts';

/** How far the processing of one tenant is. */
export interface Progress {
  readonly stored: number;
  readonly duplicates: number;
  readonly late: number;
  /** Newest received time that was applied; −Infinity before the first event. */
  readonly appliedReceivedAtMs: number;
}

export interface TenantProgress {
  apply(counters: LiveCounters, nowMs: number): void;
  /** Undefined until a processor has spoken. */
  read(): Progress | undefined;
  /** Stored events a second over the last seconds. */
  eventsPerSecond(nowMs: number): number;
  /** When a processor last spoke; −Infinity before. */
  readonly heardAtMs: number;
}

const rateSpanMs = 5_000;
const markEveryMs = 200;

interface Mark {
  readonly atMs: number;
  readonly stored: number;
}

/** Adds up what each processor says of a tenant. Counts are absolute, so a lost message is mended by the next. */
export function createTenantProgress(): TenantProgress {
  const parts = new Map<number, LiveCounters>();
  /** Total stored at instants of the last seconds, oldest first. */
  let marks: readonly Mark[] = [];
  let heardAtMs = Number.NEGATIVE_INFINITY;

  const storedNow = (): number => {
    let sum = 0;
    for (const part of parts.values()) sum += part.stored;
    return sum;
  };

  const mark = (nowMs: number): void => {
    const last = marks.at(-1);
    if (last !== undefined && nowMs - last.atMs < markEveryMs) return;
    // One mark older than the span stays, so that the rate covers all of it.
    const kept = marks.filter((_, i) => (marks[i + 1]?.atMs ?? nowMs) >= nowMs - rateSpanMs);
    marks = [...kept, { atMs: nowMs, stored: storedNow() }];
  };

  return {
    apply: (counters, nowMs) => {
      const known = parts.get(counters.part);
      if (known !== undefined && known.seq > counters.seq) return;
      parts.set(counters.part, counters);
      heardAtMs = nowMs;
      // What a processor counted before we first heard of it is no growth.
      if (known === undefined) marks = marks.map((old) => ({ ...old, stored: old.stored + counters.stored }));
      mark(nowMs);
    },
    read: () => {
      if (parts.size === 0) return undefined;
      let duplicates = 0;
      let late = 0;
      let appliedReceivedAtMs = Number.NEGATIVE_INFINITY;
      for (const part of parts.values()) {
        duplicates += part.duplicates;
        late += part.late;
        appliedReceivedAtMs = Math.max(appliedReceivedAtMs, part.appliedReceivedAtMs);
      }
      return { stored: storedNow(), duplicates, late, appliedReceivedAtMs };
    },
    eventsPerSecond: (nowMs) => {
      if (parts.size === 0) return 0;
      mark(nowMs);
      const first = marks[0];
      const last = marks.at(-1);
      if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
      return Math.max(0, (1_000 * (last.stored - first.stored)) / (last.atMs - first.atMs));
    },
    get heardAtMs() {
      return heardAtMs;
    },
  };
}
