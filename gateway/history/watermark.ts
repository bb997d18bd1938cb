import { Type } from '@sinclair/typebox';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { StatusReader } from '../system/streams-status.ts';
import { createSharedAnswers } from './shared-answers.ts';

const TimeRow = Type.Object({ ms: Type.Number() });

/**
 * Event time up to which a tenant's windows are complete, from the processors. When they hold nothing of the tenant (it has been
 * silent since they started) or do not answer, its newest stored event time; null without any event.
 */
export function createWatermarks(
  status: StatusReader,
  store: Store,
  clock: Clock,
): (tenant: string) => Promise<number | null> {
  const stored = createSharedAnswers<number | null>(clock, 10_000, 1_000);
  return async (tenant) => {
    const live = (await status.read(tenant))?.watermarkMs ?? null;
    return live ?? (await stored.get(tenant, async () => await newestEventMs(store, tenant)));
  };
}

async function newestEventMs(store: Store, tenant: string): Promise<number | null> {
  const rows = await store.query(
    'SELECT toUnixTimestamp64Milli(time) AS ms FROM events WHERE tenant = {tenant:String} ORDER BY time DESC LIMIT 1',
    { tenant },
    TimeRow,
  );
  return rows[0]?.ms ?? null;
}
