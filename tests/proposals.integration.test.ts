import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDecisionRig, type DecisionRig } from '../decision/testing/rig.ts';
import { createSimulator } from '../ingest/simulate/simulator.ts';
import { createBasesTask } from '../models/workbench/bases-task.ts';
import { startWorkbenches } from '../models/workbench/responders.ts';
import { runTask } from '../models/service/run-task.ts';
import { newTenant } from '../platform/access/tenant-rules.ts';
import { openKv } from '../platform/bus/kv.ts';
import { AllocationBasis } from '../platform/contracts/allocation-plan.ts';
import type { Decision } from '../platform/contracts/decision.ts';
import { PricingBasis } from '../platform/contracts/pricing.ts';
import type { ProposalSource } from '../platform/contracts/proposal.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import { silentLog } from '../platform/log/log.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { createFakeClock, systemClock } from '../platform/time/clock.ts';
import { eventually } from '../platform/testing/servers.ts';

const nowMs = Date.UTC(2026, 1, 12, 12);
const dayMs = 86_400_000;
let rig: DecisionRig;
let workbenches: { stop(): Promise<void> };

/** Decisions beside the real models, over the books of the demo. */
beforeAll(async () => {
  rig = await startDecisionRig();
  await fillBooks();
  const done = await runTask(
    { bus: rig.bus, store: rig.store, clock: createFakeClock(nowMs), log: silentLog },
    createBasesTask(),
    newTenant('main', 'Main', false, nowMs),
    {},
    {
      backend: 'cpu',
      maxHeapBytes: 512 * 1024 * 1024,
      signal: new AbortController().signal,
      progress: () => undefined,
      confirm: async () => undefined,
    },
  );
  expect(done).toMatchObject({ outcome: 'done' });
  const metrics = createMetrics({ processMetrics: false });
  workbenches = await startWorkbenches({ bus: rig.bus, clock: systemClock, metrics });
}, 60_000);
afterAll(async () => {
  await workbenches.stop();
  await rig.stop();
});

async function fillBooks(): Promise<void> {
  const simulator = createSimulator({ seed: 'bench', ratePerSecond: 100, startMs: nowMs });
  const reports = simulator.book(nowMs - 3 * dayMs).filter(({ type }) => type.endsWith('_report'));
  const rows = reports.map(({ data, id, source, time, type }, i) => {
    const at = new Date(time).toISOString().slice(0, 23).replace('T', ' ');
    const text = (name: string): string => (typeof data[name] === 'string' ? data[name] : '');
    const fields = [0, 1, i, 'main', source, id, type, at, at, text('channel_id'), text('country')];
    return [...fields, Number(data['amount_minor'] ?? 0), JSON.stringify(data)].join('\t');
  });
  const columns = ['partition', 'seq', 'idx', 'tenant', 'source', 'id', 'type', 'time', 'received_at'];
  await rig.store.insertRows(
    'events',
    [...columns, 'channel', 'country', 'amount_minor', 'data'],
    `${rows.join('\n')}\n`,
  );
}

async function decide(source: ProposalSource): Promise<Decision> {
  const decision = await rig.ask('decisions-propose', { source }, 'user:author');
  const { id, inputsHash, money, requires } = decision;
  for (const actor of ['user:one', 'user:two'].slice(0, requires.count))
    await rig.ask(
      'decisions-approve',
      { id, inputsHash, ...(money === null ? {} : { amount: money }) },
      actor,
    );
  await eventually('it is applied', async () => {
    const { state } = await rig.ask('decisions-get', { id });
    return state === 'verifying' || state === 'kept';
  });
  return decision;
}

describe('what the models recommend, decided', () => {
  it('marketing: the division of the workbench becomes budgets that sum to no more than there is', async () => {
    const decision = await decide({ type: 'allocation', kind: 'marketing', question: {} });
    expect(decision.expected?.low ?? 0).toBeLessThan(decision.expected?.delta ?? 0);
    expect(decision.expected?.delta).toBeLessThan(decision.expected?.high ?? 0);
    const { changes } = await rig.ask('changes-list', { limit: 100 });
    const own = changes.filter(({ cause }) => cause.id === decision.id);
    expect(own).toHaveLength(decision.actions.length);
    const bases = await openKv(rig.bus, buckets.allocationBases, { schema: AllocationBasis });
    const total = (await bases.get('main.marketing'))?.value.resources[0]?.currentTotal ?? 0;
    const moved = own.reduce((sum, { from, to }) => sum + Number(to) - Number(from), 0);
    expect(total).toBeGreaterThan(0);
    expect(moved).toBeLessThan(0.2 * total);
  });

  it('pricing: the best price of a product becomes a price change, for a customer’s shop to apply', async () => {
    const prices = await openKv(rig.bus, buckets.pricingBases, { schema: PricingBasis });
    const product = (await prices.get('main'))?.value.products.find(({ state }) => state === 'ready');
    if (product === undefined) throw new Error('no product is ready');
    const decision = await decide({ type: 'price', question: { product: product.product } });
    const { changes } = await rig.ask('changes-list', { limit: 100 });
    expect(changes.find(({ cause }) => cause.id === decision.id)).toMatchObject({
      kind: 'price',
      target: `product/${product.product}`,
    });
    expect(decision.facts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['price_now', 'best_price', 'elasticity_low', 'elasticity_high']),
    );
  });
});
