import type { DataSchema, FieldSchema } from './event-type.ts';

/**
 * Checks `data` against a tenant's schema: undefined when it matches, else the path and what was expected. Interprets the
 * schema instead of compiling it, because what a tenant writes must never become code.
 */
export function dataFault(schema: DataSchema, data: Readonly<Record<string, unknown>>): string | undefined {
  return membersFault(schema.properties, schema.required ?? [], data, 'data');
}

function membersFault(
  properties: Readonly<Record<string, FieldSchema>>,
  required: readonly string[],
  value: Readonly<Record<string, unknown>>,
  path: string,
): string | undefined {
  for (const name of required) if (!Object.hasOwn(value, name)) return `${path}.${name} is missing`;
  for (const name of Object.keys(properties)) {
    const field = properties[name];
    if (field === undefined || !Object.hasOwn(value, name) || value[name] === undefined) continue;
    const fault = fieldFault(field, value[name], `${path}.${name}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function fieldFault(field: FieldSchema, value: unknown, path: string): string | undefined {
  switch (field.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `${path} must be true or false`;
    case 'number':
    case 'integer':
      return numberFault(field, value, path);
    case 'string':
      return stringFault(field, value, path);
    case 'array': {
      if (!Array.isArray(value)) return `${path} must be an array`;
      const items: readonly unknown[] = value;
      if (field.maxItems !== undefined && items.length > field.maxItems)
        return `${path} must have ${field.maxItems} items at most`;
      if (field.items === undefined) return undefined;
      for (const [index, item] of items.entries()) {
        const fault = fieldFault(field.items, item, `${path}[${index}]`);
        if (fault !== undefined) return fault;
      }
      return undefined;
    }
    case 'object':
      return isObject(value)
        ? membersFault(field.properties ?? {}, field.required ?? [], value, path)
        : `${path} must be an object`;
  }
}

function numberFault(
  field: Extract<FieldSchema, { type: 'number' | 'integer' }>,
  value: unknown,
  path: string,
): string | undefined {
  if (typeof value !== 'number') return `${path} must be a number`;
  if (field.type === 'integer' && !Number.isInteger(value)) return `${path} must be a whole number`;
  if (field.minimum !== undefined && value < field.minimum) return `${path} must be ${field.minimum} or more`;
  if (field.maximum !== undefined && value > field.maximum) return `${path} must be ${field.maximum} or less`;
  return undefined;
}

function stringFault(
  field: Extract<FieldSchema, { type: 'string' }>,
  value: unknown,
  path: string,
): string | undefined {
  if (typeof value !== 'string') return `${path} must be a string`;
  if (field.minLength !== undefined && value.length < field.minLength)
    return `${path} must have ${field.minLength} characters or more`;
  if (field.maxLength !== undefined && value.length > field.maxLength)
    return `${path} must have ${field.maxLength} characters or fewer`;
  if (field.enum !== undefined && !field.enum.includes(value))
    return `${path} must be one of ${field.enum.slice(0, 20).join(', ')}`;
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
