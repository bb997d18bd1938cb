import { Type } from '@sinclair/typebox';
import {
  incidentPrefix,
  type LogIncident,
  type PartitionPosition,
  type VerifyFinding,
  type VerifyReport,
  type VerifyRequest,
} from '../platform/contracts/verify.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import { createWindowClock } from '../platform/kpi/window-time.ts';
import type { Directory } from './directory.ts';
import {
  findMissing,
  judgeIncidents,
  judgeMissing,
  rowPlaces,
  type LogInventory,
} from './missing-batches.ts';
import type { Partition } from './partition.ts';
import { auditTenant, kpiCopy, type KpiAudit } from './verify-kpis.ts';

export interface VerifyDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: Directory;
  readonly expectedPartitions: number;
  partitions(): readonly Partition[];
  inventory(): Promise<LogInventory>;
  /** Last sequence of a partition in the log; 0 when it holds none. */
  lastSeqOf(partition: number): Promise<number>;
  incidents(): Promise<readonly LogIncident[]>;
  /** Runs while nobody else writes KPI rows. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Writes every changed window and corrects every late one; call it in turn. */
  flushAll(): Promise<void>;
  readonly stopping: AbortSignal;
}

const POLL_MS = 50;
const SHOWN_REPEATS = 50;
/** Identities grouped in one statement: bounds its memory. */
const IDENTITIES_PER_STEP = 2_000_000;
const ROW_PLACES_PER_QUERY = 5_000;

export const incidentKeys = `${incidentPrefix}.>`;

/**
 * Audits what is stored against what was accepted:
 *   - every window of every tenant in `kpi` equals a recount of `events` by SQL written apart from the processors,
 *   - every event is stored once by (tenant, source, id),
 *   - the log holds every sequence that was acknowledged, or those missing are named and it is said whether their events are stored.
 *
 * Works on a running engine: the processors stand still only while their last windows are written and `kpi` is copied (a hard link);
 * what comes later is left out of both sides.
 */
export async function verify(deps: VerifyDeps, request: VerifyRequest): Promise<VerifyReport> {
  const startedMs = deps.clock.monotonicMs();
  const findings: VerifyFinding[] = [];
  const kpis: KpiAudit = { events: 0, windows: 0, values: 0, differing: 0, shown: [] };
  let tenants: readonly string[] = [];
  try {
    const upTo = await settleAndCopy(deps, request.settleTimeoutMs, findings);
    if (upTo !== undefined) {
      tenants = await tenantsIn(deps.store);
      for (const tenant of tenants) await auditKpis(deps, tenant, upTo, kpis, findings);
      if (kpis.differing > 0) findings.push(windowsDiffer(kpis));
    }
  } finally {
    await deps.store.command(`DROP TABLE IF EXISTS ${kpiCopy}`);
  }
  findings.push(...(await findRepeats(deps.store)));
  const inventory = await deps.inventory();
  findings.push(...(await auditLog(deps, inventory, request)));
  return {
    ok: findings.every(({ severity }) => severity !== 'error'),
    findings,
    compared: {
      tenants: tenants.length,
      events: kpis.events,
      windows: kpis.windows,
      values: kpis.values,
      logMessages: inventory.messages,
    },
    durationMs: deps.clock.monotonicMs() - startedMs,
  };
}

/**
 * Waits until the partitions have read what is in the log now, holds them, has everything applied stored and every window written, and
 * copies `kpi`. Answers the row sequence each partition stands at, or undefined (with a finding) when that takes too long.
 */
