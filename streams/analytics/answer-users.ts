import {
  MAX_FOLLOWED_USERS,
  namesSegment,
  type AnalyticsScope,
  type EventMatch,
} from '../../platform/contracts/analytics.ts';
import type { AttributionAnswer, AttributionQuestion } from '../../platform/contracts/attribution.ts';
import {
  isCohortSegment,
  MAX_COHORTS,
  type CohortAnswer,
  type CohortQuestion,
} from '../../platform/contracts/cohorts.ts';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import type { FunnelAnswer, FunnelQuestion } from '../../platform/contracts/funnel.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import {
  endAttributionUser,
  finishAttribution,
  newAttribution,
  newAttributionUser,
  stepConversion,
  stepTouch,
  type AttributionUser,
} from './attribution.ts';
import { cohortBits, finishCohorts, newCohorts, stepCohorts } from './cohorts.ts';
import { UserEventsRow, userEventsSql } from './event-sql.ts';
import { followedUser, tooManyUsers } from './follow-users.ts';
import { finishFunnel, newFunnelUser, stepFunnel, type FunnelUser } from './funnel.ts';
import { readPeople } from '../../platform/persons/people.ts';
import { refuseUnknownTypes } from './known-types.ts';
import { byPerson, type UserEvents } from './people.ts';
import { periodsBetween } from './periods.ts';
import { scanSlices, type Progress } from './scan.ts';

export interface AnswerDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Event time up to which a tenant's events are stored, as far as is known. */
  completeMs(tenant: string): number;
}

const DEFAULT_HALF_LIFE_MS = 7 * 86_400_000;
const revenueTypes: readonly EventMatch[] = eventCatalogue
  .filter((spec) => spec.money === 'revenue')
  .map(({ type }) => ({ type }));

/** Users by step of a funnel, from the stored events of the range. */
export async function answerFunnel(
  deps: AnswerDeps,
  scope: AnalyticsScope,
  question: FunnelQuestion,
  progress: Progress,
): Promise<FunnelAnswer> {
  refuseEmpty(question);
  await refuseUnknownTypes(deps.store, scope.tenant, question.steps);
  const plan = { steps: question.steps.length, order: question.order, windowMs: question.windowMs };
  const personOf = await readPeople(deps.store, scope.tenant);
  const users = new Map<string, FunnelUser>();
  let events = 0;
  await scanSlices(
    deps,
    {
      ...question,
      ...userEventsSql({
        tenant: scope.tenant,
        filters: question.filters ?? {},
        bits: question.steps.map((step) => [step]),
        text: question.by,
      }),
      row: UserEventsRow,
      stage: 'following users',
      take: (rows) => {
        const taken = eachEvent(byPerson(rows, personOf), (user, timeMs, bits, text) =>
          stepFunnel(plan, followedUser(users, user, newFunnelUser), timeMs, bits, text),
        );
        events += taken;
        return taken;
      },
    },
    progress,
  );
  const guard = {
    isBrokenDown: question.by !== undefined,
    // Beside parts, the steps of everybody are the tenant's own totals.
    isGuarded: namesSegment({ filters: question.filters, matches: question.steps }),
  };
  return { ...finishFunnel(plan, users.values(), guard), events };
}

