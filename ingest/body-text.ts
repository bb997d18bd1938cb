import { messageOf, WeirError } from '../platform/errors/weir-error.ts';
import { nestingDepth } from './json-limits.ts';

// TextDecoder drops a byte order mark by itself.
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * From this size on, brackets are counted before parsing: V8's parser takes some 60 bytes of memory a level, so megabytes of
 * `[` would cost hundreds of megabytes. Smaller bodies cannot nest deep enough to matter and skip the scan.
 */
const SCAN_FROM_BYTES = 256 * 1024;
const MAX_TEXT_DEPTH = 1_000;

/** Throws INGEST_UTF8_INVALID. */
export function decodeText(body: Uint8Array): string {
  try {
    return strictUtf8.decode(body);
  } catch {
    throw new WeirError('INGEST_UTF8_INVALID', 'the body is not valid UTF-8');
  }
}

/** Throws INGEST_UTF8_INVALID or INGEST_JSON_INVALID. */
export function parseJson(body: Uint8Array): unknown {
  if (body.length >= SCAN_FROM_BYTES && nestingDepth(body, MAX_TEXT_DEPTH) >= MAX_TEXT_DEPTH)
    throw new WeirError('INGEST_JSON_INVALID', `the body nests ${MAX_TEXT_DEPTH} levels or deeper`);
  const text = decodeText(body);
  if (text.trim() === '') throw new WeirError('INGEST_JSON_INVALID', 'the body is empty');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WeirError('INGEST_JSON_INVALID', `the body is not JSON: ${messageOf(error).slice(0, 200)}`);
  }
}
