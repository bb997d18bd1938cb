import { ignoreElements, map, merge, mergeMap, tap, type Observable } from 'rxjs';
import type { Interest, LiveCounters, LivePart } from '../platform/contracts/live.ts';

/** What makes the live side move. Ticks carry the time. */
export interface LiveInputs {
  /** Changed totals go out. */
  readonly updates: Observable<number>;
  readonly counters: Observable<number>;
  /** Everything current goes to the read model. */
  readonly readModel: Observable<number>;
  /** Gateways say which keys somebody watches. */
  readonly interests: Observable<Interest>;
}

/** The state the live side looks at; every call is synchronous and cheap. */
export interface LiveView {
  /** Merges what was applied since the last call into windows and answers what changed. */
  changes(nowMs: number): readonly LivePart[];
  counters(): readonly LiveCounters[];
  /** Everything current of each tenant. */
  current(): readonly LivePart[];
  watch(interest: Interest): void;
}

export type LiveOutput =
  | { readonly to: 'kpi'; readonly message: LivePart }
  | { readonly to: 'counters'; readonly message: LiveCounters }
  | { readonly to: 'read-model'; readonly message: LivePart };

/**
 * The processors' live side as one stream of things to send. It buffers nothing: between two ticks the state itself holds the latest
 * values, so a slow receiver costs no memory here. Completes when all inputs have; what a source throws ends it.
 */
export function liveOutputs(inputs: LiveInputs, view: LiveView): Observable<LiveOutput> {
  return merge(
    inputs.interests.pipe(
      tap((interest) => view.watch(interest)),
      ignoreElements(),
    ),
    inputs.updates.pipe(
      mergeMap((nowMs) => view.changes(nowMs)),
      map((message): LiveOutput => ({ to: 'kpi', message })),
    ),
    inputs.counters.pipe(
      mergeMap(() => view.counters()),
      map((message): LiveOutput => ({ to: 'counters', message })),
    ),
    inputs.readModel.pipe(
      mergeMap(() => view.current()),
      map((message): LiveOutput => ({ to: 'read-model', message })),
    ),
  );
}
