import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { readFrom } from '../../platform/bus/reader.ts';
import { DecisionMessage } from '../../platform/contracts/decision.ts';
import type { Policy } from '../../platform/contracts/policy.ts';
import { Signal } from '../../platform/contracts/signal.ts';
import { decisionsStream, signalsStream } from '../../platform/contracts/subjects.ts';
import { isWeirError } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Faults } from '../faults.ts';
import type { DecisionMetrics } from '../metrics.ts';
import { emptyStepState } from '../policy/state.ts';
import { stepPolicies, type PolicyInput } from '../policy/step.ts';
import type { History } from '../ports.ts';
import { firstPositions, type PolicyProgress, type Positions } from '../progress.ts';
import { keyIn, type Records } from '../records.ts';
import type { Proposer } from './proposer.ts';

export interface EvaluatorDeps {
  readonly bus: Bus;
  readonly records: Records;
  readonly history: History;
  readonly proposer: Proposer;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: DecisionMetrics;
  readonly faults: Faults;
}

export interface Evaluator {
  /** Reads signals and decisions until the signal aborts. */
  follow(signal: AbortSignal): Promise<void>;
  /** Lets every policy see that time has passed, and the events that were stored meanwhile. */
  tick(): Promise<void>;
}

const eventsAtOnce = 500;
const streamAgainMs = 1_000;
const positionsEveryMessages = 200;

/**
 * Runs the pure step of each policy over what arrives.
 *
 * Crash order for one input of one policy: 1. what it proposes (deterministic ids, created once; revisions by compare-and-set) 2. the state of
 * the policy together with its position 3. now and then, the position to begin reading at. Killed before 2, the input comes again to the
 * same state and proposes the same decisions, which are there already. Inputs carry the time NATS or ClickHouse stored them, not ours, so that
 * the second time is the same as the first. A policy's state is kept only when an input changed it.
 */
