import { isRecord } from '../data/guard.ts';

export interface FieldRow {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  readonly isRequired: boolean;
}

/** Fields of `data` as a list, from its JSON Schema; what cannot be read is left out. */
export function fieldRows(schema: unknown): readonly FieldRow[] {
  if (!isRecord(schema) || !isRecord(schema['properties'])) return [];
  const { required } = schema;
  return Object.entries(schema['properties']).map(([name, field]) => ({
    name,
    type: typeWords(field),
    description: isRecord(field) && typeof field['description'] === 'string' ? field['description'] : '',
    isRequired: Array.isArray(required) && required.includes(name),
  }));
}

function typeWords(field: unknown): string {
  if (!isRecord(field)) return 'anything';
  const { type, anyOf, items } = field;
  if (Array.isArray(anyOf)) return [...new Set(anyOf.map(typeWords))].join(' or ');
  if (type === 'array') return `list of ${typeWords(items)}`;
  return typeof type === 'string' ? type : 'anything';
}
