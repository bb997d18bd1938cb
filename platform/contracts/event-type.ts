import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { EVENT_TYPE_PATTERN, eventCatalogue, MAX_METRICS } from './event-catalogue.ts';
import { TENANT_PATTERN } from './subjects.ts';

/** Bounds on what a tenant may register, so that a check of one event stays cheap and its cost known. */
export const MAX_FIELDS = 128;
export const MAX_FIELD_DEPTH = 4;

const fieldName = '^[A-Za-z_][A-Za-z0-9_]{0,63}$';
const describing = { description: Type.Optional(Type.String({ maxLength: 512 })) };

/**
 * The part of JSON Schema a tenant may use for a field. No `pattern`, `$ref` or `format`: nothing a tenant writes is ever
 * compiled to code or to a regular expression.
 */
export const FieldSchema = Type.Recursive(
  (This) =>
    Type.Union([
      Type.Object(
        {
          type: Type.Literal('string'),
          minLength: Type.Optional(Type.Integer({ minimum: 0, maximum: 32_768 })),
          maxLength: Type.Optional(Type.Integer({ minimum: 0, maximum: 32_768 })),
          enum: Type.Optional(Type.Array(Type.String({ maxLength: 256 }), { minItems: 1, maxItems: 128 })),
          ...describing,
        },
        { additionalProperties: false },
      ),
      Type.Object(
        {
          type: Type.Union([Type.Literal('number'), Type.Literal('integer')]),
          minimum: Type.Optional(Type.Number()),
          maximum: Type.Optional(Type.Number()),
          ...describing,
        },
        { additionalProperties: false },
      ),
      Type.Object({ type: Type.Literal('boolean'), ...describing }, { additionalProperties: false }),
      Type.Object(
        {
          type: Type.Literal('array'),
          items: Type.Optional(This),
          maxItems: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000 })),
          ...describing,
        },
        { additionalProperties: false },
      ),
      Type.Object(
        {
          type: Type.Literal('object'),
          properties: Type.Optional(
            Type.Record(Type.String({ pattern: fieldName }), This, { additionalProperties: false }),
          ),
          required: Type.Optional(Type.Array(Type.String({ pattern: fieldName }), { maxItems: MAX_FIELDS })),
          ...describing,
        },
        { additionalProperties: false },
      ),
    ]),
  { $id: 'FieldSchema' },
);
export type FieldSchema = Static<typeof FieldSchema>;

/** JSON Schema of `data` of a custom type. Fields it does not name are kept, never refused. */
export const DataSchema = Type.Object(
  {
    type: Type.Literal('object'),
    properties: Type.Record(Type.String({ pattern: fieldName }), FieldSchema, {
      additionalProperties: false,
    }),
    required: Type.Optional(Type.Array(Type.String({ pattern: fieldName }), { maxItems: MAX_FIELDS })),
    description: Type.Optional(Type.String({ maxLength: 512 })),
  },
  { additionalProperties: false },
);
export type DataSchema = Static<typeof DataSchema>;

const described = {
  type: Type.String({ pattern: EVENT_TYPE_PATTERN }),
  title: Type.String({ minLength: 1, maxLength: 120 }),
  description: Type.String({ maxLength: 1_024 }),
  schema: DataSchema,
  metrics: Type.Array(Type.String({ pattern: fieldName }), {
    maxItems: MAX_METRICS,
    uniqueItems: true,
    description: 'Numeric fields that become columns, in order; measures can use them',
  }),
  money: Type.Optional(
    Type.Union([Type.Literal('revenue'), Type.Literal('cost')], {
      description: 'Whether data carries amount_minor or amount with currency, and what it is',
    }),
  ),
  stream: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: 'Revenue stream when data.stream names none' }),
  ),
} satisfies Record<string, TSchema>;

/** What a tenant sends to register a type. */
export const EventTypeRequest = Type.Object(described, { additionalProperties: false });
export type EventTypeRequest = Static<typeof EventTypeRequest>;

/** A tenant's own event type. KV bucket `eventtypes`, key `<tenant>.<type>`. */
export const EventTypeRecord = Type.Object({
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  version: Type.Integer({ minimum: 1, description: 'One more with every change' }),
  createdAtMs: Type.Number(),
  updatedAtMs: Type.Number(),
  ...described,
});
export type EventTypeRecord = Static<typeof EventTypeRecord>;

export const eventTypeKey = (tenant: string, type: string): string => `${tenant}.${type}`;

/** Fields every event may carry have a meaning of their own, so a tenant may describe them only as what they are. */
const reserved: Readonly<Record<string, readonly string[]>> = {
  content_id: ['string'],
  channel_id: ['string'],
  viewer_id: ['string'],
  user_id: ['string'],
  country: ['string'],
  platform: ['string'],
  stream: ['string'],
  currency: ['string'],
  amount_minor: ['integer'],
  amount: ['number', 'string'],
};

/** What the schema of the record cannot say: undefined when the type can be registered, else what to mend. */
export function eventTypeFault(request: EventTypeRequest): string | undefined {
  const { type, schema, metrics } = request;
  if (eventCatalogue.some((spec) => spec.type === type))
    return `${type} is a type of the catalogue; choose another name`;
  const { fields, depth } = measure({ type: 'object', properties: schema.properties });
  if (fields > MAX_FIELDS) return `schema has ${fields} fields; ${MAX_FIELDS} are allowed`;
  if (depth > MAX_FIELD_DEPTH) return `schema nests ${depth} levels; ${MAX_FIELD_DEPTH} are allowed`;
  for (const name of schema.required ?? [])
    if (!Object.hasOwn(schema.properties, name)) return `required names ${name}, which is no property`;
  for (const [name, field] of Object.entries(schema.properties)) {
    const allowed = Object.hasOwn(reserved, name) ? reserved[name] : undefined;
    if (allowed !== undefined && !allowed.includes(field.type))
      return `${name} means the same in every type; its type is ${allowed.join(' or ')}`;
  }
  for (const name of metrics) {
    const field = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    if (field?.type !== 'number' && field?.type !== 'integer')
      return `metrics names ${name}, which is no property of type number or integer`;
  }
  return undefined;
}

function measure(field: FieldSchema): { fields: number; depth: number } {
  const children: FieldSchema[] =
    field.type === 'object'
      ? Object.values(field.properties ?? {})
      : field.type === 'array' && field.items !== undefined
        ? [field.items]
        : [];
  let fields = children.length;
  let depth = 0;
  for (const child of children) {
    const inner = measure(child);
    fields += inner.fields;
    depth = Math.max(depth, inner.depth + 1);
  }
  return { fields, depth };
}
