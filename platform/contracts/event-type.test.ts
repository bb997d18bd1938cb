import { Value } from '@sinclair/typebox/value';
import { describe, expect, test } from 'vitest';
import { dataFault } from './event-type-check.ts';
import { EventTypeRequest, eventTypeFault, type DataSchema } from './event-type.ts';

const schema: DataSchema = {
  type: 'object',
  properties: {
    lesson: { type: 'string', minLength: 2, maxLength: 8 },
    level: { type: 'string', enum: ['a', 'b'] },
    score: { type: 'number', minimum: 0, maximum: 10 },
    attempt: { type: 'integer' },
    passed: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' }, maxItems: 2 },
    place: { type: 'object', properties: { room: { type: 'integer' } }, required: ['room'] },
    content_id: { type: 'string' },
  },
  required: ['lesson'],
};
const request: EventTypeRequest = {
  type: 'lesson_done',
  title: 'Lesson done',
  description: '',
  schema,
  metrics: ['score'],
};

describe('registering', () => {
  test('a type within the rules is right', () => {
    expect(Value.Check(EventTypeRequest, request)).toBe(true);
    expect(eventTypeFault(request)).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['a pattern', { type: 'string', pattern: '(a+)+$' }],
    ['a reference', { $ref: '#' }],
    ['a format', { type: 'string', format: 'email' }],
    ['no type', {}],
    ['an enum of numbers', { type: 'string', enum: [1] }],
    ['an unknown keyword', { type: 'number', multipleOf: 2 }],
    [
      'a field name that breaks out of code',
      { type: 'object', properties: { 'a"];process.exit()//': { type: 'string' } } },
    ],
  ])('%s is no field schema', (_name, field) => {
    const bad = { ...request, schema: { ...schema, properties: { lesson: field } } };
    expect(Value.Check(EventTypeRequest, bad)).toBe(false);
  });

  test.each<[string, Partial<EventTypeRequest>, string]>([
    ['a catalogue type', { type: 'tip' }, 'type of the catalogue'],
    ['a required field there is not', { schema: { ...schema, required: ['gone'] } }, 'no property'],
    ['a metric there is not', { metrics: ['gone'] }, 'no property of type number'],
    ['a metric that is text', { metrics: ['lesson'] }, 'no property of type number'],
    ['a metric from the prototype', { metrics: ['constructor'] }, 'no property of type number'],
    [
      'a common field of another type',
      { schema: { type: 'object', properties: { country: { type: 'number' } } }, metrics: [] },
      'country means the same',
    ],
    [
      'too many fields',
      {
        metrics: [],
        schema: {
          type: 'object',
          properties: Object.fromEntries(
            Array.from({ length: 129 }, (_, i) => [`f${i}`, { type: 'boolean' as const }]),
          ),
        },
      },
      '129 fields',
    ],
    [
      'too deep a field',
      {
        metrics: [],
        schema: {
          type: 'object',
          properties: {
            a: {
              type: 'array',
              items: {
                type: 'array',
                items: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
              },
            },
          },
        },
      },
      'nests 5 levels',
    ],
  ])('%s is refused', (_name, over, message) => {
    expect(eventTypeFault({ ...request, ...over })).toContain(message);
  });
});

describe('checking data', () => {
  test.each<[Record<string, unknown>]>([
    [{ lesson: 'intro' }],
    [
      {
        lesson: 'intro',
        score: 10,
        attempt: 1,
        passed: true,
        tags: ['x', 'y'],
        level: 'b',
        place: { room: 1 },
        other: {},
      },
    ],
    [{ lesson: 'intro', score: undefined }],
  ])('%j matches', (data) => {
    expect(dataFault(schema, data)).toBeUndefined();
  });

  test.each<[Record<string, unknown>, string]>([
    [{}, 'data.lesson is missing'],
    [{ lesson: 7 }, 'data.lesson must be a string'],
    [{ lesson: 'x' }, '2 characters or more'],
    [{ lesson: 'too long a name' }, '8 characters or fewer'],
    [{ lesson: 'intro', level: 'c' }, 'one of a, b'],
    [{ lesson: 'intro', score: -1 }, '0 or more'],
    [{ lesson: 'intro', score: 11 }, '10 or less'],
    [{ lesson: 'intro', score: '5' }, 'must be a number'],
    [{ lesson: 'intro', attempt: 1.5 }, 'whole number'],
    [{ lesson: 'intro', passed: 1 }, 'true or false'],
    [{ lesson: 'intro', tags: 'x' }, 'must be an array'],
    [{ lesson: 'intro', tags: ['x', 'y', 'z'] }, '2 items at most'],
    [{ lesson: 'intro', tags: ['x', 1] }, 'data.tags[1] must be a string'],
    [{ lesson: 'intro', place: [] }, 'data.place must be an object'],
    [{ lesson: 'intro', place: {} }, 'data.place.room is missing'],
    [{ lesson: 'intro', place: { room: 'x' } }, 'data.place.room must be a number'],
  ])('%j: %s', (data, fault) => {
    expect(dataFault(schema, data)).toContain(fault);
  });
});