async function settleAndCopy(
  deps: VerifyDeps,
  timeoutMs: number,
  findings: VerifyFinding[],
): Promise<ReadonlyMap<number, number> | undefined> {
  const { clock, store } = deps;
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  const until = async (isTrue: () => boolean): Promise<boolean> => {
    while (!isTrue()) {
      if (deps.stopping.aborted || clock.monotonicMs() >= deadlineMs) return false;
      await clock.sleep(POLL_MS);
    }
    return true;
  };
  const targets = new Map<number, number>();
  for (let partition = 0; partition < deps.expectedPartitions; partition++)
    targets.set(partition, await deps.lastSeqOf(partition));
  const isRead = (partition: Partition): boolean =>
    partition.state.seq >= partition.position &&
    partition.state.seq - partition.seqOffset >= (targets.get(partition.partition) ?? 0);
  await until(
    () => deps.partitions().length >= deps.expectedPartitions && deps.partitions().every((p) => isRead(p)),
  );
  const held = deps.partitions();
  const absent = [...targets.keys()].filter((n) => !held.some(({ partition }) => partition === n));
  if (absent.length > 0) {
    findings.push({
      code: 'PARTITION_NOT_OWNED',
      severity: 'error',
      message: `Partition ${absent.join(', ')} is not worked on here, so its windows cannot be checked.`,
      details: { partitions: absent },
    });
    return undefined;
  }
  const releases = held.map((partition) => partition.hold());
  try {
    const isStored = await until(() => held.every((p) => isRead(p) && p.position === p.state.seq));
    if (isStored) {
      const isCopied = await deps.inTurn(async () => {
        do await deps.flushAll();
        while (
          !held.every((p) => isWritten(p)) &&
          clock.monotonicMs() < deadlineMs &&
          !deps.stopping.aborted
        );
        if (!held.every((p) => isWritten(p))) return false;
        await store.command(`DROP TABLE IF EXISTS ${kpiCopy}`);
        await store.command(`CREATE TABLE ${kpiCopy} AS kpi`);
        await store.command(`ALTER TABLE ${kpiCopy} ATTACH PARTITION tuple() FROM kpi`);
        return true;
      });
      if (isCopied) return new Map(held.map((p) => [p.partition, p.position]));
    }
  } finally {
    for (const release of releases) release();
  }
  findings.push({
    code: 'ENGINE_NOT_SETTLED',
    severity: 'error',
    message: `The engine did not catch up within ${timeoutMs / 1_000} s, so windows were not compared. It may be behind, or ClickHouse may refuse writes.`,
    details: {
      partitions: deps.partitions().map((p) => ({
        partition: p.partition,
        logSeq: targets.get(p.partition),
        appliedSeq: p.state.seq - p.seqOffset,
        position: p.position - p.seqOffset,
        dirtyWindows: p.dirty.size,
      })),
    },
  });
  return undefined;
}

function isWritten(partition: Partition): boolean {
  return (
    partition.dirty.size === 0 &&
    [...partition.state.tenants.values()].every(({ corrections }) => corrections.size === 0)
  );
}

async function tenantsIn(store: Store): Promise<string[]> {
  const rows = await store.query(
    `SELECT DISTINCT tenant FROM (SELECT DISTINCT tenant FROM events UNION ALL SELECT DISTINCT tenant FROM ${kpiCopy}) ORDER BY tenant`,
    {},
    Type.Object({ tenant: Type.String() }),
  );
  return rows.map(({ tenant }) => tenant);
}

async function auditKpis(
  deps: VerifyDeps,
  tenant: string,
  upTo: ReadonlyMap<number, number>,
  into: KpiAudit,
  findings: VerifyFinding[],
): Promise<void> {
  const states = deps.partitions().flatMap((partition) => partition.state.tenants.get(tenant) ?? []);
  const owed = new Set(states.flatMap((state) => [...state.backfills.keys()]));
  const wanted = deps.directory.measuresOf(tenant);
  const notTakenUp = wanted.filter(({ key }) =>
    states.some((state) => !state.plan.measures.some((measure) => measure.key === key)),
  );
  for (const { key } of notTakenUp) owed.add(key);
  if (owed.size > 0) {
    findings.push({
      code: 'KPI_BACKFILL_PENDING',
      severity: 'info',
      message: `Measures ${[...owed].join(', ')} of tenant ${tenant} are still being counted back over history and were left out.`,
      details: { tenant, measures: [...owed] },
    });
  }
  const clock = states[0]?.clock ?? createWindowClock(deps.directory.timeZoneOf(tenant));
  const measures = wanted.filter(({ key }) => !owed.has(key));
  await auditTenant(deps.store, { tenant, clock, measures, upTo }, into);
}

