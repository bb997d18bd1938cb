import { createServer, type Server } from 'node:http';
import { Type } from '@sinclair/typebox';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJsonCodec } from '../platform/bus/json.ts';
import { readFrom } from '../platform/bus/reader.ts';
import { AlertRecord } from '../platform/contracts/alert.ts';
import type { Decision } from '../platform/contracts/decision.ts';
import type { DecisionState, PolicyRequest } from '../platform/contracts/policy.ts';
import type { Signal } from '../platform/contracts/signal.ts';
import { alertsStream, decisionsStream, rendersStream } from '../platform/contracts/subjects.ts';
import { eventually } from '../platform/testing/servers.ts';
import { systemClock } from '../platform/time/clock.ts';
import { request, signal as signalOf } from './testing/fixtures.ts';
import { startDecisionRig, type DecisionRig } from './testing/rig.ts';
import type { CrashPoint } from './faults.ts';

let rig: DecisionRig;
let receiver: Server;
let answerWith = 200;
const received: { readonly id: string; readonly verified: boolean }[] = [];
let secret = '';
let next = 0;

beforeAll(async () => {
  rig = await startDecisionRig();
  receiver = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      let verified = true;
      try {
        new Webhook(secret).verify(body, incoming.headers as Record<string, string>);
      } catch {
        verified = false;
      }
      received.push({ id: String(incoming.headers['webhook-id']), verified });
      outgoing.writeHead(answerWith, { 'retry-after': '0' }).end('thanks');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const saved = await rig.ask('webhooks-save', {
    id: 'hook',
    webhook: { url: `http://127.0.0.1:${port}/hook`, isEnabled: true },
  });
  secret = saved.secret ?? '';
});

afterAll(async () => {
  await new Promise((resolve) => receiver.close(resolve));
  await rig.stop();
});

/** A policy of its own for a test, with a signal that nobody else waits for. */
async function policyFor(
  change: Partial<PolicyRequest>,
): Promise<{ id: string; signal(change?: Partial<Signal>): Signal }> {
  next += 1;
  const id = `p${next}`;
  const kpi = `kpi_${next}`;
  await rig.ask(
    'policies-save',
    {
      id,
      policy: request({
        when: { type: 'signal', kinds: ['anomaly'], kpis: [kpi] },
        mode: 'automatic',
        ...change,
      }),
    },
    'user:author',
  );
  const startedAtMs = systemClock.nowMs();
  return { id, signal: (own = {}) => signalOf({ kpi, id: `s${next}`, startedAtMs, ...own }) };
}

async function decisionsOf(policyId: string): Promise<Decision[]> {
  return (await rig.ask('decisions-list', { policyId, limit: 100 })).decisions;
}

async function until(policyId: string, state: DecisionState): Promise<Decision> {
  let found: Decision | undefined;
  await eventually(`${policyId} is ${state}`, async () => {
    found = (await decisionsOf(policyId)).find((each) => each.state === state);
    return found !== undefined;
  });
  if (found === undefined) throw new Error('unreachable');
  return found;
}

async function messages(
  stream: string,
  subject = `${stream}.>`,
): Promise<{ subject: string; data: Uint8Array }[]> {
  const { signal } = new AbortController();
  const all: { subject: string; data: Uint8Array }[] = [];
  for await (const batch of readFrom({
    bus: rig.bus,
    stream,
    subject,
    fromSeq: 1,
    signal,
    untilCaughtUp: true,
  }))
    all.push(...batch);
  return all;
}

const alertCodec = createJsonCodec(AlertRecord);
async function alertsOf(decisionId: string): Promise<AlertRecord[]> {
  return (await messages(alertsStream)).flatMap(({ data }) => {
    const decoded = alertCodec.decode(data);
    return decoded.ok && decoded.value.decisionId === decisionId ? [decoded.value] : [];
  });
}

