import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEngine } from '../decision/testing/engine.ts';
import { eventually } from '../platform/testing/servers.ts';
import { systemClock } from '../platform/time/clock.ts';
import { startRig, type Parsed, type Rig } from './testing/rig.ts';

let rig: Rig;
let engine: { stop(): Promise<void> };
let viewer = '';
let approver = '';

const policy = {
  title: 'Tell when revenue falls',
  description: '',
  enabled: true,
  when: { type: 'signal', kinds: ['anomaly'], kpis: ['total_revenue'] },
  forMs: 0,
  coolDownMs: 0,
  actions: [{ kind: 'ticket', params: { title: '{title}', body: '{observed}' } }],
  guardrails: [],
  mode: 'approve',
  expiresAfterHours: 72,
};

beforeAll(async () => {
  rig = await startRig();
  engine = await startTestEngine(rig);
  viewer = await rig.key('main', 'query:read');
  approver = await rig.key('main', 'query:read', 'decisions:approve');
});

afterAll(async () => {
  await engine.stop();
  await rig.stop();
});

async function tell(tenant: string, id: string): Promise<void> {
  const signal = {
    id,
    tenant,
    kind: 'anomaly',
    kpi: 'total_revenue',
    title: 'Total revenue is low',
    dims: {},
    window: '1h',
    severity: 'warning',
    state: 'firing',
    revision: 1,
    startedAtMs: systemClock.nowMs(),
    endedAtMs: null,
    evidence: { observed: 60 },
    link: '/anomalies/x',
  };
  await rig.bus.publish(`signals.${tenant}.anomaly`, new TextEncoder().encode(JSON.stringify(signal)));
}

