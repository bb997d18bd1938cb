import { expect, it } from 'vitest';
import { hourMs, policy, proposal, t0 } from '../testing/fixtures.ts';
import { createMemoryRecords } from '../testing/memory-records.ts';
import { forgetRemoved } from './removal.ts';

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
  await forgetRemoved(records);
  expect(records.policies.size).toBe(3);
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
  await forgetRemoved(records);
  await forgetRemoved(records);
  expect([...records.policies.keys()].toSorted()).toEqual(['demo.later', 'main.old']);
  expect(records.decisions.size).toBe(0);
});
