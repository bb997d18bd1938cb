import type { AccessDirectory } from '../../platform/access/access.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { keyIn, type Records } from '../records.ts';
import { isProposing, proposeByRoutine, type ProposingDeps } from '../routines/propose.ts';
import type { Executor } from './executor.ts';

export interface RoutineDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly access: Pick<AccessDirectory, 'keys'>;
  readonly records: Records;
  readonly clock: Clock;
  readonly proposing: ProposingDeps;
  /** Tells what a routine found, under the run's id. */
  readonly alert: Executor;
}

const dayMs = 86_400_000;
const keyWarningMs = 7 * dayMs;
const decisionWarningMs = dayMs;
const budgetWarning = 0.9;

/**
 * Looks at Weir itself and alerts when something needs a person: `health` (NATS and ClickHouse answer), `keys` (API keys that end within a
 * week), `tasks` (proposals that expire within a day, actions that were given up), `budgets` (policies at nine tenths of their limit). The
 * others look at the tenant's data and propose decisions (`routines/`).
 */
export function createRoutineExecutor(deps: RoutineDeps): Executor {
  return {
    kind: 'routine',
    execute: async (execution) => {
      const { tenant, action } = execution.item;
      if (action.kind === 'routine' && isProposing(action.params.routine))
        return {
          ok: true,
          note: (await proposeByRoutine(deps.proposing, tenant, action.params.routine, action.params)).slice(
            0,
            300,
          ),
        };
      const found = await look(deps, String(execution.params['routine']), tenant);
      if (found.length === 0) return { ok: true, note: 'nothing to do' };
      const params = {
        title: found.length === 1 ? (found[0] ?? '') : `${found[0]} and ${found.length - 1} more`,
        body: found.slice(0, 20).join('\n'),
        severity: 'warning',
        group: `routine.${String(execution.params['routine'])}`,
      };
      const told = await deps.alert.execute({ ...execution, params });
      return told.ok ? { ok: true, note: `${found.length} found: ${found[0]}`.slice(0, 300) } : told;
    },
  };
}

async function look(deps: RoutineDeps, routine: string, tenant: string): Promise<string[]> {
  const { bus, store, access, records, clock } = deps;
  const nowMs = clock.nowMs();
  const isOwn = (record: { readonly tenant: string }): boolean => record.tenant === tenant;
  switch (routine) {
    case 'health':
      return [
        ...(bus.isConnected() ? [] : ['NATS does not answer']),
        ...((await store.ping()) ? [] : ['ClickHouse does not answer']),
      ];
    case 'keys':
      return access
        .keys(tenant)
        .filter((key) => key.state === 'live' && key.replacedById === undefined)
        .filter((key) => key.expiresAtMs !== undefined && key.expiresAtMs - nowMs < keyWarningMs)
        .map((key) => `API key ${key.preview} ends within a week`);
    case 'tasks':
      return [
        ...records.decisions
          .values()
          .filter((decision) => isOwn(decision) && decision.state === 'proposed')
          .filter((decision) => decision.expiresAtMs - nowMs < decisionWarningMs)
          .map((decision) => `"${decision.title}" expires undecided within a day`),
        ...records.outbox
          .values()
          .filter((item) => isOwn(item) && item.state === 'dead')
          .map((item) => `${item.action.kind} of "${item.cause.title}" was given up`),
      ];
    case 'budgets':
      return records.policies
        .values()
        .filter((policy) => isOwn(policy) && policy.enabled && policy.budget !== undefined)
        .filter((policy) => {
          const own = records.policyProgress.get(keyIn(tenant, policy.id))?.state.policies[policy.id]?.period;
          if (own === undefined) return false;
          const { count = Infinity, money = Infinity } = policy.budget ?? {};
          return own.count / count >= budgetWarning || own.money / money >= budgetWarning;
        })
        .map((policy) => `Policy "${policy.title}" has used nine tenths of its budget`);
    default:
      return [];
  }
}
