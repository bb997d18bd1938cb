import { Value } from '@sinclair/typebox/value';
import { StreamsSettings, type StreamsConfig } from '../config.ts';

export const PARTITIONS = 2;

/** Settings of the processors, quicker than by default. */
export function streamsSettings(change: Partial<StreamsConfig> = {}): StreamsConfig {
  return {
    ...Value.Create(StreamsSettings),
    owner: 'test',
    partitions: PARTITIONS,
    commitIntervalMs: 50,
    kpiFlushIntervalMs: 100,
    snapshotIntervalMs: 300,
    storeRetryMs: 50,
    ...change,
  };
}
