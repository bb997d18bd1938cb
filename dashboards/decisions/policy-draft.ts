import type {
  ActionKind,
  ActionSpec,
  Comparison,
  Condition,
  DecisionState,
  Guardrail,
  ParamValue,
  Policy,
  PolicyMode,
  PolicyRequest,
  QuietHours,
  Trigger,
} from '../../platform/contracts/policy.ts';
import type { Severity, SignalKind } from '../../platform/contracts/signal.ts';
import { Refusal } from '../data/problem.ts';

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
  readonly isGood: '' | 'yes' | 'no';
  readonly channels: string;
  readonly contents: string;
  readonly countries: string;
  readonly streams: string;
  /** One condition a line: `observed < expected * 0.8`. */
  readonly where: string;
  readonly cron: string;
  readonly zone: string;
  readonly eventType: string;
  readonly ofPolicy: string;
  readonly states: readonly DecisionState[];
  readonly forMinutes: string;
  readonly coolDownMinutes: string;
  readonly budgetHours: string;
  readonly budgetCount: string;
  readonly budgetMoney: string;
  readonly quietFrom: string;
  readonly quietTo: string;
  readonly quietZone: string;
  readonly quietInside: QuietHours['inside'];
  readonly quietCritical: boolean;
  readonly actions: readonly ActionDraft[];
  readonly money: string;
  readonly expectedKpi: string;
  readonly expectedDelta: string;
  readonly expectedLow: string;
  readonly expectedHigh: string;
  readonly horizonHours: string;
  /** One a line: `refund_rate 1h > 0.05 roll_back`, `total` behind it for the total whatever the decision is about. */
  readonly guardrails: string;
  readonly mode: PolicyMode;
  readonly expiresAfterHours: string;
  /** As it was read: what nobody touched goes back as it came, however it was written. */
  readonly stored?: Policy;
}

