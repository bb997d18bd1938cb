import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import { Signal } from '../../platform/contracts/signal.ts';
import type { Store } from '../../platform/store/store.ts';
import { escapeTsv } from '../../platform/store/tsv.ts';
import { createKpiPanels, type PanelDeps } from './kpi-panel.ts';
import type { History, LoggedEvent } from '../ports.ts';

const EventRow = Type.Object({
  partition: Type.Number(),
  seq: Type.Number(),
  receivedAtMs: Type.Number(),
  id: Type.String(),
  type: Type.String(),
  channel: Type.String(),
  content: Type.String(),
  country: Type.String(),
  stream: Type.String(),
  amount: Type.Number(),
  data: Type.String(),
});
const SignalRow = Type.Object({
  kind: Type.String(),
  id: Type.String(),
  kpi: Type.String(),
  title: Type.String(),
  dims: Type.String(),
  window: Type.String(),
  severity: Type.String(),
  state: Type.String(),
  startedAtMs: Type.Number(),
  endedAtMs: Type.Union([Type.Number(), Type.Null()]),
  isGood: Type.Union([Type.Boolean(), Type.Null()]),
  evidence: Type.String(),
  link: Type.String(),
  revision: Type.Number(),
});

const eventColumns = `partition, seq, toUnixTimestamp64Milli(received_at) AS receivedAtMs, id, type, channel, content, country, stream,
 amount_base_minor / {minorPerMajor:UInt32} AS amount, data`;

