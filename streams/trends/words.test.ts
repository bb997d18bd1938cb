import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldWord, MAX_TERMS_PER_TEXT, phrase, termsOf } from './words.ts';

const keys = (title: string, tags: string[] = []): string[] => termsOf(title, tags).map((term) => term.key);

describe('termsOf', () => {
  test.each<[string, string[]]>([
    ['The Last Jedi: Reviews', ['jedi']],
    ['Star Wars Jedi', ['star war', 'war jedi', 'jedi']],
    ['Black Friday haul', ['black friday', 'friday haul']],
    ['Jumanji | Thanksgiving', ['jumanji', 'thanksgiving']],
    ['#StarWars and #AnthemGame', ['star war', 'anthem game']],
    ['Beyoncé – Perfect', ['beyonce']],
    ['Why kayaks won\uFFFD\u06EAt sink', ['kayak', 'sink']],
    ['2017 2018', []],
    ['iPhone X', ['iphone']],
    ['서울 날씨', ['서울 날씨', '서울', '날씨']],
    ['', []],
    ['\uFFFD\uFFFD !!! 🎉', []],
  ])('%s', (title, expected) => {
    expect(keys(title)).toEqual(expect.arrayContaining(expected));
    if (expected.length === 0) expect(keys(title)).toEqual([]);
  });

  test('common and stop words name nothing alone, and pairs do not reach over them or over a bar', () => {
    expect(keys('love music day')).toEqual(['love music', 'music day']);
    expect(keys('Kylie with Jenner | Vogue')).toEqual(['kylie', 'jenner', 'vogue']);
  });

  test('tags come first and stay together', () => {
    expect(keys('Kylie', ['makeup tutorial'])).toEqual(['makeup tutorial', 'kylie']);
  });

  test('any text gives bounded, distinct, folded terms', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 3_000 }),
        fc.array(fc.string(), { maxLength: 60 }),
        (title, tags) => {
          const terms = termsOf(title, tags);
          expect(terms.length).toBeLessThanOrEqual(MAX_TERMS_PER_TEXT);
          expect(new Set(terms.map((term) => term.key)).size).toBe(terms.length);
          for (const { key } of terms) {
            expect(key).not.toBe('');
            expect(key.includes('\uFFFD')).toBe(false);
          }
        },
      ),
    );
  });
});

test.each([
  ['Wars', 'war'],
  ['stories', 'story'],
  ['boxes', 'box'],
  ['kisses', 'kiss'],
  ['churches', 'church'],
  ['bus', 'bus'],
  ['boss', 'boss'],
  ['news', 'news'],
  ['Tennis', 'tennis'],
  ['ties', 'tie'],
  ['ÉTÉ', 'ete'],
])('%s folds to %s', (word, folded) => {
  expect(foldWord(word)).toBe(folded);
});

test('a topic given by its source is kept as one', () => {
  expect(phrase('Black Friday deals')).toEqual({ key: 'black friday deal', label: 'Black Friday deals' });
  expect(phrase('#BlackFriday')?.key).toBe('black friday');
  expect(phrase('   ')).toBeUndefined();
  expect(phrase('the')).toBeUndefined();
});
