import { TypeGuard, type TObject, type TSchema } from '@sinclair/typebox';
import { errorCodes, type ErrorCode } from '../../platform/errors/codes.ts';
import type { ErrorSpec } from '../../platform/errors/error-spec.ts';
import type { Guard } from './caller.ts';
import type { Route } from './route.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface ApiInfo {
  readonly version: string;
  /** Schemas that get a name in the document; recognised by identity wherever they occur. */
  readonly named: Readonly<Record<string, TSchema>>;
}

/** The OpenAPI 3.1 description of the routes, from the schemas that check them. */
export function openApiDocument(routes: readonly Route[], info: ApiInfo): JsonObject {
  const names = new Map<unknown, string>();
  for (const [name, schema] of Object.entries(info.named)) {
    names.set(schema, name);
    // A recursive schema refers to itself by an id of its own.
    if (typeof schema.$id === 'string') names.set(schema.$id, name);
  }
  const paths = new Map<string, Map<string, JsonObject>>();
  for (const route of routes) {
    const operations = paths.get(route.path) ?? new Map<string, JsonObject>();
    operations.set(route.method.toLowerCase(), operationOf(route, names));
    paths.set(route.path, operations);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Weir',
      version: info.version,
      description:
        'Real-time KPIs of a creator business. The tenant comes from the credential. Errors are RFC 9457 problem documents.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths: Object.fromEntries([...paths].map(([path, operations]) => [path, Object.fromEntries(operations)])),
    components: {
      schemas: Object.fromEntries(
        Object.entries(info.named).map(([name, schema]) => [name, schemaJson(schema, names, true)]),
      ),
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'API key, weir_…' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-weir',
          description: 'weir_sid over plain HTTP',
        },
      },
    },
  };
}

/** Errors a route can answer, by HTTP status. */
export function errorsOf(route: Route): ReadonlyMap<number, readonly ErrorCode[]> {
  const codes: ErrorCode[] = ['GATEWAY_REQUEST_INVALID', 'GATEWAY_RATE_LIMITED', 'PLATFORM_INTERNAL'];
  if (route.guard !== 'public') {
    codes.push('GATEWAY_UNAUTHENTICATED', 'ACCESS_KEY_MALFORMED', 'ACCESS_KEY_UNKNOWN');
    codes.push('ACCESS_KEY_REVOKED', 'ACCESS_KEY_EXPIRED');
    if (route.guard !== 'signed-in') codes.push('GATEWAY_FORBIDDEN');
  }
  if (route.method !== 'GET') codes.push('GATEWAY_ORIGIN_REFUSED');
  if (route.body !== undefined)
    codes.push('GATEWAY_BODY_INVALID', 'GATEWAY_BODY_TOO_LARGE', 'GATEWAY_MEDIA_TYPE');
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set([...route.errors, ...codes])) {
    const spec: ErrorSpec = errorCodes[code];
    byStatus.set(spec.httpStatus, [...(byStatus.get(spec.httpStatus) ?? []), code]);
  }
  return new Map([...byStatus].sort(([a], [b]) => a - b));
}

export function guardText(guard: Guard): string {
  if (guard === 'public') return 'No credential needed.';
  return guard === 'signed-in' ? 'Any credential.' : `Scope ${guard}.`;
}

function operationOf(route: Route, names: ReadonlyMap<unknown, string>): JsonObject {
  const parameters = [
    ...parametersOf('path', route.params, names),
    ...parametersOf('query', route.query, names),
  ];
  const failures = [...errorsOf(route)].map(([status, codes]): [string, Json] => [
    String(status),
    {
      description: codes.map((code) => `${code}: ${errorCodes[code].mend}`).join('\n\n'),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ]);
  const isEmpty = route.status === 204;
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    description: [route.description ?? '', guardText(route.guard)].filter((text) => text !== '').join('\n\n'),
    security: route.guard === 'public' ? [] : [{ apiKey: [] }, { session: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaJson(route.body, names) } },
          },
        }),
    responses: {
      [String(route.status)]: isEmpty
        ? { description: 'Done.' }
        : {
            description: 'The answer.',
            content: { 'application/json': { schema: schemaJson(route.reply, names) } },
          },
      ...Object.fromEntries(failures),
    },
  };
}

/** `GET /api/v1/kpis/{key}/series` → `getKpisKeySeries`. */
function operationId(route: Route): string {
  const words = route.path.replace('/api/v1', '').split(/[^A-Za-z0-9]+/);
  return (
    route.method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  );
}

function parametersOf(place: 'path' | 'query', schema: TObject, names: ReadonlyMap<unknown, string>): Json[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.has(name),
    ...(property.description === undefined ? {} : { description: property.description }),
    schema: schemaJson(property, names),
  }));
}

/** JSON Schema of a TypeBox schema with its named parts as references; `isRoot` keeps a named schema from referring to itself. */
function schemaJson(value: unknown, names: ReadonlyMap<unknown, string>, isRoot = false): Json {
  const name = names.get(value);
  if (name !== undefined && !isRoot) return { $ref: `#/components/schemas/${name}` };
  if (TypeGuard.IsThis(value)) return { $ref: `#/components/schemas/${names.get(value.$ref) ?? ''}` };
  if (TypeGuard.IsUnion(value) && value.anyOf.every((member) => TypeGuard.IsLiteral(member))) {
    const { description } = value;
    const members = value.anyOf.flatMap((member) => (TypeGuard.IsLiteral(member) ? [member.const] : []));
    return { enum: members, ...(description === undefined ? {} : { description }) };
  }
  if (Array.isArray(value)) return value.map((item) => schemaJson(item, names));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([key, item]) => item !== undefined && key !== '$id');
    return Object.fromEntries(entries.map(([key, item]) => [key, schemaJson(item, names)]));
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}
