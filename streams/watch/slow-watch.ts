import { currencyExponent } from '../../platform/contracts/currency.ts';
import { defaultMrrPolicy, type MrrPolicy } from '../../platform/contracts/recurring.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import { createWindowClock, type WindowClock } from '../../platform/kpi/window-time.ts';
import { StatusRow, statusSql } from '../../platform/recurring/totals-sql.ts';
import type { Store } from '../../platform/store/store.ts';
import { firstWindow } from './closed-windows.ts';
import { kpisIn, type KpiPlan, type WatchedKpi } from './kpi-plan.ts';
import {
  hasNewRule,
  judgeNewRules,
  judgeSlow,
  learnSlow,
  learnUsual,
  seriesOf,
  type SlowJudgeDeps,
} from './slow-judge.ts';
import { slowSources, slowWindows, type SlowSource, type SlowTrack, type SlowWindow } from './slow-state.ts';
import { firstMovement, readSlowPoints, type SlowQuestion } from './slow-values.ts';
import type { TenantWatch } from './watch-state.ts';

export interface SlowWatchDeps {
  readonly store: Store;
  readonly tenant: Tenant;
  /** The newest policy the tenant has set; undefined when none. */
  readonly policy: MrrPolicy | undefined;
  readonly plan: KpiPlan;
  /** False alarms a week the total of a KPI may make in one window. */
  readonly budgetOf: (kpi: string) => number;
  readonly yieldTurn: () => Promise<void>;
}

const DAY_MS = 86_400_000;
/** How far back is learned from, and judged when a tenant is first seen. */
const LOOK_BACK_MS: Readonly<Record<SlowWindow, number>> = { '1d': 400 * DAY_MS, '1mo': 1_100 * DAY_MS };
/** A day or month that ended longer ago tells no signal: the newest one is of the present until the next has closed, and a little longer. */
const SIGNAL_MAX_AGE_MS: Readonly<Record<SlowWindow, number>> = { '1d': 2 * DAY_MS, '1mo': 35 * DAY_MS };
const WINDOWS_PER_READ = 60;
/** Clock time after which it is looked again for what was not there. */
const RETRY_MS = 15_000;

/**
 * Judges the days and months that are closed and complete, up to one read of each source and window. Rows of `kpi` are complete up to `closedMs`;
 * those of recurring revenue up to the time their stage has told, and only by the policy in force. Answers how many windows were judged; what is to be
 * written is in the state's outbox and is saved with it, so that a crash tells nothing twice.
 */
export async function watchSlow(
  state: TenantWatch,
  closedMs: number,
  deps: SlowWatchDeps,
  nowMs: number,
): Promise<Record<SlowWindow, number>> {
  const judged: Record<SlowWindow, number> = { '1d': 0, '1mo': 0 };
  let clock: WindowClock | undefined;
  for (const source of slowSources)
    for (const window of slowWindows) {
      const track = state.slow[source][window];
      if (nowMs < track.retryAtMs) continue;
      const kpis = kpisIn(deps.plan, window).filter(
        ({ definition }) => sourceOf(definition.basis) === source,
      );
      if (kpis.length === 0) {
        // Nothing to judge, nothing to remember: whoever comes later is taught from the rows.
        track.nextMs = undefined;
        track.retryAtMs = nowMs + RETRY_MS;
        continue;
      }
      const hasNews = track.nextMs !== undefined && kpis.some((kpi) => hasNewRule(track, kpi, window));
      if (closedMs < track.dueMs && !hasNews) continue;
      clock ??= createWindowClock(deps.tenant.timeZone);
      judged[window] += await watchTrack(
        state,
        { source, window, track, kpis, clock },
        closedMs,
        deps,
        nowMs,
      );
    }
  return judged;
}

const sourceOf = (basis: 'recurring' | undefined): SlowSource => (basis === undefined ? 'rows' : 'recurring');

interface Course {
  readonly source: SlowSource;
  readonly window: SlowWindow;
  readonly track: SlowTrack;
  readonly kpis: readonly WatchedKpi[];
  readonly clock: WindowClock;
}

