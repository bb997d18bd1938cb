import { TypeGuard, type NumberOptions, type TSchema } from '@sinclair/typebox';
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

/**
 * What a field accepts, in words: "an integer from 1 to 65535", "true or false", "one of info, warn". As text, a list is written with
 * commas and truth in several ways; in JSON each has one form.
 */
export function describeAllowed(schema: TSchema, form: 'text' | 'json' = 'text'): string {
  if (TypeGuard.IsUnion(schema)) {
    const literals = schema.anyOf.map((member) =>
      TypeGuard.IsLiteral(member) ? String(member.const) : undefined,
    );
    return literals.includes(undefined)
      ? [...new Set(schema.anyOf.map((member) => describeAllowed(member, form)))].join(' or ')
      : `one of ${literals.join(', ')}`;
  }
  if (TypeGuard.IsLiteral(schema)) return String(schema.const);
  if (TypeGuard.IsNull(schema)) return 'null';
  if (TypeGuard.IsInteger(schema)) return `an integer${describeRange(schema)}`;
  if (TypeGuard.IsNumber(schema)) return `a number${describeRange(schema)}`;
  if (TypeGuard.IsBoolean(schema))
    return form === 'json' ? 'true or false' : 'true or false (also 1, 0, yes, no, on, off)';
  if (TypeGuard.IsString(schema)) return describeString(schema);
  if (TypeGuard.IsArray(schema))
    return `a list${describeCount(schema)}${form === 'json' ? '' : ' separated by commas'}, each ${describeAllowed(schema.items, form)}${schema.uniqueItems === true ? ', no two the same' : ''}`;
  return 'a JSON value of the documented shape';
}

function describeCount({
  maxItems,
  minItems,
}: {
  readonly minItems?: number;
  readonly maxItems?: number;
}): string {
  if (minItems === undefined && maxItems === undefined) return '';
  return ` of ${minItems ?? 0} to ${maxItems ?? 'any number'}`;
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
