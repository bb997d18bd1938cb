import { eventFlags, type CanonicalEvent } from '../platform/contracts/event.ts';
import type { Tenant } from '../platform/contracts/tenant.ts';
import type { ErrorCode } from '../platform/errors/weir-error.ts';
import { reject, type Candidate, type Rejection } from './candidate.ts';
import { countryCode } from './country.ts';
import { isTypeName, typeNameOf } from './event-name.ts';
import { unregistered, type CustomTypes, type EventRules } from './event-rules.ts';
import { parseRfc3339, ruleTime, type TimeRules } from './event-time.ts';
import { moneyOf, noMoney } from './event-money.ts';
import { describeExcess, isObject, withinLimits, type JsonLimits, type JsonObject } from './json-limits.ts';

export interface CanonicalDeps {
  readonly catalogue: ReadonlyMap<string, EventRules>;
  readonly customTypes: CustomTypes;
  /** A new unique id for an event that came without one. */
  readonly newId: () => string;
  readonly limits: JsonLimits & TimeRules & { readonly maxEventBytes: number };
}

export type Canonicalize = (
  candidate: Candidate,
  tenant: Tenant,
  receivedAtMs: number,
) => CanonicalEvent | Rejection;

export const MAX_ID_LENGTH = 256;

export function isRejection(result: CanonicalEvent | Rejection): result is Rejection {
  return 'code' in result;
}

/**
 * Turns a candidate into the canonical event of a tenant, or says why it cannot be one. Pure but for `newId`; the country
 * inside `data` is put in upper case on the way. One call an event: no closures, no promises.
 */
export function createCanonicalize({ catalogue, customTypes, newId, limits }: CanonicalDeps): Canonicalize {
  // Neighbours mostly share their source; a comparison is cheaper than looking at its characters again.
  let lastSource = '';
  return (candidate, tenant, receivedAtMs) => {
    const { type, source } = candidate;
    if (typeof type !== 'string') return refuse(candidate, 'INGEST_TYPE_INVALID', 'type must be a string');
    const rules = catalogue.get(type) ?? customTypes.get(tenant.id, type) ?? unregistered;
    if (rules === unregistered && !isTypeName(type))
      return refuse(
        candidate,
        'INGEST_TYPE_INVALID',
        `type ${JSON.stringify(type.slice(0, 80))} is no type name; ${typeNameOf(type)} would be`,
      );
    if (typeof source !== 'string' || source === '' || source !== lastSource) {
      if (!isIdentifier(source))
        return refuse(candidate, 'INGEST_EVENT_INVALID', `source ${identifierFault(source)}`);
      lastSource = source;
    }

    let flags = tenant.simulated ? eventFlags.simulated : 0;
    let { id } = candidate;
    if (id === undefined || id === null) {
      id = newId();
      flags |= eventFlags.idMissing;
    }
    if (!isIdentifier(id)) return refuse(candidate, 'INGEST_ID_INVALID', `id ${identifierFault(id)}`);

    const { time } = candidate;
    let eventTimeMs = receivedAtMs;
    if (time === undefined || time === null) flags |= eventFlags.timeMissing;
    else {
      const saidMs = typeof time === 'string' ? parseRfc3339(time, candidate.zoneless) : epochMs(time);
      const ruled = ruleTime(saidMs, candidate.sentAtMs, receivedAtMs, limits);
      if (Number.isNaN(ruled.eventTimeMs))
        return refuse(candidate, 'INGEST_TIME_INVALID', timeFault(time, saidMs));
      eventTimeMs = ruled.eventTimeMs;
      if (ruled.skewed) flags |= eventFlags.skewed;
    }

    const data = dataOf(candidate.data, rules);
    if (data === undefined)
      return refuse(candidate, 'INGEST_DATA_INVALID', 'data must be an object with the fields of the type');
    if (!withinLimits(data, limits)) {
      const { kind, message } = describeExcess(data, limits);
      return refuse(candidate, kind === 'number' ? 'INGEST_DATA_INVALID' : 'INGEST_EVENT_TOO_LARGE', message);
    }
    const country = countryOf(data);
    if (country === undefined && rules.strict)
      return refuse(
        candidate,
        'INGEST_COUNTRY_UNKNOWN',
        `data.country ${shown(data['country'])} is no ISO 3166-1 alpha-2 code`,
      );
    const fault = rules.fault(data);
    if (fault !== undefined) return refuse(candidate, 'INGEST_DATA_INVALID', fault);

    const dataJson = JSON.stringify(data);
    if (exceeds(dataJson, limits.maxEventBytes))
      return refuse(
        candidate,
        'INGEST_EVENT_TOO_LARGE',
        `data is ${Buffer.byteLength(dataJson)} bytes; ${limits.maxEventBytes} are allowed`,
      );
    // JSON text escapes control characters and lone surrogates: without a backslash in it no string of data has any.
    const isPlain = !dataJson.includes('\\');
    const content = dimension(data['content_id'], isPlain);
    const channel = dimension(data['channel_id'], isPlain);
    const user = dimension(data['viewer_id'], isPlain) || dimension(data['user_id'], isPlain);
    const stream = dimension(data['stream'], isPlain) || rules.stream;
    if (rules.strict && !isPlain && hasUnreadableDimension(data, content, channel, user, stream))
      return refuse(
        candidate,
        'INGEST_DATA_INVALID',
        'data.content_id, channel_id, viewer_id, user_id and stream must not have control characters or half surrogate pairs',
      );
    const money = rules.hasMoney ? moneyOf(data, tenant) : noMoney;
    if ('code' in money) return refuse(candidate, money.code, money.message);
    if (Number.isNaN(money.amountBaseMinor)) flags |= eventFlags.unconverted;
    if (data['simulated'] === true) flags |= eventFlags.simulated;
    const metrics = rules.metrics.length === 0 ? noMetrics : metricsOf(data, rules.metrics);
    if (isCorrection(type, data, metrics)) flags |= eventFlags.correction;

    return {
      tenant: tenant.id,
      source,
      id,
      type,
      eventTimeMs,
      receivedAtMs,
      channel,
      content,
      country: country ?? '',
      stream,
      user,
      amountMinor: money.amountMinor,
      currency: money.currency,
      amountBaseMinor: money.amountBaseMinor,
      metrics,
      flags,
      dataJson,
    };
  };
}

