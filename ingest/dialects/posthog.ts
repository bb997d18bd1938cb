import { WeirError } from '../../platform/errors/weir-error.ts';
import { reject, type Candidate, type DialectResult, type Rejection } from '../candidate.ts';
import { parseRfc3339 } from '../event-time.ts';
import { isArray, isObject, type JsonObject } from '../json-limits.ts';
import { trackedEvent, tolerant, type TrackedEvent } from './tracked-event.ts';

/**
 * PostHog's `/batch/` and `/capture/` as its server clients speak them: `{api_key, batch: […], sent_at}` or one event as the
 * body. `historical_migration` says that the times are old on purpose, so no skew is taken out. Throws INGEST_ENVELOPE_INVALID.
 */
export function readPosthog(body: unknown): DialectResult {
  if (!isObject(body)) throw new WeirError('INGEST_ENVELOPE_INVALID', 'the body must be a JSON object');
  const batch = body['batch'];
  if (batch !== undefined && !isArray(batch))
    throw new WeirError('INGEST_ENVELOPE_INVALID', '"batch" must be an array');
  if (batch === undefined && body['event'] === undefined)
    throw new WeirError('INGEST_ENVELOPE_INVALID', 'the body needs an array "batch" or an "event"');
  const sentAt = body['historical_migration'] === true ? undefined : body['sent_at'];
  const sentAtMs = typeof sentAt === 'string' ? parseRfc3339(sentAt, 'utc') : Number.NaN;
  const candidates: Candidate[] = [];
  const rejections: Rejection[] = [];
  for (const [index, item] of (batch ?? [body]).entries()) {
    const read = readEvent(item, index, sentAtMs);
    if ('code' in read) rejections.push(read);
    else candidates.push(read);
  }
  return { candidates, rejections };
}

/** The project key in the body, where PostHog's clients put it. */
export function posthogKey(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  const key = body['api_key'] ?? body['token'] ?? objectOf(body['properties'])['token'];
  return typeof key === 'string' ? key : undefined;
}

function readEvent(item: unknown, index: number, sentAtMs: number): Candidate | Rejection {
  if (!isObject(item)) return reject(index, 'INGEST_EVENT_INVALID', 'an event must be a JSON object', item);
  const properties = objectOf(item['properties']);
  const source = sourceOf(properties);
  const name = item['event'];
  if (typeof name !== 'string' || name === '')
    return reject(
      index,
      'INGEST_EVENT_INVALID',
      'event, the name of what happened, is missing',
      item,
      source,
    );
  const user = textOf(item['distinct_id'] ?? properties['distinct_id']);
  if (user === undefined)
    return reject(index, 'INGEST_IDENTITY_MISSING', 'an event needs distinct_id', item, source);
  const { type, data } = eventOf(name, properties);
  data['user_id'] ??= user;
  delete data['token'];
  return {
    index,
    raw: item,
    id: textOf(item['uuid']),
    source,
    type,
    time: item['timestamp'],
    sentAtMs,
    zoneless: 'utc',
    data,
  };
}

function eventOf(name: string, properties: JsonObject): TrackedEvent {
  switch (name) {
    case '$identify': {
      const device = textOf(properties['$anon_distinct_id']);
      const known = device === undefined ? {} : { anonymous_id: device };
      return { type: 'identify', data: { ...known, traits: objectOf(properties['$set']) } };
    }
    case '$create_alias': {
      const alias = textOf(properties['alias']);
      return { type: 'alias', data: alias === undefined ? {} : { previous_id: alias } };
    }
    case '$groupidentify': {
      const group = textOf(properties['$group_key']);
      const named = group === undefined ? {} : { group_id: group };
      return {
        type: 'group',
        data: { ...named, group_type: properties['$group_type'], traits: objectOf(properties['$group_set']) },
      };
    }
    case '$pageview': {
      const data = tolerant(properties);
      data['url'] ??= properties['$current_url'];
      return { type: 'page_view', data };
    }
    case '$screen': {
      const data = tolerant(properties);
      data['name'] ??= properties['$screen_name'];
      return { type: 'screen_view', data };
    }
    default:
      return trackedEvent(name, properties);
  }
}

function sourceOf(properties: JsonObject): string {
  const library = properties['$lib'];
  return typeof library === 'string' && /^[\w@/.:-]{1,64}$/.test(library) ? `posthog:${library}` : 'posthog';
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' ? String(value) : undefined;
}