function windowsDiffer(kpis: KpiAudit): VerifyFinding {
  const { differing, shown } = kpis;
  const [first] = shown;
  const example =
    first === undefined
      ? ''
      : ` First: ${first.tenant} ${first.rollup} ${first.dim} ${first.window} ${new Date(first.windowStartMs).toISOString()} ${first.measure} is ${first.stored ?? 'absent'}, the events give ${first.recounted ?? 'none'}.`;
  return {
    code: 'KPI_WINDOW_DIFFERS',
    severity: 'error',
    message: `${differing} ${differing === 1 ? 'value' : 'values'} of KPI windows differ from the stored events.${example}`,
    details: { differing, shown },
  };
}

/** Events stored more than once, grouped in parts of the identity space so that memory stays bounded. */
async function findRepeats(store: Store): Promise<VerifyFinding[]> {
  const [total] = await store.query('SELECT count() AS n FROM events', {}, Type.Object({ n: Type.Number() }));
  const parts = Math.max(1, Math.ceil((total?.n ?? 0) / IDENTITIES_PER_STEP));
  const Repeat = Type.Object({
    tenant: Type.String(),
    source: Type.String(),
    id: Type.String(),
    n: Type.Number(),
    places: Type.Array(Type.String()),
    all: Type.Number(),
  });
  const shown: { tenant: string; source: string; id: string; times: number; places: string[] }[] = [];
  let repeated = 0;
  for (let part = 0; part < parts; part++) {
    const rows = await store.query(
      `SELECT *, count() OVER () AS all FROM (
         SELECT tenant, source, id, count() AS n, arraySort(groupArray(10)(concat(toString(partition), '/', toString(seq), '/', toString(idx)))) AS places
         FROM events WHERE cityHash64(tenant, source, id) % {parts:UInt32} = {part:UInt32} GROUP BY tenant, source, id HAVING n > 1
       ) ORDER BY tenant, source, id LIMIT ${SHOWN_REPEATS}`,
      { parts, part },
      Repeat,
    );
    repeated += rows[0]?.all ?? 0;
    for (const { tenant, source, id, n, places } of rows)
      if (shown.length < SHOWN_REPEATS) shown.push({ tenant, source, id, times: n, places });
  }
  if (repeated === 0) return [];
  return [
    {
      code: 'EVENT_STORED_TWICE',
      severity: 'error',
      message: `${repeated} ${repeated === 1 ? 'event is' : 'events are'} stored more than once by (tenant, source, id).`,
      details: { repeated, shown },
    },
  ];
}

async function auditLog(
  deps: VerifyDeps,
  inventory: LogInventory,
  request: VerifyRequest,
): Promise<VerifyFinding[]> {
  const positions: PartitionPosition[] = deps.partitions().map((p) => ({
    partition: p.partition,
    position: p.position - p.seqOffset,
    intentTo: p.position - p.seqOffset,
    seqOffset: p.seqOffset,
  }));
  const incidents = await deps.incidents();
  const findings: VerifyFinding[] = [];
  for (const missing of findMissing(inventory, request.acknowledged, positions, incidents)) {
    const stored = await storedPlaces(deps.store, rowPlaces(missing));
    findings.push(...judgeMissing(missing, (partition, rowSeq) => stored.has(`${partition}/${rowSeq}`)));
  }
  return [...findings, ...judgeIncidents(incidents)];
}

async function storedPlaces(
  store: Store,
  places: readonly { readonly partition: number; readonly rowSeq: number }[],
): Promise<ReadonlySet<string>> {
  const stored = new Set<string>();
  for (const partition of new Set(places.map((place) => place.partition))) {
    const seqs = places.filter((place) => place.partition === partition).map(({ rowSeq }) => rowSeq);
    for (let from = 0; from < seqs.length; from += ROW_PLACES_PER_QUERY) {
      const rows = await store.query(
        'SELECT DISTINCT seq FROM events WHERE partition = {partition:UInt16} AND seq IN {seqs:Array(UInt64)}',
        { partition, seqs: seqs.slice(from, from + ROW_PLACES_PER_QUERY) },
        Type.Object({ seq: Type.Number() }),
      );
      for (const { seq } of rows) stored.add(`${partition}/${seq}`);
    }
  }
  return stored;
}
