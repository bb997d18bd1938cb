import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRig, type Rig } from '../../gateway/testing/rig.ts';
import { createLog } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { eventually } from '../../platform/testing/servers.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { startExperiments } from './service.ts';

const metric = (key: string, eventType: string) => ({
  key,
  title: key,
  kind: 'conversion',
  eventTypes: [eventType],
  higherIsBetter: key !== 'tickets',
});
const design = {
  key: 'page',
  title: 'New page',
  hypothesis: 'More sign up.',
  variants: [
    { key: 'old', title: 'Old', share: 0.5 },
    { key: 'new', title: 'New', share: 0.5 },
  ],
  traffic: 1,
  primary: metric('signups', 'signup'),
  secondary: [],
  guardrails: [{ metric: metric('tickets', 'support_ticket'), maxHarm: 0.2 }],
  allocation: 'fixed',
  exploration: 0.1,
  alpha: 0.05,
  power: 0.8,
  minimumEffect: 0.1,
  windowHours: 24,
  stopsOnHarm: true,
  maxDays: 30,
};
const path = '/api/v1/experiments';
const silent = createLog({ level: 'silent' });

describe('an experiment over the API, on real servers', () => {
  let rig: Rig;
  let service: { stop(): Promise<void> };
  beforeAll(async () => {
    rig = await startRig();
    service = await startExperiments(
      {
        bus: rig.bus,
        store: rig.store,
        access: rig.access,
        clock: systemClock,
        log: silent,
        metrics: createMetrics({ processMetrics: false }),
      },
      { owner: 'test', leaseTtlMs: 5_000, storeRetryMs: 50, everyMs: 20 },
    );
  });
  afterAll(async () => {
    await service.stop();
    await rig.stop();
  });

  const post = async (to: string, body?: unknown) => await rig.call('POST', to, { key: rig.adminKey, body });
  const get = async (key: string) => (await rig.call('GET', `${path}/${key}`, { key: rig.adminKey })).body;
  let written = 0;
  /** `users` of each variant, of whom a share signs up and a share writes a ticket, now. */
  const play = async (
    experiment: string,
    groups: Readonly<Record<string, { users: number; signup: number; ticket: number }>>,
  ): Promise<void> => {
    const nowMs = Date.now();
    const lines: string[] = [];
    const add = (user: string, type: string, data: object): void => {
      lines.push(['main', `x${(written += 1)}`, type, nowMs, nowMs, user, JSON.stringify(data)].join('\t'));
    };
    for (const [variant, { users, signup, ticket }] of Object.entries(groups)) {
      for (let i = 0; i < users; i += 1) {
        const user = `${experiment}-${variant}-${i}`;
        add(user, 'experiment_exposure', { experiment, variant });
        if (i < users * signup) add(user, 'signup', {});
        if (i >= users * (1 - ticket)) add(user, 'support_ticket', {});
      }
    }
    await rig.store.insertRows(
      'events',
      ['tenant', 'id', 'type', 'time', 'received_at', 'user', 'data'],
      `${lines.join('\n')}\n`,
    );
  };

  test('from a draft to a proven winner', async () => {
    expect((await post(path, design)).status).toBe(201);
    expect((await post(path, design)).body).toMatchObject({ code: 'EXPERIMENT_CONFLICT' });
    expect(await get('page')).toMatchObject({ reading: null, experiment: { state: 'draft' } });
    const asked = await rig.call('GET', `${path}/page/assignment?user=u1`, { key: rig.adminKey });
    expect(asked.body).toEqual({ experiment: 'page', variant: null });
    expect((await post(`${path}/page/start`)).body).toMatchObject({
      experiment: { state: 'running' },
      shares: [0.5, 0.5],
    });
    const running = await rig.call('GET', `${path}/page/assignment?user=u1`, { key: rig.adminKey });
    const again = await rig.call('GET', `${path}/page/assignment?user=u1&at=0`, { key: rig.adminKey });
    expect(['old', 'new']).toContain(running.body.variant);
    expect(again.body).toEqual(running.body);
    await play('page', {
      old: { users: 1_500, signup: 0.1, ticket: 0.02 },
      new: { users: 1_500, signup: 0.16, ticket: 0.02 },
    });
    await eventually(
      'a winner is advised',
      async () => (await get('page')).reading?.recommendation.advice === 'choose',
    );
    expect((await get('page')).reading.recommendation.variant).toBe('new');
    const stopped = await post(`${path}/page/stop`, { reason: 'We take the new page.' });
    expect(stopped.body.experiment).toMatchObject({ state: 'stopped', stopReason: 'We take the new page.' });
    expect((await post(`${path}/page/start`)).body).toMatchObject({ code: 'EXPERIMENT_CONFLICT' });
    const deleted = await rig.call('DELETE', `${path}/page`, { key: rig.adminKey });
    expect(deleted.body).toMatchObject({ code: 'EXPERIMENT_CONFLICT' });
  });

  test('one that does harm stops by itself and says why', async () => {
    await post(path, { ...design, key: 'harm' });
    await post(`${path}/harm/start`);
    await play('harm', {
      old: { users: 1_500, signup: 0.1, ticket: 0.1 },
      new: { users: 1_500, signup: 0.1, ticket: 0.3 },
    });
    await eventually('it has stopped', async () => (await get('harm')).experiment.state === 'stopped');
    const { experiment, reading } = await get('harm');
    expect(experiment.stopReason).toContain('tickets');
    expect(reading.recommendation.advice).toBe('stop-harm');
  });

  test.each([
    [{ variants: [design.variants[0], { ...design.variants[1], share: 0.4 }] }, 'EXPERIMENT_INVALID'],
    [{ variants: [design.variants[0], design.variants[0]] }, 'EXPERIMENT_INVALID'],
    [{ secondary: [design.primary] }, 'EXPERIMENT_INVALID'],
    [{ secondary: [{ ...metric('tickets', 'signup') }] }, 'EXPERIMENT_INVALID'],
    [{ variants: [design.variants[0]] }, 'GATEWAY_REQUEST_INVALID'],
    [{ alpha: 0.9 }, 'GATEWAY_REQUEST_INVALID'],
  ])('%j is refused: %s', async (change, code) => {
    expect((await post(path, { ...design, key: 'bad', ...change })).body).toMatchObject({ code });
  });

  test('another tenant sees nothing of it, and a viewer starts nothing', async () => {
    const other = await rig.key('other', 'query:read', 'decisions:approve');
    expect((await rig.call('GET', path, { key: other })).body).toEqual({ experiments: [] });
    expect((await rig.call('POST', `${path}/harm/start`, { key: other })).body).toMatchObject({
      code: 'EXPERIMENT_NOT_FOUND',
    });
    const viewer = await rig.key('main', 'query:read');
    expect((await rig.call('POST', `${path}/harm/start`, { key: viewer })).status).toBe(403);
  });
});
