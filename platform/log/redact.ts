const hidden = '[redacted]';
const maxDepth = 8;
const maxItems = 100;

const secretKey =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key)$|(api[-_]?key|write[-_]?key|admin[-_]?key|private[-_]?key|password|passwd|passphrase|secret|credential|(^|[-_a-z])token)s?$/i;

const secretShapes: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w~+/.=-]{6,}/gi, `$1 ${hidden}`],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${hidden}@`],
  [/([?&](?:api_?key|write_?key|token|access_token|key|secret|password)=)[^&\s"]+/gi, `$1${hidden}`],
];

/** Whether a field of this name is never written out. */
export function isSecretKey(key: string): boolean {
  return secretKey.test(key);
}

/** Removes secrets that are recognisable by shape from free text: bearer tokens, passwords in URLs, key parameters. */
export function redactText(text: string): string {
  let clean = text;
  for (const [shape, replacement] of secretShapes) clean = clean.replace(shape, replacement);
  return clean;
}

/**
 * A copy of `fields` that is safe to write: secrets replaced by key at any depth and by shape in text, errors turned
 * into plain objects with their causes, cycles and depth beyond 8 cut, lists cut at 100. Never throws.
 */
export function redact(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return copyRecord(Object.entries(fields), new Set([fields]), 0);
}

function copyRecord(
  entries: readonly [string, unknown][],
  path: Set<unknown>,
  depth: number,
): Record<string, unknown> {
  // Object.fromEntries defines: assigning to a key named __proto__ would set the prototype instead.
  return Object.fromEntries(
    entries
      .slice(0, maxItems)
      .map(([key, value]) => [
        key,
        isSecretKey(key) && value != null ? hidden : copyValue(value, path, depth + 1),
      ]),
  );
}

function copyValue(value: unknown, path: Set<unknown>, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (path.has(value)) return '[cycle]';
  if (depth > maxDepth) return '[deeper]';
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  path.add(value);
  const copy = copyObject(value, path, depth);
  path.delete(value);
  return copy;
}

function copyObject(value: object, path: Set<unknown>, depth: number): unknown {
  if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => copyValue(item, path, depth + 1));
  if (value instanceof Map || value instanceof Set) return `[${value.constructor.name} of ${value.size}]`;
  if (!(value instanceof Error)) return copyRecord(Object.entries(value), path, depth);
  // Own fields such as code and details are enumerable; name, message, stack and cause are not and come by hand.
  const fields = Object.entries(value).filter(
    ([key]) => !['name', 'message', 'stack', 'cause'].includes(key),
  );
  return {
    type: value.name,
    message: redactText(value.message),
    ...(value.stack === undefined ? {} : { stack: redactText(value.stack) }),
    ...(value.cause === undefined ? {} : { cause: copyValue(value.cause, path, depth + 1) }),
    ...copyRecord(fields, path, depth),
  };
}