export interface ActionDraft {
  readonly kind: ActionKind;
  /** What is typed; a formula begins with `=`. */
  readonly params: Readonly<Record<string, string>>;
  readonly stored?: ActionSpec;
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
  isGood: '',
  channels: '',
  contents: '',
  countries: '',
  streams: '',
  where: '',
  cron: '0 8 * * 1',
  zone: 'UTC',
  eventType: '',
  ofPolicy: '',
  states: ['applied'],
  forMinutes: '0',
  coolDownMinutes: '60',
  budgetHours: '',
  budgetCount: '',
  budgetMoney: '',
  quietFrom: '',
  quietTo: '',
  quietZone: 'UTC',
  quietInside: 'hold',
  quietCritical: true,
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
export class DraftFault extends Refusal {}

/**
 * Throws DraftFault where what is typed means nothing; what it means is judged by the server. A field that still shows what was read is sent
 * as it was read: no text holds everything REST can set.
 */
export function requestOf(draft: PolicyDraft, version: number): PolicyRequest {
  const { stored } = draft;
  const shown = stored === undefined ? undefined : draftOf(stored);
  /** The stored value where its fields are as they were shown, else what is typed now. */
  const keep = <T>(
    names: readonly (keyof PolicyDraft)[],
    was: T | undefined,
    typed: () => T,
  ): T | undefined =>
    shown !== undefined && names.every((name) => isSame(draft[name], shown[name])) ? was : typed();
  const must = <T>(names: readonly (keyof PolicyDraft)[], was: T | undefined, typed: () => T): T =>
    keep(names, was, typed) ?? typed();
  const minutes = (name: string, text: string): number => Math.round(numberOf(name, text) * minuteMs);
  const budget = keep(['budgetHours', 'budgetCount', 'budgetMoney'], stored?.budget, () => budgetOf(draft));
  const quietHours = keep(
    ['quietFrom', 'quietTo', 'quietZone', 'quietInside', 'quietCritical'],
    stored?.quietHours,
    () => quietOf(draft),
  );
  const money = keep(['money'], stored?.money, () => wordOf(draft.money));
  const expected = keep(
    ['expectedKpi', 'expectedDelta', 'expectedLow', 'expectedHigh', 'horizonHours'],
    stored?.expected,
    () => expectedOf(draft),
  );
  return {
    title: must(['title'], stored?.title, () => draft.title.trim()),
    description: must(['description'], stored?.description, () => draft.description.trim()),
    enabled: draft.enabled,
    version,
    when: triggerOf(draft, shown),
    forMs: must(['forMinutes', 'type'], stored?.forMs, () =>
      draft.type === 'signal' ? minutes('For', draft.forMinutes) : 0,
    ),
    coolDownMs: must(['coolDownMinutes'], stored?.coolDownMs, () =>
      minutes('Cool-down', draft.coolDownMinutes),
    ),
    ...(budget === undefined ? {} : { budget }),
    ...(quietHours === undefined ? {} : { quietHours }),
    actions: draft.actions.map(actionOf),
    ...(money === undefined ? {} : { money }),
    ...(expected === undefined ? {} : { expected }),
    guardrails: lines(draft.guardrails).map(
      (line) => stored?.guardrails.find((rail) => guardrailText(rail) === line) ?? guardrailOf(line),
    ),
    mode: draft.mode,
    expiresAfterHours: must(['expiresAfterHours'], stored?.expiresAfterHours, () =>
      numberOf('Expires', draft.expiresAfterHours),
    ),
  };
}

/** The form of a stored policy. */
export function draftOf(policy: Policy): PolicyDraft {
  const { when, budget, quietHours, expected } = policy;
  const text = (value: number | undefined): string => (value === undefined ? '' : String(value));
  const dims = when.type === 'signal' || when.type === 'event' ? when.dims : undefined;
  return {
    ...emptyDraft,
    stored: policy,
    title: policy.title,
    description: policy.description,
    enabled: policy.enabled,
    type: when.type,
    ...(when.type === 'signal'
      ? {
          kinds: when.kinds,
          kpis: listText(when.kpis),
          minSeverity: when.minSeverity ?? ('' as const),
          isGood: when.isGood === undefined ? '' : when.isGood ? 'yes' : 'no',
        }
      : {}),
    channels: listText(dims?.channel),
    contents: listText(dims?.content),
    countries: listText(dims?.country),
    streams: listText(dims?.stream),
    ...(when.type === 'signal' || when.type === 'event'
      ? { where: (when.where ?? []).map(conditionText).join('\n') }
      : {}),
    ...(when.type === 'schedule' ? { cron: when.cron, zone: when.zone } : {}),
    ...(when.type === 'event' ? { eventType: when.eventType } : {}),
    ...(when.type === 'decision' ? { ofPolicy: when.policyId ?? '', states: when.states } : {}),
    forMinutes: String(policy.forMs / minuteMs),
    coolDownMinutes: String(policy.coolDownMs / minuteMs),
    budgetHours: text(budget?.periodHours),
    budgetCount: text(budget?.count),
    budgetMoney: text(budget?.money),
    quietFrom: quietHours?.from ?? '',
    quietTo: quietHours?.to ?? '',
    quietZone: quietHours?.zone ?? emptyDraft.quietZone,
    quietInside: quietHours?.inside ?? emptyDraft.quietInside,
    quietCritical: quietHours?.criticalPasses ?? emptyDraft.quietCritical,
    actions: policy.actions.map((stored) => ({
      kind: stored.kind,
      stored,
      params: Object.fromEntries(
        Object.entries(stored.params).map(([name, value]) => [name, paramText(value)]),
      ),
    })),
    money: policy.money ?? '',
    expectedKpi: expected?.kpi ?? '',
    expectedDelta: expected?.delta ?? '',
    expectedLow: expected?.low ?? '',
    expectedHigh: expected?.high ?? '',
    horizonHours: text(expected?.horizonHours ?? 24),
    guardrails: policy.guardrails.map(guardrailText).join('\n'),
    mode: policy.mode,
    expiresAfterHours: String(policy.expiresAfterHours),
  };
}

/** The form of a policy to begin with: nothing of it is stored, so all of it is sent as it is typed. */
export function draftOfTemplate(policy: PolicyRequest, zone: string): PolicyDraft {
  const { stored: _, ...draft } = draftOf({
    ...policy,
    id: 'template',
    tenant: 'template',
    version: 1,
    createdAtMs: 0,
    changedAtMs: 0,
    changedBy: '',
  });
  return {
    ...draft,
    zone,
    quietZone: zone,
    actions: draft.actions.map(({ kind, params }) => ({ kind, params })),
  };
}

function budgetOf(draft: PolicyDraft): PolicyRequest['budget'] {
  const hours = draft.budgetHours.trim();
  const [count, money] = [draft.budgetCount.trim(), draft.budgetMoney.trim()];
  if (hours === '') {
    if (count !== '' || money !== '') throw new DraftFault('A budget needs its period in hours.');
    return undefined;
  }
  return {
    periodHours: numberOf('Budget period', hours),
    ...(count === '' ? {} : { count: numberOf('Budget count', count) }),
    ...(money === '' ? {} : { money: numberOf('Budget money', money) }),
  };
}

function quietOf(draft: PolicyDraft): QuietHours | undefined {
  const [from, to] = [draft.quietFrom.trim(), draft.quietTo.trim()];
  if (from === '' && to === '') return undefined;
  if (from === '' || to === '') throw new DraftFault('Quiet hours need a beginning and an end.');
  return {
    from,
    to,
    zone: draft.quietZone.trim(),
    inside: draft.quietInside,
    criticalPasses: draft.quietCritical,
  };
}

function expectedOf(draft: PolicyDraft): PolicyRequest['expected'] {
  if (draft.expectedKpi.trim() === '') return undefined;
  const [low, high] = [wordOf(draft.expectedLow), wordOf(draft.expectedHigh)];
  return {
    kpi: draft.expectedKpi.trim(),
    delta: draft.expectedDelta.trim(),
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    horizonHours: numberOf('Horizon', draft.horizonHours),
  };
}

function triggerOf(draft: PolicyDraft, shown: PolicyDraft | undefined): Trigger {
  const known = draft.stored?.when;
  const was = known?.type === draft.type ? known : undefined;
  const isKept = (name: keyof PolicyDraft): boolean =>
    was !== undefined && shown !== undefined && isSame(draft[name], shown[name]);
  const cut = () => {
    const of = was?.type === 'signal' || was?.type === 'event' ? was : undefined;
    const values = (name: 'channels' | 'contents' | 'countries' | 'streams', stored: string[] | undefined) =>
      isKept(name) ? stored : listOf(draft[name]);
    const dims = Object.fromEntries(
      Object.entries({
        channel: values('channels', of?.dims?.channel),
        content: values('contents', of?.dims?.content),
        country: values('countries', of?.dims?.country),
        stream: values('streams', of?.dims?.stream),
      }).flatMap(([name, list]): [string, string[]][] =>
        list === undefined || list.length === 0 ? [] : [[name, list]],
      ),
    );
    const where = isKept('where')
      ? of?.where
      : lines(draft.where).map(
          (line) => of?.where?.find((each) => conditionText(each) === line) ?? conditionOf(line),
        );
    const hadDims = of?.dims !== undefined && Object.keys(of.dims).length === 0;
    return {
      ...(Object.keys(dims).length === 0 && !hadDims ? {} : { dims }),
      ...(where === undefined || (where.length === 0 && !isKept('where')) ? {} : { where }),
    };
  };
  switch (draft.type) {
    case 'signal': {
      const stored = was?.type === 'signal' ? was : undefined;
      const kpis = isKept('kpis') ? stored?.kpis : listOf(draft.kpis);
      return {
        type: 'signal',
        kinds: [...draft.kinds],
        ...(kpis === undefined || kpis.length === 0 ? {} : { kpis }),
        ...(draft.minSeverity === '' ? {} : { minSeverity: draft.minSeverity }),
        ...(draft.isGood === '' ? {} : { isGood: draft.isGood === 'yes' }),
        ...cut(),
      };
    }
    case 'schedule': {
      const stored = was?.type === 'schedule' ? was : undefined;
      return {
        type: 'schedule',
        cron: (isKept('cron') ? stored?.cron : undefined) ?? draft.cron.trim(),
        zone: (isKept('zone') ? stored?.zone : undefined) ?? draft.zone.trim(),
      };
    }
    case 'event': {
      const stored = was?.type === 'event' ? was : undefined;
      const eventType = (isKept('eventType') ? stored?.eventType : undefined) ?? draft.eventType.trim();
      return { type: 'event', eventType, ...cut() };
    }
    case 'decision':
      if (draft.states.length === 0) throw new DraftFault('Choose at least one state of a decision.');
      return {
        type: 'decision',
        states: [...draft.states],
        ...(draft.ofPolicy.trim() === '' ? {} : { policyId: draft.ofPolicy.trim() }),
      };
  }
}

/** Parameters that show what was read go back as they came: a text `5` stays a text. */
export function actionOf({ kind, params, stored }: ActionDraft): ActionSpec {
  const was = stored?.kind === kind ? stored.params : {};
  return {
    kind,
    params: Object.fromEntries(
      Object.entries(params).flatMap(([name, text]): [string, ParamValue][] => {
        const before = Object.hasOwn(was, name) ? was[name] : undefined;
        if (before !== undefined && paramText(before) === text) return [[name, before]];
        return text.trim() === '' ? [] : [[name, paramOf(text)]];
      }),
    ),
  };
}

/** `= expected - observed` is a formula, `12.5` a number, the rest text. */
function paramOf(text: string): ParamValue {
  const trimmed = text.trim();
  if (trimmed.startsWith('=')) return { formula: trimmed.slice(1).trim() };
  return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : text;
}

export function paramText(value: ParamValue): string {
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
  return `${left.trim()} ${is} ${right.trim()}`;
}

function guardrailOf(line: string): Guardrail {
  const [kpi = '', window = '', is = '', value = '', onBreach = 'stop', scope] = line.split(/\s+/);
  const known = comparisons.find((each) => each === is);
  const number = Number(value);
  if (
    known === undefined ||
    value === '' ||
    !Number.isFinite(number) ||
    (window !== '1m' && window !== '1h') ||
    (onBreach !== 'stop' && onBreach !== 'roll_back') ||
    (scope !== undefined && scope !== 'total' && scope !== 'decision')
  )
    throw new DraftFault(`"${line}" is no guardrail; write refund_rate 1h > 0.05 roll_back.`);
  return { kpi, window, is: known, value: number, onBreach, ...(scope === undefined ? {} : { scope }) };
}

function guardrailText({ kpi, window, is, value, onBreach, scope }: Guardrail): string {
  return `${kpi} ${window} ${is} ${value} ${onBreach}${scope === undefined ? '' : ` ${scope}`}`;
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new DraftFault(`${name} must be a number.`);
  return value;
}

/** Values with a comma between; one that holds a comma, a quote or space at its ends stands in quotes, as in JSON. */
export function listText(values: readonly string[] | undefined): string {
  return (values ?? [])
    .map((value) => (/[,"\n\r]|^\s|\s$/.test(value) ? JSON.stringify(value) : value))
    .join(', ');
}

export function listOf(text: string): string[] {
  const parts = text.match(/\s*"(?:[^"\\]|\\.)*"\s*|[^,]+/g) ?? [];
  return parts
    .map((part) => {
      const trimmed = part.trim();
      if (!trimmed.startsWith('"')) return trimmed;
      try {
        return String(JSON.parse(trimmed));
      } catch {
        throw new DraftFault(`${trimmed} is not closed by a quote.`);
      }
    })
    .filter((each) => each !== '');
}

const wordOf = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && JSON.stringify(a) === JSON.stringify(b));
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '');
