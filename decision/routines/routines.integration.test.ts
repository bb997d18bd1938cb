import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { openKv } from '../../platform/bus/kv.ts';
import {
  AllocateRequest,
  allocateSubject,
  AllocationBasis,
} from '../../platform/contracts/allocation-plan.ts';
import type { CustomerScore } from '../../platform/contracts/customers.ts';
import type { Decision } from '../../platform/contracts/decision.ts';
import { Experiment, ExperimentResult } from '../../platform/contracts/experiment.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { eventually } from '../../platform/testing/servers.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { allocationAnswer, basis, experiment, experimentResult } from '../proposals/testing/answers.ts';
import { startDecisionRig, type DecisionRig } from '../testing/rig.ts';

const dayMs = 86_400_000;
let rig: DecisionRig;

beforeAll(async () => {
  rig = await startDecisionRig();
  rig.bus.respond(allocateSubject, createJsonCodec(AllocateRequest), async () =>
    allocationAnswer({ kind: 'content' }),
  );
  const bases = await openKv(rig.bus, buckets.allocationBases, { schema: AllocationBasis });
  await bases.put('main.content', basis({ kind: 'content' }));
  await storeDays();
  await storeScores();
  await eventually('the schedules are there', async () => {
    const { schedules } = await rig.ask('schedules-list', {});
    return schedules.some(({ id }) => id === 'content-optimizer');
  });
});
afterAll(async () => {
  await rig.stop();
});

/** 89 whole days of three channels, two streams and four contents. */
async function storeDays(): Promise<void> {
  const today = Math.floor(systemClock.nowMs() / dayMs) * dayMs;
  const rows: string[] = [];
  const put = (rollup: string, dim: string, ago: number, sums: Record<string, number>): void => {
    const map = Object.entries(sums)
      .map(([name, value]) => `'${name}':${value}`)
      .join(',');
    rows.push(['main', '1d', rollup, today - ago * dayMs, dim, 0, `{${map}}`, 1, 1].join('\t') + '\n');
  };
  for (let ago = 1; ago < 90; ago += 1) {
    const wobble = ago % 2 === 0 ? 1.02 : 0.98;
    for (const [at, channel] of ['night', 'day', 'noon'].entries())
      put('channel', channel, ago, {
        revenue: Math.round(1_000 * (at + 1) * wobble),
        view_events: 1_000,
        engagements: Math.round(100 * wobble),
      });
    put('stream', 'tips', ago, { revenue: Math.round((ago > 45 ? 10_000 : 6_000) * wobble) });
    put('stream', 'ads', ago, { revenue: Math.round(10_000 * wobble) });
    for (const [content, clicks] of [
      ['v-low', 40],
      ['v1', 100],
      ['v2', 100],
      ['v3', 100],
    ] as const)
      put('content', content, ago, {
        revenue: 500,
        view_events: 100,
        impressions: 2_000,
        clicks: Math.round(clicks * wobble),
      });
  }
  const columns = [
    'tenant',
    'window',
    'rollup',
    'window_start',
    'dim',
    'part',
    'sums',
    'revision',
    'version',
  ];
  await rig.store.insertRows('kpi', columns, rows.join(''));
}

async function storeScores(): Promise<void> {
  const asOfMs = Math.floor(systemClock.nowMs() / dayMs) * dayMs;
  const score = (customer: string, band: CustomerScore['band'], discount: number): CustomerScore => ({
    customer,
    probability: 0.8,
    scoredBy: 'model',
    band,
    campaign: ['email'],
    discount,
    reasons: [],
    plan: 'pro',
    country: 'DE',
    tenureDays: 100,
    mrrMinor: 10_000,
    atRiskMinor: 90_000,
    outlook: { expectedMonths: 5, medianMonths: 4, staying: [] },
  });
  const scores = [
    score('c1', 'critical', 0.3),
    score('h1', 'high', 0.2),
    score('m1', 'medium', 0),
    score('l1', 'low', 0),
  ];
  await rig.store.insertRows(
    'churn_scores',
    [
      'tenant',
      'as_of',
      'customer',
      'probability',
      'scored_by',
      'band',
      'reason',
      'at_risk_minor',
      'detail',
      'version',
    ],
    scores
      .map(
        (each) =>
          [
            'main',
            asOfMs,
            each.customer,
            0.8,
            'model',
            each.band,
            '',
            each.atRiskMinor,
            JSON.stringify(each),
            1,
          ].join('\t') + '\n',
      )
      .join(''),
  );
  const run = {
    asOfMs,
    madeAtMs: asOfMs,
    horizonDays: 28,
    currency: 'USD',
    scoredBy: 'model',
    ruleReason: null,
    modelVersion: 1,
    backtest: null,
    customers: 4,
    leaving: 0,
    leftOut: 0,
    bands: [],
    reasons: [],
    survival: [],
    hazard: [],
    segments: [],
    segmentation: null,
    values: { customers: 0, totalMinor: 0, marginShare: 0, bins: [], purchases: null, note: null },
  };
  await rig.store.insertRows(
    'churn_runs',
    ['tenant', 'as_of', 'detail', 'version'],
    ['main', asOfMs, JSON.stringify(run), 1].join('\t') + '\n',
  );
}

