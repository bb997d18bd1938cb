import { Type, type Static } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { EVENT_TYPE_PATTERN } from '../../platform/contracts/event-catalogue.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';

/**
 * A mapping says how the rows of a file become events. It is data: a JSON document of this schema, published as
 * `mapping.schema.json` beside the code, so that editors complete and check it.
 */

const closed = { additionalProperties: false };
const Column = Type.String({
  minLength: 1,
  maxLength: 256,
  description:
    'Column of the file; a.b for a field inside a field, a.0 for the first of a list (NDJSON, Parquet)',
});
const Columns = Type.Array(Column, { minItems: 1, maxItems: 32 });
const TemplateText = Type.String({
  minLength: 1,
  maxLength: 1024,
  description:
    '{column}, {slug:column}, {firstN:column}, {hash:column,column}, {hashN:column,column} and plain text',
});
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

const Time = Type.Object(
  {
    column: Column,
    format: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'iso, epoch_s, epoch_ms, or a pattern of YYYY YY MM M DD D HH H mm ss SSS and separators',
    }),
    at: Type.Optional(
      Type.String({ description: 'Time of day given to texts that hold only a date; 00:00 when absent' }),
    ),
    zone: Type.Optional(
      Type.String({ description: 'UTC or an offset like +02:00, for texts that name none; UTC when absent' }),
    ),
  },
  closed,
);

const required = Type.Optional(
  Type.Boolean({ description: 'true: a row without it is refused. Absent: the field is left out.' }),
);
const invalid = Type.Optional(
  Type.Union([Type.Literal('refuse'), Type.Literal('omit')], {
    description:
      'What to do when the cell is there but not of the type: refuse the row (when absent) or leave the field out',
  }),
);

const ColumnField = Type.Object(
  {
    column: Column,
    type: Type.Union(
      [
        Type.Literal('string'),
        Type.Literal('integer'),
        Type.Literal('number'),
        Type.Literal('money'),
        Type.Literal('boolean'),
      ],
      {
        description:
          'integer: whole, exact up to 2^53. money: a decimal in major units, handed on as text so that no cent is lost; name the currency in a field of its own.',
      },
    ),
    required,
    invalid,
    default: Type.Optional(Scalar),
    lookup: Type.Optional(
      Type.String({ description: 'Name of a table in lookups; the cell is replaced by its entry' }),
    ),
    omit: Type.Optional(
      Type.Array(Scalar, { maxItems: 32, description: 'Values that are left out, such as false' }),
    ),
  },
  closed,
);
const TimeField = Type.Object({ time: Time, required, invalid }, closed);
const TemplateField = Type.Object({ template: TemplateText, required }, closed);
const ConstantField = Type.Object({ constant: Scalar }, closed);
const Field = Type.Union([ColumnField, TimeField, TemplateField, ConstantField]);

const Data = Type.Record(
  Type.String({
    pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}(\\.[A-Za-z][A-Za-z0-9_]{0,63}){0,4}$',
    description: 'Path in data; dots make objects inside objects',
  }),
  Field,
  { additionalProperties: false, maxProperties: 200 },
);

const Condition = Type.Union([
  Type.Object({ column: Column, empty: Type.Boolean() }, closed),
  Type.Object({ column: Column, in: Type.Array(Scalar, { minItems: 1, maxItems: 1000 }) }, closed),
  Type.Object({ column: Column, notIn: Type.Array(Scalar, { minItems: 1, maxItems: 1000 }) }, closed),
]);

const eventFields = {
  type: Type.String({
    pattern: EVENT_TYPE_PATTERN,
    description: 'Type of the event catalogue, or a custom type',
  }),
  id: TemplateText,
  time: Time,
  data: Data,
};

export const Mapping = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }),
    version: Type.Integer({ minimum: 1 }),
    title: Type.String({ maxLength: 200 }),
    description: Type.Optional(Type.String({ maxLength: 4000 })),
    input: Type.Optional(
      Type.Object(
        {
          format: Type.Optional(
            Type.Union([Type.Literal('csv'), Type.Literal('ndjson'), Type.Literal('parquet')], {
              description: 'By the file name when absent: .csv .tsv .ndjson .jsonl .parquet',
            }),
          ),
          delimiter: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 1,
              description: 'CSV only; a comma (a tab for .tsv) when absent',
            }),
          ),
        },
        closed,
      ),
    ),
    source: Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'Source of every event; together with the id it is what makes a resend recognisable',
    }),
    skip: Type.Optional(
      Type.Array(Condition, {
        maxItems: 64,
        description: 'A row for which one holds is left out and counted',
      }),
    ),
    event: Type.Object(eventFields, closed),
    difference: Type.Optional(
      Type.Object(
        {
          key: { ...Columns, description: 'Columns that say whose counters these are' },
          orderBy: Time,
          counters: Type.Array(Type.String({ minLength: 1 }), {
            minItems: 1,
            maxItems: 32,
            uniqueItems: true,
            description: 'Paths in data of the event, of type integer, that are running totals in the file',
          }),
          correction: Type.Optional(
            Type.String({
              description: 'Path in data set to true when a counter went down; correction when absent',
            }),
          ),
        },
        {
          ...closed,
          description:
            'The file holds snapshots of running totals. The first of a key counts whole, each later one by its change, so that the sum equals the last snapshot; a change below zero is a correction.',
        },
      ),
    ),
    extraEvents: Type.Optional(
      Type.Array(
        Type.Object(
          {
            ...eventFields,
            oncePer: { ...Columns, description: 'Sent with the first row of each value of these' },
          },
          closed,
        ),
        { maxItems: 8 },
      ),
    ),
    lookups: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]*$' }), Type.Record(Type.String(), Scalar)),
    ),
  },
  { ...closed, title: 'Weir import mapping', $id: 'urn:weir:schema:import-mapping' },
);
export type Mapping = Static<typeof Mapping>;
export type MappingField = Static<typeof Field>;
export type MappingCondition = Static<typeof Condition>;
export type EventMapping = Pick<Mapping['event'], 'type' | 'id' | 'time' | 'data'>;

const check = TypeCompiler.Compile(Mapping);
const maxFaultsShown = 8;

/** Parses the text of a mapping file. Throws IMPORT_MAPPING_INVALID with every fault and where it is. */
export function parseMapping(text: string, where: string): Mapping {
  const value = parseJson(text, where);
  if (!check.Check(value)) {
    const faults = [...check.Errors(value)].map((error) => `${error.path || '/'}: ${error.message}`);
    throw new WeirError(
      'IMPORT_MAPPING_INVALID',
      `${where} is not a mapping: ${[...new Set(faults)].slice(0, maxFaultsShown).join('; ')}`,
    );
  }
  return value;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WeirError('IMPORT_MAPPING_INVALID', `${where} is not JSON: ${String(cause)}`, { cause });
  }
}
