import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { Job } from '../../platform/contracts/api.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import type { LiveRender } from '../../platform/contracts/render.ts';
import type { TopEntry } from '../../platform/contracts/live.ts';
import type { Access, Tenant } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import type { OpenDecisions } from '../decisions/open-decisions.ts';
import { alertsFeed } from '../alerts/alerts-feed.ts';
import { readAnomalies } from '../anomalies/anomaly-history.ts';
import { countDeadLetters } from '../history/dead-letters.ts';
import { readEventStats } from '../history/event-history.ts';
import type { TimeRange } from '../series/range.ts';
import { readTop, type TopQuestion } from '../series/top.ts';
import type { SystemReader } from '../system/system-state.ts';
import { createKpiFeed, type KpiFeedDeps } from './kpi-feed.ts';
import { createPolledFeed } from './polled-feed.ts';
import type { ProgressDirectory } from './progress-directory.ts';
import type { Feed } from './room.ts';
import type { Progress } from './tenant-progress.ts';
import type { Topic } from './topic.ts';

export interface FeedDeps extends KpiFeedDeps {
  readonly access: Access;
  readonly progress: ProgressDirectory;
  readonly system: SystemReader;
  readonly jobsOf: (tenant: string) => readonly Job[];
  /** Newest first. */
  readonly rendersOf: (tenant: string) => readonly LiveRender[];
  readonly kpisOf: (tenant: string) => readonly KpiDefinition[];
  readonly openDecisions: OpenDecisions;
}

const topEntries = 10;
const DAY_MS = 86_400_000;
const RECENT_JOB_MS = 600_000;
const MAX_JOBS = 20;
const noProgress: Progress = {
  stored: 0,
  duplicates: 0,
  late: 0,
  appliedReceivedAtMs: Number.NEGATIVE_INFINITY,
};

/** Makes the source of a topic of one tenant. */
export function createFeeds(deps: FeedDeps): (tenant: string, topic: Topic) => Promise<Feed> {
  return async (id, topic) => {
    const tenant = deps.access.tenant(id);
    if (tenant === undefined) throw new WeirError('PLATFORM_INTERNAL', `tenant ${id} is missing`);
    switch (topic.kind) {
      case 'kpis':
        return await createKpiFeed(deps, tenant, deps.kpisOf(id), topic);
      case 'counters':
        return await countersFeed(deps, id);
      case 'top':
        return await topFeed(deps, tenant);
      case 'anomalies':
        return await createPolledFeed({
          clock: deps.clock,
          intervalMs: 2_000,
          showEveryMs: 1_000,
          read: async () =>
            await readAnomalies(deps.store, deps.kpisOf(id), {
              tenant: id,
              range: { fromMs: 0, toMs: deps.clock.nowMs() + DAY_MS },
              state: 'open',
              rootsOnly: true,
              limit: 100,
            }),
          payload: (open) => ({ kind: 'anomalies', open }),
          onFailure: noteFailure(deps, id, topic),
        });
      case 'jobs':
        return await createPolledFeed({
          clock: deps.clock,
          intervalMs: 250,
          showEveryMs: 250,
          read: async () => await Promise.resolve(recentJobs(deps.jobsOf(id), deps.clock.nowMs())),
          payload: (jobs) => ({ kind: 'jobs', jobs }),
          onFailure: noteFailure(deps, id, topic),
        });
      case 'renders':
        return await createPolledFeed({
          clock: deps.clock,
          intervalMs: 250,
          showEveryMs: 250,
          read: async () => await Promise.resolve(recentRenders(deps.rendersOf(id), deps.clock.nowMs())),
          payload: (renders) => ({ kind: 'renders', renders }),
          onFailure: noteFailure(deps, id, topic),
        });
      case 'decisions':
        return await createPolledFeed({
          clock: deps.clock,
          intervalMs: 1_000,
          showEveryMs: 500,
          read: async () => await deps.openDecisions(id),
          payload: (read) => ({ kind: 'decisions', ...read }),
          onFailure: noteFailure(deps, id, topic),
        });
      case 'alerts':
        return await alertsFeed(deps.store, deps.clock, id, noteFailure(deps, id, topic));
      case 'system':
        return await createPolledFeed({
          clock: deps.clock,
          intervalMs: 1_000,
          showEveryMs: 1_000,
          read: async () => await deps.system.read(id),
          payload: (system) => ({ kind: 'system', system }),
          onFailure: noteFailure(deps, id, topic),
        });
    }
  };
}

