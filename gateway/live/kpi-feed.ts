import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import type { LivePart } from '../../platform/contracts/live.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import type { Log } from '../../platform/log/log.ts';
import { compileKpi, type CompiledKpi } from '../../platform/kpi/kpi.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { BoardRow, boardSql, storedWindow } from './board-sql.ts';
import { createKpiBoard, type BoardScope, type KpiBoard } from './kpi-board.ts';
import type { PartFollower } from './part-follower.ts';
import type { Feed } from './room.ts';
import type { Topic } from './topic.ts';

/** Current windows as the processors last wrote them into Redis; undefined when Redis is away. */
export interface ReadModel {
  parts(tenant: string): Promise<readonly LivePart[] | undefined>;
}

export interface KpiFeedDeps {
  readonly store: Store;
  readonly readModel: ReadModel;
  readonly follower: PartFollower;
  readonly clock: Clock;
  readonly log: Log;
}

/** The store is read again 3 s after the start, when everything from before it is written, then every 15 s. */
const reloadTickMs = 3_000;
const reloadEveryTicks = 5;

/**
 * Live KPI values of a tenant, whole or narrowed to one dimension value. Listens first and loads then, so nothing falls between; the
 * first answer waits for Redis and the store, of which one may be away. Throws STORE_UNAVAILABLE when both are.
 */
export async function createKpiFeed(
  deps: KpiFeedDeps,
  tenant: Tenant,
  definitions: readonly KpiDefinition[],
  topic: Extract<Topic, { kind: 'kpis' }>,
): Promise<Feed> {
  const { store, readModel, follower, clock, log } = deps;
  const windows = createWindowClock(tenant.timeZone);
  const minorPerMajor = 10 ** (currencyExponent(tenant.currency) ?? 2);
  const board = (scope: BoardScope, shown: readonly CompiledKpi[]): [KpiBoard, readonly KpiDefinition[]] => [
    createKpiBoard({ scope, kpis: shown, clock: windows, minorPerMajor }),
    shown.map(({ definition }) => definition),
  ];
  const live = definitions.map(compileKpi).filter(isLive);
  const uncut = live.filter(({ definition }) => definition.cut === undefined);
  const byStream = live.filter(({ definition }) => definition.cut === 'stream');
  const { filter } = topic;
  const boards =
    filter === undefined
      ? [board({ rollup: 'total', dim: '' }, uncut), board({ rollup: 'stream', dim: undefined }, byStream)]
      : [board({ rollup: filter.dimension, dim: filter.value }, uncut)];
  let watermarkMs = 0;

  const take = (part: LivePart): void => {
    watermarkMs = Math.max(watermarkMs, part.watermarkMs);
    for (const [target] of boards) target.apply(part.part, part.seq, part.updates, clock.nowMs());
  };
  const following = follower.follow(tenant.id, take);

  const loadStored = async (): Promise<void> => {
    for (const [target, shown] of boards) {
      if (shown.length === 0) continue;
      const floors = target.floors(clock.nowMs());
      const { sql, params } = boardSql(tenant.id, target.scope, shown, floors);
      const rows = await store.query(sql, params, BoardRow);
      target.applyStored(rows.map(storedWindow), clock.nowMs());
    }
  };
  const loadReadModel = async (): Promise<boolean> => {
    const parts = await readModel.parts(tenant.id);
    for (const part of parts ?? []) take(part);
    return (parts ?? []).length > 0;
  };

  const loaded = loadStored();
  try {
    const fromReadModel = await loadReadModel();
    await loaded.catch((error: unknown) => {
      if (!fromReadModel || filter !== undefined) throw error;
      log.debug({ err: error, tenant: tenant.id }, 'live values begin without the store');
    });
  } catch (error) {
    following.stop();
    throw error;
  }

  let ticks = 0;
  const reload = clock.every(reloadTickMs, async () => {
    ticks += 1;
    if (ticks !== 1 && ticks % reloadEveryTicks !== 0) return;
    try {
      await loadReadModel();
      await loadStored();
    } catch (error) {
      log.debug({ err: error, tenant: tenant.id }, 'live values were not compared with the store');
    }
  });

  return {
    snapshot: (nowMs) => ({
      kind: 'kpis',
      watermarkMs,
      values: boards.flatMap(([target]) => target.all(nowMs)),
    }),
    changes: (nowMs) => {
      const values = boards.flatMap(([target]) => target.changes(nowMs));
      return values.length === 0 ? undefined : { kind: 'kpis', watermarkMs, values };
    },
    stop: () => {
      reload.stop();
      following.stop();
    },
  };
}

/** What needs 30 days, or the customers behind recurring revenue, is read from history by those who look at it. */
function isLive({ definition, spans }: CompiledKpi): boolean {
  return definition.basis === undefined && !spans.has('last_30d');
}
