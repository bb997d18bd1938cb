import { TypeGuard, type ArrayOptions, type NumberOptions, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/**
 * The value an environment variable stands for, read by the type its schema asks for. Text that does not fit is
 * returned as it is, for the check to refuse with the text in the message.
 */
export function parseText(schema: TSchema, text: string): unknown {
  if (TypeGuard.IsUnion(schema)) {
    const readings = schema.anyOf.map((member) => ({ member, value: parseText(member, text) }));
    return readings.find(({ member, value }) => Value.Check(member, value))?.value ?? text;
  }
  if (TypeGuard.IsLiteral(schema)) return String(schema.const) === text ? schema.const : text;
  if (TypeGuard.IsNumber(schema) || TypeGuard.IsInteger(schema)) return parseNumber(text);
  if (TypeGuard.IsBoolean(schema)) return parseBoolean(text);
  if (TypeGuard.IsArray(schema) && !text.trim().startsWith('[')) {
    const parts = text.split(',').map((part) => part.trim());
    return parts.filter((part) => part !== '').map((part) => parseText(schema.items, part));
  }
  if (TypeGuard.IsArray(schema) || TypeGuard.IsObject(schema) || TypeGuard.IsRecord(schema))
    return parseJson(text);
  return text;
}

/** What a text stands for is accepted, in words: "an integer from 1 to 65535", "true or false", "one of info, warn". */
export function describeAllowed(schema: TSchema): string {
  return describe(schema, true);
}

/** The same of a JSON value, where lists and truths are not spelled as text. */
export function describeJson(schema: TSchema): string {
  return describe(schema, false);
}

function describe(schema: TSchema, isText: boolean): string {
  if (TypeGuard.IsUnion(schema)) {
    const literals = schema.anyOf.map((member) =>
      TypeGuard.IsLiteral(member) ? String(member.const) : undefined,
    );
    return literals.includes(undefined)
      ? [...new Set(schema.anyOf.map((member) => describe(member, isText)))].join(' or ')
      : `one of ${literals.join(', ')}`;
  }
  if (TypeGuard.IsLiteral(schema)) return String(schema.const);
  if (TypeGuard.IsNull(schema)) return 'null';
  if (TypeGuard.IsInteger(schema)) return `an integer${describeRange(schema)}`;
  if (TypeGuard.IsNumber(schema)) return `a number${describeRange(schema)}`;
  if (TypeGuard.IsBoolean(schema))
    return isText ? 'true or false (also 1, 0, yes, no, on, off)' : 'true or false';
  if (TypeGuard.IsString(schema)) return describeString(schema);
  if (TypeGuard.IsArray(schema))
    return `a list${isText ? ' separated by commas' : describeLength(schema)}, each ${describe(schema.items, isText)}${schema.uniqueItems === true ? ', no two the same' : ''}`;
  return 'a JSON value of the documented shape';
}

function describeRange({ exclusiveMaximum, exclusiveMinimum, maximum, minimum }: NumberOptions): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  const bounds = [
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(minimum === undefined ? [] : [`of ${minimum} or more`]),
    ...(exclusiveMaximum === undefined ? [] : [`below ${exclusiveMaximum}`]),
    ...(maximum === undefined ? [] : [`of at most ${maximum}`]),
  ];
  return bounds.length === 0 ? '' : ` ${bounds.join(' and ')}`;
}

function describeLength({ maxItems, minItems }: ArrayOptions): string {
  if (minItems === undefined && maxItems === undefined) return '';
  return ` of ${minItems ?? 0} to ${maxItems ?? 'any number of'} items`;
}

function describeString(schema: {
  readonly pattern?: string | RegExp;
  readonly minLength?: number;
  readonly maxLength?: number;
}): string {
  const length =
    schema.minLength === undefined && schema.maxLength === undefined
      ? ''
      : ` of ${schema.minLength ?? 0} to ${schema.maxLength ?? 'any number of'} characters`;
  return `text${length}${schema.pattern === undefined ? '' : ` matching ${String(schema.pattern)}`}`;
}

function parseNumber(text: string): unknown {
  const trimmed = text.trim().replaceAll('_', '');
  const value = trimmed === '' ? Number.NaN : Number(trimmed);
  return Number.isFinite(value) ? value : text;
}

function parseBoolean(text: string): unknown {
  switch (text.trim().toLowerCase()) {
    case 'true':
    case '1':
    case 'yes':
    case 'on':
      return true;
    case 'false':
    case '0':
    case 'no':
    case 'off':
      return false;
    default:
      return text;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
