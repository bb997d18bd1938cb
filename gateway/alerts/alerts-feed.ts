import type { AlertThread } from '../../platform/contracts/alert-thread.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { createPolledFeed } from '../live/polled-feed.ts';
import type { Feed } from '../live/room.ts';
import { readThreads } from './alert-history.ts';

const MAX_OPEN = 50;

/** Source of the live topic `alerts`. */
export async function alertsFeed(
  store: Store,
  clock: Clock,
  tenant: string,
  onFailure: (error: unknown) => void,
): Promise<Feed> {
  return await createPolledFeed({
    clock,
    intervalMs: 2_000,
    showEveryMs: 1_000,
    read: async () => await readThreads(store, { tenant, state: 'open', limit: MAX_OPEN }),
    payload: (threads) => ({
      kind: 'alerts',
      firing: threads.filter(needsSomebody).length,
      open: threads.map((thread) => ({ ...thread, alerts: thread.alerts.slice(0, 3), history: [] })),
    }),
    onFailure,
  });
}

/** News alone, such as a trend, is for reading and no reason to ring. */
function needsSomebody({ severity, snoozed, state }: AlertThread): boolean {
  return state === 'firing' && severity !== 'info' && snoozed === null;
}
