import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Stage } from '../stage.ts';

const Minute = Type.Object({ ids: Type.Array(Type.String()), isClosed: Type.Boolean() });
const Ledger = Type.Object({
  tenants: Type.Record(
    Type.String(),
    Type.Object({ minutes: Type.Record(Type.String(), Minute), late: Type.Array(Type.String()) }),
  ),
});
export type Ledger = Static<typeof Ledger>;

/**
 * A stage whose result depends on the order of events and on the watermark: ids by minute in the order they came, minutes closed by the
 * watermark, what comes after that kept apart. A runner that reorders, repeats, skips or cuts by chance shows.
 */
export function createLedgerStage(
  write: (rows: ReadonlyMap<string, string>) => Promise<void>,
  name = 'ledger',
): Stage<Ledger> {
  return {
    name,
    types: ['tip', 'video_view'],
    tables: [],
    create: () => ({ tenants: {} }),
    encode: (state) => Buffer.from(JSON.stringify(state)),
    decode: (bytes) => {
      const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
      return Value.Check(Ledger, value) ? value : undefined;
    },
    apply: (state, events, context) => {
      for (const [tenant, { minutes }] of Object.entries(state.tenants)) {
        for (const [minute, held] of Object.entries(minutes))
          if (!minute.startsWith('viewed') && Number(minute) + 60_000 <= context.watermarkMs(tenant))
            held.isClosed = true;
      }
      for (const event of events) {
        const held = (state.tenants[event.tenant] ??= { minutes: {}, late: [] });
        const start = event.eventTimeMs - (event.eventTimeMs % 60_000);
        const minute = (held.minutes[start] ??= {
          ids: [],
          isClosed: start + 60_000 <= context.watermarkMs(event.tenant),
        });
        if (minute.isClosed) held.late.push(event.id);
        else minute.ids.push(event.id);
      }
    },
    view: (state, viewings) => {
      for (const { tenant, content, hour, views } of viewings) {
        const held = (state.tenants[tenant] ??= { minutes: {}, late: [] });
        const minute = (held.minutes[`viewed ${content} ${hour}`] ??= { ids: [], isClosed: false });
        // Which minutes were closed then: a viewing taken under another watermark shows.
        const closed = Object.values(held.minutes).filter(({ isClosed }) => isClosed).length;
        minute.ids.push(`${views} while ${closed}`);
      }
    },
    flush: async (state) => {
      const rows = new Map<string, string>();
      for (const [tenant, { minutes, late }] of Object.entries(state.tenants)) {
        rows.set(`${tenant}/late`, late.join());
        for (const [minute, { ids }] of Object.entries(minutes)) rows.set(`${tenant}/${minute}`, ids.join());
      }
      await write(rows);
    },
    forget: (state, tenant) => {
      delete state.tenants[tenant];
    },
  };
}