function recentJobs(jobs: readonly Job[], nowMs: number): readonly Job[] {
  return jobs
    .filter(
      ({ state, updatedAtMs }) =>
        state === 'queued' || state === 'running' || nowMs - updatedAtMs < RECENT_JOB_MS,
    )
    .slice(0, MAX_JOBS);
}

function recentRenders(renders: readonly LiveRender[], nowMs: number): readonly LiveRender[] {
  return renders
    .filter(({ endedAtMs }) => endedAtMs === undefined || nowMs - endedAtMs < RECENT_JOB_MS)
    .slice(0, MAX_JOBS);
}

async function countersFeed(deps: FeedDeps, tenant: string): Promise<Feed> {
  const { clock, progress, store } = deps;
  // Before a processor speaks, history tells what there is.
  const history =
    progress.of(tenant) === undefined
      ? await readEventStats(store, tenant, { fromMs: 0, toMs: clock.nowMs() + 1 })
      : undefined;
  const base: Progress = history === undefined ? noProgress : { ...noProgress, ...history };
  return await createPolledFeed({
    clock,
    intervalMs: 2_000,
    showEveryMs: 250,
    read: async () => await countDeadLetters(store, tenant),
    payload: (rejected, nowMs) => {
      const known = progress.of(tenant);
      const { stored, duplicates, late } = known?.read() ?? base;
      const rate = known?.eventsPerSecond(nowMs) ?? 0;
      return {
        kind: 'counters',
        counters: {
          eventsPerSecond: Math.round(10 * rate) / 10,
          accepted: stored + duplicates,
          stored,
          duplicates,
          rejected,
          late,
        },
      };
    },
    onFailure: noteFailure(deps, tenant, { kind: 'counters' }),
  });
}

/** The day so far: highest channels and contents by views, with what they earned. */
async function topFeed(deps: FeedDeps, tenant: Tenant): Promise<Feed> {
  const windows = createWindowClock(tenant.timeZone);
  const read = async () => {
    const fromMs = windows.start('1d', deps.clock.nowMs());
    const range = { fromMs, toMs: windows.end('1d', fromMs) };
    const [channels, contents] = await Promise.all([
      topOf(deps, tenant, 'channel', range),
      topOf(deps, tenant, 'content', range),
    ]);
    return { channels, contents };
  };
  return await createPolledFeed({
    clock: deps.clock,
    intervalMs: 1_000,
    showEveryMs: 1_000,
    read,
    payload: (top) => ({ kind: 'top', ...top }),
    onFailure: noteFailure(deps, tenant.id, { kind: 'top' }),
  });
}

async function topOf(
  deps: FeedDeps,
  tenant: Tenant,
  by: 'channel' | 'content',
  range: TimeRange,
): Promise<readonly TopEntry[]> {
  const question: TopQuestion = {
    by,
    definition: views,
    beside: [revenue],
    window: '1d',
    range,
    limit: topEntries,
  };
  const ranked = await readTop(deps.store, question, tenant);
  return ranked.map(({ id, title, value, beside }) => ({ id, title, views: value, revenue: beside[0] ?? 0 }));
}

const views = catalogued('views');
const revenue = catalogued('total_revenue');

function catalogued(key: string): KpiDefinition {
  const found = kpiCatalogue.find((definition) => definition.key === key);
  if (found === undefined) throw new RangeError(`the catalogue has no ${key}`);
  return found;
}

function noteFailure(deps: FeedDeps, tenant: string, topic: Topic): (error: unknown) => void {
  return (error) =>
    deps.log.debug({ err: error, tenant, topic: topic.kind }, 'a live topic goes on with what is known');
}
