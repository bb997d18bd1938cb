import type { Decision, Expected, Outcome } from '../../platform/contracts/decision.ts';
import type { Guardrail } from '../../platform/contracts/policy.ts';
import { isWeirError } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { controlledEffect } from '../effect/controlled.ts';
import { cutOf } from '../effect/cut.ts';
import { realisedEffect } from '../effect/effect.ts';
import type { Faults } from '../faults.ts';
import { transition, type DecisionEvent } from '../lifecycle/transition.ts';
import type { DecisionMetrics } from '../metrics.ts';
import { newItem } from '../outbox/item.ts';
import { actionRules } from '../policy/action-rules.ts';
import { compare } from '../policy/expression.ts';
import { refusedKinds } from '../policy/validate.ts';
import type { History } from '../ports.ts';
import type { ProposalDesk } from '../proposals/desk.ts';
import { keyIn, settingsOf, stopReason, type Records } from '../records.ts';

export interface ReconcileDeps {
  readonly records: Records;
  readonly history: History;
  readonly proposals: Pick<ProposalDesk, 'isCurrent'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: DecisionMetrics;
  readonly faults: Faults;
}

/** Moves every decision on as far as what is stored allows. */
export interface Reconciler {
  round(): Promise<void>;
}

type WithoutTime<E> = E extends unknown ? Omit<E, 'atMs'> : never;

const hourMs = 3_600_000;
const by = 'weir';
/** Windows are judged some time after they end. */
const judgedAfterMs = 2 * hourMs;
/** Guardrails without an expectation are watched so long. */
const defaultHorizonMs = 24 * hourMs;
const guardEveryMs = 30_000;
/** Two weeks tell what each hour of the day is like. */
const controlledBeforeMs = 14 * 24 * hourMs;
const beforeMs = { least: 24 * hourMs, most: 7 * 24 * hourMs };
const ended: readonly Decision['state'][] = ['rejected', 'expired', 'kept', 'rolled_back', 'failed'];
const keptEnded = 1_000;
const keptItems = 2_000;

/**
 * Looks at each decision and does the next thing, whatever happened before: it holds no memory that a restart could lose. Each step is
 * one compare-and-set of the decision, or items of the outbox created under ids made of the decision's; killed anywhere, the next
 * round finds the same thing to do. Steps: expire or drop proposals, approve automatic ones, start what is approved, hand its actions to the
 * outbox, take over their end, watch guardrails, measure the effect when the horizon is over, undo.
 */
