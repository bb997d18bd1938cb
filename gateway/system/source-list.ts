import type { Kv } from '../../platform/bus/kv.ts';
import type { SourceList, SourceStatus, StoredSourceStatus } from '../../platform/contracts/source.ts';
import type { Static } from '@sinclair/typebox';

type Stored = Static<typeof StoredSourceStatus>;

/** The tenant's sources by name, as they wrote down how they stand; nothing else of what they remember leaves here. */
export async function readSources(kv: Pick<Kv<Stored>, 'entries'>, tenant: string): Promise<SourceList> {
  const entries = await kv.entries(`${tenant}.*`);
  return {
    sources: entries
      .map(({ key, value }): SourceStatus => {
        const { kind, host, events, failures, lastOkMs, nextMs, problem } = value;
        return {
          name: key.slice(tenant.length + 1),
          kind,
          host,
          events,
          failures,
          lastOkMs,
          nextMs,
          problem,
        };
      })
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .slice(0, 200),
  };
}