/** `currencyOf`: of the tenant, ISO 4217; formulas of policies see money in its major units. */
export function createHistory(
  store: Store,
  currencyOf: (tenant: string) => string,
  kpisOf: PanelDeps['kpisOf'],
): History {
  const panels = createKpiPanels({ store, currencyOf, kpisOf });
  const minorPerMajor = (tenant: string): number => 10 ** (currencyExponent(currencyOf(tenant)) ?? 2);
  return {
    eventsAfter: async (tenant, type, seqs, limit) => {
      const partitions = Object.entries(seqs);
      const rows = await store.query(
        `SELECT ${eventColumns} FROM events
WHERE tenant = {tenant:String} AND type = {type:String} AND seq > {least:UInt64}
 AND seq > transform(toUInt64(partition), {parts:Array(UInt64)}, {seqs:Array(UInt64)}, toUInt64(0))
ORDER BY seq, idx LIMIT {limit:UInt32}`,
        {
          tenant,
          type,
          limit,
          least: partitions.length === 0 ? 0 : Math.min(...partitions.map(([, seq]) => seq)),
          // ClickHouse refuses to look up in nothing; no partition has this number.
          parts: [...partitions.map(([partition]) => Number(partition)), 1_000_000],
          seqs: [...partitions.map(([, seq]) => seq), 0],
          minorPerMajor: minorPerMajor(tenant),
        },
        EventRow,
      );
      return rows.map(loggedEvent);
    },
    eventsBetween: async (tenant, type, fromMs, toMs, limit) => {
      const rows = await store.query(
        `SELECT ${eventColumns} FROM events
WHERE tenant = {tenant:String} AND type = {type:String}
 AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})
ORDER BY received_at, seq, idx LIMIT {limit:UInt32}`,
        { tenant, type, from: fromMs, to: toMs, limit, minorPerMajor: minorPerMajor(tenant) },
        EventRow,
      );
      return rows.map(loggedEvent);
    },
    newestSeqs: async () => {
      const rows = await store.query(
        'SELECT partition, max(seq) AS seq FROM events GROUP BY partition',
        {},
        Type.Object({ partition: Type.Number(), seq: Type.Number() }),
      );
      return Object.fromEntries(rows.map(({ partition, seq }) => [String(partition), seq]));
    },
    signalsBetween: async (tenant, fromMs, toMs, limit) => {
      const rows = await store.query(
        `SELECT kind, id, kpi, title, dims, window, severity, state, toUnixTimestamp64Milli(started_at) AS startedAtMs,
 toUnixTimestamp64Milli(ended_at) AS endedAtMs, is_good AS isGood, evidence, link, revision
FROM signals FINAL WHERE tenant = {tenant:String}
 AND started_at >= fromUnixTimestamp64Milli({from:Int64}) AND started_at < fromUnixTimestamp64Milli({to:Int64})
ORDER BY started_at, kind, id LIMIT {limit:UInt32}`,
        { tenant, from: fromMs, to: toMs, limit },
        SignalRow,
      );
      return rows.flatMap((row) => signalOf(tenant, row));
    },
    residuals: async (tenant, kpi, fromMs, toMs) => {
      const rows = await store.query(
        `SELECT assumeNotNull(observed) - assumeNotNull(expected) AS residual FROM expectations FINAL
WHERE tenant = {tenant:String} AND kpi = {kpi:String} AND window = '1h' AND rollup = 'total' AND dim = ''
 AND window_start >= fromUnixTimestamp64Milli({from:Int64}) AND window_start < fromUnixTimestamp64Milli({to:Int64})
 AND observed IS NOT NULL AND expected IS NOT NULL
ORDER BY window_start LIMIT 5000`,
        { tenant, kpi, from: Math.round(fromMs), to: Math.round(toMs) },
        Type.Object({ residual: Type.Number() }),
      );
      return rows.map(({ residual }) => residual);
    },
    panel: async (tenant, kpi, cut, fromMs, toMs) => await panels.panel(tenant, kpi, cut, fromMs, toMs),
    newestValue: async ({ tenant, kpi, window, sinceMs, nowMs, cut }) => {
      const [row] = await store.query(
        `SELECT assumeNotNull(observed) AS value FROM expectations FINAL
WHERE tenant = {tenant:String} AND kpi = {kpi:String} AND window = {window:String} AND rollup = {rollup:String} AND dim = {dim:String}
 AND window_start >= fromUnixTimestamp64Milli({since:Int64}) AND observed IS NOT NULL
ORDER BY window_start DESC LIMIT 1`,
        {
          tenant,
          kpi,
          window,
          since: Math.round(sinceMs),
          rollup: cut?.rollup ?? 'total',
          dim: cut?.dim ?? '',
        },
        Type.Object({ value: Type.Number() }),
      );
      if (row !== undefined || cut === undefined) return row?.value;
      return await panels.newest(tenant, kpi, cut, window, sinceMs, nowMs);
    },
    writeDecisions: async (decisions) => {
      if (decisions.length === 0) return;
      const rows = decisions.map((decision) =>
        line([
          decision.tenant,
          decision.createdAtMs,
          decision.id,
          decision.policy.id,
          decision.state,
          escapeTsv(decision.key),
          escapeTsv(decision.trigger.kpi ?? ''),
          decision.money ?? '\\N',
          decision.history.at(-1)?.atMs ?? decision.createdAtMs,
          escapeTsv(JSON.stringify(decision)),
          decision.revision,
        ]),
      );
      const columns = [
        'tenant',
        'created_at',
        'id',
        'policy',
        'state',
        'key',
        'kpi',
        'money',
        'changed_at',
        'detail',
        'revision',
      ];
      await store.insertRows('decisions', columns, rows.join(''));
    },
    writeAudit: async (entries) => {
      if (entries.length === 0) return;
      const rows = entries.map((entry) =>
        line([
          entry.tenant,
          entry.number,
          Math.round(entry.atMs),
          escapeTsv(entry.actor),
          escapeTsv(entry.action),
          escapeTsv(entry.object),
          entry.result,
          escapeTsv(entry.requestId),
          escapeTsv(entry.id),
          escapeTsv(JSON.stringify(entry.details)),
          entry.prev,
          entry.hash,
          entry.intakeSeq,
        ]),
      );
      const columns = [
        'tenant',
        'number',
        'at',
        'actor',
        'action',
        'object',
        'result',
        'request_id',
        'id',
        'details',
        'prev',
        'hash',
        'intake_seq',
      ];
      await store.insertRows('audit', columns, rows.join(''));
    },
  };
}

const line = (cells: readonly (string | number)[]): string => `${cells.join('\t')}\n`;

function loggedEvent(row: Static<typeof EventRow>): LoggedEvent {
  const { partition, seq, receivedAtMs, id, type, amount } = row;
  const { channel, content, country, stream } = row;
  return {
    partition,
    seq,
    receivedAtMs,
    event: {
      id,
      type,
      amount,
      dims: Object.fromEntries(
        Object.entries({ channel, content, country, stream }).filter(([, value]) => value !== ''),
      ),
      data: objectOf(row.data),
    },
  };
}

/** A row another version wrote that does not fit is left out. */
function signalOf(tenant: string, row: Static<typeof SignalRow>): Signal[] {
  const { isGood, dims, evidence, ...rest } = row;
  const signal: unknown = {
    ...rest,
    tenant,
    dims: objectOf(dims),
    evidence: objectOf(evidence),
    ...(isGood === null ? {} : { isGood }),
  };
  return Value.Check(Signal, signal) ? [signal] : [];
}

const PlainObject = Type.Record(Type.String(), Type.Unknown());

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(PlainObject, value) ? value : {};
  } catch {
    return {};
  }
}
