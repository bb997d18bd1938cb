import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTemplate, hashOf, slugOf } from './template.ts';

const cells: Readonly<Record<string, string>> = {
  channel: 'Jimmy Kimmel Live — ünd mehr!',
  time: '2017-11-13T17:13:01.000Z',
};
const cell = (name: string): string | undefined => cells[name];

test.each([
  ['plain', 'plain'],
  ['{time}', '2017-11-13T17:13:01.000Z'],
  ['{first10:time}', '2017-11-13'],
  ['{slug:channel}', 'jimmy-kimmel-live-und-mehr'],
  ['a:{hash8:channel,time}', `a:${hashOf([cells['channel'] ?? '', cells['time'] ?? '']).slice(0, 8)}`],
  ['{hash:time}', hashOf(['2017-11-13T17:13:01.000Z'])],
])('%s', (template, expected) => {
  expect(createTemplate(template).render(cell)).toBe(expected);
});

test('the digest of a text never changes: ids of imports depend on it', () => {
  expect(hashOf(['a', 'b'])).toBe('0473ef2dc0d324ab659d3580c1134e9d');
});

test('names the columns it needs', () => {
  expect(createTemplate('{a}-{hash:b,c}-{slug:a}').columns).toEqual(['a', 'b', 'c']);
});

test('a missing cell leaves no id', () => {
  expect(createTemplate('{time}-{absent}').render(cell)).toBeUndefined();
  expect(createTemplate('{hash:time,absent}').render(cell)).toBeUndefined();
});

test.each(['{', 'a}b', '{}', '{first:time}', '{first0:time}', '{hash99:a}', '{slug:a,b}', '{hash:a,}'])(
  '%s is no template',
  (text) => {
    expect(() => createTemplate(text)).toThrow(/template/);
  },
);

test('different lists of texts have different digests, however they are cut', () => {
  const list = fc.array(fc.string(), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(list, list, (a, b) => {
      expect(hashOf(a) === hashOf(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

test('a slug is short and made of lower case letters, digits and single hyphens', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
      const slug = slugOf(text);
      expect(slug).toMatch(/^([a-z0-9]+(-[a-z0-9]+)*)?$/);
      expect(slug.length).toBeLessThanOrEqual(40);
    }),
  );
});
