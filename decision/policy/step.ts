import type { Decision } from '../../platform/contracts/decision.ts';
import type { Policy } from '../../platform/contracts/policy.ts';
import type { Signal } from '../../platform/contracts/signal.ts';
import { nextRun } from '../automation/cron.ts';
import {
  evidenceOfDecision,
  evidenceOfEvent,
  evidenceOfRun,
  evidenceOfSignal,
  keyOf,
  type Evidence,
  type SeenEvent,
} from './evidence.ts';
import { valueOf } from './expression.ts';
import { matchesEvent, matchesSignal } from './match.ts';
import { emptyPolicyState, type PolicyState, type StepState, type Waiting } from './state.ts';
import { quietUntil } from './quiet-hours.ts';
import { tidy } from './tidy.ts';

export type PolicyInput =
  | { readonly type: 'tick'; readonly atMs: number }
  | { readonly type: 'signal'; readonly atMs: number; readonly signal: Signal }
  | { readonly type: 'event'; readonly atMs: number; readonly event: SeenEvent }
  | { readonly type: 'decision'; readonly atMs: number; readonly decision: Decision };

export type SkipReason =
  | 'cool_down'
  | 'budget_count'
  | 'budget_money'
  | 'quiet'
  | 'no_money_value'
  | 'too_many'
  | 'chain';

export type PolicyOutput =
  /** Propose it. */
  | {
      readonly type: 'fire';
      readonly policyId: string;
      readonly atMs: number;
      readonly key: string;
      readonly money: number | null;
      readonly evidence: Evidence;
    }
  /** What an open proposal rests on was told anew: it may rest on other values now. */
  | {
      readonly type: 'revise';
      readonly policyId: string;
      readonly atMs: number;
      readonly key: string;
      readonly money: number | null;
      readonly evidence: Evidence;
    }
  /** What an open proposal answers to is over. */
  | {
      readonly type: 'withdraw';
      readonly policyId: string;
      readonly atMs: number;
      readonly evidenceId: string;
    }
  | {
      readonly type: 'skip';
      readonly policyId: string;
      readonly atMs: number;
      readonly key: string;
      readonly reason: SkipReason;
    };

/** Each holds its evidence; with the rest they fit in one KV value. */
const maxWaiting = 100;
const maxDepth = 5;
const hourMs = 3_600_000;

/**
 * One input through every policy of a tenant. Time is the input's and never goes back. What came due between the last input and this one
 * (a `for` that was held, a quiet time that ended, a run) fires first, each at its own due time: ticks may come as rarely as they like
 * without changing what is proposed. Policies do not see each other. `policies` must be given in order of id.
 */
export function stepPolicies(
  before: StepState,
  policies: readonly Policy[],
  input: PolicyInput,
): [StepState, PolicyOutput[]] {
  const atMs = Math.max(before.nowMs, input.atMs);
  const outputs: PolicyOutput[] = [];
  const states: Record<string, PolicyState> = {};
  for (const policy of policies) {
    const work: Work = { policy, state: stateFor(before, policy, atMs), outputs };
    flush(work, atMs);
    if (policy.enabled) take(work, input, atMs);
    states[policy.id] = tidy(work.state, atMs);
  }
  return [{ nowMs: atMs, policies: states }, outputs];
}

/** The earliest time at which something would fire without an input; undefined when nothing waits. */
export function nextDueMs(state: StepState, policies: readonly Policy[]): number | undefined {
  let next: number | undefined;
  for (const { id, enabled } of policies) {
    const own = state.policies[id];
    if (own === undefined || !enabled) continue;
    const times = Object.values(own.waiting).map(({ dueMs }) => dueMs);
    if (own.nextRunMs !== null) times.push(own.nextRunMs);
    for (const time of times) if (next === undefined || time < next) next = time;
  }
  return next;
}

interface Work {
  readonly policy: Policy;
  state: PolicyState;
  readonly outputs: PolicyOutput[];
}