const noMetrics: readonly number[] = [];

function refuse(candidate: Candidate, code: ErrorCode, message: string): Rejection {
  return reject(candidate.index, code, message, candidate.raw, candidate.source);
}

// Control characters and lone surrogates would not come back from storage as they went in.
const suspicious = /[^\u0020-\ud7ff\ue000-\uffff]/;

function isClean(text: string): boolean {
  return !suspicious.test(text) || (!/[^\u0020-\uffff]/.test(text) && text.isWellFormed());
}

function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ID_LENGTH && isClean(value);
}

function identifierFault(value: unknown): string {
  if (value === undefined || value === null) return 'is missing';
  if (typeof value !== 'string') return 'must be a string';
  if (value === '') return 'is empty';
  if (value.length > MAX_ID_LENGTH) return `is longer than ${MAX_ID_LENGTH} characters`;
  return 'has control characters or half a surrogate pair';
}

/** '' when the field is absent or cannot be a dimension; the schema of strict types has refused wrong forms before. */
function dimension(value: unknown, isPlain: boolean): string {
  if (typeof value === 'string')
    return value.length <= MAX_ID_LENGTH && (isPlain || isClean(value)) ? value : '';
  return typeof value === 'number' ? String(value) : '';
}

function hasUnreadableDimension(
  data: JsonObject,
  content: string,
  channel: string,
  user: string,
  stream: string,
): boolean {
  const named = data['stream'];
  return (
    (named !== undefined && named !== '' && named !== stream) ||
    (content === '' && data['content_id'] !== undefined) ||
    (channel === '' && data['channel_id'] !== undefined) ||
    (user === '' && (data['viewer_id'] !== undefined || data['user_id'] !== undefined))
  );
}

/** The code in upper case, '' without a country, undefined when there is no such country. Text is put right in place. */
function countryOf(data: JsonObject): string | undefined {
  const country = data['country'];
  if (country === undefined) return '';
  if (typeof country !== 'string') return undefined;
  const code = countryCode(country);
  if (code !== undefined && code !== country) data['country'] = code;
  return code;
}

/** Custom types may carry any JSON; what is no object is kept under `value`. */
function dataOf(data: unknown, rules: EventRules): JsonObject | undefined {
  if (isObject(data)) return data;
  if (data === undefined || data === null) return {};
  return rules.strict ? undefined : { value: data };
}

function metricsOf(data: JsonObject, names: readonly string[]): number[] {
  const metrics: number[] = [];
  for (let k = 0; k < names.length; k++) {
    const value = data[names[k] ?? ''];
    metrics.push(typeof value === 'number' ? value : Number.NaN);
  }
  return metrics;
}

function isCorrection(type: string, data: JsonObject, metrics: readonly number[]): boolean {
  if (data['correction'] === true) return true;
  return type === 'post_metrics' && metrics.some((value) => value < 0);
}

function exceeds(text: string, maxBytes: number): boolean {
  // A UTF-16 unit takes one to three bytes in UTF-8.
  if (text.length * 3 <= maxBytes) return false;
  return text.length > maxBytes || Buffer.byteLength(text) > maxBytes;
}

/** Numbers count as Unix milliseconds. */
function epochMs(time: unknown): number {
  return typeof time === 'number' && Number.isFinite(time) ? time : Number.NaN;
}

function timeFault(time: unknown, saidMs: number): string {
  const said = shown(time);
  if (Number.isNaN(saidMs)) return `time ${said} is no RFC 3339 date-time with a zone`;
  return typeof time === 'number' && saidMs > 6e8 && saidMs < 1e10
    ? `time ${said} is before 1990 as Unix milliseconds; it looks like seconds`
    : `time ${said} is before 1990`;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value) : typeof value;
  return text.slice(0, 80);
}
