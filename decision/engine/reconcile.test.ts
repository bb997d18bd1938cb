import { beforeEach, describe, expect, it } from 'vitest';
import type { Decision } from '../../platform/contracts/decision.ts';
import { defaultDecisionSettings, type Policy } from '../../platform/contracts/policy.ts';
import { silentLog } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { createFakeClock, type FakeClock } from '../../platform/time/clock.ts';
import { noFaults } from '../faults.ts';
import { createDecisionMetrics } from '../metrics.ts';
import type { Panel } from '../effect/controlled.ts';
import type { History } from '../ports.ts';
import type { Records } from '../records.ts';
import { hourMs, policy, proposal, t0 } from '../testing/fixtures.ts';
import { createMemoryRecords } from '../testing/memory-records.ts';
import { createReconciler, type Reconciler } from './reconcile.ts';

let records: Records;
let clock: FakeClock;
let reconciler: Reconciler;
let guardValue: number | undefined;
let isCurrent: boolean;
let guarded: unknown[];
let panel: Panel | undefined;
let residuals: { before: number[]; after: number[] };

beforeEach(() => {
  records = createMemoryRecords();
  clock = createFakeClock(t0);
  guardValue = undefined;
  isCurrent = true;
  guarded = [];
  panel = undefined;
  residuals = { before: [0, 1, 0, -1, 0, 1, 0, -1], after: [10, 11, 10, 9, 10, 11, 10, 9] };
  const history: Pick<History, 'newestValue' | 'panel' | 'residuals'> = {
    newestValue: async ({ cut }) => {
      guarded.push(cut);
      return guardValue;
    },
    panel: async () => panel,
    residuals: async (_tenant, _kpi, fromMs) => (fromMs >= t0 ? residuals.after : residuals.before),
  };
  reconciler = createReconciler({
    records,
    history: history as History,
    proposals: { isCurrent: async () => isCurrent },
    clock,
    log: silentLog,
    metrics: createDecisionMetrics(createMetrics({ processMetrics: false })),
    faults: noFaults,
  });
});

async function put(own: Partial<Policy>): Promise<Decision> {
  await records.policies.create('main.revenue-fell', policy(own));
  const decision = proposal(own);
  await records.decisions.create(`main.${decision.id}`, decision);
  return decision;
}

const stateOf = (decision: Decision): Decision => {
  const found = records.decisions.get(`main.${decision.id}`);
  if (found === undefined) throw new Error('gone');
  return found;
};

/** Rounds until nothing moves; whatever is in the outbox succeeds. */
async function settle(): Promise<void> {
  for (let round = 0; round < 12; round += 1) {
    await reconciler.round();
    for (const item of records.outbox.values())
      await records.outbox.update(`main.${item.id}`, (each) => each && { ...each, state: 'done' });
  }
}

const price: Partial<Policy> = {
  mode: 'automatic',
  actions: [{ kind: 'price', params: { target: 'plan', to: 9 } }],
};
const allowed = async (change = {}): Promise<void> => {
  await records.settings.create('main', { ...defaultDecisionSettings, automaticKinds: ['price'], ...change });
};

describe('what acts by itself', () => {
  it('a price does so only where the settings allow it', async () => {
    const decision = await put(price);
    await settle();
    expect(stateOf(decision).state).toBe('proposed');
    await allowed();
    await settle();
    expect(stateOf(decision).state).toBe('kept');
  });

  it('nothing does above the limit of four eyes', async () => {
    await allowed();
    const decision = await put({ ...price, money: '5000' });
    await settle();
    expect(stateOf(decision).state).toBe('proposed');
  });

  it('nothing does while the kill switch is on, for the tenant or for all', async () => {
    await allowed({ isStopped: true });
    const decision = await put(price);
    await settle();
    expect(stateOf(decision).state).toBe('approved');
    expect(records.outbox.values()).toEqual([]);
    await records.settings.update('main', (each) => each && { ...each, isStopped: false });
    await records.settings.create('_all', { ...defaultDecisionSettings, isStopped: true });
    await settle();
    expect(stateOf(decision).state).toBe('approved');
  });
});

describe('proposals', () => {
  it('expire when nobody decides, and end with their policy', async () => {
    const one = await put({});
    clock.setWallClock(t0 + 72 * hourMs);
    await settle();
    expect(stateOf(one).state).toBe('expired');
    const other = proposal({}, {}, { id: 'a2' });
    await records.decisions.create(`main.${other.id}`, { ...other, expiresAtMs: t0 + 100 * hourMs });
    await records.policies.update('main.revenue-fell', (each) => each && { ...each, version: 2 });
    await settle();
    expect(stateOf(other).history.at(-1)).toMatchObject({ name: 'invalidate', to: 'expired' });
  });
});

