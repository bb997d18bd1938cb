import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditKeyPath, loadAuditKey } from '../decision/adapters/audit-key.ts';
import { openAuditLog } from '../decision/adapters/audit-log.ts';
import { linkFact } from '../decision/audit/chain.ts';
import type { AuditLog } from '../decision/audit/log.ts';
import { writeChains } from '../decision/audit/writer.ts';
import { noFaults } from '../decision/faults.ts';
import { createDecisionMetrics } from '../decision/metrics.ts';
import type { History } from '../decision/ports.ts';
import { openAuditIntake } from '../platform/audit/intake.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { AuditEntry, AuditFact } from '../platform/contracts/audit.ts';
import { auditStream, auditSubject } from '../platform/contracts/subjects.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { createTestBus, eventually, startTestNats } from '../platform/testing/servers.ts';
import { systemClock } from '../platform/time/clock.ts';
import { verifyAuditCommand } from './verify-audit.ts';

let nats: Awaited<ReturnType<typeof startTestNats>>;
let bus: Bus;
let log: AuditLog;
let home: string;
let chain: readonly AuditEntry[];

const fact = (tenant: string, n: number): AuditFact => ({
  id: `f${n}`,
  tenant,
  atMs: n,
  actor: 'user:u1',
  action: 'settings.change',
  object: `o${n}`,
  result: 'done',
  requestId: '',
  details: { n },
});

/** Runs the writer until every fact is an entry. */
async function write(facts: readonly AuditFact[], total: number): Promise<void> {
  const intake = await openAuditIntake(bus);
  for (const each of facts) await intake.tell(each);
  const ending = new AbortController();
  const history = { writeAudit: async () => {} } as unknown as History;
  const metrics = createDecisionMetrics(createMetrics({ processMetrics: false }));
  const deps = { log, history, key: loadAuditKey(home), clock: systemClock, metrics, faults: noFaults };
  const writing = writeChains(deps, ending.signal);
  await eventually('all are linked and signed', async () => {
    const entries = await log.entries('main');
    return entries.length === total && (await log.newestCheckpoint('main'))?.number === total;
  });
  ending.abort();
  await writing;
}

/** Puts other messages in the place of the chain, as somebody with the server's disk could. */
async function replaceWith(entries: readonly AuditEntry[]): Promise<void> {
  await bus.jsm.streams.delete(auditStream);
  log = await openAuditLog(bus, 16);
  for (const entry of entries)
    await bus.publish(auditSubject('main'), new TextEncoder().encode(JSON.stringify(entry)));
}

async function verify(...args: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const env = {
    WEIR_HOME: home,
    WEIR_NATS_URL: `nats://${nats.token}@${new URL(nats.url).host}`,
    WEIR_REDIS_URL: 'redis://127.0.0.1:1',
    WEIR_DECISION_AUDIT_MAX_MEGABYTES: '16',
  };
  const code = await verifyAuditCommand(args, env, (line) => lines.push(line));
  return { code, text: lines.join('\n') };
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'weir-verify-audit-'));
  nats = await startTestNats();
  bus = await createTestBus(nats);
  log = await openAuditLog(bus, 16);
  await write(
    [1, 2, 3, 4, 5].flatMap((n) => [fact('main', n), fact('other', n)]),
    5,
  );
  // Told again, as after a crash: each is one entry all the same.
  await write([fact('main', 5), fact('main', 6)], 6);
  chain = await log.entries('main');
});

afterAll(async () => {
  await bus.close();
  await nats.stop();
  rmSync(home, { recursive: true, force: true });
});

it('a chain that nobody touched is whole, and its key is its owner’s alone', async () => {
  expect(chain.map(({ id, number }) => `${number} ${id}`)).toEqual([
    '1 f1',
    '2 f2',
    '3 f3',
    '4 f4',
    '5 f5',
    '6 f6',
  ]);
  const { code, text } = await verify();
  expect(text).toContain('main: 6 entries');
  expect(text).toContain('other: 5 entries');
  expect(code).toBe(0);
  expect(statSync(auditKeyPath(home)).mode & 0o777).toBe(0o600);
});

/** The chain written anew with right hashes and no key. */
function rewritten(entries: readonly AuditEntry[]): AuditEntry[] {
  let head = { number: 0, hash: '0'.repeat(64) };
  return entries.map(({ number: _n, intakeSeq, prev: _p, hash: _h, ...each }) => {
    const entry = linkFact(head, each, intakeSeq);
    head = entry;
    return entry;
  });
}

it.each<[string, (entries: readonly AuditEntry[]) => readonly AuditEntry[], string]>([
  [
    'an edit',
    (all) => all.map((each) => (each.number === 3 ? { ...each, actor: 'user:x' } : each)),
    'edited',
  ],
  [
    'an edit with every hash after it made right',
    (all) => rewritten(all.map((each) => (each.number === 3 ? { ...each, actor: 'user:x' } : each))),
    'edited',
  ],
  ['a deletion in the middle', (all) => all.filter(({ number }) => number !== 3), 'missing'],
  ['a deletion at the end', (all) => all.slice(0, 4), 'cut'],
  [
    'a deletion with every hash made right',
    (all) => rewritten(all.filter(({ number }) => number !== 3)),
    'edited',
  ],
  ['an insertion', (all) => [...all.slice(0, 3), ...all.slice(2)], 'inserted'],
  [
    'an insertion with every hash made right',
    (all) =>
      rewritten([...all.slice(0, 3), { ...(all[2] ?? chain[0]), id: 'new' } as AuditEntry, ...all.slice(3)]),
    'edited',
  ],
])('%s is found', async (_, tamper, finding) => {
  await replaceWith(tamper(chain));
  const { code, text } = await verify('--tenant', 'main');
  expect(text).toContain(`WRONG ${finding}`);
  expect(code).toBe(1);
});

it('a copied checkpoint convicts where the one beside the chain was taken away too', async () => {
  const copied = join(home, 'copied.ndjson');
  writeFileSync(copied, `${JSON.stringify({ checkpoint: await log.newestCheckpoint('main') })}\n`);
  await bus.jsm.streams.purge('auditcheckpoints');
  await replaceWith(rewritten(chain.slice(0, 4)));
  expect((await verify('--tenant', 'main')).code).toBe(0);
  const { code, text } = await verify('--tenant', 'main', '--checkpoint', copied);
  expect(text).toContain('WRONG cut');
  expect(code).toBe(1);
  expect((await verify('--nonsense')).code).toBe(2);
});
