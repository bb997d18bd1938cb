import { describe, expect, test } from 'vitest';
import { phraseLabel } from './phrase-label.ts';

describe('what a topic is called', () => {
  const titles = [
    'Star Wars: The Last Jedi Trailer (Official)',
    'star wars the last jedi | review',
    'Why Star Wars The Last Jedi divides fans',
    'THE LAST JEDI - honest talk',
  ];
  test.each([
    // A colon stands between in one title, so all five words are in two of four: not enough; "last" is a function word at an end.
    ['jedi', titles, 'Jedi'],
    ['last jedi', titles.slice(1, 3).concat('Star Wars The Last Jedi explained'), 'Star Wars The Last Jedi'],
    ['eclipse', ['Solar eclipse live', 'The solar eclipse in slow motion', 'solar eclipse'], 'solar eclipse'],
    ['eclipse', ['Solar eclipse', 'Lunar eclipse', 'eclipse'], 'eclipse'],
    ['bitcoin', ['Bitcoin'], 'bitcoin'],
    ['solar sail', ['#SolarSail is here', 'sails of the sun'], 'solar sail'],
    ['cats', ['My cat and me', 'the cat and I'], 'cat'],
  ])('%s of %j is %s', (label, given, wanted) => {
    expect(phraseLabel(label, given)).toBe(wanted);
  });
});
