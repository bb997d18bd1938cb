import { WeirError } from '../../platform/errors/weir-error.ts';
import { reject, type Candidate, type DialectResult, type Rejection } from '../candidate.ts';
import { parseRfc3339 } from '../event-time.ts';
import { isArray, isObject, type JsonObject } from '../json-limits.ts';
import { trackedEvent, tolerant, type TrackedEvent } from './tracked-event.ts';

/** The call a single route stands for, or a batch of calls that name their own type. */
export type SegmentRoute = 'batch' | 'identify' | 'track' | 'page' | 'screen' | 'group' | 'alias';

/**
 * Segment's HTTP tracking API, as the Segment and RudderStack clients speak it. The body's `sentAt` against our clock gives the
 * sender's skew. Throws INGEST_ENVELOPE_INVALID when the body is no object or a batch has no `batch`.
 */
export function readSegment(body: unknown, route: SegmentRoute): DialectResult {
  if (!isObject(body)) throw new WeirError('INGEST_ENVELOPE_INVALID', 'the body must be a JSON object');
  const items = route === 'batch' ? body['batch'] : [body];
  if (!isArray(items)) throw new WeirError('INGEST_ENVELOPE_INVALID', 'the body needs an array "batch"');
  const candidates: Candidate[] = [];
  const rejections: Rejection[] = [];
  for (const [index, item] of items.entries()) {
    const read = readCall(item, index, route, body['sentAt']);
    if ('code' in read) rejections.push(read);
    else candidates.push(read);
  }
  return { candidates, rejections };
}

/** The write key in the body, where the browser clients put it. */
export function segmentKey(body: unknown): string | undefined {
  const key = isObject(body) ? body['writeKey'] : undefined;
  return typeof key === 'string' ? key : undefined;
}

function readCall(
  item: unknown,
  index: number,
  route: SegmentRoute,
  envelopeSentAt: unknown,
): Candidate | Rejection {
  if (!isObject(item)) return reject(index, 'INGEST_EVENT_INVALID', 'a call must be a JSON object', item);
  const source = sourceOf(item);
  const kind = route === 'batch' ? item['type'] : route;
  const ids = identityOf(item);
  if (ids === undefined && kind !== 'alias')
    return reject(index, 'INGEST_IDENTITY_MISSING', 'a call needs userId or anonymousId', item, source);
  const read = callOf(kind, item);
  if (typeof read === 'string') return reject(index, 'INGEST_EVENT_INVALID', read, item, source);
  const { data } = read;
  for (const [name, value] of Object.entries(ids ?? {})) data[name] ??= value;
  const context = contextOf(item);
  if (context !== undefined) data['context'] ??= context;
  return {
    index,
    raw: item,
    id: textOf(item['messageId']),
    source,
    type: read.type,
    time: item['originalTimestamp'] ?? item['timestamp'],
    sentAtMs: sentAtMs(envelopeSentAt ?? item['sentAt']),
    zoneless: 'utc',
    data,
  };
}

/** Type and data of a call, or what it lacks. */
function callOf(kind: unknown, item: JsonObject): TrackedEvent | string {
  const properties = objectOf(item['properties']);
  const name = textOf(item['name']);
  switch (kind) {
    case 'track': {
      const event = textOf(item['event']);
      return event === undefined
        ? 'track needs event, the name of what happened'
        : trackedEvent(event, properties);
    }
    case 'page':
    case 'screen': {
      const data = tolerant(properties);
      if (name !== undefined) data['name'] = name;
      if (item['category'] !== undefined) data['category'] ??= item['category'];
      return { type: kind === 'page' ? 'page_view' : 'screen_view', data };
    }
    case 'identify':
      return { type: 'identify', data: { traits: objectOf(item['traits']) } };
    case 'group': {
      const group = textOf(item['groupId']);
      if (group === undefined) return 'group needs groupId';
      return { type: 'group', data: { group_id: group, traits: objectOf(item['traits']) } };
    }
    case 'alias': {
      const previous = textOf(item['previousId']);
      if (previous === undefined || textOf(item['userId']) === undefined)
        return 'alias needs previousId and userId';
      return { type: 'alias', data: { previous_id: previous, user_id: textOf(item['userId']) } };
    }
    default:
      return 'type must be identify, track, page, screen, group or alias';
  }
}

/** A signed-in user is `user_id`; without one the device is the viewer. Both are kept. */
function identityOf(item: JsonObject): JsonObject | undefined {
  const user = textOf(item['userId']);
  const device = textOf(item['anonymousId']);
  if (user !== undefined)
    return device === undefined ? { user_id: user } : { user_id: user, anonymous_id: device };
  return device === undefined ? undefined : { viewer_id: device, anonymous_id: device };
}

/** Stable over versions and retries, because it is part of the identity of the event. */
function sourceOf(item: JsonObject): string {
  const name = objectOf(objectOf(item['context'])['library'])['name'];
  return typeof name === 'string' && /^[\w@/.:-]{1,64}$/.test(name) ? `segment:${name}` : 'segment';
}

/** The context without the library, which is the source. */
function contextOf(item: JsonObject): JsonObject | undefined {
  const { library: _library, ...context } = objectOf(item['context']);
  return Object.keys(context).length === 0 ? undefined : context;
}

function sentAtMs(sentAt: unknown): number {
  return typeof sentAt === 'string' ? parseRfc3339(sentAt, 'utc') : Number.NaN;
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** Ids and names: text, or a number written out; undefined when there is none. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' ? String(value) : undefined;
}