/** Retention and revenue by cohort. All stored events before the range are read, too: an entry must be the first. */
export async function answerCohorts(
  deps: AnswerDeps,
  scope: AnalyticsScope,
  question: CohortQuestion,
  progress: Progress,
): Promise<CohortAnswer> {
  refuseEmpty(question);
  await refuseUnknownTypes(deps.store, scope.tenant, [question.entry, ...question.returns]);
  const zone = createWindowClock(scope.timeZone);
  const cohorts = periodsBetween(question.grain, zone, question.fromMs, question.toMs, MAX_COHORTS + 1);
  if (cohorts.starts.length > MAX_COHORTS)
    throw new WeirError('ANALYTICS_QUESTION_INVALID', `At most ${MAX_COHORTS} cohorts are shown at once.`);
  const count = cohorts.starts.length;
  const all = periodsBetween(
    question.grain,
    zone,
    question.fromMs,
    Number.MAX_SAFE_INTEGER,
    count + question.periods,
  );
  const plan = {
    periods: all,
    cohorts: count,
    followed: question.periods,
    fromMs: cohorts.starts[0] ?? question.fromMs,
    toMs: cohorts.endOf(count - 1),
  };
  const state = newCohorts(plan);
  const personOf = await readPeople(deps.store, scope.tenant);
  let events = 0;
  await scanSlices(
    deps,
    {
      fromMs: 0,
      toMs: all.endOf(all.starts.length - 1),
      ...userEventsSql({
        tenant: scope.tenant,
        filters: question.filters ?? {},
        // In the order of `cohortBits`.
        bits: [[question.entry], question.returns, revenueTypes],
        withAmounts: true,
      }),
      row: UserEventsRow,
      stage: 'following members',
      take: (rows) => {
        const taken = eachEvent(byPerson(rows, personOf), (user, timeMs, bits, _text, amountMinor) =>
          stepCohorts(plan, state, user, timeMs, bits, (bits & cohortBits.revenue) === 0 ? 0 : amountMinor),
        );
        if (state.members.size > MAX_FOLLOWED_USERS) throw tooManyUsers();
        events += taken;
        return taken;
      },
    },
    progress,
  );
  const nowMs = deps.clock.nowMs();
  return {
    currency: scope.currency,
    ...finishCohorts(
      plan,
      state,
      nowMs,
      Math.min(nowMs, deps.completeMs(scope.tenant)),
      isCohortSegment(question),
    ),
    events,
  };
}

const TOUCH = 1;
const CONVERSION = 2;

/** Credit of touchpoints for conversions, by every model. */
export async function answerAttribution(
  deps: AnswerDeps,
  scope: AnalyticsScope,
  question: AttributionQuestion,
  progress: Progress,
): Promise<AttributionAnswer> {
  refuseEmpty(question);
  await refuseUnknownTypes(deps.store, scope.tenant, [...question.touches, ...question.conversions]);
  const plan = { ...question, halfLifeMs: question.halfLifeMs ?? DEFAULT_HALF_LIFE_MS };
  const state = newAttribution();
  const personOf = await readPeople(deps.store, scope.tenant);
  const users = new Map<string, AttributionUser>();
  let events = 0;
  await scanSlices(
    deps,
    {
      fromMs: question.fromMs - question.lookbackMs,
      toMs: question.toMs,
      ...userEventsSql({
        tenant: scope.tenant,
        filters: question.filters ?? {},
        bits: [question.touches, question.conversions],
        text: question.key,
        withAmounts: true,
      }),
      row: UserEventsRow,
      stage: 'following paths',
      take: (rows) => {
        const taken = eachEvent(byPerson(rows, personOf), (name, timeMs, bits, key, amountMinor) => {
          const user = followedUser(users, name, newAttributionUser);
          // What is both is the touch that leads to itself.
          if ((bits & TOUCH) !== 0 && !stepTouch(state, user, timeMs, key)) throw tooManyKeys(question.key);
          if ((bits & CONVERSION) !== 0) stepConversion(plan, state, user, timeMs, amountMinor);
        });
        events += taken;
        return taken;
      },
    },
    progress,
  );
  progress.report('weighing models', 0.99);
  for (const user of users.values()) endAttributionUser(plan, state, user);
  // The same question gives the same sample.
  const random = createRandom(`${scope.tenant} ${JSON.stringify(question)}`);
  return { currency: scope.currency, ...finishAttribution(state, random), events };
}

/** Hands on every event of the rows, each user's by time; answers how many. */
function eachEvent(
  rows: readonly UserEvents[],
  take: (user: string, timeMs: number, bits: number, text: string, amountMinor: number) => void,
): number {
  let events = 0;
  for (const { u, t, m, x, v } of rows) {
    events += t.length;
    for (const [i, timeMs] of t.entries()) take(u, timeMs, m[i] ?? 0, x[i] ?? '', v[i] ?? 0);
  }
  return events;
}

export function refuseEmpty({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): void {
  if (fromMs >= toMs) throw new WeirError('ANALYTICS_QUESTION_INVALID', '"fromMs" must be before "toMs".');
}

function tooManyKeys(key: string): WeirError {
  return new WeirError(
    'ANALYTICS_TOO_LARGE',
    `"${key}" has more than 1,000 values among these touches; touchpoints are meant to be few.`,
  );
}
