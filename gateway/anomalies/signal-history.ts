import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { Signal, type SignalKind } from '../../platform/contracts/signal.ts';
import type { SqlParams, Store } from '../../platform/store/store.ts';
import type { TimeRange } from '../series/range.ts';

const Row = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  kpi: Type.String(),
  title: Type.String(),
  dims: Type.String(),
  window: Type.String(),
  severity: Type.String(),
  state: Type.String(),
  startedMs: Type.Number(),
  endedMs: Type.Union([Type.Number(), Type.Null()]),
  isGood: Type.Union([Type.Boolean(), Type.Null()]),
  evidence: Type.String(),
  link: Type.String(),
  revision: Type.Integer(),
});

/** Signals as they were last told, the newest start first. */
export async function readSignals(
  store: Store,
  question: {
    readonly tenant: string;
    readonly range: TimeRange;
    readonly kind?: SignalKind;
    readonly state?: 'firing' | 'resolved';
    readonly limit: number;
  },
): Promise<Signal[]> {
  const { tenant, range, kind, state, limit } = question;
  const wanted = [
    'tenant = {tenant:String}',
    'started_at < fromUnixTimestamp64Milli({to:Int64})',
    '(ended_at IS NULL OR ended_at > fromUnixTimestamp64Milli({from:Int64}))',
  ];
  const params: Record<string, SqlParams[string]> = { tenant, from: range.fromMs, to: range.toMs, limit };
  if (kind !== undefined) {
    wanted.push('kind = {kind:String}');
    params['kind'] = kind;
  }
  if (state !== undefined) {
    wanted.push('state = {state:String}');
    params['state'] = state;
  }
  const rows = await store.query(
    `SELECT id, kind, kpi, title, dims, window, severity, state, toUnixTimestamp64Milli(started_at) AS startedMs, toUnixTimestamp64Milli(ended_at) AS endedMs,
      is_good AS isGood, evidence, link, revision
     FROM signals FINAL WHERE ${wanted.join(' AND ')} ORDER BY started_at DESC, kind, id LIMIT {limit:UInt32}`,
    params,
    Row,
  );
  return rows.flatMap(({ startedMs, endedMs, isGood, dims, evidence, ...rest }) => {
    const signal: unknown = {
      ...rest,
      tenant,
      dims: parsed(dims),
      evidence: parsed(evidence),
      startedAtMs: startedMs,
      endedAtMs: endedMs,
      ...(isGood === null ? {} : { isGood }),
    };
    return Value.Check(Signal, signal) ? [signal] : [];
  });
}

function parsed(json: string): unknown {
  return JSON.parse(json);
}
