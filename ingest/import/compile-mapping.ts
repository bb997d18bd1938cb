import { WeirError } from '../../platform/errors/weir-error.ts';
import { cellAt, cellText, type Cells, type RowFault } from './cell.ts';
import { createDataMapper, shown } from './fields.ts';
import type { EventMapping, Mapping, MappingCondition } from './mapping.ts';
import type { PlainEvent } from './plain-event.ts';
import { createTemplate, hashOf } from './template.ts';
import { createTimeParser } from './time-format.ts';

/** An event in the making: its data is fresh and may still be changed. */
export interface MadeEvent extends PlainEvent {
  readonly data: Record<string, unknown>;
}

export interface EventMaker {
  readonly columns: readonly string[];
  make(cells: Cells): MadeEvent | RowFault;
}

export interface ExtraMaker extends EventMaker {
  readonly key: readonly string[];
}

export interface Series {
  readonly key: readonly string[];
  readonly order: (cells: Cells) => number | undefined;
  readonly orderColumn: string;
  readonly orderFormat: string;
  readonly counters: readonly string[];
  readonly correction: readonly string[];
}

export interface CompiledMapping {
  readonly main: EventMaker;
  readonly extras: readonly ExtraMaker[];
  /** A row for which one holds is left out. */
  readonly skips: readonly ((cells: Cells) => boolean)[];
  readonly series: Series | undefined;
  /** Every column the mapping reads. */
  readonly columns: readonly string[];
}

/** Compiles a mapping once for all rows. Throws IMPORT_MAPPING_INVALID when its parts contradict each other. */
export function compileMapping(mapping: Mapping): CompiledMapping {
  try {
    const main = eventMaker(mapping.event, mapping);
    const extras = (mapping.extraEvents ?? []).map((extra) => ({
      ...eventMaker(extra, mapping),
      key: extra.oncePer,
    }));
    const series = compileSeries(mapping);
    const columns = [
      ...main.columns,
      ...extras.flatMap((extra) => [...extra.columns, ...extra.key]),
      ...(mapping.skip ?? []).map((rule) => rule.column),
      ...(series === undefined ? [] : [...series.key, series.orderColumn]),
    ];
    return {
      main,
      extras,
      skips: (mapping.skip ?? []).map(condition),
      series,
      columns: [...new Set(columns)],
    };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new WeirError('IMPORT_MAPPING_INVALID', `mapping ${mapping.name}: ${message}`, { cause });
  }
}

/** One text for the cells of some columns; undefined when one is empty. */
export function keyOf(cells: Cells, columns: readonly string[]): string | undefined {
  const texts: string[] = [];
  for (const column of columns) {
    const text = cellText(cellAt(cells, column));
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return hashOf(texts);
}

function eventMaker(event: EventMapping, mapping: Mapping): EventMaker {
  const id = createTemplate(event.id);
  const time = createTimeParser(event.time);
  const data = createDataMapper(event.data, mapping.lookups);
  const { column, format } = event.time;
  return {
    columns: [...id.columns, column, ...data.columns],
    make: (cells) => {
      const idText = id.render((name) => cellText(cellAt(cells, name)));
      if (idText === undefined) return { fault: `id: a column of ${event.id} is empty` };
      const ms = time(cellAt(cells, column));
      if (ms === undefined) {
        return { fault: `time: ${column} ${shown(cellAt(cells, column))} is not a time of format ${format}` };
      }
      const read = data.read(cells);
      if ('fault' in read) return read;
      return {
        id: idText,
        source: mapping.source,
        type: event.type,
        time: new Date(ms).toISOString(),
        data: read.data,
      };
    },
  };
}

function compileSeries(mapping: Mapping): Series | undefined {
  const { difference } = mapping;
  if (difference === undefined) return undefined;
  for (const path of difference.counters) {
    const field = mapping.event.data[path];
    // Only whole numbers add up exactly, and a total of 0 must not be left out.
    if (field === undefined || !('type' in field) || field.type !== 'integer' || field.omit !== undefined) {
      throw new Error(
        `difference.counters: ${path} must be a field of event.data of type integer, without omit`,
      );
    }
  }
  const parse = createTimeParser(difference.orderBy);
  const { column, format } = difference.orderBy;
  return {
    key: difference.key,
    order: (cells) => parse(cellAt(cells, column)),
    orderColumn: column,
    orderFormat: format,
    counters: difference.counters,
    correction: (difference.correction ?? 'correction').split('.'),
  };
}

function condition(rule: MappingCondition): (cells: Cells) => boolean {
  const text = (cells: Cells): string | undefined => cellText(cellAt(cells, rule.column))?.trim();
  if ('empty' in rule) return (cells) => (text(cells) === undefined) === rule.empty;
  const isIn = 'in' in rule;
  const listed = new Set((isIn ? rule.in : rule.notIn).map(String));
  return (cells) => listed.has(text(cells) ?? '') === isIn;
}