/** Runs a routine by its schedule, as a person would, and answers what it said. */
async function run(id: string, wish: string): Promise<string> {
  const item = await rig.ask('schedules-run', { id }, `user:${wish}`);
  let note = '';
  await eventually(`${id} ran`, async () => {
    const { items } = await rig.ask('outbox-list', { causeId: id, limit: 100 });
    const found = items.find((each) => each.id === item.id);
    note = found?.attempts.at(-1)?.note ?? '';
    return found?.state === 'done';
  });
  return note;
}

async function proposed(routine: string): Promise<Decision[]> {
  const { decisions } = await rig.ask('decisions-list', { policyId: `proposal-${routine}`, limit: 100 });
  return decisions;
}

async function until(id: string, state: Decision['state']): Promise<Decision> {
  let found: Decision | undefined;
  await eventually(`${id} is ${state}`, async () => {
    found = await rig.ask('decisions-get', { id });
    return found.state === state;
  });
  if (found === undefined) throw new Error('unreachable');
  return found;
}

describe('routines that propose', () => {
  it('are there for every tenant and off until somebody wants them', async () => {
    const { schedules } = await rig.ask('schedules-list', {});
    for (const id of ['churn', 'channel-optimizer', 'revenue-optimizer', 'content-optimizer'])
      expect(schedules.find((each) => each.id === id)).toMatchObject({ enabled: false, nextAtMs: null });
  });

  it('churn: a campaign a band from the models’ scores, once', async () => {
    expect(await run('churn', 'one')).toBe('3 found, 3 proposed anew');
    const found = await proposed('churn');
    expect(found.map(({ money, state }) => [money, state])).toEqual(
      expect.arrayContaining([
        [90, 'proposed'],
        [60, 'proposed'],
        [0, 'proposed'],
      ]),
    );
    expect(found.every(({ guardrails }) => guardrails.length === 1)).toBe(true);
    expect(await run('churn', 'two')).toBe('3 found, 0 proposed anew');
    const critical = found.find(({ money }) => money === 90);
    if (critical === undefined) throw new Error('no campaign');
    await rig.ask('decisions-approve', { id: critical.id, inputsHash: critical.inputsHash });
    await until(critical.id, 'verifying');
    expect(await run('churn', 'three')).toBe('2 found, 0 proposed anew');
  });

  it('channels: the best actions of the areas, and the experiment starts once approved', async () => {
    expect(await run('channel-optimizer', 'one')).toMatch(/^\d found, \d proposed anew$/);
    const found = await proposed('channel-optimizer');
    const areas = found.map(({ facts }) => facts.find(({ name }) => name === 'area')?.value);
    expect(areas).toEqual(expect.arrayContaining(['content mix', 'monetization']));
    expect(found.length).toBeLessThanOrEqual(5);
    const test = found.find(({ actions }) => actions[0]?.kind === 'experiment');
    if (test === undefined) throw new Error('no test');
    expect(test).toMatchObject({ dims: { channel: 'night' }, requires: { count: 1 } });
    await rig.ask('decisions-approve', { id: test.id, inputsHash: test.inputsHash });
    await until(test.id, 'kept');
    const experiments = await openKv(rig.bus, buckets.experiments, { schema: Experiment });
    const key = String(test.actions[0]?.params['key']);
    expect((await experiments.get(`main.${key}`))?.value).toMatchObject({
      state: 'running',
      minimumEffect: 0.05,
    });
    // What runs is not proposed again.
    await run('channel-optimizer', 'two');
    const again = (await proposed('channel-optimizer')).filter(({ state }) => state === 'proposed');
    expect(again.some(({ actions }) => actions[0]?.params['key'] === key)).toBe(false);
    await rig.ask('decisions-undo', { id: test.id, reason: 'enough' });
    await eventually(
      'it is stopped',
      async () => (await experiments.get(`main.${key}`))?.value.state === 'stopped',
    );
  });

  it('revenue: hypotheses of 90 days, and what is decided above 5% is put forward for roll-out', async () => {
    await run('revenue-optimizer', 'one');
    const found = await proposed('revenue-optimizer');
    // What the channel optimizer put forward of the same channel has ended, so it is free again.
    expect(found.map(({ dims }) => dims)).toEqual(
      expect.arrayContaining([{ stream: 'tips' }, { channel: 'night' }]),
    );
    const experiments = await openKv(rig.bus, buckets.experiments, { schema: Experiment });
    const results = await openKv(rig.bus, buckets.experimentResults, { schema: ExperimentResult });
    const startedAtMs = systemClock.nowMs() - 14 * dayMs;
    const key = 'revenue-price-0011223344';
    await experiments.put(
      `main.${key}`,
      experiment({ key, startedAtMs, state: 'stopped', stoppedAtMs: startedAtMs + dayMs }),
    );
    await results.put(`main.${key}`, { ...experimentResult(), startedAtMs });
    await eventually('the mirror has it', async () => {
      await run('revenue-optimizer', `again ${systemClock.nowMs()}`);
      return (await proposed('revenue-optimizer')).some(({ actions }) => actions[0]?.kind === 'rollout');
    });
    const rollout = (await proposed('revenue-optimizer')).find(
      ({ actions }) => actions[0]?.kind === 'rollout',
    );
    expect(rollout).toMatchObject({ state: 'proposed', actions: [{ params: { to: 'short' } }] });
  });

  it('contents: the variant with more than a tenth to gain, tested for 48 hours', async () => {
    await run('content-optimizer', 'one');
    const found = await proposed('content-optimizer');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      dims: { content: 'v-low' },
      actions: [{ kind: 'experiment', params: { days: 2, window_hours: 48, variant: 'Another thumbnail' } }],
    });
  });
});
