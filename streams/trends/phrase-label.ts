import type { TrendMeasure } from './measure.ts';
import { stopWords } from './stop-words.ts';
import { runsOf } from './words.ts';

/** Titles looked at, those gained by most first come first. */
const MAX_TITLES = 12;
const MAX_WORDS = 6;
/** So many of the titles must have the whole phrase: as for two terms that mean the same (`groups.ts`). */
const SHARED = 0.6;
const FEWEST_TITLES = 2;
/** What a title in capitals says of how a name is written, against one that is not. */
const SHOUTED = 0.01;
/** Words in capitals of at most this length may be abbreviations. */
const ABBREVIATION = 3;
/** A function word at an end belongs to a name that so many titles write with it ("The Last Jedi", "New Year's Eve"), of at least three. */
const WITH_FUNCTION_WORD = 0.8;
const FEWEST_WITH_FUNCTION_WORD = 3;

/** What a topic is called: terms are words and pairs, which are often pieces of a longer name that nearly all of its titles have. */
export function labelOf({ kind, label, live }: Pick<TrendMeasure, 'kind' | 'label' | 'live'>): string {
  if (kind !== 'topic') return label;
  return phraseOver(
    label,
    live
      .filter(({ title }) => title !== '')
      .slice(0, MAX_TITLES)
      .map(runsOfContent),
  );
}

type Runs = ReturnType<typeof runsOf>;

/** Titles are read again at every evaluation: each is taken apart once while its content is held. */
const known = new WeakMap<object, { readonly title: string; readonly runs: Runs }>();

function runsOfContent(content: { readonly title: string }): Runs {
  const held = known.get(content);
  if (held?.title === content.title) return held.runs;
  const runs = runsOf(content.title);
  known.set(content, { title: content.title, runs });
  return runs;
}

interface Phrase {
  readonly words: number;
  titles: number;
  /** At one of its ends. */
  readonly hasFunctionWord: boolean;
  readonly written: Map<string, number>;
}

/**
 * The longest run of words about `label` that at least three in five titles have, without function words at its ends unless nearly all write them,
 * written as most titles do that are not in capitals. A phrase all of which another one has is a piece of it and never told instead of it.
 */
export function phraseLabel(label: string, titles: readonly string[]): string {
  return phraseOver(
    label,
    titles
      .filter((title) => title !== '')
      .slice(0, MAX_TITLES)
      .map((title) => runsOf(title)),
  );
}

function phraseOver(label: string, some: readonly Runs[]): string {
  const own = runsOf(label).flat();
  if (own.length === 0) return label;
  if (some.length < FEWEST_TITLES)
    return some.every(isShouting) && some.length > 0 ? label.split(' ').map(unshouted).join(' ') : label;
  const phrases = new Map<string, Phrase>();
  for (const title of some) {
    const isShouted = isShouting(title);
    const seen = new Set<string>();
    for (const run of title.filter((each) => holds(each, own)))
      for (let first = 0; first < run.length; first += 1)
        for (let end = first + own.length; end <= Math.min(run.length, first + MAX_WORDS); end += 1) {
          const words = run.slice(first, end);
          const atEnds = Number(isFunction(words[0]?.folded)) + Number(isFunction(words.at(-1)?.folded));
          if (atEnds > 1 || !holds(words, own)) continue;
          const key = words.map(({ folded }) => folded).join(' ');
          const phrase = phrases.get(key) ?? {
            words: words.length,
            titles: 0,
            hasFunctionWord: atEnds > 0,
            written: new Map<string, number>(),
          };
          phrases.set(key, phrase);
          if (!seen.has(key)) phrase.titles += 1;
          seen.add(key);
          const text = words.map((word) => (isShouted ? unshouted(word.text) : word.text)).join(' ');
          phrase.written.set(text, (phrase.written.get(text) ?? 0) + (isShouted ? SHOUTED : 1));
        }
  }
  const needed = Math.max(FEWEST_TITLES, SHARED * some.length);
  const withFunctionWord = Math.max(FEWEST_WITH_FUNCTION_WORD, WITH_FUNCTION_WORD * some.length);
  const [best] = [...phrases]
    .filter(
      ([, { titles: count, hasFunctionWord }]) => count >= (hasFunctionWord ? withFunctionWord : needed),
    )
    .toSorted(
      ([a, one], [b, other]) => other.words - one.words || other.titles - one.titles || (a < b ? -1 : 1),
    );
  if (best === undefined) return label;
  // The case that titles not written in capitals give it; where all are, that of a name.
  const [written] = [...best[1].written].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return written?.[0] ?? label;
}

/** More than half of the words of a title that have a case are in capitals: then capitals say nothing. */
function isShouting(title: Runs): boolean {
  const cased = title
    .flat()
    .filter(({ text }) => text.length > 1 && text.toLowerCase() !== text.toUpperCase());
  return cased.filter(({ text }) => text === text.toUpperCase()).length * 2 > cased.length;
}

function unshouted(text: string): string {
  if (text !== text.toUpperCase() || text.length <= ABBREVIATION) return text;
  // By code points: a letter outside of the first plane is two units long.
  const letters = Array.from(text);
  return (letters[0] ?? '') + letters.slice(1).join('').toLowerCase();
}

type Words = readonly { readonly folded: string }[];

function holds(words: Words, own: Words): boolean {
  for (let at = 0; at + own.length <= words.length; at += 1)
    if (own.every(({ folded }, i) => words[at + i]?.folded === folded)) return true;
  return false;
}

function isFunction(folded: string | undefined): boolean {
  return folded === undefined || folded === '' || stopWords.has(folded);
}
