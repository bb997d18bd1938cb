import { expect, it } from 'vitest';
import { hourMs, policy, proposal, t0 } from '../testing/fixtures.ts';
import { createMemoryRecords } from '../testing/memory-records.ts';
import { createForgetter } from './removal.ts';

it('what a removed tenant decided is forgotten; others, and what came later, stay', async () => {
  const records = createMemoryRecords();
  await records.policies.create('demo.old', policy({ tenant: 'demo', id: 'old' }));
  await records.policies.create(
    'demo.later',
    policy({ tenant: 'demo', id: 'later', changedAtMs: t0 + 3 * hourMs }),
  );
  await records.policies.create('main.old', policy({ id: 'old' }));
  const decision = { ...proposal(), tenant: 'demo' };
  await records.decisions.create(`demo.${decision.id}`, decision);
  const statements: string[] = [];
  const store = {
    query: async () => await Promise.resolve([{ count: 1 }]),
    command: async (sql: string) => void (await Promise.resolve(statements.push(sql))),
  };
  await records.policyVersions.put('demo.old.1', policy({ tenant: 'demo', id: 'old' }));
  await records.policyVersions.put('main.old.1', policy({ id: 'old' }));
  const forget = createForgetter(records, store);
  await forget();
  expect(records.policies.size).toBe(3);
  expect(statements).toEqual([]);
  await records.jobs.create('main.j', {
    id: 'j',
    tenant: 'main',
    kind: 'simulated-removal',
    title: 'Removal',
    stage: 'removed',
    percent: 100,
    state: 'done',
    createdAtMs: t0,
    updatedAtMs: t0 + hourMs,
    params: { tenant: 'demo', feedStopped: true },
  });
  await forget();
  await forget();
  expect([...records.policies.keys()].toSorted()).toEqual(['demo.later', 'main.old']);
  expect(records.decisions.size).toBe(0);
  expect(await records.policyVersions.keys()).toEqual(['main.old.1']);
  // Once: the second look found nothing more to do.
  expect(statements.map((sql) => sql.split(' ').slice(0, 4).join(' '))).toEqual([
    'ALTER TABLE decisions DELETE',
  ]);
  // The next process looks again, in case this one was killed in between.
  await createForgetter(records, store)();
  expect(statements).toHaveLength(2);
});
