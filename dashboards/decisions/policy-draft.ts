import type {
  ActionKind,
  ActionSpec,
  Comparison,
  Condition,
  Guardrail,
  ParamValue,
  Policy,
  PolicyMode,
  PolicyRequest,
  Trigger,
} from '../../platform/contracts/policy.ts';
import type { Severity, SignalKind } from '../../platform/contracts/signal.ts';

/** A policy as the form holds it: what is typed, not yet what it means. */
export interface PolicyDraft {
  readonly title: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly type: Trigger['type'];
  readonly kinds: readonly SignalKind[];
  /** Keys separated by commas; empty for any. */
  readonly kpis: string;
  readonly minSeverity: '' | Severity;
  readonly channels: string;
  /** One condition a line: `observed < expected * 0.8`. */
  readonly where: string;
  readonly cron: string;
  readonly zone: string;
  readonly eventType: string;
  readonly ofPolicy: string;
  readonly forMinutes: string;
  readonly coolDownMinutes: string;
  readonly budgetHours: string;
  readonly budgetCount: string;
  readonly budgetMoney: string;
  readonly quietFrom: string;
  readonly quietTo: string;
  readonly actions: readonly ActionDraft[];
  readonly money: string;
  readonly expectedKpi: string;
  readonly expectedDelta: string;
  readonly expectedLow: string;
  readonly expectedHigh: string;
  readonly horizonHours: string;
  /** One a line: `refund_rate 1h > 0.05 roll_back`. */
  readonly guardrails: string;
  readonly mode: PolicyMode;
  readonly expiresAfterHours: string;
}

export interface ActionDraft {
  readonly kind: ActionKind;
  /** What is typed; a formula begins with `=`. */
  readonly params: Readonly<Record<string, string>>;
}

/** Fields of each kind, in the order people fill them. */
export const actionFields: Readonly<Record<ActionKind, readonly string[]>> = {
  alert: ['title', 'body', 'severity'],
  render: ['kind', 'title'],
  webhook: ['endpoint', 'event'],
  budget: ['target', 'to'],
  schedule: ['target', 'to'],
  price: ['target', 'to'],
  rollout: ['target', 'to'],
  experiment: ['key', 'title', 'variant', 'metric', 'events'],
  ticket: ['title', 'body'],
  job: ['job'],
};

const minuteMs = 60_000;
const comparisons: readonly Comparison[] = ['<', '<=', '>', '>=', '=', '!='];

export const emptyDraft: PolicyDraft = {
  title: '',
  description: '',
  enabled: false,
  type: 'signal',
  kinds: ['anomaly'],
  kpis: '',
  minSeverity: 'warning',
  channels: '',
  where: '',
  cron: '0 8 * * 1',
  zone: 'UTC',
  eventType: '',
  ofPolicy: '',
  forMinutes: '0',
  coolDownMinutes: '60',
  budgetHours: '',
  budgetCount: '',
  budgetMoney: '',
  quietFrom: '',
  quietTo: '',
  actions: [{ kind: 'alert', params: { title: '{title}', body: '', severity: '{severity}' } }],
  money: '',
  expectedKpi: '',
  expectedDelta: '',
  expectedLow: '',
  expectedHigh: '',
  horizonHours: '24',
  guardrails: '',
  mode: 'approve',
  expiresAfterHours: '72',
};

/** What is wrong with a draft, in one sentence. */
export class DraftFault extends Error {}

/** Throws DraftFault where what is typed means nothing; what it means is judged by the server. */
export function requestOf(draft: PolicyDraft, zone: string, version: number): PolicyRequest {
  const budget = draft.budgetHours.trim();
  const { quietFrom, quietTo } = draft;
  return {
    title: draft.title.trim(),
    description: draft.description.trim(),
    enabled: draft.enabled,
    version,
    when: triggerOf(draft),
    forMs: draft.type === 'signal' ? numberOf('For', draft.forMinutes) * minuteMs : 0,
    coolDownMs: numberOf('Cool-down', draft.coolDownMinutes) * minuteMs,
    ...(budget === ''
      ? {}
      : {
          budget: {
            periodHours: numberOf('Budget period', budget),
            ...(draft.budgetCount.trim() === ''
              ? {}
              : { count: numberOf('Budget count', draft.budgetCount) }),
            ...(draft.budgetMoney.trim() === ''
              ? {}
              : { money: numberOf('Budget money', draft.budgetMoney) }),
          },
        }),
    ...(quietFrom === '' || quietTo === ''
      ? {}
      : {
          quietHours: { from: quietFrom, to: quietTo, zone, inside: 'hold' as const, criticalPasses: true },
        }),
    actions: draft.actions.map(actionOf),
    ...(draft.money.trim() === '' ? {} : { money: draft.money.trim() }),
    ...(draft.expectedKpi === ''
      ? {}
      : {
          expected: {
            kpi: draft.expectedKpi,
            delta: draft.expectedDelta.trim(),
            ...(draft.expectedLow.trim() === '' ? {} : { low: draft.expectedLow.trim() }),
            ...(draft.expectedHigh.trim() === '' ? {} : { high: draft.expectedHigh.trim() }),
            horizonHours: numberOf('Horizon', draft.horizonHours),
          },
        }),
    guardrails: lines(draft.guardrails).map(guardrailOf),
    mode: draft.mode,
    expiresAfterHours: numberOf('Expires', draft.expiresAfterHours),
  };
}

