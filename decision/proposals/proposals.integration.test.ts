import { Type } from '@sinclair/typebox';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { openKv } from '../../platform/bus/kv.ts';
import {
  AllocateRequest,
  allocateSubject,
  AllocationBasis,
  AllocationPlanRecord,
} from '../../platform/contracts/allocation-plan.ts';
import type { Decision } from '../../platform/contracts/decision.ts';
import { Experiment, ExperimentResult } from '../../platform/contracts/experiment.ts';
import type { DecisionState } from '../../platform/contracts/policy.ts';
import { PricingBasis, quoteSubject, seedTiers, TierSet } from '../../platform/contracts/pricing.ts';
import type { ProposalSource } from '../../platform/contracts/proposal.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { eventually } from '../../platform/testing/servers.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { startDecisionRig, type DecisionRig } from '../testing/rig.ts';
import {
  allocationAnswer,
  basis,
  experiment,
  experimentResult,
  priceAnswer,
  pricingBasis,
} from './testing/answers.ts';

let rig: DecisionRig;
/** What the models answer now; a proposal never brings its own figures. */
let answer = allocationAnswer();

beforeAll(async () => {
  rig = await startDecisionRig();
  rig.bus.respond(allocateSubject, createJsonCodec(AllocateRequest), async () => answer);
  rig.bus.respond(quoteSubject, createJsonCodec(Type.Unknown()), async () => priceAnswer());
});
afterAll(async () => {
  await rig.stop();
});

beforeEach(async () => {
  answer = allocationAnswer();
  const bases = await openKv(rig.bus, buckets.allocationBases, { schema: AllocationBasis });
  await bases.put('main.marketing', basis());
  const prices = await openKv(rig.bus, buckets.pricingBases, { schema: PricingBasis });
  await prices.put('main', pricingBasis());
});

const propose = (source: ProposalSource, actor = 'user:author'): Promise<Decision> =>
  rig.ask('decisions-propose', { source }, actor);
const marketing: ProposalSource = { type: 'allocation', kind: 'marketing', question: {} };

async function until(id: string, state: DecisionState): Promise<Decision> {
  let found: Decision | undefined;
  await eventually(`${id} is ${state}`, async () => {
    found = await rig.ask('decisions-get', { id });
    return found.state === state;
  });
  if (found === undefined) throw new Error('unreachable');
  return found;
}

const approve = (decision: Decision, actor = 'user:admin'): Promise<Decision> =>
  rig.ask('decisions-approve', { id: decision.id, inputsHash: decision.inputsHash }, actor);

describe('a division proposed from the workbench', () => {
  it('waits, is approved, becomes changes of budgets, and is taken back', async () => {
    const decision = await propose(marketing);
    expect(decision).toMatchObject({
      state: 'proposed',
      mode: 'approve',
      author: 'user:author',
      money: 250,
      currency: 'USD',
      expected: { kpi: 'total_revenue', delta: 600 },
      trigger: { type: 'proposal', link: '/allocation/marketing' },
      requires: { count: 1 },
    });
    expect((await propose(marketing, 'user:other')).id).toBe(decision.id);
    await approve(decision);
    await until(decision.id, 'verifying');
    const { changes } = await rig.ask('changes-list', { limit: 100 });
    expect(changes.filter(({ cause }) => cause.id === decision.id)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'budget', target: 'promotion/b', from: 600, to: 350 }),
        expect.objectContaining({ kind: 'budget', target: 'promotion/a', from: 400, to: 650 }),
      ]),
    );
    await rig.ask('decisions-undo', { id: decision.id, reason: 'it was a try' });
    await eventually('it is taken back', async () => {
      const { undo } = await rig.ask('decisions-get', { id: decision.id });
      return undo === 'done';
    });
    const after = await rig.ask('changes-list', { limit: 100 });
    expect(after.changes.find(({ target, order }) => target === 'promotion/a' && order === 2)).toMatchObject({
      from: 650,
      to: 400,
    });
    await eventually('it is in the trail', async () => {
      const { entries } = await rig.ask('audit-list', { limit: 100 });
      const told = entries.filter(({ object }) => object === decision.id).map(({ action }) => action);
      return ['propose', 'approve', 'succeed'].every((name) => told.includes(`decision.${name}`));
    });
  });

  it('another answer replaces what is open; the same after a rejection is a new decision', async () => {
    const first = await propose(marketing);
    answer = allocationAnswer({
      rows: answer.rows.map((row) => ({ ...row, proposed: row.current + (row.channel === 'a' ? 100 : 0) })),
    });
    const second = await propose(marketing);
    expect(second.id).not.toBe(first.id);
    expect((await until(first.id, 'expired')).history.at(-1)?.reason).toMatch(/newer proposal/);
    await rig.ask('decisions-reject', { id: second.id, reason: 'not now' });
    const third = await propose(marketing);
    expect(third).toMatchObject({ state: 'proposed' });
    expect(third.id).not.toBe(second.id);
    await rig.ask('decisions-reject', { id: third.id, reason: 'not now' });
  });

  it('what it rests on changes: no approval counts any more', async () => {
    const decision = await propose(marketing);
    const bases = await openKv(rig.bus, buckets.allocationBases, { schema: AllocationBasis });
    await bases.put('main.marketing', basis({ weeks: 30 }));
    await expect(approve(decision)).rejects.toThrow(/has changed since/);
    await bases.put('main.marketing', basis({ computedAtMs: 99 }));
    await approve(decision);
    await until(decision.id, 'verifying');
  });

  it('above the limit two people approve, neither who proposed it', async () => {
    const rows = allocationAnswer().rows.map((row) => ({
      ...row,
      proposed: row.channel === 'a' ? row.current + 5_000 : row.current,
    }));
    answer = allocationAnswer({ rows });
    const decision = await propose(marketing);
    expect(decision).toMatchObject({
      money: 5_000,
      requires: { count: 2, notAuthor: true },
      riskClass: 'high',
    });
    const say = (actor: string) =>
      rig.ask(
        'decisions-approve',
        { id: decision.id, inputsHash: decision.inputsHash, amount: 5_000 },
        actor,
      );
    await expect(say('user:author')).rejects.toThrow(/proposed it/);
    expect((await say('user:one')).state).toBe('proposed');
    expect((await say('user:two')).state).toBe('approved');
    await until(decision.id, 'verifying');
  });

  it('a kept plan is proposed as it was kept', async () => {
    const plans = await openKv(rig.bus, buckets.plans, { schema: AllocationPlanRecord });
    const id = 'plan_0123456789abcdef';
    await expect(propose({ type: 'plan', id })).rejects.toThrow(/no plan/);
    const rows = allocationAnswer().rows.map((row) => ({ ...row, proposed: row.current + 40 }));
    await plans.put(`main.${id}`, {
      id,
      tenant: 'main',
      name: 'Spring',
      createdAtMs: 0,
      createdBy: 'user:author',
      question: {},
      answer: allocationAnswer({ rows }),
    });
    const decision = await propose({ type: 'plan', id });
    expect(decision).toMatchObject({ money: 120, trigger: { title: 'Plan “Spring”' } });
    await rig.ask('decisions-reject', { id: decision.id, reason: 'enough' });
  });
});