export function createEvaluator(deps: EvaluatorDeps): Evaluator {
  const { bus, records, history, clock, log, metrics, faults } = deps;
  const signalCodec = createJsonCodec(Signal);
  const decisionCodec = createJsonCodec(DecisionMessage);
  const progressOf = new Map<string, PolicyProgress>();
  // One input of a policy at a time: signals, decisions and ticks arrive on their own.
  const turns = new Map<string, Promise<void>>();

  const load = (policy: Policy): PolicyProgress => {
    const key = keyIn(policy.tenant, policy.id);
    return (
      progressOf.get(key) ??
      records.policyProgress.get(key) ?? {
        signalsSeq: 0,
        decisionsSeq: 0,
        eventSeqs: null,
        state: emptyStepState,
      }
    );
  };

  const run = async (
    policy: Policy,
    inputs: readonly PolicyInput[],
    move: (before: PolicyProgress) => Partial<PolicyProgress> | undefined,
  ): Promise<void> => {
    const key = keyIn(policy.tenant, policy.id);
    const work = async (): Promise<void> => {
      const before = load(policy);
      const moved = move(before);
      if (moved === undefined) return;
      let { state } = before;
      for (const input of inputs) {
        const [next, outputs] = stepPolicies(state, [policy], input);
        await deps.proposer.take(policy, outputs);
        state = next;
      }
      const after: PolicyProgress = { ...before, ...moved, state };
      progressOf.set(key, after);
      const isChanged =
        state.policies[policy.id] !== before.state.policies[policy.id] || moved.eventSeqs !== undefined;
      if (!isChanged) return;
      await records.policyProgress.update(key, () => after);
      faults('policy state saved');
    };
    const turn = (turns.get(key) ?? Promise.resolve()).then(work);
    turns.set(
      key,
      turn.catch(() => undefined),
    );
    await turn;
  };

  const policiesOf = (tenant: string, type: Policy['when']['type']): Policy[] =>
    records.policies
      .values()
      .filter((policy) => policy.tenant === tenant && policy.when.type === type && isLive(policy));

  /** The first sequence, once there is a stream: its writer makes it with its first message. Undefined when aborted. */
  const firstSeqOf = async (stream: string, signal: AbortSignal): Promise<number | undefined> => {
    while (!signal.aborted) {
      try {
        return (await bus.streamState(stream)).firstSeq;
      } catch (error) {
        if (!isWeirError(error) || error.code !== 'BUS_STREAM_MISSING') throw error;
        await clock.sleep(streamAgainMs, signal).catch(() => undefined);
      }
    }
    return undefined;
  };

  const readAll = async (
    stream: string,
    kind: keyof Pick<Positions, 'signals' | 'decisions'>,
    signal: AbortSignal,
    take: (data: Uint8Array, seq: number, atMs: number) => Promise<void>,
  ): Promise<void> => {
    const start = (await records.positions.get('all'))?.value ?? firstPositions;
    const firstSeq = await firstSeqOf(stream, signal);
    if (firstSeq === undefined) return;
    let sinceSaved = 0;
    for await (const batch of readFrom({
      bus,
      stream,
      subject: `${stream}.>`,
      fromSeq: Math.max(start[kind] + 1, firstSeq),
      signal,
    })) {
      for (const message of batch) {
        await take(message.data, message.seq, message.timestampMs);
        sinceSaved += 1;
      }
      const last = batch.at(-1);
      if (last === undefined) continue;
      metrics.pendingMessages.set({ part: kind }, last.pendingMessages);
      if (sinceSaved < positionsEveryMessages && last.pendingMessages > 0) continue;
      sinceSaved = 0;
      await savePosition(records, kind, last.seq);
    }
  };

  return {
    follow: async (signal) => {
      // Somebody else may have worked on them since we last did.
      progressOf.clear();
      const signals = readAll(signalsStream, 'signals', signal, async (data, seq, atMs) => {
        const decoded = signalCodec.decode(data);
        if (!decoded.ok) {
          log.error({ seq, fault: decoded.fault }, 'a signal that does not fit is left out');
          return;
        }
        for (const policy of policiesOf(decoded.value.tenant, 'signal')) {
          await run(policy, [{ type: 'signal', atMs, signal: decoded.value }], (before) =>
            before.signalsSeq >= seq ? undefined : { signalsSeq: seq },
          );
        }
      });
      const decisions = readAll(decisionsStream, 'decisions', signal, async (data, seq, atMs) => {
        const decoded = decisionCodec.decode(data);
        if (!decoded.ok) return;
        const { decision } = decoded.value;
        for (const policy of policiesOf(decision.tenant, 'decision')) {
          await run(policy, [{ type: 'decision', atMs, decision }], (before) =>
            before.decisionsSeq >= seq ? undefined : { decisionsSeq: seq },
          );
        }
      });
      await Promise.all([signals, decisions]);
    },
    tick: async () => {
      const atMs = clock.nowMs();
      for (const policy of records.policies.values().filter(isLive)) {
        if (policy.when.type === 'event') await followEvents(policy);
        await run(policy, [{ type: 'tick', atMs }], () => ({}));
      }
    },
  };

  async function followEvents(policy: Policy): Promise<void> {
    if (policy.when.type !== 'event') return;
    const { eventType } = policy.when;
    // A policy sees what is stored after it was first looked at, not history; history is what the dry run is for.
    if (load(policy).eventSeqs === null) {
      const newest = await history.newestSeqs();
      await run(policy, [], () => ({ eventSeqs: newest }));
      return;
    }
    const seqs = load(policy).eventSeqs ?? {};
    const found = await history.eventsAfter(policy.tenant, eventType, seqs, eventsAtOnce);
    if (found.length === 0) return;
    // The last sequence of a full answer may have more events behind it: it is left for the next time, unless it is all there is.
    const lastSeq = found.at(-1)?.seq;
    const whole = found.length < eventsAtOnce ? found : found.filter(({ seq }) => seq !== lastSeq);
    const taken = whole.length === 0 ? found : whole;
    const next = { ...seqs };
    for (const { partition, seq } of taken)
      next[String(partition)] = Math.max(next[String(partition)] ?? 0, seq);
    await run(
      policy,
      taken.map(({ event, receivedAtMs }) => ({ type: 'event', atMs: receivedAtMs, event })),
      () => ({ eventSeqs: next }),
    );
  }
}

function isLive(policy: Policy): boolean {
  return policy.enabled && policy.deletedAtMs === undefined;
}

/** Positions of the readers share one entry; each moves its own forward. */
export async function savePosition(
  records: Pick<Records, 'positions'>,
  kind: keyof Positions,
  seq: number,
): Promise<void> {
  for (;;) {
    const found = await records.positions.get('all');
    const before = found?.value ?? firstPositions;
    if (before[kind] >= seq) return;
    const next = { ...before, [kind]: seq };
    const written =
      found === undefined
        ? await records.positions.create('all', next)
        : await records.positions.update('all', next, found.revision);
    if (written.ok) return;
  }
}
