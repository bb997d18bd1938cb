import { Type } from '@sinclair/typebox';
import type { EventMatch } from '../../platform/contracts/analytics.ts';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Store } from '../../platform/store/store.ts';

const catalogued = new Set(eventCatalogue.map(({ type }) => type));
const Row = Type.Object({ type: Type.String() });

/**
 * Refuses a question about an event type that is neither in the catalogue nor was ever stored: its answer would be zeros that look like a finding. Types
 * of the tenant's own, registered or not, are known once an event of them came. Throws ANALYTICS_QUESTION_INVALID.
 */
export async function refuseUnknownTypes(
  store: Store,
  tenant: string,
  matches: readonly EventMatch[],
): Promise<void> {
  const own = [...new Set(matches.map(({ type }) => type))].filter((type) => !catalogued.has(type));
  if (own.length === 0) return;
  const stored = await store.query(
    'SELECT type FROM events WHERE tenant = {tenant:String} AND type IN {types:Array(String)} GROUP BY type',
    { tenant, types: own },
    Row,
  );
  const known = new Set(stored.map(({ type }) => type));
  const unknown = own.find((type) => !known.has(type));
  if (unknown !== undefined)
    throw new WeirError(
      'ANALYTICS_QUESTION_INVALID',
      `No event of type "${unknown}" was ever stored: check its spelling, or ask when the first has come.`,
    );
}
