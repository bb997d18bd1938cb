import { reject, type Candidate, type DialectResult, type Rejection } from '../candidate.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { isArray, isObject, type JsonObject } from '../json-limits.ts';
import { cloudEventData, cloudEventFault } from './cloudevents.ts';

/** What the content type promises: CloudEvents alone, or CloudEvents and plain objects as they come. */
export type NativeForm = 'any' | 'cloudevents';

/** Source of plain events that name none. */
export const DEFAULT_SOURCE = 'api';

/**
 * `POST /v1/events`: one event or an array of them, each a CloudEvent (it has `specversion`) or a plain object
 * `{type, id?, source?, time?, data}`. Throws INGEST_ENVELOPE_INVALID when the body is neither object nor array.
 */
export function readNative(body: unknown, form: NativeForm): DialectResult {
  if (!isObject(body) && !isArray(body))
    throw new WeirError('INGEST_ENVELOPE_INVALID', 'the body must be an event or an array of events');
  const items = isArray(body) ? body : [body];
  const candidates: Candidate[] = [];
  const rejections: Rejection[] = [];
  for (let index = 0; index < items.length; index++)
    place(readItem(items[index], index, form), candidates, rejections);
  return { candidates, rejections };
}

/** The same from NDJSON: a line that is no JSON refuses itself alone. Empty lines are skipped; index counts the others. */
export function readNdjson(text: string, form: NativeForm, maxItems: number): DialectResult {
  const candidates: Candidate[] = [];
  const rejections: Rejection[] = [];
  let index = 0;
  for (let from = 0; from < text.length;) {
    const newline = text.indexOf('\n', from);
    const to = newline === -1 ? text.length : newline;
    const line = text.slice(from, to);
    from = to + 1;
    if (line.trim() === '') continue;
    if (index >= maxItems)
      throw new WeirError('INGEST_TOO_MANY_ITEMS', `more than ${maxItems} lines in one request`);
    place(readLine(line, index, form), candidates, rejections);
    index++;
  }
  return { candidates, rejections };
}

function readLine(line: string, index: number, form: NativeForm): Candidate | Rejection {
  let item: unknown;
  try {
    item = JSON.parse(line);
  } catch {
    return reject(index, 'INGEST_JSON_INVALID', `line ${index + 1} is not JSON`, line);
  }
  return readItem(item, index, form);
}

function readItem(item: unknown, index: number, form: NativeForm): Candidate | Rejection {
  if (!isObject(item)) return reject(index, 'INGEST_EVENT_INVALID', 'an event must be a JSON object', item);
  if (item['specversion'] === undefined && form === 'any') return plain(item, index);
  const fault = cloudEventFault(item);
  if (fault !== undefined) return reject(index, 'INGEST_EVENT_INVALID', fault, item, item['source']);
  const data = cloudEventData(item);
  if (data === undefined)
    return reject(
      index,
      'INGEST_DATA_INVALID',
      'data_base64 does not hold what datacontenttype says',
      item,
      item['source'],
    );
  return {
    index,
    raw: item,
    id: item['id'],
    source: item['source'],
    type: item['type'],
    time: item['time'],
    sentAtMs: Number.NaN,
    zoneless: 'refuse',
    data: data.value,
  };
}

function plain(item: JsonObject, index: number): Candidate {
  const source = item['source'];
  return {
    index,
    raw: item,
    id: item['id'],
    source: source === undefined ? DEFAULT_SOURCE : source,
    type: item['type'],
    time: item['time'],
    sentAtMs: Number.NaN,
    zoneless: 'refuse',
    data: item['data'],
  };
}

function place(item: Candidate | Rejection, candidates: Candidate[], rejections: Rejection[]): void {
  if ('code' in item) rejections.push(item);
  else candidates.push(item);
}