describe('from a signal to an action', () => {
  it('an automatic alert goes out, is told, written down and audited', async () => {
    const { id, signal } = await policyFor({});
    await rig.tell(signal());
    const decision = await until(id, 'kept');
    expect(decision.history.map(({ name }) => name)).toEqual([
      'propose',
      'approve',
      'start',
      'succeed',
      'keep',
    ]);
    expect(await alertsOf(decision.id)).toMatchObject([
      {
        title: 'Total revenue is low',
        body: '60 against 100',
        severity: 'warning',
        link: `/decisions/${decision.id}`,
      },
    ]);
    await eventually('the table and the trail have it', async () => {
      const [row] = await rig.store.query(
        'SELECT state FROM decisions FINAL WHERE id = {id:String}',
        { id: decision.id },
        Type.Object({ state: Type.String() }),
      );
      const { entries } = await rig.ask('audit-list', { limit: 100 });
      return row?.state === 'kept' && entries.filter((entry) => entry.object === decision.id).length === 5;
    });
    const told = (await messages(decisionsStream)).filter(({ data }) =>
      new TextDecoder().decode(data).includes(decision.id),
    );
    expect(told).toHaveLength(5);
  });

  it('a proposal waits, is approved by its inputs alone, and each executor does its part', async () => {
    const { id, signal } = await policyFor({
      mode: 'approve',
      actions: [
        {
          kind: 'render',
          params: { kind: 'report', title: 'Why {kpi} fell', period: 'day', formats: 'pdf' },
        },
        {
          kind: 'webhook',
          params: { endpoint: 'hook', event: 'kpi.fell', by: { formula: 'expected - observed' } },
        },
        { kind: 'budget', params: { target: 'ads', to: { formula: 'observed' } } },
        { kind: 'ticket', params: { title: '{title}', body: 'look' } },
        { kind: 'job', params: { job: 'deadletter-replay' } },
      ],
    });
    await rig.tell(signal());
    const proposed = await until(id, 'proposed');
    await expect(
      rig.ask('decisions-approve', { id: proposed.id, inputsHash: '0'.repeat(64) }),
    ).rejects.toMatchObject({
      details: { remoteCode: 'DECISION_INPUTS_STALE' },
    });
    expect(received).toHaveLength(0);
    await rig.ask('decisions-approve', { id: proposed.id, inputsHash: proposed.inputsHash });
    const kept = await until(id, 'kept');
    expect(received).toEqual([{ id: `main.${kept.id}-1`, verified: true }]);
    const { changes } = await rig.ask('changes-list', { limit: 10 });
    expect(changes).toMatchObject([{ kind: 'budget', target: 'ads', from: null, to: 60 }]);
    expect((await messages(rendersStream)).map(({ subject }) => subject)).toEqual(['renders.report']);
    const { items } = await rig.ask('outbox-list', { causeId: kept.id, limit: 100 });
    expect(items.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done', 'done']);
  });

  it('changed inputs end a proposal and make a new one; its end withdraws it', async () => {
    const { id, signal } = await policyFor({ mode: 'approve' });
    await rig.tell(signal());
    const first = await until(id, 'proposed');
    await rig.tell(signal({ revision: 2, evidence: { observed: 40, expected: 100 } }));
    await eventually('a second one is proposed', async () => (await decisionsOf(id)).length === 2);
    const all = await decisionsOf(id);
    expect(all.find((each) => each.id === first.id)?.state).toBe('expired');
    await expect(
      rig.ask('decisions-approve', { id: first.id, inputsHash: first.inputsHash }),
    ).rejects.toMatchObject({
      details: { remoteCode: 'DECISION_STATE_WRONG' },
    });
    await rig.tell(signal({ revision: 3, state: 'resolved', evidence: { observed: 40, expected: 100 } }));
    await eventually('it is withdrawn', async () =>
      (await decisionsOf(id)).every((each) => each.state === 'expired'),
    );
  });

  it('a changed policy makes its open proposals stale', async () => {
    const { id, signal } = await policyFor({ mode: 'approve' });
    await rig.tell(signal());
    const proposed = await until(id, 'proposed');
    await rig.ask('policies-enable', { id, enabled: false, version: 1 });
    await expect(
      rig.ask('decisions-approve', { id: proposed.id, inputsHash: proposed.inputsHash }),
    ).rejects.toMatchObject({
      details: { remoteCode: expect.stringMatching(/INPUTS_STALE|STATE_WRONG/) },
    });
    await until(id, 'expired');
    expect((await rig.ask('policies-versions', { id })).policies.map(({ version }) => version)).toEqual([
      2, 1,
    ]);
    await expect(rig.ask('policies-enable', { id, enabled: true, version: 1 })).rejects.toMatchObject({
      details: { remoteCode: 'DECISION_VERSION_CONFLICT' },
    });
  });

  it('above the limit two people approve and type the amount', async () => {
    const { id, signal } = await policyFor({ mode: 'approve', money: '5000' });
    await rig.tell(signal());
    const { id: decisionId, inputsHash } = await until(id, 'proposed');
    const approve = (actor: string, amount?: number) =>
      rig.ask(
        'decisions-approve',
        { id: decisionId, inputsHash, ...(amount === undefined ? {} : { amount }) },
        actor,
      );
    await expect(approve('user:a')).rejects.toMatchObject({
      details: { remoteCode: 'DECISION_AMOUNT_WRONG' },
    });
    await expect(approve('user:author', 5000)).rejects.toMatchObject({
      details: { remoteCode: 'DECISION_APPROVAL_REFUSED' },
    });
    expect((await approve('user:a', 5000)).state).toBe('proposed');
    await expect(approve('user:a', 5000)).rejects.toMatchObject({
      details: { remoteCode: 'DECISION_APPROVAL_REFUSED' },
    });
    await approve('user:b', 5000);
    await until(id, 'kept');
  });

  it('undo puts the former value back', async () => {
    await rig.ask('settings-save', {
      automaticKinds: ['price'],
      fourEyesAbove: 1000,
      version: (await rig.ask('settings-get', {})).settings.version,
    });
    const price = (to: number): Partial<PolicyRequest> => ({
      actions: [{ kind: 'price', params: { target: 'plan', to } }],
    });
    const one = await policyFor(price(9));
    await rig.tell(one.signal());
    await until(one.id, 'kept');
    const two = await policyFor(price(12));
    await rig.tell(two.signal());
    const second = await until(two.id, 'kept');
    await rig.ask('decisions-undo', { id: second.id, reason: 'too dear' });
    await eventually('it is undone', async () => (await decisionsOf(two.id))[0]?.undo === 'done');
    const { changes } = await rig.ask('changes-list', { limit: 3 });
    expect(
      changes.filter(({ target }) => target === 'plan').map(({ from, to }) => [from, to]),
    ).toContainEqual([12, 9]);
  });
});

describe('what else fires a policy', () => {
  it('an event of the log, and a decision that was applied', async () => {
    const event: PolicyRequest['when'] = {
      type: 'event',
      eventType: 'refund',
      where: [{ left: 'amount', is: '>', right: '50' }],
    };
    const { id } = await policyFor({
      when: event,
      actions: [{ kind: 'ticket', params: { title: 'refund of {amount}', body: '{channel}' } }],
    });
    const after = await policyFor({
      when: { type: 'decision', states: ['applied'], policyId: id },
      actions: [{ kind: 'ticket', params: { title: '{policy} is {state}', body: 'look' } }],
    });
    // It sees what is stored from its first look on: events go in until one was seen.
    let seq = 0;
    await eventually('an event was seen', async () => {
      seq += 1;
      const at = systemClock.nowMs();
      const rows = [4_000, 7_500].map((minor, idx) =>
        [0, seq, idx, 'main', 's', `e${seq}-${idx}`, 'refund', at, at, 'c1', minor, '{}'].join('\t'),
      );
      const columns = [
        'partition',
        'seq',
        'idx',
        'tenant',
        'source',
        'id',
        'type',
        'time',
        'received_at',
        'channel',
        'amount_base_minor',
        'data',
      ];
      await rig.store.insertRows('events', columns, `${rows.join('\n')}\n`);
      return (await decisionsOf(id)).length > 0;
    });
    const all = await decisionsOf(id);
    expect(all.every(({ actions }) => actions[0]?.params['title'] === 'refund of 75')).toBe(true);
    expect(new Set(all.map(({ trigger }) => trigger.id)).size).toBe(all.length);
    await until(id, 'kept');
    const led = await until(after.id, 'kept');
    expect(led).toMatchObject({
      depth: 1,
      trigger: { type: 'decision' },
      actions: [{ params: { title: `${id} is applied` } }],
    });
  });
});

describe('the kill switch', () => {
  it('holds everything back while it is on, and nothing is lost', async () => {
    await rig.ask('settings-stop', { isStopped: true, reason: 'something is odd', all: false });
    const { id, signal } = await policyFor({
      actions: [{ kind: 'webhook', params: { endpoint: 'hook', event: 'x' } }],
    });
    const before = received.length;
    await rig.tell(signal());
    await until(id, 'approved');
    await rig.ask('schedules-run', { id: 'health' });
    await eventually('the run was taken and given back', async () => {
      const { items } = await rig.ask('outbox-list', { causeId: 'health', limit: 10 });
      return items.some((item) => item.state === 'waiting' && item.nextAtMs > item.createdAtMs);
    });
    expect(received).toHaveLength(before);
    await rig.ask('settings-stop', { isStopped: false, reason: 'it was nothing', all: false });
    await until(id, 'kept');
    expect(received).toHaveLength(before + 1);
    await eventually('the run is done', async () =>
      (await rig.ask('outbox-list', { causeId: 'health', limit: 10 })).items.every(
        (item) => item.state === 'done',
      ),
    );
  });
});

describe('a webhook that is refused', () => {
  it('410 switches the endpoint off; a dead letter is replayed by a person under the same id', async () => {
    answerWith = 410;
    const { id, signal } = await policyFor({
      actions: [{ kind: 'webhook', params: { endpoint: 'hook', event: 'x' } }],
    });
    await rig.tell(signal());
    const failed = await until(id, 'failed');
    const { webhooks } = await rig.ask('webhooks-list', {});
    expect(webhooks).toMatchObject([
      { id: 'hook', isEnabled: false, disabledReason: 'it answered 410 Gone' },
    ]);
    const { items } = await rig.ask('outbox-list', { states: ['dead'], limit: 10 });
    expect(items).toMatchObject([{ cause: { id: failed.id }, attempts: [{ status: 410, isOk: false }] }]);
    answerWith = 200;
    await rig.ask('webhooks-save', { id: 'hook', webhook: { url: webhooks[0]?.url ?? '', isEnabled: true } });
    await rig.ask('outbox-replay', { id: items[0]?.id ?? '' });
    await until(id, 'kept');
    expect(received.filter((each) => each.id === `main.${failed.id}-0`)).toHaveLength(2);
    await expect(rig.ask('outbox-replay', { id: items[0]?.id ?? '' })).rejects.toMatchObject({
      details: { remoteCode: 'DECISION_OUTBOX_NOT_DEAD' },
    });
  });
});

describe('killed at every arrow', () => {
  const points: CrashPoint[] = [
    'decision created',
    'policy state saved',
    'item created',
    'item taken',
    'effect done',
    'item settled',
    'decision moved',
    'decision told',
    'fact linked',
  ];

  it.each(points)('after "%s": nothing is lost, nothing is done twice', async (point) => {
    const { id, signal } = await policyFor({
      actions: [
        { kind: 'webhook', params: { endpoint: 'hook', event: 'x' } },
        { kind: 'budget', params: { target: `t ${point}`, to: 7 } },
        { kind: 'alert', params: { title: 'x', body: 'y' } },
      ],
      mode: 'approve',
    });
    const crashed = rig.crashes();
    rig.crashAt(point, 2);
    await rig.tell(signal());
    const proposed = await until(id, 'proposed');
    await rig.ask('decisions-approve', { id: proposed.id, inputsHash: proposed.inputsHash });
    const kept = await until(id, 'kept');
    await eventually('it was killed', () => rig.crashes() > crashed);
    expect(await decisionsOf(id)).toHaveLength(1);
    // The receiver may be asked twice with one id, never with two.
    const ids = new Set(
      received.filter((each) => each.id.startsWith(`main.${kept.id}`)).map((each) => each.id),
    );
    expect([...ids]).toEqual([`main.${kept.id}-0`]);
    const { changes } = await rig.ask('changes-list', { limit: 100 });
    expect(changes.filter(({ target }) => target === `t ${point}`)).toHaveLength(1);
    expect(await alertsOf(kept.id)).toHaveLength(1);
    await eventually('every change is in the trail, once', async () => {
      const { entries } = await rig.ask('audit-list', { limit: 100 });
      const own = entries.filter((entry) => entry.object === kept.id);
      return own.length === kept.revision && new Set(own.map((entry) => entry.id)).size === kept.revision;
    });
  });

  it('a restart goes on where it was, and the trail is whole', async () => {
    await rig.restart();
    const { id, signal } = await policyFor({});
    await rig.tell(signal());
    await until(id, 'kept');
    await eventually('the chain is intact', async () => (await rig.ask('audit-state', {})).isIntact);
    expect((await rig.ask('audit-state', {})).findings).toEqual([]);
  });
});

describe('a dry run', () => {
  it('tells what a policy would have done over stored signals, and does nothing', async () => {
    const at = systemClock.nowMs() - 3_600_000;
    const rows = [1, 2, 3].map((n) =>
      [
        'main',
        at + n * 60_000,
        'anomaly',
        `old${n}`,
        'old_kpi',
        `Old ${n}`,
        '{}',
        '1h',
        'warning',
        'resolved',
        at + n * 60_000 + 30_000,
        'false',
        JSON.stringify({ observed: n, expected: 10 }),
        '/anomalies/x',
        2,
      ].join('\t'),
    );
    await rig.store.insertRows(
      'signals',
      [
        'tenant',
        'started_at',
        'kind',
        'id',
        'kpi',
        'title',
        'dims',
        'window',
        'severity',
        'state',
        'ended_at',
        'is_good',
        'evidence',
        'link',
        'revision',
      ],
      `${rows.join('\n')}\n`,
    );
    const policy = request({
      when: { type: 'signal', kinds: ['anomaly'], kpis: ['old_kpi'] },
      coolDownMs: 90_000,
      money: 'expected - observed',
    });
    const job = await rig.ask('policies-dry-run', { id: 'tried', policy, fromMs: at, toMs: at + 600_000 });
    await eventually('it is done', async () => {
      try {
        await rig.ask('dry-run-result', { id: job.id });
        return true;
      } catch {
        return false;
      }
    });
    const result = await rig.ask('dry-run-result', { id: job.id });
    expect(result).toMatchObject({
      inputs: 6,
      fired: 2,
      unusable: 0,
      money: 9 + 7,
      skipped: { cool_down: 1 },
    });
    expect(result.proposals.map(({ title }) => title)).toEqual(['Old 1', 'Old 3']);
    expect(await decisionsOf('tried')).toEqual([]);
  });
});

describe('the automation runner', () => {
  it('every tenant has its routines, and one runs when it is asked for', async () => {
    await eventually(
      'they are there',
      async () => (await rig.ask('schedules-list', {})).schedules.length === 8,
    );
    const { schedules } = await rig.ask('schedules-list', {});
    // What proposes decisions is off until somebody wants it.
    const on = schedules.filter(({ nextAtMs }) => nextAtMs !== null);
    expect(on.map(({ id }) => id)).toEqual(['budgets', 'health', 'keys', 'tasks']);
    expect(on.every(({ nextAtMs }) => (nextAtMs ?? 0) > systemClock.nowMs())).toBe(true);
    await rig.ask('schedules-run', { id: 'keys' });
    await eventually('it ran', async () => {
      const { items } = await rig.ask('outbox-list', { causeId: 'keys', limit: 10 });
      return items[0]?.attempts.at(-1)?.note === 'nothing to do';
    });
  });

  it('a schedule with seconds runs by itself', async () => {
    await rig.ask('schedules-save', {
      id: 'often',
      schedule: {
        title: 'Often',
        cron: '* * * * * *',
        zone: 'UTC',
        jitterMs: 0,
        missed: 'run_all',
        action: { kind: 'ticket', params: { title: 'again', body: '' } },
        enabled: true,
      },
    });
    await eventually('three runs are done', async () => {
      const { items } = await rig.ask('outbox-list', { causeId: 'often', states: ['done'], limit: 10 });
      return items.length >= 3;
    });
    await rig.ask('schedules-delete', { id: 'often' });
    await expect(rig.ask('schedules-run', { id: 'often' })).rejects.toMatchObject({
      details: { remoteCode: 'DECISION_SCHEDULE_NOT_FOUND' },
    });
  });
});

describe('secrets of endpoints', () => {
  it('lie sealed in the bucket, and sign as before after a restart', async () => {
    const lines = (await messages(`KV_webhooks`, '$KV.>')).map(({ data }) =>
      Buffer.from(data).toString('utf8'),
    );
    expect(lines.join('\n')).toContain('sealed');
    expect(lines.join('\n')).not.toContain('whsec_');
    await rig.restart();
    expect(await rig.ask('webhooks-test', { id: 'hook' })).toMatchObject({ isOk: true, status: 200 });
    expect(received.at(-1)?.verified).toBe(true);
    answerWith = 503;
    expect(await rig.ask('webhooks-test', { id: 'hook' })).toMatchObject({
      isOk: false,
      note: 'answered 503',
    });
    answerWith = 200;
  });
});
