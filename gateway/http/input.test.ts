import { Type } from '@sinclair/typebox';
import { describe, expect, test } from 'vitest';
import { WindowParam } from '../../platform/contracts/api.ts';
import { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { MrrPolicyRequest, mrrPresetPolicies } from '../../platform/contracts/recurring.ts';
import { compileInput, readSearch } from './input.ts';

const query = compileInput(
  'query',
  Type.Object(
    {
      window: Type.Optional(WindowParam),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
      flag: Type.Optional(Type.Boolean()),
    },
    { additionalProperties: false },
  ),
);
const read = (text: string): unknown => query(readSearch(new URLSearchParams(text)));

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  throw new Error('nothing was thrown');
}

describe('parameters', () => {
  test('are read by the type they are to have; empty ones count as absent', () => {
    expect(read('window=1d&limit=5&flag=true')).toEqual({ window: '1d', limit: 5, flag: true });
    expect(read('window=&limit=')).toEqual({});
  });

  test.each([
    ['window=2d', 'Query parameter "window" must be one of 10s, 1m, 1h, 1d, 1mo.'],
    ['limit=10', 'Query parameter "limit" must be an integer from 1 to 9.'],
    ['limit=1.5', 'Query parameter "limit" must be an integer from 1 to 9.'],
    ['limit=five', 'Query parameter "limit" must be an integer from 1 to 9.'],
    ['limt=5', 'Query parameter "limt" is not known here.'],
    ['window=1d&window=1h', 'Query parameter "window" is given twice.'],
    ['__proto__=1', 'Query parameter "__proto__" is not known here.'],
  ])('%s: %s', (text, message) => {
    expect(messageOf(() => read(text))).toBe(message);
  });
});

describe('bodies', () => {
  const body = compileInput('body', KpiDefinition);
  const kpi = {
    key: 'a',
    version: 1,
    title: 'A',
    description: '',
    unit: 'count',
    formula: 'm',
    direction: 'up',
    dimensions: [],
    origin: 'tenant',
    measures: [{ key: 'm', agg: 'count', types: ['tip'] }],
  };

  const { title: _title, ...untitled } = kpi;

  test('are taken as they are: no text becomes a number', () => {
    expect(body(kpi)).toBe(kpi);
    expect(() => body({ ...kpi, version: '1' })).toThrow(
      /Field "version" of the body must be an integer of 1 or more/,
    );
  });

  test.each([
    [undefined, 'The body is missing; send a JSON object.'],
    [
      { ...kpi, unit: 'apples' },
      'Field "unit" of the body must be one of currency, count, ratio, minutes, per_day, hours, seconds, months, times.',
    ],
    [{ ...kpi, extra: 1 }, 'Field "extra" of the body is not known here.'],
    [untitled, 'Field "title" of the body is missing; it must be text of 1 to 120 characters.'],
    [{ ...kpi, measures: [{ key: 'm', agg: 'count', types: [] }] }, /measures\.0\.types/],
    [{ ...kpi, measures: [{ key: 'm', agg: 'sum', types: ['tip'], field: 'x' }] }, /measures\.0/],
  ])('case %#', (value, message) => {
    const found = messageOf(() => body(value));
    if (typeof message === 'string') expect(found).toBe(message);
    else expect(found).toMatch(message);
  });

  const policy = compileInput('body', MrrPolicyRequest);
  test.each([
    [
      { grossMargin: 2 },
      'Field "grossMargin" of the body must be a number above 0 and of at most 1 or null.',
    ],
    [
      { rates: [{ from: '2026-01-01', currency: 'EUR', rate: 0 }] },
      'Field "rates.0.rate" of the body must be a number above 0 and of at most 1000000000.',
    ],
    [{ quickRatioReactivation: 'no' }, 'Field "quickRatioReactivation" of the body must be true or false.'],
    [{ rates: {} }, /^Field "rates" of the body must be a list of 0 to 2000, each /],
  ])('say what a number, a truth, a list or null may be: %j', (change, message) => {
    const found = messageOf(() => policy({ ...mrrPresetPolicies.weir, ...change }));
    if (typeof message === 'string') expect(found).toBe(message);
    else expect(found).toMatch(message);
  });

  test('that fit no shape say so, not "union"', () => {
    const shapes = Type.Union([Type.Object({ a: Type.Number() }), Type.Object({ b: Type.Number() })]);
    const found = messageOf(() => compileInput('body', Type.Object({ one: shapes }))({ one: 3 }));
    expect(found).toBe('Field "one" of the body fits none of the shapes that are documented for it.');
  });

  test('a body where none belongs is told', () => {
    expect(messageOf(() => compileInput('body', Type.Undefined())({}))).toBe('This request takes no body.');
  });
});
