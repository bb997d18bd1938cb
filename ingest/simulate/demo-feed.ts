import { isWeirError, messageOf } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Door } from '../import/adapters/http-door.ts';
import type { PlainEvent } from '../import/plain-event.ts';
import {
  afterWork,
  firstState,
  nextWork,
  owedBook,
  type FeedConfig,
  type FeedState,
  type Work,
} from './feed-plan.ts';
import { createSimulator, type Simulator } from './simulator.ts';
import { SLICE_MS } from './live-events.ts';

export interface FeedDeps {
  readonly door: Pick<Door, 'postEvents'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly load: () => Promise<FeedState | undefined>;
  readonly save: (state: FeedState) => Promise<void>;
}

const maxEventsPerPost = 1000;
const pauseAfterRefusalMs = 30_000;

/**
 * Sends the simulated network until the signal ends it. Holds the events of one piece of work, about a thousand. Each piece is
 * promised on disk before it is sent and taken off after it was acknowledged, so a kill at any moment neither doubles nor loses any.
 * A refused key ends the feed; any other fault pauses it and is logged once when it begins and once when it ends.
 */
export async function runDemoFeed(deps: FeedDeps, config: FeedConfig): Promise<void> {
  const { clock, log, signal } = deps;
  const simulators = new Map<string, Simulator>();
  const loaded = await deps.load();
  let state = loaded ?? firstState(clock.nowMs(), config);
  let isFaulty = false;
  let isHistoryTold = loaded !== undefined;
  while (!signal.aborted) {
    try {
      const book = owedBook(state, config);
      if (book !== undefined) {
        const { seed, ratePerSecond } = config;
        await post(
          deps,
          createSimulator({ seed, ratePerSecond, startMs: state.positionMs }).book(state.positionMs),
        );
        state = { ...state, book };
        await deps.save(state);
      }
      const work = nextWork(state, clock.nowMs(), config);
      if (work === undefined) {
        await clock.sleep(SLICE_MS - (clock.nowMs() % SLICE_MS), signal);
        continue;
      }
      if (work.save !== undefined) {
        await deps.save(work.save);
        state = work.save;
      }
      const simulator = simulatorOf(simulators, work);
      for (const events of eventsOf(simulator, work)) await post(deps, events);
      state = afterWork(state, work);
      if (isFaulty) log.info({}, 'demo feed goes on');
      isFaulty = false;
      if (!isHistoryTold && work.mode === 'live') {
        log.info({ historyDays: config.historyDays }, 'demo feed has sent its history and is live');
        isHistoryTold = true;
      }
    } catch (error) {
      if (signal.aborted) break;
      const isKeyRefused = isWeirError(error) && error.code === 'DOOR_UNAUTHORIZED';
      if (!isFaulty)
        log.warn({ err: error }, isKeyRefused ? 'demo feed ends' : `demo feed waits: ${messageOf(error)}`);
      isFaulty = true;
      if (isKeyRefused) return;
      await clock.sleep(pauseAfterRefusalMs, signal).catch(() => {});
    }
  }
  // What was acknowledged since the last promise: saves sending it again.
  await deps.save(state);
}

async function post({ door, log }: FeedDeps, events: readonly PlainEvent[]): Promise<void> {
  for (let at = 0; at < events.length; at += maxEventsPerPost) {
    const batch = events.slice(at, at + maxEventsPerPost).map((event) => ({ ...event }));
    const { rejected } = await door.postEvents(batch);
    const [first] = rejected;
    if (first === undefined) continue;
    const { code, message } = first;
    const type = batch[first.index]?.type;
    log.warn({ rejected: rejected.length, code, reason: message, type }, 'simulated events were rejected');
  }
}

function* eventsOf(simulator: Simulator, work: Work): Generator<readonly PlainEvent[], void> {
  if (work.mode === 'history') yield* simulator.history(work.fromMs, work.toMs);
  else yield simulator.step({ nextSlice: work.fromMs / SLICE_MS }, work.toMs)[1];
}

/** One simulator a seed and rate: the rate only changes between the promise of an earlier run and the settings of this one. */
function simulatorOf(simulators: Map<string, Simulator>, { seed, ratePerSecond, fromMs }: Work): Simulator {
  const key = `${ratePerSecond}/${seed}`;
  const known = simulators.get(key) ?? createSimulator({ seed, ratePerSecond, startMs: fromMs });
  simulators.set(key, known);
  return known;
}
