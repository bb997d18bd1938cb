import { Type, type Static } from '@sinclair/typebox';
import type { AllocationBasis, AllocationPlanRecord } from '../../platform/contracts/allocation-plan.ts';
import type { Signal } from '../../platform/contracts/signal.ts';
import { createCurve } from '../allocation/curve.ts';
import { MIX } from '../revenue-plan/model.ts';

/** What fires of a tenant's kept plans; KV bucket `plantriggers`, key `<tenant>`. */
export const FiringTriggers = Type.Object({
  /** Times a trigger has fired so far: numbers the signals, so that a repeat after a crash tells the same ones. */
  count: Type.Integer({ minimum: 0 }),
  firing: Type.Record(
    Type.String(),
    Type.Object({
      id: Type.String(),
      plan: Type.String(),
      holder: Type.String(),
      startedAtMs: Type.Number(),
      evidence: Type.Record(Type.String(), Type.Number()),
      name: Type.String(),
      isStream: Type.Boolean(),
      periodDays: Type.Integer(),
      isAbove: Type.Boolean(),
    }),
  ),
});
export type FiringTriggers = Static<typeof FiringTriggers>;
type Firing = FiringTriggers['firing'][string];

export const noTriggers: FiringTriggers = { count: 0, firing: {} };

const DAY_MS = 86_400_000;
/** A plan is watched for so many of its periods; by then it was divided anew or forgotten. */
const WATCHED_PERIODS = 2;
/** At most so many fire at a time: those of the newest plans. */
const MAX_FIRING = 500;

/**
 * Holds the triggers of kept plans against a history read anew: what the curves read now say of the planned amounts, or what a stream brings now times what the
 * plan expects of it against then. Outside of the plan's own 5% to 95% fires, inside of it again resolves, and so does a plan that is gone or two periods old.
 */
export function stepPlanTriggers(
  before: FiringTriggers,
  plans: readonly AllocationPlanRecord[],
  bases: readonly AllocationBasis[],
  tenant: string,
): readonly [FiringTriggers, readonly Signal[]] {
  const firing: Record<string, Firing> = {};
  const signals: Signal[] = [];
  let { count } = before;
  for (const plan of plans.toSorted((a, b) => b.createdAtMs - a.createdAtMs)) {
    const basis = bases.find(({ kind }) => kind === plan.answer.kind);
    if (basis === undefined) continue;
    if (basis.computedAtMs - plan.createdAtMs > WATCHED_PERIODS * basis.periodDays * DAY_MS) continue;
    for (const { above, below, channel: holder } of plan.answer.triggers) {
      const observed = expectedNow(plan, basis, holder);
      if (observed === undefined || (observed >= below && observed <= above)) continue;
      if (Object.keys(firing).length === MAX_FIRING) break;
      const key = `${plan.id}/${holder}`;
      const held = Object.hasOwn(before.firing, key) ? before.firing[key] : undefined;
      if (held !== undefined) {
        firing[key] = held;
        continue;
      }
      count++;
      const one: Firing = {
        id: `${plan.id}.${count}`,
        plan: plan.id,
        holder,
        startedAtMs: basis.computedAtMs,
        evidence: { observed, lower: below, upper: above },
        name: plan.name,
        isStream: basis.revenue?.streams.includes(holder) === true,
        periodDays: basis.periodDays,
        isAbove: observed > above,
      };
      firing[key] = one;
      signals.push(signalOf(tenant, one, null));
    }
  }
  const endedAtMs = bases.reduce((latest, each) => Math.max(latest, each.computedAtMs), 0);
  for (const [key, held] of Object.entries(before.firing))
    if (!Object.hasOwn(firing, key)) signals.push(signalOf(tenant, held, endedAtMs));
  return [{ count, firing }, signals];
}

/** What a channel or stream is expected to bring a period under the plan, by what is known now; undefined where it is known no more. */
function expectedNow(
  { answer }: AllocationPlanRecord,
  basis: AllocationBasis,
  holder: string,
): number | undefined {
  const channel = basis.channels.find(({ id }) => id === holder);
  if (channel === undefined) return undefined;
  const rows = answer.rows.filter((row) => row.channel === holder);
  const mix = rows.find(({ resource }) => resource === MIX);
  if (mix !== undefined)
    return mix.currentReturn > 0 ? (channel.revenue * mix.proposedReturn) / mix.currentReturn : undefined;
  if (rows.length === 0 || rows.some(({ resource }) => channel.responses[resource] === undefined))
    return undefined;
  return rows.reduce((sum, { proposed, resource }) => {
    const curve = channel.responses[resource]?.curve;
    return curve === undefined ? sum : sum + createCurve(curve).value(proposed);
  }, 0);
}

function signalOf(tenant: string, one: Firing, endedAtMs: number | null): Signal {
  const { evidence, holder, id, isAbove, isStream, name, periodDays, plan, startedAtMs } = one;
  const title = `Plan “${name}”: ${holder} is expected to bring ${isAbove ? 'more' : 'less'} than it allowed for. Divide anew.`;
  return {
    id,
    tenant,
    kind: 'forecast',
    kpi: 'total_revenue',
    title: title.slice(0, 300),
    dims: isStream ? { stream: holder } : { channel: holder },
    window: `${periodDays}d`,
    severity: 'warning',
    state: endedAtMs === null ? 'firing' : 'resolved',
    revision: endedAtMs === null ? 1 : 2,
    startedAtMs,
    endedAtMs,
    isGood: isAbove,
    evidence,
    link: `/allocation/plans/${plan}`,
  };
}
