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
    // A colon stands between in one title, so all five words are in two of four: not enough. "The last" is function words, but nobody leaves it out.
    ['jedi', titles, 'The Last Jedi'],
    ['jedi', ['The Last Jedi', 'Who is the Jedi', 'Jedi training'], 'Jedi'],
    ['smith', ['Will Smith asks', 'We met Will Smith', 'Will Smith jumps'], 'Will Smith'],
    ['smith', ['Will Smith asks', 'We met Will Smith', 'Smith jumps'], 'Smith'],
    ['goodwill', ['THRIFTING AT GOODWILL', 'Goodwill store', 'GOODWILL HAUL'], 'Goodwill'],
    ['MAKEUP', ['MAKEUP TUTORIAL', 'EASY MAKEUP TUTORIAL'], 'Makeup Tutorial'],
    ['NFL', ['NFL highlights', 'THE NFL TODAY', 'Best of NFL'], 'NFL'],
    ['LIZA', ['LIZA GOES SHOPPING'], 'Liza'],
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