describe('prices and tiers', () => {
  it('a price becomes a change that a connector applies', async () => {
    const decision = await propose({ type: 'price', question: { product: 'mug' } });
    await approve(decision);
    await until(decision.id, 'verifying');
    const { changes } = await rig.ask('changes-list', { limit: 100 });
    expect(changes).toContainEqual(
      expect.objectContaining({ kind: 'price', target: 'product/mug', from: 10, to: 12 }),
    );
  });

  it('a tier’s price stands where the pricing screen reads it, and goes back', async () => {
    const tiers = seedTiers.map((tier) => (tier.name === 'Starter' ? { ...tier, base: 39 } : tier));
    const decision = await propose({ type: 'tiers', tiers });
    await approve(decision);
    await until(decision.id, 'kept');
    const kv = await openKv(rig.bus, buckets.tiers, { schema: TierSet });
    expect((await kv.get('main'))?.value.tiers.find(({ name }) => name === 'Starter')?.base).toBe(39);
    await rig.ask('decisions-undo', { id: decision.id, reason: 'customers complained' });
    await eventually('it is back', async () => {
      const found = await kv.get('main');
      return found?.value.tiers.find(({ name }) => name === 'Starter')?.base === 29;
    });
  });
});

describe('an experiment’s recommendation', () => {
  it('is rolled out once approved; nothing is proposed before it recommends', async () => {
    const startedAtMs = systemClock.nowMs() - 14 * 86_400_000;
    const experiments = await openKv(rig.bus, buckets.experiments, { schema: Experiment });
    const results = await openKv(rig.bus, buckets.experimentResults, { schema: ExperimentResult });
    // Stopped and its windows over: nobody reads it anew while the test looks.
    await experiments.put(
      'main.checkout',
      experiment({ startedAtMs, state: 'stopped', stoppedAtMs: startedAtMs + 1 }),
    );
    await results.put('main.checkout', { ...experimentResult('wait'), startedAtMs });
    const source = { type: 'experiment', key: 'checkout' } as const;
    await expect(propose(source)).rejects.toThrow(/does not recommend/);
    await results.put('main.checkout', { ...experimentResult(), startedAtMs });
    const decision = await propose(source);
    expect(decision.requires.count).toBe(2);
    for (const actor of ['user:one', 'user:two'])
      await rig.ask(
        'decisions-approve',
        {
          id: decision.id,
          inputsHash: decision.inputsHash,
          ...(decision.money === null ? {} : { amount: decision.money }),
        },
        actor,
      );
    await until(decision.id, 'verifying');
    const { changes } = await rig.ask('changes-list', { limit: 100 });
    expect(changes).toContainEqual(
      expect.objectContaining({
        kind: 'rollout',
        target: 'experiment/checkout',
        from: 'control',
        to: 'short',
      }),
    );
  });
});
