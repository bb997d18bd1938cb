import { Type, type Static } from '@sinclair/typebox';
import { eventFlags } from '../platform/contracts/event.ts';

/** A row of `events` as whoever reads stored events back gets it; `storedColumns` selects it. */
export const StoredRow = Type.Object({
  seq: Type.Number(),
  idx: Type.Number(),
  tenant: Type.String(),
  source: Type.String(),
  id: Type.String(),
  type: Type.String(),
  timeMs: Type.Number(),
  receivedMs: Type.Number(),
  channel: Type.String(),
  content: Type.String(),
  country: Type.String(),
  stream: Type.String(),
  user: Type.String(),
  amount_minor: Type.Number(),
  currency: Type.String(),
  amount_base_minor: Type.Number(),
  flags: Type.Number(),
  data: Type.String(),
});
export type StoredRow = Static<typeof StoredRow>;

export const storedColumns = `seq, idx, tenant, source, id, type, toUnixTimestamp64Milli(time) AS timeMs, toUnixTimestamp64Milli(received_at) AS receivedMs,
  channel, content, country, stream, user, amount_minor, currency, amount_base_minor, flags, data`;

/** In the tenant's currency; NaN where the event has no amount or it could not be converted. */
export function baseMinorOf({ currency, flags, amount_base_minor }: StoredRow): number {
  return currency === '' || (flags & eventFlags.unconverted) !== 0 ? Number.NaN : amount_base_minor;
}
