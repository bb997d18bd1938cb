import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { createJsonCodec } from '../platform/bus/json.ts';
import type { AuditEntry } from '../platform/contracts/audit.ts';
import {
  decisionOperations,
  type AskBody,
  type AskReply,
  type DecisionOperation,
} from '../platform/contracts/decision-wire.ts';
import { decisionAskSubject, signalsStream, signalSubject } from '../platform/contracts/subjects.ts';
import { createTestBus, eventually, startTestNats } from '../platform/testing/servers.ts';
import { openAuditLog } from './adapters/audit-log.ts';
import { verifyChain } from './audit/verify.ts';
import { request, signal } from './testing/fixtures.ts';

const stops: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

const decisions = 30;
/** Killed each time so many more actions have arrived. */
const killAt = [1, 4, 9, 15, 22];
/** On a busy machine a start takes seconds. */
const deadlineMs = 60_000;

it('kill -9 again and again: every action arrives, under one id each', async () => {
  const nats = await startTestNats();
  stops.push(() => nats.stop());
  const bus = await createTestBus(nats);
  stops.push(() => bus.close());
  const home = mkdtempSync(join(tmpdir(), 'weir-decision-kill-'));
  stops.push(() => rmSync(home, { recursive: true, force: true }));
  await bus.ensureStream({ name: signalsStream, subjects: [`${signalsStream}.*.*`], maxBytes: 1 << 24 });
  const arrived = new Map<string, number>();
  const receiver = createServer((incoming, outgoing) => {
    const id = String(incoming.headers['webhook-id']);
    arrived.set(id, (arrived.get(id) ?? 0) + 1);
    incoming.resume().on('end', () => outgoing.end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  stops.push(() => void receiver.close());
  const address = receiver.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  let child: ChildProcess | undefined;
  const fixture = fileURLToPath(new URL('testing/decision-process.fixture.ts', import.meta.url));
  const start = async (): Promise<void> => {
    child = spawn(process.execPath, [fixture, nats.url, nats.token, home], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (child.stdout !== null) await once(child.stdout, 'data');
  };
  const kill = async (): Promise<void> => {
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    child = undefined;
  };
  stops.push(kill);
  const ask = async <K extends DecisionOperation>(name: K, body: AskBody<K>): Promise<AskReply<K>> =>
    await bus.request(
      decisionAskSubject(name),
      { tenant: 'main', actor: 'user:a', body },
      createJsonCodec(decisionOperations[name].reply),
    );

  await start();
  await ask('webhooks-save', { id: 'hook', webhook: { url: `http://127.0.0.1:${port}/`, isEnabled: true } });
  await ask('settings-save', { automaticKinds: ['budget'], fourEyesAbove: null, version: 0 });
  await ask('policies-save', {
    id: 'all',
    policy: request({
      mode: 'automatic',
      actions: [
        { kind: 'webhook', params: { endpoint: 'hook', event: 'fell' } },
        { kind: 'budget', params: { target: '{channel}', to: 5 } },
      ],
    }),
  });
  for (let n = 0; n < decisions; n += 1) {
    const one = signal({ id: `s${n}`, dims: { channel: `c${n}` }, startedAtMs: Date.now() });
    await bus.publish(signalSubject('main', 'anomaly'), new TextEncoder().encode(JSON.stringify(one)));
  }
  for (const count of killAt) {
    await eventually(`${count} have arrived`, () => arrived.size >= count, deadlineMs);
    await kill();
    await start();
  }
  await eventually(
    'all are kept',
    async () => {
      const { decisions: kept } = await ask('decisions-list', { states: ['kept'], limit: 100 });
      return kept.length === decisions;
    },
    deadlineMs,
  );
  const { decisions: kept } = await ask('decisions-list', { limit: 100 });
  expect(kept).toHaveLength(decisions);
  expect([...arrived.keys()].sort()).toEqual(kept.map(({ id }) => `main.${id}-0`).sort());
  const { changes } = await ask('changes-list', { limit: 100 });
  expect(changes.map(({ target }) => target).sort()).toEqual(
    kept.map(({ dims }) => dims['channel'] ?? '').sort(),
  );

  // Every change of every decision is in the trail exactly once, and the chain is whole.
  const log = await openAuditLog(bus, 256);
  let entries: readonly AuditEntry[] = [];
  const wanted = kept.reduce((sum, { revision }) => sum + revision, 0);
  await eventually(
    'the trail has caught up',
    async () => {
      entries = (await log.entries('main')).filter(({ object }) => object.startsWith('dec_'));
      return entries.length >= wanted;
    },
    deadlineMs,
  );
  expect(new Set(entries.map(({ id }) => id)).size).toBe(wanted);
  expect(entries).toHaveLength(wanted);
  expect(verifyChain(await log.entries('main'), [], []).findings).toEqual([]);
}, 240_000);
