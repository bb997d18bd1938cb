import type { FunnelAnswer, FunnelOrder } from '../../platform/contracts/funnel.ts';
import { medianOf } from './median.ts';
import { guardParts, guardSteps } from './small-groups.ts';

export interface FunnelPlan {
  readonly steps: number;
  readonly order: FunnelOrder;
  /** An event at exactly this time after the first still counts. */
  readonly windowMs: number;
}

/** Events of one user that led from step to step. */
interface Chain {
  readonly times: readonly number[];
  /** What the first event is broken down by. */
  readonly value: string;
}

/** One user, after the events so far. */
export interface FunnelUser {
  /** By number of steps done: for `ordered` the chain with the latest start, for `any` the newest event of each step. */
  open: (Chain | undefined)[];
  /** Most steps so far, with the chain that got there first. */
  best: Chain | undefined;
}

export function newFunnelUser(): FunnelUser {
  return { open: [], best: undefined };
}

/**
 * Takes in the next event of a user; events come in order of time. Bit i of `mask`: the event fits step i. Of several ways to
 * a step the one with the latest start is followed, since whatever follows in time for another one also follows in time for
 * that; so the most steps possible are found in one pass (`windowFunnel` of ClickHouse finds the same, see the integration test).
 */
export function stepFunnel(
  plan: FunnelPlan,
  user: FunnelUser,
  timeMs: number,
  mask: number,
  value: string,
): void {
  if ((user.best?.times.length ?? 0) === plan.steps) return;
  if (plan.order === 'any') stepAny(plan, user, timeMs, mask, value);
  else if (plan.order === 'strict') stepStrict(plan, user, timeMs, mask, value);
  else stepOrdered(plan, user, timeMs, mask, value);
}

function stepOrdered(plan: FunnelPlan, user: FunnelUser, timeMs: number, mask: number, value: string): void {
  // From the last step down, so that one event is never two steps of a chain.
  for (let step = plan.steps - 1; step > 0; step -= 1) {
    if ((mask & (1 << step)) === 0) continue;
    const longer = extended(plan, user.open[step - 1], timeMs);
    if (longer === undefined) continue;
    const known = user.open[step];
    if (known !== undefined && startOf(known) >= startOf(longer)) continue;
    user.open[step] = longer;
    keepBest(user, longer);
  }
  if ((mask & 1) !== 0) begin(user, { times: [timeMs], value });
}

function stepStrict(plan: FunnelPlan, user: FunnelUser, timeMs: number, mask: number, value: string): void {
  const before = user.open;
  user.open = [];
  for (let step = plan.steps - 1; step > 0; step -= 1) {
    const longer = (mask & (1 << step)) === 0 ? undefined : extended(plan, before[step - 1], timeMs);
    if (longer === undefined) continue;
    user.open[step] = longer;
    keepBest(user, longer);
  }
  if ((mask & 1) !== 0) begin(user, { times: [timeMs], value });
}

function stepAny(plan: FunnelPlan, user: FunnelUser, timeMs: number, mask: number, value: string): void {
  for (let step = 0; step < plan.steps; step += 1)
    if ((mask & (1 << step)) !== 0) user.open[step] = { times: [timeMs], value };
  const within: Chain[] = [];
  for (const newest of user.open)
    if (newest !== undefined && startOf(newest) >= timeMs - plan.windowMs) within.push(newest);
  if (within.length <= (user.best?.times.length ?? 0)) return;
  within.sort((a, b) => startOf(a) - startOf(b));
  user.best = { times: within.map(startOf), value: within[0]?.value ?? '' };
}

function begin(user: FunnelUser, chain: Chain): void {
  user.open[0] = chain;
  keepBest(user, chain);
}

function extended(plan: FunnelPlan, chain: Chain | undefined, timeMs: number): Chain | undefined {
  if (chain === undefined || timeMs - startOf(chain) > plan.windowMs) return undefined;
  return { times: [...chain.times, timeMs], value: chain.value };
}

function keepBest(user: FunnelUser, chain: Chain): void {
  if (chain.times.length > (user.best?.times.length ?? 0)) user.best = chain;
}

function startOf(chain: Chain): number {
  return chain.times[0] ?? 0;
}

/** Parts of a breakdown shown for themselves; the others are one. */
const MAX_PARTS = 20;

/** What of an answer is about a part of the users: its steps, where the question was; its parts always. */
export interface FunnelGuard {
  readonly isBrokenDown: boolean;
  readonly isGuarded: boolean;
}

/** Users by step over all users, with the medians of the time between steps. Of a part of the users, small groups are not told. */
export function finishFunnel(
  plan: FunnelPlan,
  users: Iterable<FunnelUser>,
  { isBrokenDown, isGuarded }: FunnelGuard,
): Pick<FunnelAnswer, 'isGuarded' | 'steps' | 'parts'> {
  const reached = zeros(plan.steps);
  const sincePrevious = reached.map((): number[] => []);
  const sinceFirst = reached.map((): number[] => []);
  const parts = new Map<string, number[]>();
  for (const { best } of users) {
    if (best === undefined) continue;
    const part = parts.get(best.value) ?? zeros(plan.steps);
    if (isBrokenDown) parts.set(best.value, part);
    for (const [step, timeMs] of best.times.entries()) {
      reached[step] = (reached[step] ?? 0) + 1;
      part[step] = (part[step] ?? 0) + 1;
      if (step === 0) continue;
      sincePrevious[step]?.push(timeMs - (best.times[step - 1] ?? timeMs));
      sinceFirst[step]?.push(timeMs - startOf(best));
    }
  }
  const first = reached[0] ?? 0;
  const steps = reached.map((count, step) => ({
    users: count,
    ofFirst: first === 0 ? null : count / first,
    ofPrevious: step === 0 ? (first === 0 ? null : 1) : share(count, reached[step - 1] ?? 0),
    medianMsFromPrevious: medianOf(sincePrevious[step] ?? []),
    medianMsFromFirst: medianOf(sinceFirst[step] ?? []),
  }));
  return {
    isGuarded: isGuarded || isBrokenDown,
    steps: isGuarded ? guardSteps(steps) : steps,
    parts: guardParts(ranked(parts), MAX_PARTS),
  };
}

function ranked(parts: ReadonlyMap<string, readonly number[]>) {
  return [...parts]
    .toSorted(([a, x], [b, y]) => (y[0] ?? 0) - (x[0] ?? 0) || (a < b ? -1 : a > b ? 1 : 0))
    .map(([value, users]) => ({ value, users }));
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}
