import fc from 'fast-check';
import { expect, test } from 'vitest';
import { colourSlots, dimensionTitle } from './colour-slots.ts';

test('streams have one colour each, whatever stands beside them', () => {
  expect(colourSlots('stream', ['tips', 'ads']).get('ads')).toBe(1);
  expect(colourSlots('stream', ['ads']).get('ads')).toBe(1);
});

test('up to eight of anything are told apart, in any order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 8 }), (ids) => {
      const slots = colourSlots('channel', ids);
      expect(new Set(slots.values()).size).toBe(ids.length);
      expect(Math.max(...slots.values())).toBeLessThanOrEqual(8);
      for (const id of ids) expect(colourSlots('channel', ids.toReversed()).get(id)).toBe(slots.get(id));
    }),
  );
});

test.each([
  ['stream', 'product_sales', 'Product sales'],
  ['stream', 'own_stream', 'own stream'],
  ['country', 'DE', 'Germany'],
  ['country', 'XX9', 'XX9'],
  ['channel', '', 'No channel'],
  ['channel', 'ch-1', 'ch-1'],
] as const)('%s %s is called %s', (dimension, id, title) => {
  expect(dimensionTitle(dimension, id, 'en')).toBe(title);
});
