import { openClickHouse } from '../platform/store/adapters/clickhouse.ts';
import { migrate } from '../platform/store/migrate.ts';
import { rowColumns, rowPrefixColumns } from '../platform/record-batch/layout.ts';
import { systemClock } from '../platform/time/clock.ts';

/** Prints the µs of CPU a row costs; see insert-floor.ts. Argument: a directory that is empty. */
const [path = ''] = process.argv.slice(2);
const ROWS_PER_INSERT = 25_000;
const INSERTS = 40;
const SETTLE_MS = 3_000;

const store = await openClickHouse({ database: 'weir', path });
await migrate(store);
const startMs = systemClock.nowMs();
const bodies = Array.from({ length: INSERTS }, (_, insert) => Buffer.from(rows(insert)));
const before = process.cpuUsage();
for (const [insert, body] of bodies.entries())
  await store.insertRows('events', [...rowPrefixColumns, ...rowColumns], body, `floor:${insert}`);
await systemClock.sleep(SETTLE_MS);
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${((user + system) / (INSERTS * ROWS_PER_INSERT)).toFixed(2)} us\n`);
await store.close();

/** Rows as ingest writes them for the load of the bench: views over 10,000 contents and 200,000 viewers. */
function rows(insert: number): string {
  let text = '';
  for (let i = 0; i < ROWS_PER_INSERT; i++) {
    const n = (insert * ROWS_PER_INSERT + i) * 31;
    const ms = startMs + insert * 250 + Math.floor(i / 100);
    const channel = `channel-${n % 100}`;
    const content = `video-${n % 10_000}`;
    const viewer = `viewer-${(n * 131) % 200_000}`;
    const data = `{"content_id":"${content}","channel_id":"${channel}","country":"US","viewer_id":"${viewer}","watch_time_ms":${1_000 + (n % 600_000)}}`;
    text += `${insert % 2}\t${insert * 50 + Math.floor(i / 500)}\t${i % 500}\tmain\tbench\tfloor-${n}\tvideo_view\t${ms}\t${ms + 3}\t${channel}\t${content}\tUS\t\t${viewer}\t0\t\t0\t0\t${data}\n`;
  }
  return text;
}
