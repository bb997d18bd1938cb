import type { IncomingHttpHeaders } from 'node:http';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { decodeText, parseJson } from '../body-text.ts';
import { reject, type DialectResult } from '../candidate.ts';
import type { JsonObject } from '../json-limits.ts';

const required = ['id', 'source', 'type'] as const;
const textual = ['subject', 'datacontenttype', 'dataschema'] as const;

/** What is wrong with the attributes of a CloudEvent in JSON format (CloudEvents 1.0 §3.1), undefined when nothing is. */
export function cloudEventFault(event: JsonObject): string | undefined {
  const version = event['specversion'];
  if (version !== '1.0')
    return version === undefined ? 'specversion is missing; it must be "1.0"' : 'specversion must be "1.0"';
  for (const name of required)
    if (event[name] === undefined || event[name] === null) return `${name} is missing`;
  for (const name of textual) {
    const value = event[name];
    if (value !== undefined && value !== null && (typeof value !== 'string' || value.length > 2_048))
      return `${name} must be a string of 2048 characters at most`;
  }
  if (event['data'] !== undefined && event['data_base64'] !== undefined)
    return 'data and data_base64 exclude each other';
  return undefined;
}

/**
 * The data of a CloudEvent in JSON format, undefined when `data_base64` cannot be read. Subject, schema and extension
 * attributes are kept in `data.cloudevent` when there are any and data is an object.
 */
export function cloudEventData(event: JsonObject): { readonly value: unknown } | undefined {
  const encoded = event['data_base64'];
  const data =
    encoded === undefined || encoded === null ? { value: event['data'] } : fromBase64(event, encoded);
  return data === undefined ? undefined : { value: withAttributes(data.value, event) };
}

/** Whether a request carries a CloudEvent in binary mode: attributes in headers, data in the body. */
export function isBinaryCloudEvent(headers: IncomingHttpHeaders): boolean {
  return (
    headers['ce-specversion'] !== undefined ||
    (headers['ce-type'] !== undefined && headers['ce-id'] !== undefined)
  );
}

/**
 * Binary mode of the HTTP binding (§3.1): `ce-*` headers are the attributes, unquoted and percent-decoded once; the body is the
 * data in the type of Content-Type. Throws INGEST_JSON_INVALID, INGEST_UTF8_INVALID and INGEST_ENVELOPE_INVALID.
 */
export function readBinaryCloudEvent(headers: IncomingHttpHeaders, body: Buffer): DialectResult {
  const event: JsonObject = {};
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith('ce-')) continue;
    const name = header.slice(3);
    if (!/^[a-z0-9]{1,20}$/.test(name))
      throw new WeirError('INGEST_ENVELOPE_INVALID', `${header} is no attribute name`);
    if (name === 'data' || name === 'datacontenttype')
      throw new WeirError('INGEST_ENVELOPE_INVALID', `${header} must not appear in binary mode`);
    event[name] = attributeOf(header, Array.isArray(value) ? value.join(', ') : (value ?? ''));
  }
  const contentType = headers['content-type'];
  if (contentType !== undefined) event['datacontenttype'] = contentType;
  const raw = event;
  const fault = cloudEventFault(event);
  if (fault !== undefined)
    return { candidates: [], rejections: [reject(0, 'INGEST_EVENT_INVALID', fault, raw, event['source'])] };
  event['data'] = binaryData(contentType, body);
  return {
    candidates: [
      {
        index: 0,
        raw,
        id: event['id'],
        source: event['source'],
        type: event['type'],
        time: event['time'],
        sentAtMs: Number.NaN,
        zoneless: 'refuse',
        data: withAttributes(event['data'], event),
      },
    ],
    rejections: [],
  };
}

function fromBase64(event: JsonObject, encoded: unknown): { readonly value: unknown } | undefined {
  if (typeof encoded !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) return undefined;
  const type = event['datacontenttype'];
  if (!isJsonType(typeof type === 'string' ? type : undefined)) return { value: { data_base64: encoded } };
  try {
    return { value: parseJson(Buffer.from(encoded, 'base64')) };
  } catch {
    return undefined;
  }
}

function binaryData(contentType: string | undefined, body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (isJsonType(contentType)) return parseJson(body);
  if (contentType?.startsWith('text/') === true) return decodeText(body);
  return { data_base64: body.toString('base64') };
}

function isJsonType(type: string | undefined): boolean {
  return type === undefined || /^(application|text)\/([a-z0-9.+-]+\+)?json\b/i.test(type);
}

function withAttributes(data: unknown, event: JsonObject): unknown {
  let attributes: JsonObject | undefined;
  for (const name in event) {
    if (isKnown(name) || event[name] === null) continue;
    attributes ??= {};
    attributes[name] = event[name];
  }
  if (attributes === undefined) return data;
  if (data === undefined || data === null) return { cloudevent: attributes };
  return typeof data === 'object' && !Array.isArray(data) ? { ...data, cloudevent: attributes } : data;
}

/** A switch, because it runs for each attribute of each event. */
function isKnown(name: string): boolean {
  switch (name) {
    case 'specversion':
    case 'id':
    case 'source':
    case 'type':
    case 'time':
    case 'data':
    case 'data_base64':
    case 'datacontenttype':
      return true;
    default:
      return false;
  }
}

/** §3.1.3.2: a quoted string is unquoted, then one round of percent-decoding; what is then no UTF-8 is refused. */
function attributeOf(header: string, value: string): string {
  const text = /^".*"$/s.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : value;
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text.replaceAll(/%(?![0-9A-Fa-f]{2})/g, '%25'));
  } catch {
    throw new WeirError('INGEST_UTF8_INVALID', `${header} does not decode to UTF-8`);
  }
}
