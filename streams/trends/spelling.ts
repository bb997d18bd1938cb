/** Letters and digits alone: what is left of "star wars", "Star-Wars" and "#starwars" alike. */
export function squeezed(key: string): string {
  return key.replaceAll(/[^\p{L}\p{N}]/gu, '');
}

const MIN_LENGTH_FOR_TYPO = 7;

/**
 * Whether two keys are spellings of one name: the same letters with other spaces, or a single slip (one letter more, less or other, or two
 * changed places) in names of seven letters or more that begin alike. Digits never count as a slip: "iphone 8" is not "iphone 9".
 */
export function isSameSpelling(a: string, b: string): boolean {
  const left = squeezed(a);
  const right = squeezed(b);
  if (left === right) return true;
  if (Math.min(left.length, right.length) < MIN_LENGTH_FOR_TYPO) return false;
  if (left.slice(0, 2) !== right.slice(0, 2) || digitsOf(left) !== digitsOf(right)) return false;
  return isOneSlipApart(left, right);
}

/** Damerau-Levenshtein distance (adjacent transpositions) of exactly one, in one pass. */
function isOneSlipApart(left: string, right: string): boolean {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  if (short.slice(at + 1) === long.slice(at + 1)) return true;
  return (
    short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2)
  );
}

function digitsOf(text: string): string {
  return text.replaceAll(/\P{N}/gu, '');
}