async function watchTrack(
  state: TenantWatch,
  course: Course,
  closedMs: number,
  deps: SlowWatchDeps,
  nowMs: number,
): Promise<number> {
  const { clock, source, track, window } = course;
  const policy = deps.policy ?? defaultMrrPolicy;
  const completeMs = source === 'rows' ? closedMs : Math.min(closedMs, await knownUpTo(deps, policy));
  const judgeDeps: SlowJudgeDeps = {
    words: { currency: deps.tenant.currency },
    budgetOf: deps.budgetOf,
    lengthMs: (startMs: number): number => clock.end(window, startMs) - startMs,
    nowMs,
    signalMaxAgeMs: SIGNAL_MAX_AGE_MS[window],
  };
  const anew = await judgeNews(state, course, completeMs, policy, deps, judgeDeps);
  if (closedMs < track.dueMs) return anew;
  const fromMs = await nextStart(course, completeMs, policy, deps);
  if (fromMs === undefined) {
    track.retryAtMs = nowMs + RETRY_MS;
    return anew;
  }
  let toMs = fromMs;
  for (let count = 0; count < WINDOWS_PER_READ && clock.end(window, toMs) <= completeMs; count++)
    toMs = clock.end(window, toMs);
  if (toMs === fromMs) {
    track.dueMs = clock.end(window, fromMs);
    // Closed, but recurring revenue is not told so far yet.
    if (closedMs >= track.dueMs) track.retryAtMs = nowMs + RETRY_MS;
    return anew;
  }
  await teach(course, fromMs, policy, deps);
  const points = await readSlowPoints(deps.store, questionOf(course, fromMs, toMs, policy, deps));
  for (const point of points) {
    judgeSlow(state, track, window, point, course.kpis, judgeDeps);
    await deps.yieldTurn();
  }
  track.nextMs = toMs;
  track.dueMs = clock.end(window, toMs);
  track.policyVersion = policy.version;
  return points.length + anew;
}

/** New thresholds on the newest window that was judged; answers whether there were any. */
async function judgeNews(
  state: TenantWatch,
  course: Course,
  completeMs: number,
  policy: MrrPolicy,
  deps: SlowWatchDeps,
  judgeDeps: SlowJudgeDeps,
): Promise<0 | 1> {
  const { clock, track, window } = course;
  const { nextMs } = track;
  if (nextMs === undefined) return 0;
  const kpis = course.kpis.filter((kpi) => hasNewRule(track, kpi, window));
  if (kpis.length === 0) return 0;
  if (completeMs < nextMs) {
    track.retryAtMs = judgeDeps.nowMs + RETRY_MS;
    return 0;
  }
  const fromMs = clock.start(window, nextMs - 1);
  const question = questionOf({ ...course, kpis }, fromMs, nextMs, policy, deps);
  for (const point of await readSlowPoints(deps.store, question))
    judgeNewRules(state, track, window, point, kpis, judgeDeps);
  return 1;
}

/** Event time up to which recurring revenue is told by this policy; −Infinity while it is worked out anew, or was never. */
async function knownUpTo({ store, tenant }: SlowWatchDeps, policy: MrrPolicy): Promise<number> {
  const [status] = await store.query(statusSql, { tenant: tenant.id }, StatusRow);
  return status?.policy_version === policy.version ? status.as_of_ms : Number.NEGATIVE_INFINITY;
}

/** Start of the window to be judged next, in the zone as it is now; undefined while there is none. */
async function nextStart(
  { clock, source, track, window }: Course,
  completeMs: number,
  policy: MrrPolicy,
  { store, tenant }: SlowWatchDeps,
): Promise<number | undefined> {
  if (!Number.isFinite(completeMs)) return undefined;
  const earliestMs = Math.max(0, clock.end(window, clock.start(window, completeMs - LOOK_BACK_MS[window])));
  let nextMs = track.nextMs;
  if (nextMs === undefined || nextMs < earliestMs) {
    const firstMs =
      source === 'rows'
        ? await firstWindow(store, tenant.id, window, earliestMs)
        : await firstMovement(store, tenant.id, window, policy.version);
    nextMs = firstMs === undefined ? undefined : Math.max(firstMs, earliestMs);
  }
  if (nextMs === undefined) return undefined;
  const startMs = clock.start(window, nextMs);
  return startMs === nextMs ? startMs : clock.end(window, startMs);
}

/** Detectors that know nothing, of KPIs that are new or by a policy that is, learn from the windows before the next. */
async function teach(course: Course, fromMs: number, policy: MrrPolicy, deps: SlowWatchDeps): Promise<void> {
  const { clock, source, track, window } = course;
  if (source === 'recurring' && track.policyVersion !== policy.version)
    for (const series of track.series.values()) series.detector = undefined;
  const untaught = course.kpis.filter(
    (kpi) => kpi.watch.anomalies.includes(window) && seriesOf(track, kpi).detector === undefined,
  );
  if (track.nextMs === undefined || untaught.length === 0) return;
  track.usual.clear();
  const earliestMs = clock.start(window, Math.max(0, fromMs - LOOK_BACK_MS[window]));
  const question = questionOf({ ...course, kpis: untaught }, earliestMs, fromMs, policy, deps);
  for (const point of await readSlowPoints(deps.store, question)) {
    learnUsual(track, point);
    for (const kpi of untaught) {
      const series = seriesOf(track, kpi);
      if (series.detector !== undefined || point.values.has(kpi.definition.key))
        learnSlow(series, kpi, point, deps.budgetOf(kpi.definition.key));
    }
  }
}

function questionOf(
  { clock, kpis, source, window }: Course,
  fromMs: number,
  toMs: number,
  policy: MrrPolicy,
  { tenant }: SlowWatchDeps,
): SlowQuestion {
  const minorPerMajor = 10 ** (currencyExponent(tenant.currency) ?? 2);
  return { tenant: tenant.id, source, window, fromMs, toMs, clock, kpis, minorPerMajor, policy };
}
