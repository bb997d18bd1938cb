export interface CommitPolicy {
  /** Events wait at most this long for others, unless as many publishes as allowed are in flight. */
  readonly commitIntervalMs: number;
  /** A record batch of this size is published at once. */
  readonly flushBytes: number;
  /** Publishes of one partition awaiting their acknowledgement; more would only queue in nats-server. */
  readonly maxInFlightPerPartition: number;
}

export interface PartitionState {
  readonly openEvents: number;
  readonly openBytes: number;
  /** A commit interval has ended since the open batch began. */
  readonly isDue: boolean;
  /** Full batches waiting for a place in flight. */
  readonly sealed: number;
  readonly inFlight: number;
}

/**
 * What a partition should do now: `publish-sealed` a waiting batch, `seal` and publish the open one, or `wait`. While as many
 * publishes as allowed are in flight the open batch grows: the slower the log, the larger the batches.
 */
export function nextCommit(state: PartitionState, policy: CommitPolicy): 'publish-sealed' | 'seal' | 'wait' {
  if (state.inFlight >= policy.maxInFlightPerPartition) return 'wait';
  if (state.sealed > 0) return 'publish-sealed';
  if (state.openEvents === 0) return 'wait';
  return state.isDue || state.openBytes >= policy.flushBytes ? 'seal' : 'wait';
}
