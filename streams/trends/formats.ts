import type { Trend } from '../../platform/contracts/trend.ts';

/** Forms a title shows its content to have, as words or signs in it; told in this order where one fits as well as another. */
const forms: readonly (readonly [string, RegExp])[] = [
  ['trailer', /\b(?:trailer|teaser)\b/i],
  ['music video', /\b(?:official (?:music )?video|lyric(?:s| video)?|official audio|feat\.?|ft\.)(?:\W|$)/i],
  ['live', /\b(?:live|stream(?:ed)?|premiere)\b/i],
  ['reaction', /\breact(?:s|ion|ions|ing)?\b/i],
  ['review', /\b(?:review|unboxing|hands[- ]on|worth it)\b/i],
  ['interview', /\b(?:interview|podcast|talks? (?:about|to)|speaks?)\b/i],
  ['how-to', /\b(?:how to|tutorial|diy|recipe|guide|build|built)\b/i],
  ['explainer', /\b(?:explained|explains|why|what is|the truth|how .+ works?)\b/i],
  ['challenge', /\b(?:challenge|we tried|i tried|for (?:a|one) (?:day|week))\b/i],
  ['comparison', /\b(?:vs\.?|versus|compared?)(?:\W|$)/i],
  ['list', /(?:^|\s)(?:top )?\d{1,3} \p{L}{3,}|\b(?:five|ten|seven) (?:mistakes|things|ways|reasons)\b/iu],
  ['short', /#shorts?\b/i],
  ['question', /\?\s*$/],
];
const MAX_FORMATS = 4;
/** Beyond this the median says only that half of the contents have next to no views. */
const MOST = 10;
/** A form that one content alone has says nothing of the form. */
const MIN_CONTENTS = 2;

interface Watched {
  readonly title: string;
  /** Views a day. */
  readonly views: number;
}

/** Forms of the contents of a trend, best watched first: their median views against the median of all of them. */
export function formatsOf(contents: readonly Watched[]): Trend['formats'] {
  const all = median(contents.map(({ views }) => views));
  if (!(all > 0)) return [];
  return forms
    .map(([name, pattern]) => {
      const own = contents.filter(({ title }) => pattern.test(title));
      return {
        name,
        contents: own.length,
        viewsAgainstMedian:
          Math.round(100 * Math.min(MOST, median(own.map(({ views }) => views)) / all)) / 100,
      };
    })
    .filter((format) => format.contents >= MIN_CONTENTS)
    .toSorted((a, b) => b.viewsAgainstMedian - a.viewsAgainstMedian)
    .slice(0, MAX_FORMATS);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
