import { Type, type Static } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { SLICE_MS } from './live-events.ts';

/** `live`: every view for itself. `history`: the same network in far fewer events. */
const Mode = Type.Union([Type.Literal('live'), Type.Literal('history')]);

/**
 * Where the feed stands. Everything before `positionMs` was acknowledged. What lies between it and `promise.untilMs` may have been
 * sent already, in the mode and with the seed and rate of the promise, and will be sent so again after a restart: the ids
 * are then the same and nothing is counted twice.
 */
export const FeedState = Type.Object({
  version: Type.Literal(1),
  positionMs: Type.Integer({ minimum: 0 }),
  /** Rate and seed whose book of subscriptions has been acknowledged. */
  book: Type.Optional(Type.String({ maxLength: 256 })),
  promise: Type.Object({
    mode: Mode,
    untilMs: Type.Integer({ minimum: 0 }),
    seed: Type.String({ maxLength: 128 }),
    ratePerSecond: Type.Number({ exclusiveMinimum: 0 }),
  }),
});
export type FeedState = Static<typeof FeedState>;

const check = TypeCompiler.Compile(FeedState);

export interface FeedConfig {
  readonly seed: string;
  readonly ratePerSecond: number;
  readonly historyDays: number;
}

/** A stretch of time to send now. */
export interface Work {
  readonly mode: 'live' | 'history';
  readonly fromMs: number;
  readonly toMs: number;
  readonly seed: string;
  readonly ratePerSecond: number;
  /** To be saved, and taken as the state, before the work is sent; undefined when an earlier promise covers it. */
  readonly save: FeedState | undefined;
}

const DAY_MS = 86_400_000;
const historyPieceMs = 3_600_000;
/** Events of one piece of live work, about. */
const eventsPerPiece = 1000;
/** The stretch before now that is sent in full when the feed starts or was away. */
const liveTailEvents = 30_000;
const longestLiveTailMs = 600_000;
/** A feed that is late for a moment stays live. */
const slackMs = 60_000;
/** The position is saved ahead for so long at a time, so that not every piece costs a write. */
const promiseAheadMs = 5000;

/** Where a feed begins that never ran: `historyDays` ago. */
export function firstState(nowMs: number, config: FeedConfig): FeedState {
  const positionMs = floorSlice(nowMs - config.historyDays * DAY_MS);
  const { seed, ratePerSecond } = config;
  return { version: 1, positionMs, promise: { mode: 'live', untilMs: positionMs, seed, ratePerSecond } };
}

/**
 * What to send next, or undefined when the feed is up to date. Pure. A feed that was away for longer than the live tail catches up
 * in history, and one that was away for longer than `historyDays` leaves out what lies before.
 */
export function nextWork(state: FeedState, nowMs: number, config: FeedConfig): Work | undefined {
  const now = floorSlice(nowMs);
  if (state.positionMs < state.promise.untilMs) return promisedWork(state, now);

  const { seed, ratePerSecond } = config;
  const tailMs = floorSlice(Math.min(longestLiveTailMs, (liveTailEvents / ratePerSecond) * 1000));
  const longestAwayMs = Math.max(config.historyDays * DAY_MS, tailMs + slackMs);
  const fromMs = Math.max(state.positionMs, floorSlice(nowMs - longestAwayMs));
  const isAway = now - fromMs > tailMs + slackMs;
  const mode = isAway ? 'history' : 'live';
  const toMs = isAway
    ? Math.min(fromMs + historyPieceMs, now - tailMs)
    : Math.min(now, fromMs + livePieceMs(ratePerSecond));
  if (toMs <= fromMs) return undefined;
  const untilMs = mode === 'history' ? toMs : toMs + promiseAheadMs;
  const save: FeedState = { ...state, positionMs: fromMs, promise: { mode, untilMs, seed, ratePerSecond } };
  return { mode, fromMs, toMs, seed, ratePerSecond, save };
}

/** The name of the book that belongs to the settings, or undefined when it was acknowledged already. */
export function owedBook(state: FeedState, { ratePerSecond, seed }: FeedConfig): string | undefined {
  const book = `${ratePerSecond}/${seed}`;
  return state.book === book ? undefined : book;
}

/** The state after work was acknowledged, `state` being the one it was promised in. */
export function afterWork(state: FeedState, work: Work): FeedState {
  return { ...state, positionMs: work.toMs };
}

export function parseFeedState(text: string): FeedState | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return check.Check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function promisedWork(state: FeedState, now: number): Work | undefined {
  const { mode, untilMs, seed, ratePerSecond } = state.promise;
  const fromMs = state.positionMs;
  // Promised history lies in the past as a whole and must be made in one piece, since its slots depend on where they are cut.
  const toMs = mode === 'history' ? untilMs : Math.min(now, untilMs, fromMs + livePieceMs(ratePerSecond));
  return toMs <= fromMs ? undefined : { mode, fromMs, toMs, seed, ratePerSecond, save: undefined };
}

function livePieceMs(ratePerSecond: number): number {
  return Math.max(SLICE_MS, floorSlice((eventsPerPiece / ratePerSecond) * 1000));
}

function floorSlice(ms: number): number {
  return Math.floor(ms / SLICE_MS) * SLICE_MS;
}