describe('a proposal without a policy', () => {
  const byHand = async (): Promise<Decision> => {
    const base = proposal(price, { mode: 'approve' });
    const decision: Decision = { ...base, trigger: { ...base.trigger, type: 'proposal' } };
    await records.decisions.create(`main.${decision.id}`, decision);
    return decision;
  };

  it('waits for people without one, and ends once what it rests on has changed', async () => {
    const decision = await byHand();
    await settle();
    expect(stateOf(decision).state).toBe('proposed');
    isCurrent = false;
    await clock.advance(31_000);
    await settle();
    expect(stateOf(decision).history.at(-1)).toMatchObject({ name: 'invalidate', to: 'expired' });
  });

  it('is looked at once more before it begins', async () => {
    const decision = await byHand();
    await settle();
    await records.decisions.update(
      `main.${decision.id}`,
      (each) => each && { ...each, state: 'approved', revision: each.revision + 1 },
    );
    isCurrent = false;
    await settle();
    expect(stateOf(decision).state).toBe('expired');
    expect(records.outbox.values()).toEqual([]);
  });
});

describe('after it was applied', () => {
  const expected = { kpi: 'total_revenue', delta: '60', low: '40', high: '90', horizonHours: 8 };

  it('its effect is measured when the horizon is over, and not before', async () => {
    await allowed();
    const decision = await put({ ...price, expected });
    await settle();
    expect(stateOf(decision).state).toBe('verifying');
    clock.setWallClock(t0 + 9.9 * hourMs);
    await settle();
    expect(stateOf(decision).state).toBe('verifying');
    clock.setWallClock(t0 + 10 * hourMs);
    await settle();
    const { state, outcome } = stateOf(decision);
    expect(state).toBe('kept');
    // Mean residual 10 after, 0 before, 8 windows.
    expect(outcome).toMatchObject({ realised: 80, windows: 8 });
    expect(outcome?.low).toBeLessThan(80);
    expect(outcome?.high).toBeGreaterThan(80);
  });

  it('on one channel it is measured on that channel, with untouched others as controls', async () => {
    await allowed();
    const hoursMs = Array.from({ length: 48 + 8 }, (_, at) => t0 + (at - 48) * hourMs);
    const flat = (before: number, after: number) => hoursMs.map((ms) => (ms < t0 ? before : after));
    panel = {
      hoursMs,
      // The others doubled: 20 would have been, 23 came.
      series: new Map([
        ['a', flat(10, 23)],
        ['b', flat(50, 100)],
        ['c', flat(30, 60)],
        ['d', flat(40, 5)],
      ]),
    };
    const other = proposal({}, { state: 'kept', dims: { channel: 'd' }, appliedAtMs: t0 + hourMs });
    await records.decisions.create(`main.other`, { ...other, id: 'other' });
    const decision = await put({ ...price, expected });
    await records.decisions.update(
      `main.${decision.id}`,
      (each) => each && { ...each, dims: { channel: 'a' } },
    );
    await settle();
    clock.setWallClock(t0 + 10 * hourMs);
    await settle();
    const { outcome, state } = stateOf(decision);
    expect(state).toBe('kept');
    expect(outcome).toMatchObject({
      windows: 8,
      cut: { rollup: 'channel', dim: 'a' },
      controls: ['b', 'c'],
    });
    expect(outcome?.realised).toBeCloseTo(24, 9);
  });

  it('a guardrail reads what the decision is about, the total where it says so', async () => {
    await allowed();
    const rail = { kpi: 'refund_rate', window: '1h', is: '>', value: 0.05, onBreach: 'stop' } as const;
    const decision = await put({ ...price, guardrails: [rail, { ...rail, scope: 'total' }] });
    await records.decisions.update(
      `main.${decision.id}`,
      (each) => each && { ...each, dims: { channel: 'a' } },
    );
    await settle();
    expect(guarded.slice(0, 2)).toEqual([{ rollup: 'channel', dim: 'a' }, undefined]);
  });

  it('too few windows are said to be too few', async () => {
    await allowed();
    residuals.after = [1];
    const decision = await put({ ...price, expected });
    await settle();
    clock.setWallClock(t0 + 20 * hourMs);
    await settle();
    expect(stateOf(decision)).toMatchObject({ state: 'kept', outcome: { realised: null } });
  });

  it('a broken guardrail rolls back, and the undoing goes through the outbox', async () => {
    await allowed();
    const rail = { kpi: 'refund_rate', window: '1h', is: '>', value: 0.05, onBreach: 'roll_back' } as const;
    const decision = await put({ ...price, guardrails: [rail] });
    await settle();
    expect(stateOf(decision).state).toBe('verifying');
    guardValue = 0.05;
    await clock.advance(31_000);
    await settle();
    expect(stateOf(decision).state).toBe('verifying');
    guardValue = 0.06;
    await clock.advance(31_000);
    await settle();
    expect(stateOf(decision)).toMatchObject({ state: 'rolled_back', undo: 'done' });
    expect(records.outbox.get(`main.${decision.id}-undo-0`)?.cause.type).toBe('undo');
  });

  it('one that is broken beforehand keeps it from beginning', async () => {
    await allowed();
    guardValue = 1;
    const rail = { kpi: 'refund_rate', window: '1h', is: '>', value: 0.05, onBreach: 'stop' } as const;
    const decision = await put({ ...price, guardrails: [rail] });
    await settle();
    expect(stateOf(decision).state).toBe('expired');
    expect(records.outbox.values()).toEqual([]);
  });
});
