import { expect, test } from 'vitest';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import { fieldRows } from './schema-fields.ts';

test('fields of every type of the catalogue are listed with their type', () => {
  for (const { data } of eventCatalogue) {
    const rows = fieldRows(data);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.type !== 'anything')).toBe(true);
  }
});

test.each([[undefined], [null], ['text'], [{ properties: [] }], [{}]])('%j has no fields', (schema) => {
  expect(fieldRows(schema)).toEqual([]);
});

test('what must be there is said, and what may be one of several', () => {
  const schema = {
    properties: {
      amount: { anyOf: [{ type: 'number' }, { type: 'string' }], description: 'Major units' },
      tags: { type: 'array', items: { type: 'string' } },
    },
    required: ['amount'],
  };
  expect(fieldRows(schema)).toEqual([
    { name: 'amount', type: 'number or string', description: 'Major units', isRequired: true },
    { name: 'tags', type: 'list of string', description: '', isRequired: false },
  ]);
});
