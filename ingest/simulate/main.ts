import { join } from 'node:path';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { createDoor } from '../import/adapters/http-door.ts';
import { readIfThere, writeWhole } from '../import/adapters/state-files.ts';
import { runDemoFeed } from './demo-feed.ts';
import { parseFeedState, type FeedConfig } from './feed-plan.ts';

export interface DemoFeedOptions extends FeedConfig {
  readonly url: string;
  /** Ingest key of tenant `demo`. */
  readonly apiKey: string;
  /** The position is kept in `<home>/demo-feed.json`. */
  readonly home: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface DemoFeed {
  /** Ends it: waits for what is being written, not for answers of the server. */
  stop(): Promise<void>;
}

const requestTimeoutMs = 30_000;

/** Starts the simulated creator network as a client of the public HTTP door. Returns at once; it waits for the server by itself. */
export function startDemoFeed(options: DemoFeedOptions): DemoFeed {
  const { clock, home, apiKey, url } = options;
  const log = options.log.child({ module: 'demo-feed' });
  const ending = new AbortController();
  const path = join(home, 'demo-feed.json');
  let isWaiting = false;
  const door = createDoor(
    {
      clock,
      random: createRandom(`${options.seed}/${clock.nowMs()}`),
      signal: ending.signal,
      onRetry: (why) => {
        if (!isWaiting) log.info({ why }, 'demo feed waits for the server');
        isWaiting = true;
      },
    },
    { url, apiKey, giveUpAfterMs: Number.POSITIVE_INFINITY, requestTimeoutMs },
  );
  const running = runDemoFeed(
    {
      door: {
        postEvents: async (events) => {
          const result = await door.postEvents(events);
          if (isWaiting) log.info({}, 'demo feed goes on');
          isWaiting = false;
          return result;
        },
      },
      clock,
      log,
      signal: ending.signal,
      load: async () => {
        const text = await readIfThere(path);
        return text === undefined ? undefined : parseFeedState(text);
      },
      save: async (state) => await writeWhole(path, `${JSON.stringify(state)}\n`),
    },
    options,
  ).catch((error: unknown) => log.error({ err: error }, 'demo feed failed'));
  return {
    stop: async () => {
      ending.abort();
      await running;
    },
  };
}
