import { TypeGuard, type Static, type TSchema } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { ValueErrorType, type ValueError } from '@sinclair/typebox/value';
import { describeAllowed, parseText } from '../../platform/config/field.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';

export type InputPlace = 'path' | 'query' | 'body';

/**
 * A checked reader of one place of the request. Text in path and query is read by the type its schema asks for; a body is
 * taken as it is, so that "5" is never a number there. Throws GATEWAY_REQUEST_INVALID naming the field and what it may be.
 */
export function compileInput<T extends TSchema>(place: InputPlace, schema: T): (value: unknown) => Static<T> {
  const compiled = TypeCompiler.Compile(schema);
  return (value) => {
    const read = place === 'body' ? value : readTexts(schema, value);
    if (compiled.Check(read)) return read;
    const fault = deepest(compiled.Errors(read).First());
    throw new WeirError('GATEWAY_REQUEST_INVALID', explain(place, fault), {
      details: { in: place, field: fault?.path ?? '' },
    });
  };
}

/** Parameters by name; one given twice is refused, since which of the two counts would be a guess. Empty ones count as absent. */
export function readSearch(search: URLSearchParams): Record<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of search) {
    if (value === '') continue;
    if (found.has(name)) {
      throw new WeirError('GATEWAY_REQUEST_INVALID', `Query parameter "${shorten(name)}" is given twice.`, {
        details: { in: 'query', field: shorten(name) },
      });
    }
    found.set(name, value);
  }
  return Object.fromEntries(found);
}

/** Each text as the value its property asks for; what fits none stays text, for the check to refuse. */
function readTexts(schema: TSchema, value: unknown): unknown {
  if (!TypeGuard.IsObject(schema) || typeof value !== 'object' || value === null) return value;
  const { properties } = schema;
  return Object.fromEntries(
    Object.entries(value).map(([name, text]: [string, unknown]) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return [name, property === undefined || typeof text !== 'string' ? text : parseText(property, text)];
    }),
  );
}

/** The most telling fault: for a union, the first one inside the member that came nearest. */
function deepest(error: ValueError | undefined): ValueError | undefined {
  if (error === undefined || error.type !== ValueErrorType.Union) return error;
  let nearest: ValueError | undefined;
  for (const member of error.errors) {
    const inner = deepest(member.First());
    if (inner !== undefined && inner.path.length > (nearest ?? error).path.length) nearest = inner;
  }
  return nearest ?? error;
}

/** What is said of a shape that has no words of its own. */
const UNDESCRIBED = 'a JSON value of the documented shape';

function explain(place: InputPlace, error: ValueError | undefined): string {
  const name = error === undefined ? '' : fieldName(error.path);
  const where =
    place === 'body'
      ? name === ''
        ? 'The body'
        : `Field "${name}" of the body`
      : `${place === 'path' ? 'Path' : 'Query'} parameter "${name}"`;
  if (error === undefined) return `${where} is wrong.`;
  const words = (schema: TSchema): string => describeAllowed(schema, place === 'body' ? 'json' : 'text');
  if (error.type === ValueErrorType.ObjectAdditionalProperties) return `${where} is not known here.`;
  if (error.type === ValueErrorType.ObjectRequiredProperty)
    return `${where} is missing; it must be ${words(error.schema)}.`;
  if (error.type === ValueErrorType.Undefined) return 'This request takes no body.';
  if (error.value === undefined && place === 'body' && name === '')
    return 'The body is missing; send a JSON object.';
  const expected = words(error.schema);
  if (expected === UNDESCRIBED)
    return error.type === ValueErrorType.Union
      ? `${where} fits none of the shapes that are documented for it.`
      : `${where} is wrong: ${lowerFirst(error.message)}.`;
  return `${where} must be ${expected}.`;
}

/** `/measures/0/key` → `measures.0.key`. */
function fieldName(pointer: string): string {
  return shorten(
    pointer
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .join('.'),
  );
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
