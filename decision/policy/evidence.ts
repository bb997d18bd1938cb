import type { Decision } from '../../platform/contracts/decision.ts';
import { severityRank, type Trigger } from '../../platform/contracts/policy.ts';
import type { Severity, Signal } from '../../platform/contracts/signal.ts';

/** What a policy is told: something that happened, as names with numbers and words. */
export interface Evidence {
  readonly type: Trigger['type'];
  /** Of the signal, event, decision or run; the same firing has the same. */
  readonly id: string;
  readonly title: string;
  readonly link: string;
  readonly severity?: Severity;
  readonly kpi?: string;
  readonly dims: Readonly<Record<string, string>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly words: Readonly<Record<string, string>>;
  /** How many decisions led here. */
  readonly depth: number;
}

/** An event of the log, as far as policies look at it. */
export interface SeenEvent {
  readonly id: string;
  readonly type: string;
  readonly dims: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly amount: number;
}

export function evidenceOfSignal(signal: Signal): Evidence {
  const { id, kind, kpi, severity, title, link } = signal;
  const { numbers, words } = split(signal.evidence);
  return {
    type: 'signal',
    id: `${kind}/${id}`,
    title,
    link,
    severity,
    kpi,
    dims: present(signal.dims),
    numbers: { ...numbers, severity: severityRank(severity) },
    words: { ...words, kind, kpi, window: signal.window },
    depth: 0,
  };
}

export function evidenceOfEvent(event: SeenEvent): Evidence {
  const { numbers, words } = split(event.data);
  return {
    type: 'event',
    id: event.id,
    title: `Event ${event.type}`,
    link: '/system/events',
    dims: event.dims,
    numbers: { ...numbers, amount: event.amount },
    words: { ...words, event_type: event.type },
    depth: 0,
  };
}

export function evidenceOfDecision(decision: Decision): Evidence {
  return {
    type: 'decision',
    id: `${decision.id}/${decision.state}`,
    title: decision.title,
    link: `/decisions/${decision.id}`,
    ...(decision.trigger.kpi === undefined ? {} : { kpi: decision.trigger.kpi }),
    dims: decision.dims,
    numbers: decision.money === null ? {} : { money: decision.money },
    words: { state: decision.state, policy: decision.policy.id },
    depth: decision.depth + 1,
  };
}

export function evidenceOfRun(policyId: string, title: string, dueMs: number): Evidence {
  return {
    type: 'schedule',
    id: `${policyId}@${dueMs}`,
    title,
    link: '/decisions',
    dims: {},
    numbers: { due_ms: dueMs },
    words: {},
    depth: 0,
  };
}

/** What it is about; the same thing again is held back by the cool-down. */
export function keyOf(evidence: Evidence): string {
  const dims = Object.entries(evidence.dims)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  return [evidence.type, evidence.kpi ?? '', ...dims].join('|').slice(0, 600);
}

/** `peakAtMs` is `peak_at_ms` in formulas, so that every name can be written in one. */
const snake = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

const maxNames = 50;

function split(values: Readonly<Record<string, unknown>>): Pick<Evidence, 'numbers' | 'words'> {
  const numbers: Record<string, number> = {};
  const words: Record<string, string> = {};
  for (const [name, value] of Object.entries(values).slice(0, maxNames)) {
    const key = snake(name);
    if (!/^[a-z][a-z0-9_]{0,63}$/.test(key)) continue;
    if (typeof value === 'number' && Number.isFinite(value)) numbers[key] = value;
    else if (typeof value === 'string') words[key] = value.slice(0, 300);
  }
  return { numbers, words };
}

function present(dims: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(dims).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  );
}
