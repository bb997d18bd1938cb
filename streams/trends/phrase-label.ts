import type { TrendMeasure } from './measure.ts';
import { stopWords } from './stop-words.ts';
import { runsOf } from './words.ts';

/** Titles looked at, those gained by most first come first. */
const MAX_TITLES = 12;
const MAX_WORDS = 6;
/** So many of the titles must have the whole phrase: as for two terms that mean the same (`groups.ts`). */
const SHARED = 0.6;
const FEWEST_TITLES = 2;

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
  readonly written: Map<string, number>;
}

/**
 * The longest run of words about `label` that at least three in five titles have, without function words at its ends, written as most titles do.
 * A phrase all of which another one has is a piece of it and never told instead of it.
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
  if (own.length === 0 || some.length < FEWEST_TITLES) return label;
  const phrases = new Map<string, Phrase>();
  for (const title of some) {
    const seen = new Set<string>();
    for (const run of title.filter((each) => holds(each, own)))
      for (let first = 0; first < run.length; first += 1)
        for (let end = first + own.length; end <= Math.min(run.length, first + MAX_WORDS); end += 1) {
          const words = run.slice(first, end);
          if (isFunction(words[0]?.folded) || isFunction(words.at(-1)?.folded)) continue;
          if (!holds(words, own)) continue;
          const key = words.map(({ folded }) => folded).join(' ');
          const phrase = phrases.get(key) ?? {
            words: words.length,
            titles: 0,
            written: new Map<string, number>(),
          };
          phrases.set(key, phrase);
          if (!seen.has(key)) phrase.titles += 1;
          seen.add(key);
          const text = words.map((word) => word.text).join(' ');
          phrase.written.set(text, (phrase.written.get(text) ?? 0) + 1);
        }
  }
  const needed = Math.max(FEWEST_TITLES, SHARED * some.length);
  const [best] = [...phrases]
    .filter(([, { titles: count }]) => count >= needed)
    .toSorted(
      ([a, one], [b, other]) => other.words - one.words || other.titles - one.titles || (a < b ? -1 : 1),
    );
  if (best === undefined) return label;
  const [written] = [...best[1].written].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return written?.[0] ?? label;
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
