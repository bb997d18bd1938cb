import { deserialize, serialize } from 'node:v8';
import type { Activity } from './activity.ts';
import {
  createTenantTrends,
  createTrendState,
  type TenantTrends,
  type TrendLimits,
  type TrendState,
} from './state.ts';

const VERSION = 4;

/** Numbers of which most are zero: places and values of the others. */
interface Sparse {
  readonly length: number;
  readonly at: Uint32Array;
  readonly values: Float32Array;
}

interface TenantImage extends Omit<TenantTrends, 'terms' | 'totals' | 'pending'> {
  readonly terms: Omit<TenantTrends['terms'], 'activity' | 'sketch'> & {
    readonly activity: ActivityImage;
    readonly sketch: { readonly width: number; readonly cells: Sparse; readonly total: number };
  };
  readonly totals: ActivityImage;
  readonly dropped: number;
}

interface ActivityImage {
  readonly slots: number;
  readonly newestHour: Int32Array;
  readonly newestDay: Int32Array;
  readonly rings: Readonly<Record<(typeof ringNames)[number], Sparse>>;
}

interface Image {
  readonly version: typeof VERSION;
  readonly refused: number;
  readonly tenants: readonly TenantImage[];
}

const ringNames = ['mentions', 'views', 'dayMentions', 'dayViews', 'sources', 'profile', 'voices'] as const;

/** State as bytes, for a snapshot taken when nothing waits to be written. */
export function encodeTrends(state: TrendState): Uint8Array {
  const image: Image = {
    version: VERSION,
    refused: state.refused,
    tenants: [...state.tenants.values()].map(({ terms, totals, pending, ...rest }) => ({
      ...rest,
      terms: {
        ...terms,
        activity: activityImage(terms.activity),
        sketch: { ...terms.sketch, cells: sparse(terms.sketch.cells) },
      },
      totals: activityImage(totals),
      dropped: pending.dropped,
    })),
  };
  return serialize(image);
}

/** State from bytes of this version; undefined when they are of another, or of other sizes. */
export function decodeTrends(bytes: Uint8Array, limits: TrendLimits): TrendState | undefined {
  const image: unknown = deserialize(bytes);
  if (!isImage(image)) return undefined;
  const state = createTrendState(limits);
  state.refused = image.refused;
  for (const { terms, totals, dropped, ...rest } of image.tenants) {
    if (terms.capacity !== limits.maxTerms || terms.sketch.width !== limits.sketchWidth) return undefined;
    const fresh = createTenantTrends(rest.tenant, limits);
    state.tenants.set(rest.tenant, {
      ...rest,
      terms: {
        ...terms,
        activity: activityFrom(terms.activity),
        sketch: { ...terms.sketch, cells: dense(terms.sketch.cells) },
      },
      totals: activityFrom(totals),
      pending: { ...fresh.pending, dropped },
    });
  }
  return state;
}

function activityImage({ slots, rings }: Activity): ActivityImage {
  return {
    slots,
    newestHour: rings.newestHour,
    newestDay: rings.newestDay,
    rings: {
      mentions: sparse(rings.mentions),
      views: sparse(rings.views),
      dayMentions: sparse(rings.dayMentions),
      dayViews: sparse(rings.dayViews),
      sources: sparse(rings.sources),
      profile: sparse(rings.profile),
      voices: sparse(rings.voices),
    },
  };
}

function activityFrom({ slots, newestHour, newestDay, rings }: ActivityImage): Activity {
  return {
    slots,
    rings: {
      newestHour,
      newestDay,
      mentions: dense(rings.mentions),
      views: dense(rings.views),
      dayMentions: dense(rings.dayMentions),
      dayViews: dense(rings.dayViews),
      sources: dense(rings.sources),
      profile: dense(rings.profile),
      voices: dense(rings.voices),
    },
  };
}

function sparse(values: Float32Array): Sparse {
  let count = 0;
  for (const value of values) if (value !== 0) count++;
  const image = { length: values.length, at: new Uint32Array(count), values: new Float32Array(count) };
  let next = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (value === 0) continue;
    image.at[next] = at;
    image.values[next++] = value;
  }
  return image;
}

function dense({ length, at, values }: Sparse): Float32Array {
  const out = new Float32Array(length);
  for (let i = 0; i < at.length; i++) out[at[i] ?? 0] = values[i] ?? 0;
  return out;
}

/** The runner's checksum is what makes the content trustworthy; the form is ours by version. */
function isImage(value: unknown): value is Image {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === VERSION &&
    'tenants' in value &&
    Array.isArray(value.tenants)
  );
}
