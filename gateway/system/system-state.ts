import { statfs } from 'node:fs/promises';
import type { Bus } from '../../platform/bus/bus.ts';
import type { Cache } from '../../platform/cache/cache.ts';
import type { SystemState } from '../../platform/contracts/live.ts';
import type { Access } from '../../platform/contracts/tenant.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { createSharedAnswers } from '../history/shared-answers.ts';
import type { ProgressDirectory } from '../live/progress-directory.ts';
import { pendingMessages, type StatusReader, type StreamsStatus } from './streams-status.ts';

export interface SystemDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly cache: Cache;
  readonly access: Access;
  readonly progress: ProgressDirectory;
  readonly status: StatusReader;
  readonly clock: Clock;
  readonly home: string;
  readonly version: string;
  /** Parts others know of; one that has nothing to say is left out. */
  readonly moreParts?: readonly (() => Promise<Part | undefined>)[];
}

/** State of the parts as one tenant sees it; probed at most once a second however many ask. */
export interface SystemReader {
  read(tenant: string): Promise<SystemState>;
  /** Whether requests can be served: NATS and the store answer. */
  isReady(): Promise<boolean>;
}

type Part = SystemState['parts'][number];

const degradedFreeRatio = 0.1;
const downFreeRatio = 0.02;
/** Processors speak twice a second; silence this long means they are gone or stuck. */
const silentMs = 10_000;

export function createSystemReader(deps: SystemDeps): SystemReader {
  const { bus, store, cache, access, progress, status, clock, home, version } = deps;
  const pings = createSharedAnswers<boolean>(clock, 1_000, 1);
  const disks = createSharedAnswers<Part>(clock, 5_000, 1);
  const pingStore = async (): Promise<boolean> => await pings.get('store', async () => await store.ping());

  return {
    isReady: async () => bus.isConnected() && (await pingStore()),
    read: async (tenant) => {
      const [isStoreUp, streams, disk, more] = await Promise.all([
        pingStore(),
        status.read(tenant),
        disks.get('disk', async () => await diskPart(home)),
        Promise.all((deps.moreParts ?? []).map(async (part) => await part())),
      ]);
      const nowMs = clock.nowMs();
      const appliedMs = progress.of(tenant)?.read()?.appliedReceivedAtMs ?? Number.NEGATIVE_INFINITY;
      return {
        version,
        simulated: access.tenant(tenant)?.simulated ?? false,
        parts: [
          upOrDown(
            'nats',
            bus.isConnected(),
            'connected',
            'not connected; events are refused until it is back',
          ),
          upOrDown('clickhouse', isStoreUp, 'answers', 'does not answer; events wait in the log'),
          cache.isAvailable()
            ? { name: 'redis', state: 'up', detail: 'answers' }
            : { name: 'redis', state: 'degraded', detail: 'away; everything goes on, more slowly' },
          streamsPart(streams, nowMs - progress.heardAtMs()),
          ...[logPart(streams, nowMs)].filter((part) => part !== undefined),
          disk,
          ...more.filter((part) => part !== undefined),
        ],
        freshnessMs: appliedMs > 0 ? Math.max(0, nowMs - appliedMs) : null,
        pendingMessages: streams === undefined ? 0 : pendingMessages(streams),
      };
    },
  };
}

export function streamsPart(status: StreamsStatus | undefined, silenceMs: number): Part {
  const name = 'streams';
  if (status === undefined) {
    return silenceMs < silentMs
      ? { name, state: 'degraded', detail: 'working, but too busy to answer' }
      : { name, state: 'down', detail: 'does not answer; events wait in the log' };
  }
  const owned = status.partitions.length;
  const pending = pendingMessages(status);
  const detail = `${owned} of ${status.expectedPartitions} partitions, ${pending} messages behind`;
  if (owned === 0) return { name, state: 'down', detail };
  return { name, state: owned < status.expectedPartitions ? 'degraded' : 'up', detail };
}

const lossShownMs = 7 * 86_400_000;

/** The log, while it recovers from a lost end and for a week after; else there is nothing to say. */
export function logPart(status: StreamsStatus | undefined, nowMs: number): Part | undefined {
  if (status === undefined || status.log.lostAtMs === null) return undefined;
  const { lostAtMs, toFollow } = status.log;
  const name = 'log';
  const found = `lost its end, found ${new Date(lostAtMs).toISOString()}`;
  if (toFollow > 0)
    return {
      name,
      state: 'degraded',
      detail: `${found}; ${toFollow} of ${status.expectedPartitions} partitions have yet to go on behind what is stored, second stages wait`,
    };
  if (nowMs - lostAtMs > lossShownMs) return undefined;
  return {
    name,
    state: 'up',
    detail: `${found}; everything goes on behind what was stored, weir verify names what is missing`,
  };
}

export function diskState(freeRatio: number): Part['state'] {
  if (freeRatio < downFreeRatio) return 'down';
  return freeRatio < degradedFreeRatio ? 'degraded' : 'up';
}

async function diskPart(home: string): Promise<Part> {
  try {
    const { bavail, blocks, bsize } = await statfs(home);
    const freeRatio = blocks === 0 ? 0 : bavail / blocks;
    const gib = (bavail * bsize) / 1024 ** 3;
    return {
      name: 'disk',
      state: diskState(freeRatio),
      detail: `${gib.toFixed(1)} GiB free (${Math.floor(100 * freeRatio)}%)`,
    };
  } catch {
    return { name: 'disk', state: 'degraded', detail: 'free space cannot be read' };
  }
}

function upOrDown(name: string, isUp: boolean, up: string, down: string): Part {
  return isUp ? { name, state: 'up', detail: up } : { name, state: 'down', detail: down };
}
