import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createQueue, type Queue } from './fair-queue.ts';

const settle = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

/** A question that ends when told, and says when it began. */
function ask(queue: Queue, tenant: string, name: string, began: string[]): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  void queue.run(tenant, async () => {
    began.push(name);
    await promise;
  });
  return resolve;
}

test('a tenant with many questions does not hold up another with one', async () => {
  const queue = createQueue();
  const began: string[] = [];
  const heavy = Array.from({ length: 8 }, (_, at) => ask(queue, 'heavy', `heavy ${at}`, began));
  const light = ask(queue, 'light', 'light', began);
  await settle();
  expect(began).toEqual(['heavy 0']);
  heavy[0]?.();
  await settle();
  heavy[1]?.();
  await settle();
  expect(began).toEqual(['heavy 0', 'heavy 1', 'light']);
  light();
  for (const end of heavy.slice(2)) {
    await settle();
    end();
  }
  await settle();
  expect(began).toHaveLength(9);
  expect(queue.size()).toBe(0);
});

test('one tenant cannot fill the queue for others, and all together cannot fill it without end', async () => {
  const queue = createQueue();
  const began: string[] = [];
  ask(queue, 'running', 'running', began);
  await settle();
  for (let tenant = 0; tenant < 8; tenant++) {
    for (let at = 0; at < 8; at++) ask(queue, `t${tenant}`, '', began);
    await expect(queue.run(`t${tenant}`, async () => 1)).rejects.toMatchObject({ code: 'ANALYTICS_BUSY' });
  }
  await expect(queue.run('late', async () => 1)).rejects.toMatchObject({ code: 'ANALYTICS_BUSY' });
  expect(queue.size()).toBe(65);
});

test('a question that fails is its own matter', async () => {
  const queue = createQueue();
  const failed = queue.run('a', async () => {
    throw new Error('away');
  });
  const after = queue.run('a', async () => 'answer');
  await expect(failed).rejects.toThrow('away');
  expect(await after).toBe('answer');
});

test('between two questions of a tenant each other waiting tenant has one, and own questions keep their order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 30 }), async (tenants) => {
      const queue = createQueue();
      const order: [tenant: number, at: number][] = [];
      const gate = Promise.withResolvers<void>();
      const first = queue.run('first', async () => await gate.promise);
      const asked = tenants.map((tenant, at) =>
        queue.run(`t${tenant}`, async () => void order.push([tenant, at])).catch(() => undefined),
      );
      gate.resolve();
      await Promise.all([first, ...asked]);
      for (const [place, [tenant, at]] of order.entries()) {
        const next = order.findIndex(([other], later) => later > place && other === tenant);
        if (next < 0) continue;
        expect(order[next]?.[1]).toBeGreaterThan(at);
        const between = order.slice(place + 1, next).map(([other]) => other);
        expect(new Set(between).size).toBe(between.length);
        for (const [other] of order.slice(next + 1)) expect([tenant, ...between]).toContain(other);
      }
    }),
    { numRuns: 100 },
  );
});
