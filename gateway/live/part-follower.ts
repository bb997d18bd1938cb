import type { Bus } from '../../platform/bus/bus.ts';
import type { LivePart } from '../../platform/contracts/live.ts';
import { liveSubject } from '../../platform/contracts/subjects.ts';
import { readLivePart } from './live-messages.ts';

/** Live parts of tenants somebody watches, decoded once for all who listen. */
export interface PartFollower {
  follow(tenant: string, listener: (part: LivePart) => void): { stop(): void };
}

export function createPartFollower(bus: Bus, onUnreadable: () => void): PartFollower {
  const followed = new Map<string, { listeners: Set<(part: LivePart) => void>; stop: () => void }>();
  return {
    follow: (tenant, listener) => {
      let entry = followed.get(tenant);
      if (entry === undefined) {
        const listeners = new Set<(part: LivePart) => void>();
        const subscription = bus.subscribeCore(liveSubject(tenant, 'kpi'), ({ data }) => {
          const part = readLivePart(data);
          if (part === undefined || part.tenant !== tenant) return onUnreadable();
          for (const listen of listeners) listen(part);
        });
        entry = { listeners, stop: () => subscription.stop() };
        followed.set(tenant, entry);
      }
      const { listeners, stop } = entry;
      listeners.add(listener);
      return {
        stop: () => {
          if (!listeners.delete(listener) || listeners.size > 0) return;
          stop();
          followed.delete(tenant);
        },
      };
    },
  };
}
