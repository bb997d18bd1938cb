import type { Problem } from '../../platform/contracts/api.ts';
import { problemOf } from './problem.ts';

/** What is known of an answer. Data stays while it is loaded anew and when that fails. */
export interface Resource<T> {
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  readonly isLoading: boolean;
  readonly loadedAtMs: number | undefined;
}

export interface QuerySpec<A, T> {
  readonly keyOf: (args: A) => string;
  readonly load: (args: A) => Promise<T>;
  /** Time after which an answer somebody looks at is loaded anew, or what it is for this answer; undefined: when asked only. */
  readonly refreshMs?: number | ((data: T) => number | undefined);
}

export interface QueryDeps {
  readonly nowMs: () => number;
  readonly every: (ms: number, run: () => void) => () => void;
  readonly isHidden: () => boolean;
}

/** Answers of one kind of request, shared by everybody who asks the same. */
export interface Query<A, T> {
  readonly read: (args: A) => Resource<T>;
  /** Loads unless there is a fresh answer, keeps it fresh while watched, tells of every change. */
  readonly watch: (args: A, onChange: () => void) => () => void;
  /** Loads what is watched anew and forgets the rest. */
  readonly refresh: () => void;
}

interface Entry<A, T> {
  readonly args: A;
  resource: Resource<T>;
  readonly watchers: Set<() => void>;
  /** Counts loads, so that an answer that was overtaken is dropped. */
  load: number;
}

const EMPTY = { data: undefined, problem: undefined, isLoading: true, loadedAtMs: undefined } as const;
const MAX_ENTRIES = 200;
const TICK_MS = 1_000;
/** After a failure the next try waits longer. */
const FAILED_MS = 15_000;

export function createQuery<A, T>(spec: QuerySpec<A, T>, deps: QueryDeps): Query<A, T> {
  const entries = new Map<string, Entry<A, T>>();
  let stopTick: (() => void) | undefined;
  let watched = 0;

  const set = (entry: Entry<A, T>, resource: Resource<T>): void => {
    entry.resource = resource;
    for (const tell of entry.watchers) tell();
  };

  const load = (entry: Entry<A, T>): void => {
    entry.load += 1;
    const mine = entry.load;
    set(entry, { ...entry.resource, isLoading: true });
    spec.load(entry.args).then(
      (data) => {
        if (entry.load === mine)
          set(entry, { data, problem: undefined, isLoading: false, loadedAtMs: deps.nowMs() });
      },
      (error: unknown) => {
        if (entry.load === mine)
          set(entry, {
            ...entry.resource,
            problem: problemOf(error),
            isLoading: false,
            loadedAtMs: deps.nowMs(),
          });
      },
    );
  };

  const isStale = ({ resource }: Entry<A, T>): boolean => {
    if (resource.isLoading) return false;
    const ageMs = deps.nowMs() - (resource.loadedAtMs ?? Number.NEGATIVE_INFINITY);
    if (resource.problem !== undefined) return resource.problem.retry === 'backoff' && ageMs >= FAILED_MS;
    const refreshMs =
      typeof spec.refreshMs !== 'function'
        ? spec.refreshMs
        : resource.data === undefined
          ? undefined
          : spec.refreshMs(resource.data);
    return refreshMs !== undefined && ageMs >= refreshMs;
  };

  const tick = (): void => {
    if (deps.isHidden()) return;
    for (const entry of entries.values()) if (entry.watchers.size > 0 && isStale(entry)) load(entry);
  };

  const forget = (): void => {
    for (const [key, entry] of entries) {
      if (entries.size <= MAX_ENTRIES) return;
      if (entry.watchers.size === 0) entries.delete(key);
    }
  };

  return {
    read: (args) => entries.get(spec.keyOf(args))?.resource ?? EMPTY,
    watch: (args, onChange) => {
      const key = spec.keyOf(args);
      let entry = entries.get(key);
      if (entry === undefined) {
        entry = { args, resource: EMPTY, watchers: new Set(), load: 0 };
        entries.set(key, entry);
        forget();
      }
      const found = entry;
      found.watchers.add(onChange);
      watched += 1;
      stopTick ??= deps.every(TICK_MS, tick);
      if (found.load === 0 || isStale(found)) load(found);
      return () => {
        found.watchers.delete(onChange);
        watched -= 1;
        if (watched > 0) return;
        stopTick?.();
        stopTick = undefined;
      };
    },
    refresh: () => {
      for (const [key, entry] of entries) {
        if (entry.watchers.size > 0) load(entry);
        else entries.delete(key);
      }
    },
  };
}
