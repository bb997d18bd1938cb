import type { RunnableAction, Schedule, ScheduleRequest } from '../../platform/contracts/outbox.ts';
import type { ActionKind, ParamValue } from '../../platform/contracts/policy.ts';
import { actionFields, actionOf, DraftFault, paramText, type ActionDraft } from './policy-draft.ts';

/** A routine; the churn campaigns take a budget and an endpoint. */
export interface RoutineDraft {
  readonly routine: string;
  readonly budget: string;
  readonly endpoint: string;
}

/** A schedule as the form holds it. */
export interface ScheduleDraft {
  readonly title: string;
  readonly cron: string;
  readonly zone: string;
  readonly jitterSeconds: string;
  readonly missed: Schedule['missed'];
  /** Name of a routine, or what an action does. */
  readonly runs: RoutineDraft | ActionDraft;
  readonly enabled: boolean;
  /** As it was read: what nobody touched goes back as it came. */
  readonly stored?: Schedule;
}

export const emptySchedule: ScheduleDraft = {
  title: '',
  cron: '0 8 * * *',
  zone: 'UTC',
  jitterSeconds: '0',
  missed: 'run_once',
  runs: { routine: 'health', budget: '', endpoint: '' },
  enabled: true,
};

export function scheduleDraftOf(schedule: Schedule): ScheduleDraft {
  const { title, cron, zone, jitterMs, missed, action, enabled } = schedule;
  return {
    title,
    cron,
    zone,
    jitterSeconds: String(jitterMs / 1_000),
    missed,
    enabled,
    stored: schedule,
    runs:
      action.kind === 'routine'
        ? {
            routine: action.params.routine,
            budget: action.params.budget === undefined ? '' : String(action.params.budget),
            endpoint: action.params.endpoint ?? '',
          }
        : {
            kind: action.kind,
            params: Object.fromEntries(
              Object.entries(action.params).map(([name, value]) => [name, paramText(value)]),
            ),
            stored: { kind: action.kind, params: action.params },
          },
  };
}

/** Throws DraftFault where what is typed means nothing. `routines`: those there are. */
export function scheduleRequestOf(draft: ScheduleDraft, routines: readonly string[]): ScheduleRequest {
  const { stored } = draft;
  const shown = stored === undefined ? undefined : scheduleDraftOf(stored);
  const jitter = Number(draft.jitterSeconds);
  if (draft.jitterSeconds.trim() === '' || !Number.isFinite(jitter))
    throw new DraftFault('Jitter must be a number of seconds.');
  const text = (name: 'title' | 'cron' | 'zone'): string =>
    stored !== undefined && draft[name] === shown?.[name] ? stored[name] : draft[name].trim();
  return {
    title: text('title'),
    cron: text('cron'),
    zone: text('zone'),
    jitterMs:
      stored !== undefined && draft.jitterSeconds === shown?.jitterSeconds
        ? stored.jitterMs
        : Math.round(jitter * 1_000),
    missed: draft.missed,
    action: runnableOf(draft.runs, routines),
    enabled: draft.enabled,
    version: stored?.version ?? 0,
  };
}

function runnableOf(runs: ScheduleDraft['runs'], routines: readonly string[]): RunnableAction {
  if ('routine' in runs) {
    const routine = isRoutine(runs.routine) && routines.includes(runs.routine) ? runs.routine : undefined;
    if (routine === undefined) throw new DraftFault(`There is no routine ${runs.routine}.`);
    const [budget, endpoint] = [runs.budget.trim(), runs.endpoint.trim()];
    if (budget !== '' && !(Number(budget) >= 0)) throw new DraftFault('The budget must be an amount.');
    return {
      kind: 'routine',
      params: {
        routine,
        ...(budget === '' ? {} : { budget: Number(budget) }),
        ...(endpoint === '' ? {} : { endpoint }),
      },
    };
  }
  const { kind, params } = actionOf(runs);
  return {
    kind,
    params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, plainOf(name, value)])),
  };
}

type Routine = Extract<RunnableAction, { kind: 'routine' }>['params']['routine'];
const isRoutine = (name: string): name is Routine => /^[a-z][a-z-]*$/.test(name);

/** A schedule has no evidence that a formula could read. */
function plainOf(name: string, value: ParamValue): string | number | boolean {
  if (typeof value === 'object')
    throw new DraftFault(`${name} is a formula; a schedule has no evidence to work it out from.`);
  return value;
}

export function fieldsOfKind(kind: ActionKind, params: Readonly<Record<string, string>>): string[] {
  return [...new Set([...actionFields[kind], ...Object.keys(params)])];
}