/** A changed policy forgets what waited under its old words; what it spent and left alone stays. */
function stateFor(before: StepState, policy: Policy, atMs: number): PolicyState {
  const old = before.policies[policy.id];
  if (old?.version === policy.version) return old;
  const first = policy.when.type === 'schedule' ? runAfter(policy, atMs) : null;
  return {
    ...(old ?? emptyPolicyState(policy.version)),
    version: policy.version,
    waiting: {},
    fired: {},
    nextRunMs: first,
  };
}

function runAfter({ when }: Policy, afterMs: number): number | null {
  return when.type === 'schedule' ? (nextRun(when.cron, when.zone, afterMs) ?? null) : null;
}

/** Runs that came due while nobody looked: no more than this many at once, the oldest; the rest are left out. */
const maxMissedRuns = 24;

function flush(work: Work, atMs: number): void {
  const { policy } = work;
  let runs = 0;
  for (;;) {
    const [key, held] = earliest(work.state.waiting);
    const runMs = work.state.nextRunMs;
    if (runMs !== null && runMs <= atMs && (held === undefined || runMs < held.dueMs)) {
      runs += 1;
      work.state = { ...work.state, nextRunMs: runAfter(policy, runs < maxMissedRuns ? runMs : atMs) };
      if (policy.enabled) offer(work, evidenceOfRun(policy.id, policy.title, runMs), runMs);
    } else if (key !== undefined && held !== undefined && held.dueMs <= atMs) {
      const { [key]: _, ...waiting } = work.state.waiting;
      work.state = { ...work.state, waiting };
      if (policy.enabled) offer(work, held.evidence, held.dueMs);
    } else return;
  }
}

function earliest(waiting: Readonly<Record<string, Waiting>>): [string?, Waiting?] {
  let found: [string?, Waiting?] = [];
  for (const [key, held] of Object.entries(waiting)) {
    const best = found[1];
    const isEarlier =
      best === undefined || held.dueMs < best.dueMs || (held.dueMs === best.dueMs && key < (found[0] ?? ''));
    if (isEarlier) found = [key, held];
  }
  return found;
}

function take(work: Work, input: PolicyInput, atMs: number): void {
  const { when } = work.policy;
  switch (input.type) {
    case 'tick':
      return;
    case 'signal':
      takeSignal(work, input.signal, atMs);
      return;
    case 'event': {
      const evidence = evidenceOfEvent(input.event);
      if (matchesEvent(when, input.event.type, evidence)) offer(work, evidence, atMs);
      return;
    }
    case 'decision': {
      const { decision } = input;
      if (when.type !== 'decision' || decision.policy.id === work.policy.id) return;
      if (when.policyId !== undefined && when.policyId !== decision.policy.id) return;
      if (when.states.includes(decision.state)) offer(work, evidenceOfDecision(decision), atMs);
    }
  }
}

function takeSignal(work: Work, signal: Signal, atMs: number): void {
  const { policy } = work;
  if (policy.when.type !== 'signal') return;
  const evidence = evidenceOfSignal(signal);
  const seen = work.state.fired[evidence.id];
  if (seen !== undefined && seen.revision >= signal.revision) return;
  const isOn = signal.state === 'firing' && matchesSignal(policy.when, signal, evidence);
  if (seen !== undefined) {
    work.state = {
      ...work.state,
      fired: { ...work.state.fired, [evidence.id]: { atMs: seen.atMs, revision: signal.revision } },
    };
    if (isOn) {
      const money = moneyOf(policy, evidence);
      work.outputs.push({
        type: 'revise',
        policyId: policy.id,
        atMs: seen.atMs,
        key: keyOf(evidence),
        money: money ?? null,
        evidence,
      });
    } else if (signal.state === 'resolved') {
      work.outputs.push({ type: 'withdraw', policyId: policy.id, atMs, evidenceId: evidence.id });
    }
    return;
  }
  const held = work.state.waiting[evidence.id];
  if (!isOn) {
    if (held === undefined) return;
    const { [evidence.id]: _, ...waiting } = work.state.waiting;
    work.state = { ...work.state, waiting };
    return;
  }
  if (held !== undefined && held.revision >= signal.revision) return;
  // Held since it began, not since we heard of it: a replay waits no longer than the first time.
  const dueMs = held?.dueMs ?? signal.startedAtMs + policy.forMs;
  if (dueMs > atMs) hold(work, evidence, dueMs, signal.revision);
  else offer(work, evidence, atMs, signal.revision);
}

