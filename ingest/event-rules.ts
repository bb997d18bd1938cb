import type { TObject } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { ValueErrorType, type ValueError } from '@sinclair/typebox/errors';
import { describeAllowed } from '../platform/config/field.ts';
import type { EventTypeSpec } from '../platform/contracts/event-catalogue.ts';
import type { JsonObject } from './json-limits.ts';

/** What holds for the data of one event type. */
export interface EventRules {
  /** Numeric fields that become columns, in order. */
  readonly metrics: readonly string[];
  readonly hasMoney: boolean;
  /** Revenue stream when `data.stream` names none, '' for none. */
  readonly stream: string;
  /** Whether common fields of the wrong form refuse the event (catalogue) or are merely no dimension (custom types). */
  readonly strict: boolean;
  /** What is wrong with `data` and how to mend it, undefined when nothing is. */
  fault(data: JsonObject): string | undefined;
}

/** A tenant's registered types. Answers come from memory. */
export interface CustomTypes {
  get(tenant: string, type: string): EventRules | undefined;
}

/** A type nobody registered: stored and countable, whatever its data. */
export const unregistered: EventRules = {
  metrics: [],
  hasMoney: false,
  stream: '',
  strict: false,
  fault: () => undefined,
};

/** Compiles the catalogue once: a check of one event is then some nanoseconds, and only a failure looks for words. */
export function compileCatalogue(catalogue: readonly EventTypeSpec[]): ReadonlyMap<string, EventRules> {
  return new Map(
    catalogue.map((spec) => [
      spec.type,
      {
        metrics: spec.metrics,
        hasMoney: spec.money !== undefined,
        stream: spec.stream ?? '',
        strict: true,
        fault: compiledFault(spec.data),
      },
    ]),
  );
}

function compiledFault(schema: TObject): (data: JsonObject) => string | undefined {
  const check = TypeCompiler.Compile(schema);
  return (data) => {
    if (check.Check(data)) return undefined;
    const first = check.Errors(data).First();
    return first === undefined ? 'data does not match its schema' : describeFault(first);
  };
}

/** `data.watch_time_ms: Expected number to be greater or equal to 0, got -5` */
export function describeFault(error: ValueError): string {
  const path = error.path.replaceAll('/', '.').slice(0, 200);
  const pattern: unknown = error.schema['pattern'];
  const wanted =
    typeof pattern === 'string' && typeof error.value === 'string'
      ? `Expected text like ${pattern}`
      : error.type === ValueErrorType.Union
        ? `Expected ${describeAllowed(error.schema, 'json')}`
        : error.message;
  return `data${path}: ${wanted}, got ${shown(error.value)}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 64));
  return String(value);
}
