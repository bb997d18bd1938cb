import { dataFault } from '../../platform/contracts/event-type-check.ts';
import { EventTypeRecord, eventTypeFault, eventTypeKey } from '../../platform/contracts/event-type.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { openKv } from '../../platform/bus/kv.ts';
import type { Log } from '../../platform/log/log.ts';
import type { CustomTypes, EventRules } from '../event-rules.ts';

export interface WatchedEventTypes extends CustomTypes {
  stop(): Promise<void>;
}

/**
 * The tenants' registered event types, kept in memory by a watch on their bucket; resolves once everything stored is known. A
 * change holds for requests that arrive after the watch has told it, some milliseconds later. A record that breaks the rules
 * (written past the gateway) is left out: its type then counts as not registered.
 */
export async function watchEventTypes(bus: Bus, log: Log): Promise<WatchedEventTypes> {
  const kv = await openKv(bus, buckets.eventTypes, { schema: EventTypeRecord });
  const tenants = new Map<string, Map<string, EventRules>>();
  const stopping = new AbortController();

  const put = (key: string, record: EventTypeRecord): void => {
    const { tenant, version: _version, createdAtMs: _created, updatedAtMs: _updated, ...request } = record;
    const fault =
      key === eventTypeKey(tenant, record.type) ? eventTypeFault(request) : 'the key does not name it';
    if (fault !== undefined) {
      log.warn({ key, fault }, 'an event type is left out');
      remove(key);
      return;
    }
    const types = tenants.get(tenant) ?? new Map<string, EventRules>();
    types.set(record.type, rulesOf(record));
    tenants.set(tenant, types);
  };

  const remove = (key: string): void => {
    const dot = key.indexOf('.');
    tenants.get(key.slice(0, dot))?.delete(key.slice(dot + 1));
  };

  const follow = async (onReady: () => void): Promise<void> => {
    for await (const event of kv.watch(stopping.signal)) {
      if (event.type === 'put') put(event.entry.key, event.entry.value);
      else if (event.type === 'delete') remove(event.key);
      else onReady();
    }
  };

  let following: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    following = follow(resolve);
    following.then(resolve, reject);
  });
  // A watch that fails later leaves what is known in force; the reader has already tried again until the bus was closed.
  following.catch((error: unknown) => {
    if (!stopping.signal.aborted) log.error({ err: error }, 'event types are no longer followed');
  });

  return {
    get: (tenant, type) => tenants.get(tenant)?.get(type),
    stop: async () => {
      stopping.abort();
      await following.catch(() => {});
    },
  };
}

function rulesOf(record: EventTypeRecord): EventRules {
  return {
    metrics: record.metrics,
    hasMoney: record.money !== undefined,
    stream: record.stream ?? '',
    strict: false,
    fault: (data) => dataFault(record.schema, data),
  };
}