/** The form of a stored policy. */
export function draftOf(policy: Policy): PolicyDraft {
  const { when, budget, quietHours, expected } = policy;
  const text = (value: number | undefined): string => (value === undefined ? '' : String(value));
  return {
    ...emptyDraft,
    title: policy.title,
    description: policy.description,
    enabled: policy.enabled,
    type: when.type,
    ...(when.type === 'signal'
      ? {
          kinds: when.kinds,
          kpis: (when.kpis ?? []).join(', '),
          minSeverity: when.minSeverity ?? ('' as const),
        }
      : {}),
    ...(when.type === 'signal' || when.type === 'event'
      ? {
          channels: (when.dims?.channel ?? []).join(', '),
          where: (when.where ?? []).map(conditionText).join('\n'),
        }
      : {}),
    ...(when.type === 'schedule' ? { cron: when.cron, zone: when.zone } : {}),
    ...(when.type === 'event' ? { eventType: when.eventType } : {}),
    ...(when.type === 'decision' ? { ofPolicy: when.policyId ?? '' } : {}),
    forMinutes: String(policy.forMs / minuteMs),
    coolDownMinutes: String(policy.coolDownMs / minuteMs),
    budgetHours: text(budget?.periodHours),
    budgetCount: text(budget?.count),
    budgetMoney: text(budget?.money),
    quietFrom: quietHours?.from ?? '',
    quietTo: quietHours?.to ?? '',
    actions: policy.actions.map(({ kind, params }) => ({
      kind,
      params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, paramText(value)])),
    })),
    money: policy.money ?? '',
    expectedKpi: expected?.kpi ?? '',
    expectedDelta: expected?.delta ?? '',
    expectedLow: expected?.low ?? '',
    expectedHigh: expected?.high ?? '',
    horizonHours: text(expected?.horizonHours ?? 24),
    guardrails: policy.guardrails
      .map(({ kpi, window, is, value, onBreach }) => `${kpi} ${window} ${is} ${value} ${onBreach}`)
      .join('\n'),
    mode: policy.mode,
    expiresAfterHours: String(policy.expiresAfterHours),
  };
}

function triggerOf(draft: PolicyDraft): Trigger {
  const channels = list(draft.channels);
  const where = lines(draft.where).map(conditionOf);
  const cut = {
    ...(channels.length === 0 ? {} : { dims: { channel: channels } }),
    ...(where.length === 0 ? {} : { where }),
  };
  switch (draft.type) {
    case 'signal': {
      const kpis = list(draft.kpis);
      return {
        type: 'signal',
        kinds: [...draft.kinds],
        ...(kpis.length === 0 ? {} : { kpis }),
        ...(draft.minSeverity === '' ? {} : { minSeverity: draft.minSeverity }),
        ...cut,
      };
    }
    case 'schedule':
      return { type: 'schedule', cron: draft.cron.trim(), zone: draft.zone.trim() };
    case 'event':
      return { type: 'event', eventType: draft.eventType.trim(), ...cut };
    case 'decision':
      return {
        type: 'decision',
        states: ['applied'],
        ...(draft.ofPolicy.trim() === '' ? {} : { policyId: draft.ofPolicy.trim() }),
      };
  }
}

function actionOf({ kind, params }: ActionDraft): ActionSpec {
  const filled = Object.entries(params).filter(([, text]) => text.trim() !== '');
  return {
    kind,
    params: Object.fromEntries(filled.map(([name, text]): [string, ParamValue] => [name, paramOf(text)])),
  };
}

/** `= expected - observed` is a formula, `12.5` a number, the rest text. */
function paramOf(text: string): ParamValue {
  const trimmed = text.trim();
  if (trimmed.startsWith('=')) return { formula: trimmed.slice(1).trim() };
  return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : text;
}

function paramText(value: ParamValue): string {
  return typeof value === 'object' ? `= ${value.formula}` : String(value);
}

function conditionOf(line: string): Condition {
  const [, left = '', is = '', right = ''] = /^(.+?)\s*(<=|>=|!=|<|>|=)\s*(.+)$/.exec(line) ?? [];
  const known = comparisons.find((each) => each === is);
  if (known === undefined)
    throw new DraftFault(`"${line}" is no condition; write observed < expected * 0.8.`);
  return { left: left.trim(), is: known, right: right.trim() };
}

function conditionText({ left, is, right }: Condition): string {
  return `${left} ${is} ${right}`;
}

function guardrailOf(line: string): Guardrail {
  const [kpi = '', window = '', is = '', value = '', onBreach = 'stop'] = line.split(/\s+/);
  const known = comparisons.find((each) => each === is);
  const number = Number(value);
  if (
    known === undefined ||
    value === '' ||
    !Number.isFinite(number) ||
    (window !== '1m' && window !== '1h') ||
    (onBreach !== 'stop' && onBreach !== 'roll_back')
  )
    throw new DraftFault(`"${line}" is no guardrail; write refund_rate 1h > 0.05 roll_back.`);
  return { kpi, window, is: known, value: number, onBreach };
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new DraftFault(`${name} must be a number.`);
  return value;
}

const list = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '');
