import { isSameSpelling, squeezed } from './spelling.ts';

/** A candidate as far as merging looks at it. */
export interface Mergeable {
  readonly key: string;
  readonly kind: 'topic' | 'channel';
  /** Contents of the last week that carry it, as numbers. */
  readonly contents: readonly number[];
  /** What decides who gives the group its name. */
  readonly weight: number;
}

/** Contents in common ÷ contents of either: from here on two terms are the same topic. */
const SAME_TOPIC = 0.6;
/** Contents of one within those of the other from which on a number is all that tells them apart. */
const WITHIN = 0.9;
const onlyDigits = /^\p{N}+(?:st|nd|rd|th)?$/u;
/** A content shared by more terms than this says nothing about any two of them. */
const MAX_TERMS_PER_CONTENT = 40;

/**
 * Merges candidates that mean the same: spellings of one name, and terms that go together in titles (Jaccard index of their contents,
 * single linkage on the graph of co-occurrence). Answers groups of indexes, in each the one that gives the name first: the one with
 * most contents, then the longest phrase, then topics before channels.
 */
export function mergeGroups(candidates: readonly Mergeable[]): readonly (readonly number[])[] {
  const parent = candidates.map((_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] ?? at] ?? at;
      at = parent[at] ?? at;
    }
    return at;
  };
  const join = (a: number, b: number): void => {
    const [low, high] = [root(a), root(b)].sort((x, y) => x - y);
    if (low !== undefined && high !== undefined) parent[high] = low;
  };

  for (const [a, b] of spellingPairs(candidates)) join(a, b);
  for (const [pair, together] of coOccurrences(candidates)) {
    const a = Math.floor(pair / candidates.length);
    const b = pair % candidates.length;
    const either = (candidates[a]?.contents.length ?? 0) + (candidates[b]?.contents.length ?? 0) - together;
    if (together / either >= SAME_TOPIC || isSameButForNumbers(candidates, a, b, together)) join(a, b);
  }

  const groups = new Map<number, number[]>();
  for (const index of candidates.keys()) {
    const group = groups.get(root(index));
    if (group === undefined) groups.set(root(index), [index]);
    else group.push(index);
  }
  return [...groups.values()].map((group) =>
    group.sort((a, b) => {
      const [left, right] = [candidates[a], candidates[b]];
      if (left === undefined || right === undefined) return 0;
      return (
        right.contents.length - left.contents.length ||
        right.weight - left.weight ||
        right.key.length - left.key.length ||
        (left.kind === right.kind ? 0 : left.kind === 'topic' ? -1 : 1) ||
        (left.key < right.key ? -1 : 1)
      );
    }),
  );
}

/** A year or a rank says when or which, not what: nearly all contents of one lie in the other's, and only numbers tell their words apart. */
function isSameButForNumbers(
  candidates: readonly Mergeable[],
  a: number,
  b: number,
  together: number,
): boolean {
  const [one, other] = [candidates[a], candidates[b]];
  if (one === undefined || other === undefined || one.kind !== 'topic' || other.kind !== 'topic')
    return false;
  const [part, whole] = one.contents.length < other.contents.length ? [one, other] : [other, one];
  if (together < WITHIN * part.contents.length) return false;
  const words = bare(whole.key).split(' ');
  const left = bare(part.key)
    .split(' ')
    .filter((word) => !words.includes(word));
  return (
    left.length > 0 &&
    left.length < bare(part.key).split(' ').length &&
    left.every((word) => onlyDigits.test(word))
  );
}

/** How many contents each two candidates share, keyed `a × n + b` with a < b. */
function coOccurrences(candidates: readonly Mergeable[]): ReadonlyMap<number, number> {
  const byContent = new Map<number, number[]>();
  for (const [index, candidate] of candidates.entries())
    for (const content of candidate.contents) {
      const held = byContent.get(content);
      if (held === undefined) byContent.set(content, [index]);
      else held.push(index);
    }
  const counts = new Map<number, number>();
  for (const indexes of byContent.values()) {
    if (indexes.length > MAX_TERMS_PER_CONTENT) continue;
    for (const [i, a] of indexes.entries())
      for (const b of indexes.slice(i + 1)) {
        const pair = a * candidates.length + b;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
  }
  return counts;
}

/** Pairs that are spellings of one name. Only keys that begin alike are compared. */
function* spellingPairs(candidates: readonly Mergeable[]): Generator<readonly [number, number]> {
  const byStart = new Map<string, number[]>();
  for (const [index, { key }] of candidates.entries()) {
    const name = bare(key);
    const start = squeezed(name).slice(0, 2);
    const held = byStart.get(start) ?? [];
    for (const other of held)
      if (isSameSpelling(bare(candidates[other]?.key ?? ''), name)) yield [other, index];
    held.push(index);
    byStart.set(start, held);
  }
}

function bare(key: string): string {
  return key.slice(key.indexOf(':') + 1).toLowerCase();
}
