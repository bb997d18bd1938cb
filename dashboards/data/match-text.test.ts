import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesText, matchTitle, readMatches } from './match-text.ts';

const match = fc.record(
  {
    type: fc.stringMatching(/^[a-z][a-z0-9_.]{0,20}$/),
    where: fc.record({
      field: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,9}$/),
      in: fc.array(
        fc.string({ unit: fc.constantFrom('a', '%', ',', ':', '|', '+', '&', ' ', 'é', '𝄞', '"') }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  },
  { requiredKeys: ['type'] },
);

test('what was written is read, whatever the values hold', () => {
  fc.assert(
    fc.property(fc.array(match, { minLength: 1, maxLength: 5 }), (matches) => {
      expect(readMatches(matchesText(matches))).toEqual(matches);
    }),
  );
});

test('text from elsewhere never throws', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(Array.isArray(readMatches(text))).toBe(true);
    }),
  );
  expect(readMatches('signup,Not A Type,%E0%A4%A,tip:country:')).toEqual([
    { type: 'signup' },
    { type: 'tip', where: { field: 'country', in: [''] } },
  ]);
});

test('is readable', () => {
  const titles = new Map([['page_view', 'Page view']]);
  expect(matchTitle({ type: 'page_view', where: { field: 'campaign', in: ['a', 'b'] } }, titles)).toBe(
    'Page view (campaign a or b)',
  );
});
