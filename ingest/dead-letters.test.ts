import { expect, test } from 'vitest';
import { reject } from './candidate.ts';
import { deadLettersOf, MAX_ITEM_CHARS } from './dead-letters.ts';

const context = { tenant: 'main', dialect: 'native', receivedAtMs: 5, maxItems: 2 };

test('the first items are kept as they came, with their reason', () => {
  expect(deadLettersOf([reject(3, 'INGEST_TIME_INVALID', 'bad time', { id: 'a' }, 'shop')], context)).toEqual(
    [
      {
        tenant: 'main',
        source: 'shop',
        receivedAtMs: 5,
        dialect: 'native',
        code: 'INGEST_TIME_INVALID',
        message: 'bad time',
        index: 3,
        item: '{"id":"a"}',
      },
    ],
  );
});

test('the others are counted by code', () => {
  const rejections = [
    reject(0, 'INGEST_TIME_INVALID', 'a', 0),
    reject(1, 'INGEST_TIME_INVALID', 'b', 1),
    reject(2, 'INGEST_TIME_INVALID', 'c', 2),
    reject(3, 'INGEST_ID_INVALID', 'd', 3),
    reject(4, 'INGEST_TIME_INVALID', 'e', 4),
  ];
  const letters = deadLettersOf(rejections, context);
  expect(letters.map(({ code, index, count }) => [code, index, count])).toEqual([
    ['INGEST_TIME_INVALID', 0, undefined],
    ['INGEST_TIME_INVALID', 1, undefined],
    ['INGEST_TIME_INVALID', 2, 2],
    ['INGEST_ID_INVALID', 3, 1],
  ]);
  expect(letters.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(rejections.length);
});

test.each([
  ['text as it is', 'not json', 'not json'],
  ['nothing', undefined, 'null'],
  ['a long item cut', 'x'.repeat(MAX_ITEM_CHARS + 5), 'x'.repeat(MAX_ITEM_CHARS)],
  [
    'an item too deep to write',
    JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    'nested too deeply to be shown',
  ],
])('%s', (_name, raw, item) => {
  expect(deadLettersOf([reject(0, 'INGEST_EVENT_INVALID', 'm', raw)], context)[0]?.item).toBe(item);
});
