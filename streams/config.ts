/** Settings of the processors; environment variables in weir.ts map to them. Units are in the names. */
export interface StreamsConfig {
  readonly partitions: number;
  readonly owner: string;
  readonly step: { readonly maxOutOfOrdernessMs: number; readonly allowedLatenessMs: number };
  /** Identities remembered a generation and partition; two generations are held, 16–24 bytes each identity. */
  readonly identityCapacity: number;
  /** Rows wait at most this long before they are committed. */
  readonly commitIntervalMs: number;
  readonly maxCommitRows: number;
  readonly maxCommitBytes: number;
  /** Rows of a commit in flight plus those of the next; reading stops above it. */
  readonly maxPendingBytes: number;
  readonly liveIntervalMs: number;
  readonly kpiFlushIntervalMs: number;
  /** KPI rows written a flush beyond those that are due; the rest wait for the next flush. */
  readonly kpiRowsPerFlush: number;
  readonly snapshotIntervalMs: number;
  readonly leaseTtlMs: number;
  readonly storeRetryMs: number;
}

export const streamsDefaults: Omit<StreamsConfig, 'owner'> = {
  partitions: 4,
  step: { maxOutOfOrdernessMs: 5_000, allowedLatenessMs: 300_000 },
  identityCapacity: 500_000,
  commitIntervalMs: 500,
  maxCommitRows: 50_000,
  maxCommitBytes: 16 * 1024 * 1024,
  maxPendingBytes: 48 * 1024 * 1024,
  liveIntervalMs: 100,
  kpiFlushIntervalMs: 1_000,
  kpiRowsPerFlush: 4_000,
  snapshotIntervalMs: 30_000,
  leaseTtlMs: 10_000,
  storeRetryMs: 500,
};
