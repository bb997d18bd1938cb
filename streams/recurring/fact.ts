import type { Interval } from './calendar.ts';
import { intervalOf } from './calendar.ts';

/** Terms of a subscription; a change carries only what changes. */
export interface Terms {
  readonly status: string;
  readonly plan: string;
  /** '' is the tenant's. */
  readonly currency: string;
  /** For one unit of quantity and one interval. */
  readonly unitMinor: number;
  readonly quantity: number;
  readonly interval: Interval;
  readonly isMetered: boolean;
  readonly discountPercent: number;
  readonly discountMinor: number;
  readonly discountDuration: 'forever' | 'repeating' | 'once';
  readonly discountEndMs: number | undefined;
  readonly trialEndMs: number | undefined;
  readonly periodEndMs: number | undefined;
  readonly country: string;
  readonly channel: string;
  readonly stream: string;
}

interface FactBase {
  /** When it takes effect. */
  readonly atMs: number;
  /** When it was said: of two facts that take effect at once, the later word counts. */
  readonly saidAtMs: number;
  readonly id: string;
  /** Subscription of the customer; '' when the event names none. */
  readonly subscription: string;
}

/** What an event says about one subscription of one customer. */
export type Fact =
  | (FactBase & { readonly kind: 'set'; readonly isStart: boolean; readonly terms: Partial<Terms> })
  | (FactBase & { readonly kind: 'cancel'; readonly endsAtMs: number | undefined })
  | (FactBase & {
      readonly kind: 'payment';
      readonly minor: number;
      readonly currency: string;
      readonly interval: Interval;
      readonly plan: string;
      readonly country: string;
      readonly channel: string;
      readonly stream: string;
    });

/** What of a stored event is read; the rest of it does not matter here. */
export interface FactEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly eventTimeMs: number;
  readonly channel: string;
  readonly country: string;
  readonly stream: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly data: unknown;
}

export const recurringTypes = [
  'subscription_started',
  'subscription_changed',
  'subscription_cancelled',
  'subscription_payment',
  'alias',
] as const;

/** The fact of an event; undefined when it says nothing about recurring revenue (a refund, a payment that does not recur). */
export function factOf(event: FactEvent): Fact | undefined {
  const data = fieldsOf(event.data);
  const base: FactBase = {
    atMs: timeOf(data['effective_at']) ?? event.eventTimeMs,
    saidAtMs: event.eventTimeMs,
    id: `${event.source}\u0000${event.id}`,
    subscription: textOf(data['subscription_id']) ?? '',
  };
  const place = { country: event.country, channel: event.channel, stream: event.stream };
  switch (event.type) {
    case 'subscription_started':
    case 'subscription_changed': {
      const isStart = event.type === 'subscription_started';
      const said = termsOf(data, isStart);
      return { ...base, kind: 'set', isStart, terms: isStart ? { ...place, ...said } : said };
    }
    case 'subscription_cancelled':
      return {
        ...base,
        kind: 'cancel',
        endsAtMs: timeOf(data['ends_at']) ?? timeOf(data['current_period_end']),
      };
    case 'subscription_payment': {
      const interval = intervalOf(textOf(data['interval']), countOf(data['interval_count']));
      if (interval === undefined || event.amountMinor <= 0) return undefined;
      return {
        ...base,
        kind: 'payment',
        minor: event.amountMinor,
        currency: event.currency,
        interval,
        plan: textOf(data['plan']) ?? '',
        ...place,
      };
    }
    default:
      return undefined;
  }
}

/** A total order in which facts apply, whatever the order in which they came. */
export function compareFacts(a: Fact, b: Fact): number {
  return a.atMs - b.atMs || a.saidAtMs - b.saidAtMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Terms named by an event; a change leaves out what it does not name. */
function termsOf(data: Fields, isStart: boolean): Partial<Terms> {
  const terms: { -readonly [K in keyof Terms]?: Terms[K] } = {};
  const status = textOf(data['status']);
  if (status !== undefined) terms.status = status;
  const plan = textOf(data['plan']);
  if (plan !== undefined) terms.plan = plan;
  const currency = textOf(data['currency']);
  if (currency !== undefined) terms.currency = currency.toUpperCase();
  const unitMinor = numberOf(data['unit_amount_minor']);
  if (unitMinor !== undefined) terms.unitMinor = unitMinor;
  const quantity = numberOf(data['quantity']);
  if (quantity !== undefined) terms.quantity = quantity;
  const word = textOf(data['interval']);
  if (word !== undefined || isStart) {
    // A word that names no interval is a charge that does not recur: it counts for nothing.
    const interval = intervalOf(word, countOf(data['interval_count']));
    if (interval === undefined) terms.unitMinor = 0;
    terms.interval = interval ?? { unit: 'month', count: 1 };
  }
  if (typeof data['metered'] === 'boolean') terms.isMetered = data['metered'];
  const percent = numberOf(data['discount_percent']);
  if (percent !== undefined) terms.discountPercent = Math.min(100, Math.max(0, percent));
  const discount = numberOf(data['discount_minor']);
  if (discount !== undefined) terms.discountMinor = Math.max(0, discount);
  const duration = data['discount_duration'];
  if (duration === 'forever' || duration === 'repeating' || duration === 'once')
    terms.discountDuration = duration;
  // null ends what was said before, as in Stripe's objects.
  if (data['discount_end'] !== undefined) terms.discountEndMs = timeOf(data['discount_end']);
  if (data['trial_end'] !== undefined) terms.trialEndMs = timeOf(data['trial_end']);
  if (data['current_period_end'] !== undefined) terms.periodEndMs = timeOf(data['current_period_end']);
  return terms;
}

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(data: unknown): Fields {
  return typeof data === 'object' && data !== null ? Object.fromEntries(Object.entries(data)) : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function countOf(value: unknown): number {
  return Math.max(1, Math.trunc(numberOf(value) ?? 1));
}

/** RFC 3339, or a number: seconds since 1970 as Stripe writes them, milliseconds when too large for that. */
function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value) ? (value < 1e11 ? value * 1_000 : value) : undefined;
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
