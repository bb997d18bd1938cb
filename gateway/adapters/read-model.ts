import type { Cache } from '../../platform/cache/cache.ts';
import { readLivePart } from '../live/live-messages.ts';
import type { ReadModel } from '../live/kpi-feed.ts';

/** Current windows of a tenant in Redis: hash `weir:rm:<tenant>`, one field a processor, each a live part as JSON. */
export function createReadModel(cache: Cache): ReadModel {
  return {
    parts: async (tenant) => {
      const fields = await cache.hgetall(`weir:rm:${tenant}`);
      if (fields === undefined) return undefined;
      return Object.values(fields).flatMap((text) => {
        const part = readLivePart(Buffer.from(text));
        return part === undefined || part.tenant !== tenant ? [] : [part];
      });
    },
  };
}
