import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeGroups, type Mergeable } from './groups.ts';

const topic = (key: string, contents: number[], weight = 1): Mergeable => ({
  key: key.startsWith('channel:') ? key : `topic:${key}`,
  kind: key.startsWith('channel:') ? 'channel' : 'topic',
  contents,
  weight,
});
const named = (all: Mergeable[]): string[][] =>
  mergeGroups(all).map((group) => group.map((index) => all[index]?.key.replace('topic:', '') ?? ''));

test('terms of the same contents are one topic, named by the phrase', () => {
  expect(named([topic('jedi', [1, 2, 3]), topic('last jedi', [1, 2, 3]), topic('jumanji', [4, 5])])).toEqual([
    ['last jedi', 'jedi'],
    ['jumanji'],
  ]);
});

test('a term that others use as well keeps to itself', () => {
  expect(named([topic('star', [1, 2, 3, 4, 5, 6, 7]), topic('star war', [1, 2])])).toHaveLength(2);
});

test('spellings merge without a content in common', () => {
  expect(named([topic('starwar', [1, 2, 3]), topic('star war', [4, 5])])).toEqual([['starwar', 'star war']]);
});

test('a channel and its own subject are one, under the name of the subject', () => {
  expect(named([topic('channel:Vox', [1, 2]), topic('vox explain', [1, 2])])).toEqual([
    ['vox explain', 'channel:Vox'],
  ]);
});

test('each candidate is in exactly one group, whatever the order', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(
        fc.record({
          key: fc.stringMatching(/^[a-f]{1,4}$/),
          contents: fc.uniqueArray(fc.nat({ max: 12 }), { minLength: 1, maxLength: 6 }),
        }),
        { selector: (each) => each.key, maxLength: 20 },
      ),
      (all) => {
        const candidates = all.map(({ key, contents }) => topic(key, contents));
        const groups = named(candidates);
        expect(groups.flat().sort()).toEqual(candidates.map(({ key }) => key.replace('topic:', '')).sort());
        const shown = (list: string[][]): string[] => list.map((group) => [...group].sort().join()).sort();
        expect(shown(named([...candidates].reverse()))).toEqual(shown(groups));
      },
    ),
  );
});
