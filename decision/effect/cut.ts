import type { Rollup } from '../../platform/contracts/kpi.ts';

/** A part of the tenant: one value of one dimension. */
export interface Cut {
  readonly rollup: Exclude<Rollup, 'total'>;
  readonly dim: string;
}

/** Narrowest first: a content lies in one channel, a stream in many. */
const order = ['content', 'channel', 'stream', 'country'] as const;

/**
 * What a decision is about, as the rollups are kept: one dimension. Of several the narrowest counts, as no rollup holds two at once;
 * undefined where it is about the whole tenant.
 */
export function cutOf(dims: Readonly<Record<string, string>>): Cut | undefined {
  for (const rollup of order) {
    const dim = dims[rollup];
    if (dim !== undefined && dim !== '') return { rollup, dim };
  }
  return undefined;
}