describe('decisions over REST', () => {
  it('an admin writes a policy, an approver approves, others may look and no more', async () => {
    const put = (key: string, body: unknown) => rig.call('PUT', '/api/v1/policies/fell', { key, body });
    expect((await put(viewer, policy)).status).toBe(403);
    expect((await put(approver, policy)).status).toBe(403);
    const saved = await put(rig.adminKey, policy);
    expect(saved.status).toBe(200);
    expect(saved.body).toMatchObject({ id: 'fell', version: 1, tenant: 'main' });
    expect((await put(rig.adminKey, policy)).body).toMatchObject({
      code: 'DECISION_VERSION_CONFLICT',
      status: 409,
    });
    const bad = await put(rig.adminKey, { ...policy, version: 1, money: '1 +' });
    expect(bad.body).toMatchObject({ code: 'DECISION_POLICY_INVALID', status: 422 });
    expect(bad.body.detail).toContain('money');

    await tell('main', 'a1');
    let decision: Parsed;
    await eventually('it is proposed', async () => {
      const { body } = await rig.call('GET', '/api/v1/decisions?state=proposed', { key: viewer });
      decision = body.decisions[0];
      return decision !== undefined;
    });
    const at = `/api/v1/decisions/${decision.id}`;
    const approval = { inputsHash: decision.inputsHash };
    expect((await rig.call('POST', `${at}/approve`, { key: viewer, body: approval })).status).toBe(403);
    const stale = await rig.call('POST', `${at}/approve`, {
      key: approver,
      body: { inputsHash: '0'.repeat(64) },
    });
    expect(stale.body).toMatchObject({ code: 'DECISION_INPUTS_STALE', status: 409 });
    expect((await rig.call('POST', `${at}/approve`, { key: approver, body: approval })).status).toBe(200);
    await eventually(
      'it is kept',
      async () => (await rig.call('GET', at, { key: viewer })).body.state === 'kept',
    );
    expect((await rig.call('GET', '/api/v1/decisions?state=nonsense', { key: viewer })).status).toBe(400);
    const undone = await rig.call('POST', `${at}/undo`, { key: approver, body: { reason: 'a mistake' } });
    expect(undone.body.state).toBe('rolled_back');
  });

  it('another tenant sees and touches nothing of it', async () => {
    const other = await rig.key('other', 'query:read', 'decisions:approve', 'admin');
    const list = await rig.call('GET', '/api/v1/decisions', { key: viewer });
    const [own] = list.body.decisions;
    expect((await rig.call('GET', '/api/v1/decisions', { key: other })).body.decisions).toEqual([]);
    expect((await rig.call('GET', '/api/v1/policies', { key: other })).body.policies).toEqual([]);
    for (const [method, path, body] of [
      ['GET', `/api/v1/decisions/${own.id}`, undefined],
      ['POST', `/api/v1/decisions/${own.id}/reject`, { reason: 'nope' }],
      ['GET', '/api/v1/policies/fell', undefined],
      ['DELETE', '/api/v1/policies/fell', undefined],
    ] as const)
      expect(
        (await rig.call(method, path, { key: other, ...(body === undefined ? {} : { body }) })).status,
      ).toBe(404);
    const stopAll = await rig.call('POST', '/api/v1/decision-settings/stop-all', {
      key: other,
      body: { isStopped: true, reason: 'I would like to' },
    });
    expect(stopAll.status).toBe(403);
    const { body } = await rig.call('GET', '/api/v1/audit', { key: other });
    expect(body.entries.every((entry: Parsed) => entry.tenant === 'other')).toBe(true);
  });

  it('changes through the API are in the trail before and after, without secrets and names of people', async () => {
    await rig.call('PATCH', '/api/v1/settings', { key: rig.adminKey, body: { rates: { EUR: 1.1 } } });
    await rig.call('POST', '/api/v1/users', {
      key: rig.adminKey,
      body: { email: 'jane@example.com', name: 'Jane Doe', role: 'viewer' },
    });
    await rig.call('POST', '/api/v1/api-keys', { key: viewer, body: { name: 'x', scopes: ['admin'] } });
    let entries: Parsed[] = [];
    await eventually('they are there', async () => {
      entries = (await rig.call('GET', '/api/v1/audit?limit=100', { key: rig.adminKey })).body.entries;
      return entries.filter((entry) => entry.action === 'POST /api/v1/users').length === 2;
    });
    const settings = entries.filter((entry) => entry.action === 'PATCH /api/v1/settings');
    expect(settings.map((entry) => entry.result)).toEqual(['done', 'asked']);
    expect(settings.find((entry) => entry.result === 'asked')?.details).toEqual({
      body: { rates: { EUR: 1.1 } },
    });
    expect(JSON.stringify(entries)).not.toMatch(/jane|Jane/);
    const { body: state } = await rig.call('GET', '/api/v1/audit/state', { key: rig.adminKey });
    expect(state).toMatchObject({ isIntact: true, findings: [] });
    expect(state.publicKey).toContain('BEGIN PUBLIC KEY');
    expect((await rig.call('GET', '/api/v1/audit', { key: viewer })).status).toBe(403);
  });

  it('a webhook may not point inside', async () => {
    for (const url of ['http://example.com/x', 'https://127.0.0.1/x', 'https://169.254.169.254/']) {
      const { body } = await rig.call('PUT', '/api/v1/webhooks/in', {
        key: rig.adminKey,
        body: { url, isEnabled: true },
      });
      expect(body.code).toBe('DECISION_WEBHOOK_INVALID');
    }
    const saved = await rig.call('PUT', '/api/v1/webhooks/out', {
      key: rig.adminKey,
      body: { url: 'https://example.com/x', isEnabled: true },
    });
    expect(saved.body.secret).toMatch(/^whsec_/);
    expect((await rig.call('GET', '/api/v1/webhooks', { key: rig.adminKey })).text).not.toContain('whsec_');
  });

  it('what is open comes over the socket, of the own tenant alone', async () => {
    const seen = (key: string): { readonly socket: Socket; open(): readonly string[] | undefined } => {
      const socket: Socket = io(rig.origin, { transports: ['websocket'], forceNew: true, auth: { key } });
      let titles: readonly string[] | undefined;
      const take = (message: Parsed): void => {
        if (message.topic === 'decisions')
          titles = message.payload.open.map((each: Parsed) => each.trigger.title);
      };
      socket.on('update', take);
      socket.emit('subscribe', { topic: 'decisions' }, (answer: Parsed) => take(answer.snapshot));
      return { socket, open: () => titles };
    };
    const own = seen(viewer);
    const other = seen(await rig.key('other', 'query:read'));
    await eventually('both have a snapshot', () => own.open() !== undefined && other.open() !== undefined);
    await rig.call('PUT', '/api/v1/policies/live', { key: rig.adminKey, body: policy });
    await tell('main', 'live-1');
    await eventually('it is told', () => own.open()?.includes('Total revenue is low') === true);
    expect(other.open()).toEqual([]);
    own.socket.disconnect();
    other.socket.disconnect();
  });
});
