import type { Decision } from '../../platform/contracts/decision.ts';
import type { DryRunResult } from '../../platform/contracts/dry-run.ts';
import type { DecisionSettings, Policy } from '../../platform/contracts/policy.ts';
import type { Signal } from '../../platform/contracts/signal.ts';
import { draftDecision } from '../lifecycle/draft.ts';
import { emptyStepState, type StepState } from '../policy/state.ts';
import { stepPolicies, type PolicyInput, type PolicyOutput } from '../policy/step.ts';
import type { LoggedEvent } from '../ports.ts';

const maxProposals = 100;

/** What was stored, as the step is told it: each signal when it began and when it ended, with its last evidence. */
export function inputsOfSignals(signals: readonly Signal[], toMs: number): PolicyInput[] {
  const inputs = signals.flatMap((signal): PolicyInput[] => {
    const began: PolicyInput = {
      type: 'signal',
      atMs: signal.startedAtMs,
      signal: { ...signal, state: 'firing', endedAtMs: null, revision: 1 },
    };
    if (signal.endedAtMs === null || signal.endedAtMs >= toMs) return [began];
    return [
      began,
      { type: 'signal', atMs: signal.endedAtMs, signal: { ...signal, state: 'resolved', revision: 2 } },
    ];
  });
  return inTime(inputs);
}

export function inputsOfEvents(events: readonly LoggedEvent[]): PolicyInput[] {
  return inTime(events.map(({ event, receivedAtMs }) => ({ type: 'event', atMs: receivedAtMs, event })));
}

/** Every state a decision went through, as it was told. */
export function inputsOfDecisions(
  decisions: readonly Decision[],
  fromMs: number,
  toMs: number,
): PolicyInput[] {
  return inTime(
    decisions.flatMap((decision) =>
      decision.history
        .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
        .map(({ atMs, to }): PolicyInput => ({
          type: 'decision',
          atMs,
          decision: { ...decision, state: to },
        })),
    ),
  );
}

export interface Replay {
  readonly state: StepState;
  readonly result: DryRunResult;
}

export function beginReplay(
  result: Pick<DryRunResult, 'jobId' | 'tenant' | 'policyId' | 'fromMs' | 'toMs' | 'notes'>,
): Replay {
  return {
    state: emptyStepState,
    result: { ...result, inputs: 0, fired: 0, unusable: 0, money: 0, skipped: {}, proposals: [] },
  };
}

export interface ReplayFacts {
  readonly policy: Policy;
  readonly settings: DecisionSettings;
  readonly currency: string;
}

/** A part of the inputs through the very step that runs live; nothing is created. */
export function stepReplay(
  { state, result }: Replay,
  inputs: readonly PolicyInput[],
  facts: ReplayFacts,
): Replay {
  let next = state;
  let told = { ...result, skipped: { ...result.skipped }, proposals: [...result.proposals] };
  for (const input of inputs) {
    const [after, outputs] = stepPolicies(next, [facts.policy], input);
    next = after;
    for (const output of outputs) told = add(told, output, facts);
    if (input.type !== 'tick') told.inputs += 1;
  }
  return { state: next, result: told };
}

function add(result: DryRunResult, output: PolicyOutput, facts: ReplayFacts): DryRunResult {
  if (output.type === 'skip')
    return {
      ...result,
      skipped: { ...result.skipped, [output.reason]: (result.skipped[output.reason] ?? 0) + 1 },
    };
  if (output.type !== 'fire') return result;
  const draft = draftDecision({ ...facts, firing: output });
  const proposal = {
    atMs: output.atMs,
    title: output.evidence.title,
    key: output.key,
    money: output.money,
    actions: draft.ok ? draft.decision.actions : [],
    missing: draft.ok ? '' : draft.missing,
  };
  return {
    ...result,
    fired: result.fired + 1,
    unusable: result.unusable + (draft.ok ? 0 : 1),
    money: result.money + Math.abs(output.money ?? 0),
    proposals: [...result.proposals, proposal].slice(-maxProposals),
  };
}

function inTime(inputs: readonly PolicyInput[]): PolicyInput[] {
  return inputs
    .map((input, index) => ({ input, index }))
    .sort((a, b) => a.input.atMs - b.input.atMs || a.index - b.index)
    .map(({ input }) => input);
}
