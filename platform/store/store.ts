import type { Static, TSchema } from '@sinclair/typebox';

/** Values of `{name:Type}` parameters in SQL; never spliced into the text. */
export type SqlParams = Readonly<
  Record<string, string | number | boolean | readonly string[] | readonly number[]>
>;

/**
 * ClickHouse as the rest of Weir sees it: the same SQL whether the engine runs in this process (chDB) or as a server.
 * 64-bit integers arrive as JSON numbers (exact to 2^53).
 */
export interface Store {
  /** Rows of a SELECT, each checked against `row`. Throws WeirError STORE_UNAVAILABLE (retry) or STORE_QUERY_FAILED. */
  query<T extends TSchema>(sql: string, params: SqlParams, row: T): Promise<Static<T>[]>;
  /** DDL and other statements without rows. */
  command(sql: string, params?: SqlParams): Promise<void>;
  /**
   * Appends rows given as tab-separated text. With a token, a repeat of the same rows under the same token changes nothing;
   * the same token with OTHER rows would be dropped silently by the engine, so derive both from the same range.
   */
  insertRows(
    table: string,
    columns: readonly string[],
    tsv: string | Uint8Array,
    token?: string,
  ): Promise<void>;
  /** Whether the engine answers, within three seconds. */
  ping(): Promise<boolean>;
}
