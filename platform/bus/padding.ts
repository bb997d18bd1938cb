/**
 * Every message is padded, by a header, so that JetStream counts a multiple of this many bytes for it, and the byte limit of
 * every stream is a multiple of it too.
 *
 * Why: nats-server 2.9 refuses a message for a full `discard: new` stream by the size of header and data alone, but
 * counts 34 bytes and the subject as well. A message that fits by the first and not by the second is accepted, and the oldest is
 * deleted to make room: accepted data gone without a word. With sizes and limit on one grid that is wider than what is left
 * out, a message that passes the check also fits. Later servers check the whole size; there the padding is idle.
 */
export const gridBytes = 256;

export const padHeader = 'Weir-Pad';

/** filestore.go, fileStoreMsgSize: length, sequence, time, subject length; header length; checksum. */
const recordBytes = 22 + 4 + 8;
const preambleBytes = 'NATS/1.0\r\n\r\n'.length;
const separatorBytes = ': \r\n'.length;

const encoder = new TextEncoder();

/** The value of the pad header that brings a message with these headers onto the grid. */
export function padFor(
  subject: string,
  headers: Iterable<readonly [string, string]>,
  dataBytes: number,
): string {
  let counted =
    recordBytes + byteLength(subject) + preambleBytes + dataBytes + separatorBytes + padHeader.length;
  for (const [name, value] of headers) counted += separatorBytes + byteLength(name) + byteLength(value);
  return '-'.repeat((gridBytes - (counted % gridBytes)) % gridBytes);
}

/** The largest limit on the grid that is not above `maxBytes`; at least one grid step. */
export function limitOnGrid(maxBytes: number): number {
  return Math.max(gridBytes, Math.floor(maxBytes / gridBytes) * gridBytes);
}

function byteLength(text: string): number {
  return encoder.encode(text).byteLength;
}
