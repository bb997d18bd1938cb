import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Store } from '../../platform/store/store.ts';
import type { GatewayMetrics } from '../metrics.ts';

export interface QueryGateConfig {
  readonly maxRunning: number;
  readonly maxWaiting: number;
}

/**
 * The store with few queries at once: those of people must not take the engine from the processors that write through it. More wait
 * in order, up to a bound; beyond it GATEWAY_OVERLOADED. Writes and pings pass.
 */
export function createQueryGate(store: Store, metrics: GatewayMetrics, config: QueryGateConfig): Store {
  const { maxRunning, maxWaiting } = config;
  const waiting: (() => void)[] = [];
  let running = 0;

  const enter = async (): Promise<void> => {
    if (running >= maxRunning) {
      if (waiting.length >= maxWaiting) {
        throw new WeirError('GATEWAY_OVERLOADED', `${waiting.length} queries wait already`);
      }
      // Whoever leaves hands over the place, so `running` is not counted again.
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        show();
      });
    } else running += 1;
    show();
  };

  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
    show();
  };

  const show = (): void => {
    metrics.runningQueries.set(running);
    metrics.waitingQueries.set(waiting.length);
  };

  return {
    query: async (sql, params, row) => {
      await enter();
      try {
        return await store.query(sql, params, row);
      } finally {
        leave();
      }
    },
    command: async (sql, params) => await store.command(sql, params),
    insertRows: async (table, columns, tsv, token) => await store.insertRows(table, columns, tsv, token),
    ping: async () => await store.ping(),
  };
}
