import { Type, type Static } from '@sinclair/typebox';
import { sourceStatusFields } from '../../platform/contracts/source.ts';
import type { PlainEvent } from '../import/plain-event.ts';

/** Events of one poll; what is beyond them comes with the next. */
export const MAX_EVENTS = 200;
const MAX_SEEN = 1_000;
/** Counters of contents remembered, the ones not seen longest leave. */
const MAX_COUNTERS = 400;

const Counters = Type.Object({
  atMs: Type.Number(),
  views: Type.Number(),
  likes: Type.Number(),
  comments: Type.Number(),
});
export type Counters = Static<typeof Counters>;

const Pending = Type.Object({
  id: Type.String(),
  source: Type.String(),
  type: Type.String(),
  time: Type.String(),
  data: Type.Record(Type.String(), Type.Unknown()),
});

/**
 * What a source remembers, in the KV bucket `sources`. `pending` are events that may have been sent already: they are written down before
 * they are sent and struck out after the door has acknowledged them, so that a kill in between sends the same ids again.
 */
export const SourceState = Type.Object({
  version: Type.Literal(1),
  tenant: Type.String(),
  ...sourceStatusFields,
  etag: Type.String(),
  lastModified: Type.String(),
  /** What the source itself counts by: an id or a time. */
  cursor: Type.String(),
  /** Identities told lately, newest last. */
  seen: Type.Array(Type.String(), { maxItems: MAX_SEEN }),
  counters: Type.Record(Type.String(), Counters),
  pending: Type.Array(Pending, { maxItems: MAX_EVENTS }),
  lastTryMs: Type.Number(),
});
export type SourceState = Static<typeof SourceState>;

export function emptyState(tenant: string, kind: string, host: string): SourceState {
  return {
    version: 1,
    tenant,
    kind,
    host,
    etag: '',
    lastModified: '',
    cursor: '',
    seen: [],
    counters: {},
    pending: [],
    events: 0,
    failures: 0,
    lastTryMs: 0,
    lastOkMs: 0,
    nextMs: 0,
    problem: '',
  };
}

export interface SourceRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a source says in answer to one request. */
export interface Reading {
  readonly events: readonly PlainEvent[];
  readonly state: SourceState;
  /** Of the page that follows, if there is one. */
  readonly nextPage: string | undefined;
}

/** An answer that is no success, in words, and how long it asks to be left alone. */
export interface Refusal {
  readonly code: 'SOURCE_QUOTA_SPENT' | 'SOURCE_REFUSED' | 'SOURCE_UNREACHABLE';
  readonly message: string;
  readonly waitMs?: number;
}

/** The wire format of a kind of source. Pure: what to ask, and what an answer means. */
export interface SourceAdapter {
  request(state: SourceState, page: string | undefined): SourceRequest;
  /** Throws SOURCE_ANSWER_INVALID when the text is not of the format. */
  read(text: string, state: SourceState, atMs: number): Reading;
  /** What a status of 400 and above means; undefined leaves it to the general rule. */
  explain?(status: number, text: string, atMs: number): Refusal | undefined;
}

/** Items not told before, at most `bound`, and the state that remembers them. */
export function unseen<T>(
  state: SourceState,
  items: readonly T[],
  idOf: (item: T) => string,
  bound: number = MAX_EVENTS,
): { readonly fresh: readonly T[]; readonly state: SourceState } {
  const seen = new Set(state.seen);
  const fresh: T[] = [];
  for (const item of items) {
    const id = idOf(item);
    if (seen.has(id) || fresh.length >= bound) continue;
    seen.add(id);
    fresh.push(item);
  }
  return { fresh, state: { ...state, seen: [...seen].slice(-MAX_SEEN) } };
}

/** Counters with those of one more content; the ones heard of least recently leave. */
export function withCounters(
  counters: SourceState['counters'],
  added: ReadonlyMap<string, Counters>,
): SourceState['counters'] {
  const all = [...new Map([...Object.entries(counters), ...added])];
  all.sort(([a, x], [b, y]) => y.atMs - x.atMs || (a < b ? -1 : 1));
  return Object.fromEntries(all.slice(0, MAX_COUNTERS));
}
