import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { decodeSketch, emptyState, mergeStates } from '../../platform/kpi/measure-state.ts';
import { openClickHouse } from '../../platform/store/adapters/clickhouse.ts';
import type { Stored } from './stored.ts';

/** `node stored-reader.ts HOME FILE`: writes what the stopped Weir of HOME has stored into FILE. */
const [home = '', file = ''] = process.argv.slice(2);
const store = await openClickHouse({ database: 'weir', path: join(home, 'clickhouse') });

const rows = await store.query(
  `SELECT concat(source, '/', id) AS k FROM events WHERE tenant = 'main'`,
  {},
  Type.Object({ k: Type.String() }),
);
const Numbers = Type.Record(Type.String(), Type.Number());
const windows = await store.query(
  `SELECT concat(window, ' ', rollup, ' ', toString(window_start), ' ', dim) AS address, sumMap(sums) AS sums, minMap(mins) AS mins, maxMap(maxs) AS maxs, groupArray(uniques) AS uniques
   FROM kpi FINAL WHERE tenant = 'main' GROUP BY address`,
  {},
  Type.Object({
    address: Type.String(),
    sums: Numbers,
    mins: Numbers,
    maxs: Numbers,
    uniques: Type.Array(Type.Record(Type.String(), Type.String())),
  }),
);
await store.close();

/** Keys in order; a sum of zero says the same as none. */
function ordered(values: Readonly<Record<string, number>>, dropZero: boolean): string {
  return Object.entries(values)
    .filter(([, value]) => !dropZero || value !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}

const stored: Stored = { events: rows.map(({ k }) => k), windows: {} };
for (const { address, sums, mins, maxs, uniques } of windows) {
  const merged = mergeStates(uniques.map((part) => ({ ...emptyState, uniques: part })));
  const counts = Object.fromEntries(
    Object.entries(merged.uniques).map(([key, sketch]) => [key, decodeSketch(sketch).estimate()]),
  );
  const text = [ordered(sums, true), ordered(mins, false), ordered(maxs, false), ordered(counts, true)].join(
    ' | ',
  );
  if (text !== ' |  |  | ') stored.windows[address] = text;
}
writeFileSync(file, JSON.stringify(stored));
