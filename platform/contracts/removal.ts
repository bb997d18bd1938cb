import type { Job } from './api.ts';

/**
 * What the simulated tenant left behind is deleted folder by folder. The seam is the job of kind `simulated-removal` in KV `jobs`: the
 * composition root stops the feed, `streams` deletes events and what they led to in its own state and ends the job; from then on every
 * other folder deletes what it keeps of that tenant up to that moment, by itself, as often as it is asked. The audit trail stays: a chain
 * with a hole is no chain, and that data was removed is part of what happened.
 */
export interface Removal {
  /** Id of the job. */
  readonly id: string;
  /** Whose data was removed. */
  readonly tenant: string;
  /** What was made later stays. */
  readonly untilMs: number;
}

/** Removals that have come so far that other folders may follow. */
export function removalsIn(jobs: readonly Job[]): readonly Removal[] {
  return jobs.flatMap(({ id, kind, params, state, updatedAtMs }) => {
    const { tenant } = params;
    return kind === 'simulated-removal' && state === 'done' && typeof tenant === 'string'
      ? [{ id, tenant, untilMs: updatedAtMs }]
      : [];
  });
}
