import { cellAt, cellText, convert, isRecord, type Cells, type CellType, type RowFault } from './cell.ts';
import type { Mapping, MappingField } from './mapping.ts';
import { createTemplate } from './template.ts';
import { createTimeParser } from './time-format.ts';

export type Scalar = string | number | boolean;

/** Value of a field: a scalar, undefined to leave it out, or why the row is refused. */
type FieldReader = (cells: Cells) => Scalar | undefined | RowFault;

export interface DataMapper {
  readonly columns: readonly string[];
  /** The `data` of the event, a fresh object, or the first field that refused the row. */
  read(cells: Cells): { readonly data: Record<string, unknown> } | RowFault;
}

const forbidden = new Set(['__proto__', 'prototype', 'constructor']);

/** Compiles the `data` part of a mapping. Throws a plain Error naming the field that cannot work. */
export function createDataMapper(data: Mapping['event']['data'], lookups: Mapping['lookups']): DataMapper {
  const fields = Object.entries(data).map(([path, field]) => {
    const keys = path.split('.');
    if (keys.some((key) => forbidden.has(key))) throw new Error(`data.${path}: this name is not allowed`);
    try {
      return { path, keys, ...compileField(field, lookups) };
    } catch (error) {
      throw new Error(`data.${path}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  });
  return {
    columns: [...new Set(fields.flatMap((field) => field.columns))],
    read: (cells) => {
      const out: Record<string, unknown> = {};
      for (const { path, keys, read } of fields) {
        const value = read(cells);
        if (value === undefined) continue;
        if (typeof value === 'object') return { fault: `${path}: ${value.fault}` };
        put(out, keys, value);
      }
      return { data: out };
    },
  };
}

/** Puts a value at a path, making the objects on the way. A scalar that stands in the way is replaced. */
export function put(data: Record<string, unknown>, keys: readonly string[], value: unknown): void {
  let at = data;
  for (const key of keys.slice(0, -1)) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined;
    const object = isRecord(next) ? next : {};
    at[key] = object;
    at = object;
  }
  const last = keys.at(-1);
  if (last !== undefined) at[last] = value;
}

function compileField(
  field: MappingField,
  lookups: Mapping['lookups'],
): { columns: readonly string[]; read: FieldReader } {
  if ('constant' in field) return { columns: [], read: () => field.constant };
  if ('template' in field) {
    const template = createTemplate(field.template);
    const missing: RowFault = { fault: `a column of ${field.template} is empty` };
    return {
      columns: template.columns,
      read: (cells) =>
        template.render((column) => cellText(cellAt(cells, column))) ??
        (field.required === true ? missing : undefined),
    };
  }
  if ('time' in field) {
    const parse = createTimeParser(field.time);
    const { column, format } = field.time;
    return {
      columns: [column],
      read: (cells) => {
        const cell = cellAt(cells, column);
        if (cellText(cell) === undefined) return field.required === true ? empty(column) : undefined;
        const ms = parse(cell);
        if (ms !== undefined) return new Date(ms).toISOString();
        return field.invalid === 'omit'
          ? undefined
          : { fault: `${shown(cell)} is not a time of format ${format}` };
      },
    };
  }
  const table = field.lookup === undefined ? undefined : lookups?.[field.lookup];
  if (field.lookup !== undefined && table === undefined)
    throw new Error(`lookups has no table ${field.lookup}`);
  const omitted = new Set<Scalar>(field.omit);
  const { column, type } = field;
  return {
    columns: [column],
    read: (cells) => {
      const cell = cellAt(cells, column);
      const text = cellText(cell);
      if (text === undefined) {
        if (field.default !== undefined) return field.default;
        return field.required === true ? empty(column) : undefined;
      }
      const value = table === undefined ? convert(text, type) : lookUp(table, text, type);
      if (value === undefined) {
        return field.invalid === 'omit'
          ? undefined
          : {
              fault: `${shown(cell)} ${table === undefined ? `is not ${article(type)}` : `is not in ${field.lookup}`}`,
            };
      }
      return omitted.has(value) ? undefined : value;
    },
  };
}

function lookUp(table: Readonly<Record<string, Scalar>>, text: string, type: CellType): Scalar | undefined {
  const key = text.trim();
  const entry = Object.hasOwn(table, key) ? table[key] : undefined;
  return entry === undefined ? undefined : convert(String(entry), type);
}

function empty(column: string): RowFault {
  return { fault: `column ${column} is empty` };
}

function article(type: CellType): string {
  if (type === 'integer') return 'a whole number up to 2^53';
  if (type === 'money') return 'an amount like 12.34';
  return type === 'boolean' ? 'true or false' : `a ${type}`;
}

/** A cell for a message, short and on one line. */
export function shown(cell: unknown): string {
  const text = (cellText(cell) ?? '').replaceAll(/\s+/g, ' ');
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text);
}
