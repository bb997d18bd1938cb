/**
 * Layout of a record batch, little-endian, version 1:
 *
 *   32 bytes header: magic, crc32 of all after byte 8, count, dictionary strings, dictionary bytes, metrics mask, text bytes, 0
 *   f64 eventTimeMs[n] · f64 receivedAtMs[n] · f64 amountBaseMinor[n] · f64 metric k[n] for each bit k of the mask
 *   u32 idHash[4n] · u32 userHash[2n] · u32 rowStart[n+1]
 *   u16 type[n] · tenant[n] · channel[n] · content[n] · country[n] · stream[n]    (codes into the dictionary)
 *   u8 flags[n] · pad to 4
 *   u32 dictionaryStart[d+1] · dictionary utf-8 · text
 *
 * `text` holds one tab-separated row an event, ready for ClickHouse after a prefix of (partition, seq, idx); streams slices it
 * and never parses it again. `rowColumns` names its columns.
 */
export const MAGIC = 0x31425257; // 'WRB1'
export const HEADER_BYTES = 32;

export const rowColumns = [
  'tenant',
  'source',
  'id',
  'type',
  'time',
  'received_at',
  'channel',
  'content',
  'country',
  'stream',
  'user',
  'amount_minor',
  'currency',
  'amount_base_minor',
  'flags',
  'data',
] as const;

/** Columns the owner of the partition puts before each row. */
export const rowPrefixColumns = ['partition', 'seq', 'idx'] as const;

/** JetStream messages stay below this, so one never meets the server's payload limit. */
export const MAX_BATCH_BYTES = 512 * 1024;
/** Dictionary codes are 16 bits and an event adds at most six strings. */
export const MAX_BATCH_EVENTS = 8_000;

export function columnBytes(
  count: number,
  metricColumns: number,
): { u32: number; u16: number; u8: number; dictionary: number } {
  const u32 = HEADER_BYTES + 8 * count * (3 + metricColumns);
  const u16 = u32 + 4 * (4 * count + 2 * count + count + 1);
  const u8 = u16 + 2 * 6 * count;
  const dictionary = (u8 + count + 3) & ~3;
  return { u32, u16, u8, dictionary };
}
