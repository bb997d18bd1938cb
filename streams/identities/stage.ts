import { deserialize, serialize } from 'node:v8';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { Store } from '../../platform/store/store.ts';
import { escapeTsv } from '../../platform/store/tsv.ts';
import type { Stage } from '../stage/stage.ts';
import { createLinks, linksOf, stepLink, type Links } from './links.ts';

interface IdentitiesState {
  readonly tenants: Map<string, Links>;
}

const VERSION = 1;
const columns = ['tenant', 'kind', 'a', 'b', 'at', 'version'];
/** Rows of an insert. */
const ROWS = 20_000;

/**
 * Writes down which identities are one person, as rows of `identities`. A crash between the insert and the snapshot repeats rows that are the
 * same; nothing else is written.
 */
export function createIdentitiesStage(deps: {
  readonly store: Store;
  readonly metrics: Metrics;
}): Stage<IdentitiesState> {
  const held = deps.metrics.gauge('weir_streams_identities_links', 'Links between identities that are held', [
    'tenant',
  ]);
  const refused = deps.metrics.gauge(
    'weir_streams_identities_refused_links',
    'Links between identities left out because the bound is reached',
    ['tenant'],
  );
  return {
    name: 'identities',
    types: ['alias', 'identify', 'signup', 'session'],
    tables: ['identities'],
    create: () => ({ tenants: new Map() }),
    encode: ({ tenants }) => serialize({ version: VERSION, tenants }),
    decode: (bytes) => {
      const image: unknown = deserialize(bytes);
      return isImage(image) ? { tenants: image.tenants } : undefined;
    },
    apply: ({ tenants }, events) => {
      for (const event of events) {
        const told = linksOf(event);
        if (told.length === 0) continue;
        const links = tenants.get(event.tenant) ?? createLinks();
        tenants.set(event.tenant, links);
        for (const link of told) stepLink(links, link);
      }
    },
    flush: async ({ tenants }) => {
      for (const [tenant, links] of tenants) {
        while (links.pending.length > 0) {
          const some = links.pending.slice(0, ROWS);
          await deps.store.insertRows(
            'identities',
            columns,
            some
              .map(
                ({ a, atMs, b, kind }) =>
                  `${tenant}\t${kind}\t${escapeTsv(a)}\t${escapeTsv(b)}\t${Math.max(0, Math.round(atMs))}\t1\n`,
              )
              .join(''),
          );
          links.pending.splice(0, some.length);
        }
        held.set({ tenant }, links.owners.size + links.aliases.size);
        refused.set({ tenant }, links.refused);
      }
    },
    forget: ({ tenants }, tenant) => void tenants.delete(tenant),
  };
}

function isImage(
  value: unknown,
): value is { readonly version: number; readonly tenants: Map<string, Links> } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === VERSION &&
    'tenants' in value &&
    value.tenants instanceof Map
  );
}