export function createReconciler(deps: ReconcileDeps): Reconciler {
  const { records, clock, log, metrics, faults } = deps;
  const guardedAtMs = new Map<string, number>();
  const comparedAtMs = new Map<string, number>();

  const move = async (decision: Decision, event: WithoutTime<DecisionEvent>): Promise<void> => {
    const key = keyIn(decision.tenant, decision.id);
    try {
      await records.decisions.update(key, (current) =>
        current?.revision === decision.revision
          ? transition(current, { ...event, atMs: clock.nowMs() })
          : undefined,
      );
      metrics.transitions.inc({ state: event.name });
      faults('decision moved');
    } catch (error) {
      if (!isWeirError(error) || error.domain !== 'user') throw error;
      log.debug({ err: error, decision: decision.id }, 'a decision did not move');
    }
  };

  const breached = async (decision: Decision): Promise<Guardrail | undefined> => {
    const nowMs = clock.nowMs();
    if (decision.guardrails.length === 0) return undefined;
    if (nowMs - (guardedAtMs.get(decision.id) ?? 0) < guardEveryMs) return undefined;
    guardedAtMs.set(decision.id, nowMs);
    for (const rail of decision.guardrails) {
      const sinceMs =
        (decision.appliedAtMs ?? decision.createdAtMs) - (rail.window === '1m' ? 10 * 60_000 : 2 * hourMs);
      const value = await deps.history.newestValue({
        tenant: decision.tenant,
        kpi: rail.kpi,
        window: rail.window,
        sinceMs,
        nowMs,
        cut: rail.scope === 'total' ? undefined : cutOf(decision.dims),
      });
      if (value !== undefined && compare(value, rail.is, rail.value)) return rail;
    }
    return undefined;
  };

  /** Proposals are held against what they rest on now and then, and always before they begin. */
  const isOutdated = async (decision: Decision): Promise<boolean> => {
    const nowMs = clock.nowMs();
    const isDue = nowMs - (comparedAtMs.get(decision.id) ?? 0) >= guardEveryMs;
    if (decision.state === 'proposed' && !isDue) return false;
    comparedAtMs.set(decision.id, nowMs);
    return !(await deps.proposals.isCurrent(decision));
  };

  const execute = async (decision: Decision): Promise<void> => {
    const ids = decision.actions.map((_, index) => `${decision.id}-${index}`);
    const items = ids.map((id) => records.outbox.get(keyIn(decision.tenant, id)));
    if (items.some((item) => item === undefined)) {
      for (const [index, action] of decision.actions.entries()) {
        const item = newItem({
          id: ids[index] ?? '',
          tenant: decision.tenant,
          action,
          cause: { type: 'decision', id: decision.id, title: decision.title },
          atMs: clock.nowMs(),
        });
        await records.outbox.create(keyIn(item.tenant, item.id), item);
        faults('item created');
      }
      return;
    }
    const rail = await breached(decision);
    if (rail !== undefined) {
      for (const item of items) {
        if (item?.state !== 'waiting') continue;
        await records.outbox.update(keyIn(item.tenant, item.id), (current) =>
          current?.state === 'waiting'
            ? { ...current, state: 'cancelled', endedAtMs: clock.nowMs() }
            : undefined,
        );
      }
    }
    if (items.every((item) => item?.state === 'done')) await move(decision, { name: 'succeed', by });
    else if (
      items.every((item) => item?.state === 'done' || item?.state === 'dead' || item?.state === 'cancelled')
    ) {
      const failed = items.find((item) => item?.state !== 'done');
      const note =
        failed?.state === 'cancelled'
          ? 'a guardrail was broken'
          : (failed?.attempts.at(-1)?.note ?? 'given up');
      await move(decision, { name: 'fail', by, reason: `${failed?.action.kind ?? ''}: ${note}` });
    }
  };

  /** Of the channel, content, stream or country it is about, where it is about one and the KPI has values by it; else of the total. */
  const effectOf = async (
    { tenant, id, dims }: Decision,
    { kpi, horizonMs }: Expected,
    appliedAtMs: number,
  ): Promise<Outcome> => {
    const untilMs = appliedAtMs + horizonMs;
    const cut = cutOf(dims);
    if (cut !== undefined) {
      const fromMs = appliedAtMs - controlledBeforeMs;
      const panel = await deps.history.panel(tenant, kpi, cut, fromMs, untilMs);
      if (panel !== undefined) {
        const touched = records.decisions.values().flatMap((other) => {
          const theirs = other.tenant === tenant && other.id !== id ? cutOf(other.dims) : undefined;
          const atMs = other.appliedAtMs ?? -1;
          return theirs?.rollup === cut.rollup && atMs >= fromMs && atMs < untilMs ? [theirs.dim] : [];
        });
        return controlledEffect({
          panel,
          cut,
          touched: new Set(touched),
          appliedAtMs,
          untilMs,
          measuredAtMs: clock.nowMs(),
        });
      }
    }
    const spanMs = Math.min(beforeMs.most, Math.max(beforeMs.least, horizonMs));
    const [before, after] = await Promise.all([
      deps.history.residuals(tenant, kpi, appliedAtMs - spanMs, appliedAtMs - hourMs),
      deps.history.residuals(tenant, kpi, appliedAtMs, untilMs),
    ]);
    return realisedEffect(before, after, clock.nowMs());
  };

  const verify = async (decision: Decision): Promise<void> => {
    const rail = await breached(decision);
    if (rail !== undefined) {
      const reason = `guardrail broken: ${rail.kpi} ${rail.is} ${rail.value}`;
      if (rail.onBreach === 'roll_back' && decision.isReversible)
        return await move(decision, { name: 'roll_back', by, reason });
      return await move(decision, { name: 'keep', by, reason: `${reason}; it is not taken back` });
    }
    const appliedAtMs = decision.appliedAtMs ?? decision.createdAtMs;
    const { expected } = decision;
    const horizonMs = expected?.horizonMs ?? defaultHorizonMs;
    if (clock.nowMs() < appliedAtMs + horizonMs + judgedAfterMs) return;
    if (expected === null) return await move(decision, { name: 'keep', by, reason: 'its guardrails held' });
    const outcome = await effectOf(decision, expected, appliedAtMs);
    const reason =
      outcome.realised === null ? 'too few windows to tell its effect' : 'its effect was measured';
    await move(decision, { name: 'keep', by, reason, outcome });
  };

  const undo = async (decision: Decision): Promise<void> => {
    const wanted = decision.actions.flatMap((action, index) =>
      actionRules[action.kind].isReversible ? [{ action, id: `${decision.id}-undo-${index}` }] : [],
    );
    const items = wanted.map(({ id }) => records.outbox.get(keyIn(decision.tenant, id)));
    for (const [index, { action, id }] of wanted.entries()) {
      if (items[index] !== undefined) continue;
      const cause = {
        type: 'undo',
        id: decision.id,
        title: `Undo: ${decision.title}`.slice(0, 300),
      } as const;
      await records.outbox.create(
        keyIn(decision.tenant, id),
        newItem({ id, tenant: decision.tenant, action, cause, atMs: clock.nowMs() }),
      );
      faults('item created');
    }
    const isOver = items.every((item) => item?.state === 'done' || item?.state === 'dead');
    if (!isOver) return;
    const state = items.every((item) => item?.state === 'done') ? 'done' : 'failed';
    await records.decisions.update(keyIn(decision.tenant, decision.id), (current) =>
      current?.undo === 'running' ? { ...current, undo: state, revision: current.revision + 1 } : undefined,
    );
  };

  const step = async (decision: Decision): Promise<void> => {
    const nowMs = clock.nowMs();
    const { tenant, policy, state } = decision;
    const current = records.policies.get(keyIn(tenant, policy.id));
    const isOpen = state === 'proposed' || state === 'approved';
    if (isOpen && nowMs >= decision.expiresAtMs) return await move(decision, { name: 'expire', by });
    const isProposal = decision.trigger.type === 'proposal';
    if (isOpen && isProposal && (await isOutdated(decision)))
      return await move(decision, {
        name: 'invalidate',
        by,
        reason: 'what it was worked out from has changed',
      });
    if (
      isOpen &&
      !isProposal &&
      (current === undefined ||
        current.deletedAtMs !== undefined ||
        current.version !== policy.version ||
        !current.enabled)
    )
      return await move(decision, {
        name: 'invalidate',
        by,
        reason: 'its policy was changed or switched off',
      });
    switch (state) {
      case 'proposed': {
        const mayRun = decision.mode === 'automatic' && decision.requires.count === 1;
        if (mayRun && refusedKinds(decision.actions, settingsOf(records, tenant)).length === 0) {
          const { inputsHash } = decision;
          await move(decision, { name: 'approve', by: `policy:${policy.id}`, inputsHash });
        }
        return;
      }
      case 'approved': {
        if ((await stopReason(records, tenant)) !== undefined) return;
        const rail = await breached(decision);
        if (rail !== undefined)
          return await move(decision, {
            name: 'invalidate',
            by,
            reason: `guardrail broken before it began: ${rail.kpi}`,
          });
        return await move(decision, { name: 'start', by });
      }
      case 'executing':
        return await execute(decision);
      case 'applied': {
        const isWatched = decision.expected !== null || decision.guardrails.length > 0;
        return await move(
          decision,
          isWatched ? { name: 'verify', by } : { name: 'keep', by, reason: 'there is nothing to verify' },
        );
      }
      case 'verifying':
        return await verify(decision);
      case 'rejected':
      case 'expired':
      case 'failed':
      case 'kept':
      case 'rolled_back':
        if (decision.undo === 'running') await undo(decision);
    }
  };

  /** Bounds of the buckets: what ended long ago leaves KV; ClickHouse keeps it. */
  const forget = async (): Promise<void> => {
    const perTenant = new Map<string, Decision[]>();
    for (const decision of records.decisions.values()) {
      if (!ended.includes(decision.state) || decision.undo === 'running') continue;
      perTenant.set(decision.tenant, [...(perTenant.get(decision.tenant) ?? []), decision]);
    }
    for (const list of perTenant.values()) {
      if (list.length <= keptEnded) continue;
      list.sort((a, b) => b.createdAtMs - a.createdAtMs);
      for (const old of list.slice(keptEnded)) await records.decisions.delete(keyIn(old.tenant, old.id));
    }
    const items = records.outbox.values().filter(({ state }) => state === 'done' || state === 'cancelled');
    if (items.length <= keptItems) return;
    items.sort((a, b) => (b.endedAtMs ?? 0) - (a.endedAtMs ?? 0));
    for (const old of items.slice(keptItems)) {
      const isNeeded = records.decisions.get(keyIn(old.tenant, old.cause.id))?.state === 'executing';
      if (!isNeeded) await records.outbox.delete(keyIn(old.tenant, old.id));
    }
  };

  return {
    round: async () => {
      const live = new Set<string>();
      for (const decision of records.decisions.values()) {
        if (ended.includes(decision.state) && decision.undo !== 'running') continue;
        live.add(decision.id);
        await step(decision);
      }
      for (const held of [guardedAtMs, comparedAtMs])
        for (const id of held.keys()) if (!live.has(id)) held.delete(id);
      await forget();
    },
  };
}
