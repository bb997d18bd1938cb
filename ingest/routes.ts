import type { IncomingHttpHeaders } from 'node:http';
import { WeirError } from '../platform/errors/weir-error.ts';
import { decodeText, parseJson } from './body-text.ts';
import type { Dialect, DialectResult } from './candidate.ts';
import { isBinaryCloudEvent, readBinaryCloudEvent } from './dialects/cloudevents.ts';
import { readNative, readNdjson } from './dialects/native.ts';
import { posthogKey, readPosthog } from './dialects/posthog.ts';
import { readSegment, segmentKey, type SegmentRoute } from './dialects/segment.ts';

export interface ReadBody {
  readonly dialect: Dialect;
  readonly result: DialectResult;
  /** The API key inside the body, where some clients put it. */
  readonly key: string | undefined;
}

/** What a path does with a body. */
export interface Route {
  /** Label of requests that end before their body is read. */
  readonly dialect: Dialect;
  /** Compatible clients take any 2xx with this text and treat 4xx as final, so refused items do not change their status. */
  readonly success: string | undefined;
  /** The key may be in the body alone. */
  readonly hasKeyInBody: boolean;
  /** Throws the WeirError of a body that is no envelope of this route. */
  read(body: Buffer, headers: IncomingHttpHeaders, maxItems: number): ReadBody;
}

const native: Route = {
  dialect: 'native',
  success: undefined,
  hasKeyInBody: false,
  read: (body, headers, maxItems) => {
    const type = mediaType(headers['content-type']);
    if (type === 'application/cloudevents+json' || type === 'application/cloudevents-batch+json')
      return { dialect: 'cloudevents', result: readNative(parseJson(body), 'cloudevents'), key: undefined };
    if (type.startsWith('application/cloudevents'))
      throw new WeirError(
        'INGEST_MEDIA_TYPE_UNSUPPORTED',
        `CloudEvents are read in their JSON format, not as ${type}`,
      );
    if (isBinaryCloudEvent(headers))
      return { dialect: 'cloudevents', result: readBinaryCloudEvent(headers, body), key: undefined };
    const result = ndjsonTypes.has(type)
      ? readNdjson(decodeText(body), 'any', maxItems)
      : readNative(parseJson(body), 'any');
    return { dialect: 'native', result, key: undefined };
  },
};

const ndjsonTypes = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
]);

const segment = (route: SegmentRoute): Route => ({
  dialect: 'segment',
  success: '{"success":true}',
  hasKeyInBody: true,
  read: (bytes) => {
    const body = parseJson(bytes);
    return { dialect: 'segment', result: readSegment(body, route), key: segmentKey(body) };
  },
});

const posthog: Route = {
  dialect: 'posthog',
  success: '{"status":1}',
  hasKeyInBody: true,
  read: (bytes) => {
    const body = parseJson(bytes);
    return { dialect: 'posthog', result: readPosthog(body), key: posthogKey(body) };
  },
};

/** PostHog's clients ask for feature flags; there are none, and an error would fill their logs. */
export const FLAGS = 'flags';

/** Routes by path without trailing slash. Chosen by path alone: RudderStack labels its gzipped JSON as a web form. */
export const routes: ReadonlyMap<string, Route | typeof FLAGS> = new Map<string, Route | typeof FLAGS>([
  ['/v1/events', native],
  ['/v1/batch', segment('batch')],
  ['/v1/import', segment('batch')],
  ['/v1/identify', segment('identify')],
  ['/v1/track', segment('track')],
  ['/v1/page', segment('page')],
  ['/v1/screen', segment('screen')],
  ['/v1/group', segment('group')],
  ['/v1/alias', segment('alias')],
  ['/batch', posthog],
  ['/capture', posthog],
  ['/flags', FLAGS],
  ['/decide', FLAGS],
]);

/** Path of a request target without query and without one trailing slash: clients send both forms and follow no redirect. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Type and subtype in lower case. Throws INGEST_MEDIA_TYPE_UNSUPPORTED for a charset other than UTF-8. */
export function mediaType(contentType: string | undefined): string {
  if (contentType === undefined) return '';
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=');
    if (name.trim() !== 'charset') continue;
    const charset = value.trim().replaceAll('"', '');
    if (charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii')
      throw new WeirError(
        'INGEST_MEDIA_TYPE_UNSUPPORTED',
        `charset ${charset.slice(0, 40)} is not supported`,
      );
  }
  return type.trim();
}
