import { openRows } from '../../ingest/import/adapters/open-rows.ts';
import { loadShippedMapping } from '../../ingest/import/adapters/mapping-files.ts';
import { compileMapping } from '../../ingest/import/compile-mapping.ts';
import { createRowStep } from '../../ingest/import/row-mapper.ts';
import type { TrendEvent } from '../../streams/trends/observe.ts';

const DAY_MS = 86_400_000;

/** Events of one day of the file, in its order. */
export interface ReplayDay {
  /** Noon of the day: when its snapshots were taken. */
  readonly atMs: number;
  readonly events: readonly TrendEvent[];
}

/** The file as events, made by the importer's own mapping, cut by the day of the snapshots. */
export async function replayDays(path: string): Promise<readonly ReplayDay[]> {
  const mapping = await loadShippedMapping('youtube-trending');
  const step = createRowStep(compileMapping(mapping), 1_000_000);
  const source = await openRows(path, mapping.input ?? {}, () => {});
  const days = new Map<number, TrendEvent[]>();
  for await (const rows of source.rows)
    for (const row of rows) {
      if (!('cells' in row)) continue;
      const result = step(row);
      if (result.kind !== 'events') continue;
      // The row's own event comes first and says the day; a publication becomes known with it.
      const atMs = Date.parse(String(result.events[0]?.['time']));
      const day = Math.floor(atMs / DAY_MS) * DAY_MS + DAY_MS / 2;
      const held = days.get(day) ?? [];
      days.set(day, held);
      for (const event of result.events) held.push(storedEvent(event, day));
    }
  return [...days].sort(([a], [b]) => a - b).map(([atMs, events]) => ({ atMs, events }));
}

function storedEvent(event: Readonly<Record<string, unknown>>, receivedAtMs: number): TrendEvent {
  const data: Readonly<Record<string, unknown>> =
    typeof event['data'] === 'object' && event['data'] !== null ? { ...event['data'] } : {};
  return {
    tenant: 'bench',
    source: String(event['source']),
    id: String(event['id']),
    type: String(event['type']),
    eventTimeMs: Date.parse(String(event['time'])),
    receivedAtMs,
    channel: text(data['channel_id']),
    content: text(data['content_id']),
    data,
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
