import { Type, type Static } from '@sinclair/typebox';
import { TENANT_PATTERN } from './subjects.ts';

/** What was found in the numbers, by how it was found. */
export const signalKinds = ['threshold', 'anomaly', 'trend', 'viral', 'forecast'] as const;
export type SignalKind = (typeof signalKinds)[number];
export const SignalKindSchema = Type.Union(signalKinds.map((kind) => Type.Literal(kind)));

export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];
export const Severity = Type.Union(severities.map((severity) => Type.Literal(severity)));

/** Values of dimensions a signal is about; empty for the total. */
const DimValue = Type.Optional(Type.String({ maxLength: 256 }));
const SignalDims = Type.Object(
  { channel: DimValue, content: DimValue, country: DimValue, stream: DimValue },
  { additionalProperties: false },
);

/**
 * JetStream `signals`, subject `signals.<tenant>.<kind>`. At least once: the same (id, revision) may come twice and is the same; a higher
 * revision of an id replaces a lower one. Each signal that fired is told resolved once.
 */
export const Signal = Type.Object({
  /** Stable over its life, unique in the tenant: what fired, on what, since when. */
  id: Type.String({ minLength: 1, maxLength: 200 }),
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  kind: SignalKindSchema,
  /** Key of a KPI; `feed` when the events themselves stay away; a topic's or post's own key for trends. */
  kpi: Type.String({ minLength: 1, maxLength: 128 }),
  /** One line a person understands. */
  title: Type.String({ maxLength: 300 }),
  dims: SignalDims,
  /** Grain it was found at: `1m`, `1h`, or what the kind says. */
  window: Type.String({ maxLength: 16 }),
  severity: Severity,
  state: Type.Union([Type.Literal('firing'), Type.Literal('resolved')]),
  /** 1 when it fires; one more with every change of severity, state or evidence. */
  revision: Type.Integer({ minimum: 1 }),
  startedAtMs: Type.Number(),
  /** Null while it fires. */
  endedAtMs: Type.Union([Type.Number(), Type.Null()]),
  /** Whether what happened is good for the business; absent where nobody can say. */
  isGood: Type.Optional(Type.Boolean()),
  /** Numbers and lists that show why: observed, expected, lower, upper, threshold, target, score, contributions. Finite, no secrets. */
  evidence: Type.Record(Type.String({ maxLength: 64 }), Type.Unknown()),
  /** Path of the dashboards that shows it. */
  link: Type.String({ maxLength: 500 }),
});
export type Signal = Static<typeof Signal>;

/** Signals as the API lists them. */
export const SignalList = Type.Object({ signals: Type.Array(Signal) });
export type SignalList = Static<typeof SignalList>;
