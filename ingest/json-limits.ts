export interface JsonLimits {
  readonly maxDepth: number;
  /** Members and elements of one event, all levels together. */
  readonly maxValues: number;
  readonly maxKeyLength: number;
}

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `Array.isArray` that narrows to unknown elements instead of any. */
export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/**
 * Whether parsed JSON stays within the limits and holds only finite numbers (`1e400` parses to Infinity). Answers in
 * booleans because it runs on every event; `describeExcess` finds the words for the few that fail.
 */
export function withinLimits(value: JsonObject, limits: JsonLimits): boolean {
  return countMembers(value, limits.maxDepth, limits) <= limits.maxValues;
}

export interface Excess {
  /** A number that is not finite is wrong data; all else is too much of it. */
  readonly kind: 'number' | 'size';
  readonly message: string;
}

/** What of `value` is beyond the limits, with its path. Call it only after `withinLimits` said no. */
export function describeExcess(value: JsonObject, limits: JsonLimits): Excess {
  return (
    excess(value, 'data', limits.maxDepth, limits) ?? {
      kind: 'size',
      message: `data has more than ${limits.maxValues} values; send fewer`,
    }
  );
}

/** How deep brackets nest in JSON text, counted outside strings, at most `stopAt`: for text not yet known to be JSON. */
export function nestingDepth(text: Uint8Array, stopAt: number): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i];
    if (byte === 0x22) {
      for (i++; i < text.length && text[i] !== 0x22; i++) if (text[i] === 0x5c) i++;
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > deepest) {
        deepest = depth;
        if (deepest >= stopAt) return deepest;
      }
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return deepest;
}

/** Number of values, Infinity when one is out of bounds. */
function countMembers(value: JsonObject, depth: number, limits: JsonLimits): number {
  if (depth <= 0) return Number.POSITIVE_INFINITY;
  let count = 0;
  for (const key in value) {
    if (key.length > limits.maxKeyLength) return Number.POSITIVE_INFINITY;
    count += countOne(value[key], depth, limits);
  }
  return count;
}

function countItems(items: readonly unknown[], depth: number, limits: JsonLimits): number {
  if (depth <= 0) return Number.POSITIVE_INFINITY;
  let count = 0;
  for (const item of items) count += countOne(item, depth, limits);
  return count;
}

function countOne(item: unknown, depth: number, limits: JsonLimits): number {
  if (typeof item === 'number') return Number.isFinite(item) ? 1 : Number.POSITIVE_INFINITY;
  if (typeof item !== 'object' || item === null) return 1;
  if (isArray(item)) return 1 + countItems(item, depth - 1, limits);
  return isObject(item) ? 1 + countMembers(item, depth - 1, limits) : 1;
}

function excess(value: unknown, path: string, depth: number, limits: JsonLimits): Excess | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value)
      ? undefined
      : { kind: 'number', message: `${path} is a number too large to be stored` };
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth <= 0)
    return {
      kind: 'size',
      message: `data nests deeper than ${limits.maxDepth} levels at ${path}; make it flatter`,
    };
  for (const [key, item] of Object.entries(value)) {
    if (key.length > limits.maxKeyLength)
      return { kind: 'size', message: `${path} has a key longer than ${limits.maxKeyLength} characters` };
    const found = excess(item, `${path}.${key.slice(0, 64)}`, depth - 1, limits);
    if (found !== undefined) return found;
  }
  return undefined;
}
