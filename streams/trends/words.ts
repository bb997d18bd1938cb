import { commonWords } from './common-words.ts';
import { stopWords } from './stop-words.ts';

/** A word or pair as it is counted, with the words of the text it came from. */
export interface Term {
  /** Folded: lower case, without accents and plural endings, pairs joined by a space. Terms that mean the same share it. */
  readonly key: string;
  /** As the text wrote it. */
  readonly label: string;
}

export const MAX_TERMS_PER_TEXT = 32;
const MAX_WORD_LENGTH = 40;
const MAX_TEXT_LENGTH = 1_024;
const MAX_WORDS_PER_TAG = 4;

/** An apostrophe, or what was left of one by a wrong decoding: U+FFFD and the stray letter that often follows it. */
const brokenApostrophe = /(?<=\p{L})(?:['’‘`´]|\uFFFD[\u0080-\u00BF\u0600-\u06FF]?)(?=\p{L})/gu;
const brokenRest = /\uFFFD[\u0080-\u00BF\u0600-\u06FF]?/gu;
const accents = /[\u0300-\u036F]/g;
const wordPattern = /[#＃]?[\p{L}\p{N}][\p{L}\p{M}\p{N}_]*/gu;
/** Scripts written without spaces: words have to be found by dictionary. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const onlyDigits = /^\p{N}+$/u;
const latin = /^[\p{Script=Latin}\p{N}]+$/u;
const camelBreak = /(?<=\p{Ll})(?=\p{Lu})/u;

let segmenter: Intl.Segmenter | undefined;

/**
 * Topics a title and its tags speak of: words, hashtags, and pairs of words that stand side by side. Each key once, at most
 * `MAX_TERMS_PER_TEXT`, tags and hashtags first, then pairs, then words.
 */
export function termsOf(title: string, tags: readonly string[] = []): readonly Term[] {
  const chosen: Term[] = [];
  const pairs: Term[] = [];
  const singles: Term[] = [];
  for (const tag of tags) pushTerm(chosen, phrase(tag));
  let previous: { readonly text: string; readonly folded: string; readonly end: number } | undefined;
  const text = prepared(title);
  for (const word of wordsOf(text)) {
    if (word.isHashtag) {
      pushTerm(chosen, hashtag(word.text));
      previous = undefined;
      continue;
    }
    const folded = foldWord(word.text);
    if (folded === '' || stopWords.has(folded) || stopWords.has(word.text.toLowerCase())) {
      previous = undefined;
      continue;
    }
    // Only a space between: a bar, a dash or a bracket separates subjects.
    const isBeside = previous !== undefined && text.slice(previous.end, word.start).trim() === '';
    if (isBeside && previous !== undefined && previous.folded !== folded) {
      const key = `${previous.folded} ${folded}`;
      if (!onlyDigits.test(key.replace(' ', ''))) pairs.push({ key, label: `${previous.text} ${word.text}` });
    }
    if (!onlyDigits.test(folded) && isLongEnough(folded) && !commonWords.has(folded))
      singles.push({ key: folded, label: word.text });
    previous = { text: word.text, folded, end: word.start + word.length };
  }
  for (const pair of pairs) pushTerm(chosen, pair);
  for (const single of singles) pushTerm(chosen, single);
  return chosen;
}

/** Words of a text as written and folded, in the runs between which something else than space stands: a bar, a dash, a hashtag. */
export function runsOf(
  text: string,
): readonly (readonly { readonly text: string; readonly folded: string }[])[] {
  const whole = prepared(text);
  const runs: { readonly text: string; readonly folded: string }[][] = [];
  let end = -1;
  for (const word of wordsOf(whole)) {
    const isBeside = end >= 0 && !word.isHashtag && whole.slice(end, word.start).trim() === '';
    if (!isBeside) runs.push([]);
    runs.at(-1)?.push({ text: word.text, folded: foldWord(word.text) });
    end = word.isHashtag ? -1 : word.start + word.length;
  }
  return runs;
}

/** A phrase given as a topic by its source (mention, search term, tag): up to four words, kept together. */
export function phrase(text: string): Term | undefined {
  if (/^\s*[#＃]/u.test(text)) return hashtag(text.trim());
  const words = [...wordsOf(prepared(text))].slice(0, MAX_WORDS_PER_TAG);
  const folded = words.map((word) => foldWord(word.text)).filter((word) => word !== '');
  if (folded.every((word) => stopWords.has(word) || onlyDigits.test(word))) return undefined;
  return { key: folded.join(' '), label: words.map((word) => word.text).join(' ') };
}

/** A hashtag: words run together, told apart again where capitals show them (`#StarWars` is "star wars"). */
function hashtag(text: string): Term | undefined {
  const bare = text.replace(/^[#＃]/u, '').replaceAll('_', ' ');
  const words = bare.split(camelBreak).flatMap((part) => part.split(' '));
  const folded = words.map((word) => foldWord(word)).filter((word) => word !== '');
  if (folded.length === 0 || (folded.length === 1 && stopWords.has(folded[0] ?? ''))) return undefined;
  return { key: folded.join(' '), label: words.join(' ') };
}

/** Lower case, without accents, apostrophes and the English plural ending. */
export function foldWord(text: string): string {
  const lower = text.toLowerCase().normalize('NFKD').replaceAll(accents, '').normalize('NFC');
  return singular(lower.replaceAll('_', ''));
}

/**
 * The singular of regular English plurals. Words whose "s" belongs to them (bus, news, series, chris) stay: a wrong fold would merge
 * what is not the same, a missed one is caught when spellings are merged.
 */
function singular(word: string): string {
  if (word.length < 4 || !word.endsWith('s') || keepsItsS.has(word)) return word;
  if (/(?:ss|us|is|as|os)$/.test(word)) return word;
  if (word.endsWith('ies')) return word.length > 4 ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  if (/(?:sses|shes|ches|xes|zzes)$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}

const keepsItsS: ReadonlySet<string> = new Set(
  'news series species james charles rogers williams texas paris sports wales mars'.split(' '),
);

interface Word {
  readonly text: string;
  readonly start: number;
  readonly length: number;
  readonly isHashtag: boolean;
}

function prepared(text: string): string {
  return text
    .slice(0, MAX_TEXT_LENGTH)
    .normalize('NFKC')
    .replaceAll(brokenApostrophe, '')
    .replaceAll(brokenRest, ' ');
}

function* wordsOf(text: string): Generator<Word> {
  for (const match of text.matchAll(wordPattern)) {
    const [found] = match;
    const isHashtag = found.startsWith('#') || found.startsWith('＃');
    const word = isHashtag ? found.slice(1) : found;
    if (word.length > MAX_WORD_LENGTH && !unspaced.test(word)) continue;
    if (!isHashtag && unspaced.test(word)) {
      segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
      for (const part of segmenter.segment(word))
        if (part.isWordLike === true)
          yield {
            text: part.segment,
            start: match.index + part.index,
            length: part.segment.length,
            isHashtag: false,
          };
      continue;
    }
    yield { text: word, start: match.index, length: found.length, isHashtag };
  }
}

/** Two letters name little in Latin script, and a word in most others. */
function isLongEnough(word: string): boolean {
  return word.length >= (latin.test(word) ? 3 : 2);
}

function pushTerm(terms: Term[], term: Term | undefined): void {
  if (term === undefined || terms.length >= MAX_TERMS_PER_TEXT) return;
  if (terms.some((held) => held.key === term.key)) return;
  terms.push(term);
}
