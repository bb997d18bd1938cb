import { createHash } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { AlertRecord } from '../../../platform/contracts/alert.ts';
import type { AlertSettings } from '../../../platform/contracts/alert-subscription.ts';
import type { AlertItem } from '../../../platform/contracts/alert-thread.ts';
import { Explanation } from '../../../platform/contracts/anomaly.ts';
import type { KpiUnit } from '../../../platform/contracts/kpi.ts';
import { kpiFamily, type AlertFamily } from '../../../platform/contracts/kpi-family.ts';
import type { Signal } from '../../../platform/contracts/signal.ts';

/** One thing that fires, with what groups it. `revision` grows; the same one again is the same. */
export interface Alert {
  readonly item: AlertItem;
  readonly revision: number;
  readonly family: AlertFamily;
  readonly groupKey: string;
}

/** What the signal itself does not say: the unit of its KPI, and money lost or won over all its windows. */
export interface SignalFacts {
  readonly unit: KpiUnit | null;
  readonly impact: number | null;
  /** How bad the tenant takes it that events, or values of one KPI, stay away; as the signal says when absent. */
  readonly noData?: NonNullable<AlertSettings['noDataSeverity']>;
}

const MAX_WHY = 3;
/** Widest first: dropping the last of what is given leads to the wider cut. */
const cuts = ['channel', 'stream', 'country', 'content'] as const;

export function alertOfSignal(signal: Signal, facts: SignalFacts): Alert {
  const family = familyOf(signal);
  const { evidence } = signal;
  return {
    item: {
      id: `${signal.kind}/${signal.id}`,
      kind: signal.kind,
      kpi: signal.kpi,
      unit: facts.unit,
      title: signal.title,
      body: '',
      dims: signal.dims,
      severity: severityOf(signal, facts),
      state: signal.state,
      startedAtMs: signal.startedAtMs,
      endedAtMs: signal.endedAtMs,
      isGood: signal.isGood ?? null,
      observed: finite(evidence['observed']),
      expected: finite(evidence['expected']) ?? finite(evidence['threshold']),
      lower: finite(evidence['lower']),
      upper: finite(evidence['upper']),
      score: finite(evidence['score']),
      why: whyOf(evidence['explanation']),
      impact: facts.unit === 'currency' ? facts.impact : null,
      link: signal.link,
      decisionId: '',
    },
    revision: signal.revision,
    family,
    groupKey: `${incidentFamily(evidence['incident']) ?? family}|${parentCut(signal)}`,
  };
}

/** An alert that a decision asked for. Nothing resolves it but an acknowledgement, or a week. */
export function alertOfRecord(record: AlertRecord): Alert {
  return {
    item: {
      id: `decision/${record.id}`,
      kind: 'decision',
      kpi: 'decision',
      unit: null,
      title: record.title,
      body: record.body.slice(0, 2_000),
      dims: {},
      severity: record.severity,
      state: 'firing',
      startedAtMs: record.createdAtMs,
      endedAtMs: null,
      isGood: null,
      observed: finite(record.evidence['observed']),
      expected: finite(record.evidence['expected']),
      lower: finite(record.evidence['lower']),
      upper: finite(record.evidence['upper']),
      score: finite(record.evidence['score']),
      why: [],
      impact: null,
      link: record.link,
      decisionId: record.decisionId,
    },
    revision: 1,
    family: 'decision',
    groupKey: `decision|${record.groupKey}`,
  };
}

/** Names the cut of a KPI: the values of its dimensions, in one order. */
export function cutKey(dims: AlertItem['dims']): string {
  return cuts.flatMap((cut) => (dims[cut] === undefined ? [] : [`${cut}=${dims[cut]}`])).join(',');
}

/** Every strictly wider cut of the same KPI, the total last; at most 15. */
export function widerCuts(dims: AlertItem['dims']): string[] {
  const given = cuts.filter((cut) => dims[cut] !== undefined);
  const found: string[] = [];
  for (let mask = (1 << given.length) - 2; mask >= 0; mask -= 1) {
    found.push(
      cutKey(Object.fromEntries(given.flatMap((cut, i) => (mask & (1 << i) ? [[cut, dims[cut]]] : [])))),
    );
  }
  return found;
}

/** Short name from text that anybody who has the text can compute again. */
export function nameOf(prefix: string, ...parts: readonly (string | number)[]): string {
  return prefix + createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}

function severityOf({ evidence, kpi, severity }: Signal, { noData }: SignalFacts): Alert['item']['severity'] {
  if (noData === undefined || evidence['what'] !== 'nodata') return severity;
  return kpi === 'feed' ? noData.feed : noData.kpi;
}

function familyOf({ kind, kpi }: Signal): AlertFamily {
  if (kind === 'trend' || kind === 'viral') return kind;
  return kpi === 'feed' ? 'feed' : kpiFamily(kpi);
}

const InIncident = Type.Object({ id: Type.String(), kpi: Type.String() });

/** What belongs to an incident goes with its first KPI, whatever family it is of: one trouble is one thread. */
function incidentFamily(incident: unknown): AlertFamily | undefined {
  return Value.Check(InIncident, incident) ? kpiFamily(incident.kpi) : undefined;
}

/** The cut one step wider. The total is its own parent, so that it and its first parts make one thread. */
function parentCut({ dims, kind, kpi }: Signal): string {
  // Trends and posts have nothing wider; each is a thread of its own.
  if (kind === 'trend' || kind === 'viral') return kpi;
  const given = cuts.filter((cut) => dims[cut] !== undefined).slice(0, -1);
  return cutKey(Object.fromEntries(given.map((cut) => [cut, dims[cut]])));
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

const Explained = Type.Pick(Explanation, ['dimensions']);

function whyOf(explanation: unknown): AlertItem['why'] {
  if (!Value.Check(Explained, explanation)) return [];
  return explanation.dimensions
    .flatMap(({ contributions, dimension }) =>
      contributions.flatMap(({ contribution, share, value }) =>
        value === null ? [] : [{ dimension, value, contribution, share }],
      ),
    )
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, MAX_WHY);
}