function hold(work: Work, evidence: Evidence, dueMs: number, revision: number): void {
  const { waiting } = work.state;
  if (waiting[evidence.id] === undefined && Object.keys(waiting).length >= maxWaiting) {
    skip(work, evidence, dueMs, 'too_many');
    return;
  }
  work.state = { ...work.state, waiting: { ...waiting, [evidence.id]: { dueMs, evidence, revision } } };
}

/** It fires at `atMs` unless something holds it back. */
function offer(work: Work, evidence: Evidence, atMs: number, revision = 1): void {
  const { policy } = work;
  const key = keyOf(evidence);
  if (evidence.depth > maxDepth) return skip(work, evidence, atMs, 'chain');
  if ((work.state.coolUntilMs[key] ?? 0) > atMs) return skip(work, evidence, atMs, 'cool_down');
  const quietEndMs = quietEnd(policy, evidence, atMs);
  if (quietEndMs !== undefined) {
    if (policy.quietHours?.inside === 'drop') return skip(work, evidence, atMs, 'quiet');
    return hold(work, evidence, quietEndMs, revision);
  }
  const money = moneyOf(policy, evidence);
  if (money === undefined) return skip(work, evidence, atMs, 'no_money_value');
  const period = periodAt(work.state, policy, atMs);
  const { budget } = policy;
  if (budget?.count !== undefined && period.count + 1 > budget.count)
    return skip(work, evidence, atMs, 'budget_count');
  if (budget?.money !== undefined && period.money + Math.abs(money ?? 0) > budget.money)
    return skip(work, evidence, atMs, 'budget_money');
  const { coolUntilMs, fired } = work.state;
  work.state = {
    ...work.state,
    period: { ...period, count: period.count + 1, money: period.money + Math.abs(money ?? 0) },
    coolUntilMs: policy.coolDownMs > 0 ? { ...coolUntilMs, [key]: atMs + policy.coolDownMs } : coolUntilMs,
    fired: evidence.type === 'signal' ? { ...fired, [evidence.id]: { atMs, revision } } : fired,
  };
  work.outputs.push({ type: 'fire', policyId: policy.id, atMs, key, money, evidence });
}

function skip(work: Work, evidence: Evidence, atMs: number, reason: SkipReason): void {
  work.outputs.push({ type: 'skip', policyId: work.policy.id, atMs, key: keyOf(evidence), reason });
}

function quietEnd({ quietHours }: Policy, evidence: Evidence, atMs: number): number | undefined {
  if (quietHours === undefined) return undefined;
  if (quietHours.criticalPasses && evidence.severity === 'critical') return undefined;
  return quietUntil(quietHours, atMs);
}

/** Null: the policy names no money. Undefined: it does, and the evidence gives no value. */
function moneyOf({ money }: Policy, evidence: Evidence): number | null | undefined {
  return money === undefined ? null : (valueOf(money, evidence) ?? undefined);
}

/** Periods are aligned to the epoch, so that a restart does not begin a new one. */
function periodAt({ period }: PolicyState, { budget }: Policy, atMs: number): PolicyState['period'] {
  const lengthMs = (budget?.periodHours ?? 24) * hourMs;
  const startMs = Math.floor(atMs / lengthMs) * lengthMs;
  return period.startMs === startMs ? period : { startMs, count: 0, money: 0 };
}
