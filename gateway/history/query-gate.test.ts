import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { messageOf } from '../../platform/errors/weir-error.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import type { Store } from '../../platform/store/store.ts';
import { createGatewayMetrics } from '../metrics.ts';
import { createQueryGate } from './query-gate.ts';

function rig() {
  const running: { sql: string; end: (error?: Error) => void }[] = [];
  let most = 0;
  const store: Store = {
    query: async (sql) => {
      await new Promise<void>((resolve, reject) => {
        const entry = {
          sql,
          end: (error?: Error) => {
            running.splice(running.indexOf(entry), 1);
            if (error === undefined) resolve();
            else reject(error);
          },
        };
        running.push(entry);
        most = Math.max(most, running.length);
      });
      return [];
    },
    command: async () => {},
    insertRows: async () => {},
    ping: async () => true,
  };
  const metrics = createMetrics({ processMetrics: false });
  const gate = createQueryGate(store, createGatewayMetrics(metrics), { maxRunning: 2, maxWaiting: 3 });
  const ask = async (sql: string) => await gate.query(sql, {}, Type.Unknown());
  return { ask, running, metrics, most: () => most };
}

const settle = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

test('few run, some wait in order, more are refused', async () => {
  const { ask, metrics, most, running } = rig();
  const asked = ['1', '2', '3', '4', '5'].map(ask);
  await settle();
  await expect(ask('6')).rejects.toMatchObject({ code: 'GATEWAY_OVERLOADED' });
  expect(await metrics.text()).toContain('weir_gateway_waiting_queries 3');
  const order: string[] = [];
  while (running.length > 0) {
    order.push(running[0]?.sql ?? '');
    running[0]?.end();
    await settle();
  }
  await Promise.all(asked);
  expect(order).toEqual(['1', '2', '3', '4', '5']);
  expect(most()).toBe(2);
  expect(await metrics.text()).toMatch(/weir_gateway_running_queries 0[^]*weir_gateway_waiting_queries 0/);
});

test('a query that fails gives its place on', async () => {
  const { ask, running } = rig();
  const asked = ['1', '2', '3'].map(async (sql) => await ask(sql).catch(messageOf));
  await settle();
  running[0]?.end(new Error('bad'));
  await settle();
  expect(running.map((entry) => entry.sql)).toEqual(['2', '3']);
  while (running.length > 0) running[0]?.end();
  expect(await Promise.all(asked)).toEqual(['bad', [], []]);
});
