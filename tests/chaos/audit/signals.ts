import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Bus } from '../../../platform/bus/bus.ts';
import { readFrom } from '../../../platform/bus/reader.ts';
import { Signal } from '../../../platform/contracts/signal.ts';
import { signalsStream } from '../../../platform/contracts/subjects.ts';
import type { Store } from '../../../platform/store/store.ts';
import type { StageFindings } from './finding.ts';

/** What one undisturbed life of the other stages has told: trends exactly so, posts that took off at least these. */
export interface ExpectedSignals {
  readonly trends: ReadonlyMap<string, Signal>;
  readonly viral: ReadonlySet<string>;
}

/**
 * Signals as consumers got them: of each id the revisions follow each other, the same revision always says the same, what fired is
 * resolved at most once and last, and the table says what was told last. Then against the tables they speak of.
 */
export async function auditSignals(
  bus: Bus,
  store: Store,
  expected: ExpectedSignals,
): Promise<StageFindings> {
  const told = await readSignals(bus);
  const problems: string[] = [];
  for (const [name, signals] of told) problems.push(...faultsOf(name, signals));

  const table = new Map(
    (
      await store.query(
        `SELECT concat(tenant, '/', kind, '/', id) AS name, state, severity, revision FROM signals FINAL`,
        {},
        Type.Object({
          name: Type.String(),
          state: Type.String(),
          severity: Type.String(),
          revision: Type.Number(),
        }),
      )
    ).map(({ name, ...row }) => [name, JSON.stringify(row)]),
  );
  for (const [name, signals] of told) {
    const last = signals.at(-1);
    if (last === undefined) continue;
    const { state, severity, revision } = last;
    const text = JSON.stringify({ state, severity, revision });
    if (table.get(name) !== text)
      problems.push(`signal ${name} was told as ${text} and is stored as ${table.get(name) ?? 'nothing'}`);
  }
  for (const name of table.keys())
    if (!told.has(name)) problems.push(`signal ${name} is stored and was not told`);

  problems.push(...(await againstAnomalies(store, told)));
  for (const [name, signal] of expected.trends)
    if (JSON.stringify(told.get(name)?.at(-1)) !== JSON.stringify(signal))
      problems.push(
        `signal ${name}: ${JSON.stringify(told.get(name)?.at(-1))} instead of ${JSON.stringify(signal)}`,
      );
  for (const name of expected.viral) if (!told.has(name)) problems.push(`signal ${name} was never told`);
  for (const [name, [first]] of told)
    if (first?.kind === 'trend' && !expected.trends.has(name))
      problems.push(`signal ${name} was told and should not have been`);
  return { compared: { signals: told.size }, problems };
}

function faultsOf(name: string, signals: readonly Signal[]): string[] {
  const faults: string[] = [];
  let revision = 0;
  let before = '';
  let resolved = 0;
  for (const signal of signals) {
    const text = JSON.stringify(signal);
    if (signal.revision === revision) {
      if (text !== before)
        faults.push(`signal ${name} has two texts of revision ${revision}: ${before} ${text}`);
      continue;
    }
    if (signal.revision !== revision + 1)
      faults.push(`signal ${name} goes from revision ${revision} to ${signal.revision}`);
    if (resolved > 0)
      faults.push(`signal ${name} goes on after it was resolved: revision ${signal.revision}`);
    if (signal.state === 'resolved') resolved++;
    ({ revision } = signal);
    before = text;
  }
  return faults;
}

async function againstAnomalies(
  store: Store,
  told: ReadonlyMap<string, readonly Signal[]>,
): Promise<string[]> {
  const rows = await store.query(
    `SELECT concat(tenant, '/anomaly/', id) AS name, state FROM anomalies FINAL`,
    {},
    Type.Object({ name: Type.String(), state: Type.String() }),
  );
  const states = new Map(rows.map(({ name, state }) => [name, state]));
  const problems: string[] = [];
  for (const [name, signals] of told) {
    if (signals[0]?.kind !== 'anomaly') continue;
    const wanted = signals.at(-1)?.state === 'resolved' ? 'resolved' : 'open';
    if (states.get(name) !== wanted)
      problems.push(`signal ${name} says ${wanted} and its anomaly ${states.get(name) ?? 'is not there'}`);
  }
  return problems;
}

/** All messages of the stream by tenant, kind and id, in the order they were told. */
async function readSignals(bus: Bus): Promise<Map<string, Signal[]>> {
  const told = new Map<string, Signal[]>();
  const { messages } = await bus.streamState(signalsStream).catch(() => ({ messages: 0 }));
  if (messages === 0) return told;
  const reading = new AbortController();
  const decoder = new TextDecoder();
  for await (const batch of readFrom({
    bus,
    stream: signalsStream,
    subject: `${signalsStream}.>`,
    fromSeq: 1,
    signal: reading.signal,
    untilCaughtUp: true,
  })) {
    for (const { data } of batch) {
      const signal: unknown = JSON.parse(decoder.decode(data));
      if (!Value.Check(Signal, signal)) throw new TypeError('not a signal');
      const name = `${signal.tenant}/${signal.kind}/${signal.id}`;
      told.set(name, [...(told.get(name) ?? []), signal]);
    }
  }
  return told;
}
