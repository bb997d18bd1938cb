import type { Artefact, RenderJob, RenderRequest } from '../../platform/contracts/render.ts';

/**
 * The life of a job: queued → running → done | failed | cancelled, and running → queued when a try failed and another follows. Each step
 * takes the stored record and answers the next one, or undefined where the record may not change so: an ended job stays as it ended.
 */

export type Fault = NonNullable<RenderJob['error']>;

export function queuedJob(request: RenderRequest): RenderJob {
  return {
    ...request,
    state: 'queued',
    stage: 'waiting',
    percent: 0,
    attempts: 0,
    artefacts: [],
    notes: [],
    costUsd: 0,
  };
}

/** A try begins. It is counted before anything is done, so that a job that brings its worker down is not tried for ever. */
export function begin(job: RenderJob, nowMs: number): RenderJob | undefined {
  if (isEnded(job)) return undefined;
  const { error: _error, ...rest } = job;
  return {
    ...rest,
    state: 'running',
    stage: 'starting',
    percent: 0,
    attempts: job.attempts + 1,
    startedAtMs: nowMs,
    notes: [],
  };
}

/** Percent never falls within a try, and 100 is said by the end alone. */
export function progress(
  job: RenderJob,
  attempt: number,
  stage: string,
  percent: number,
): RenderJob | undefined {
  if (job.state !== 'running' || job.attempts !== attempt) return undefined;
  return {
    ...job,
    stage: stage.slice(0, 120),
    percent: Math.max(job.percent, Math.min(99, Math.max(0, percent))),
  };
}

export interface Made {
  readonly artefacts: readonly Artefact[];
  readonly notes: readonly string[];
  readonly summary?: readonly string[];
  readonly costUsd: number;
}

export function finish(job: RenderJob, attempt: number, made: Made, nowMs: number): RenderJob | undefined {
  if (job.state !== 'running' || job.attempts !== attempt) return undefined;
  return {
    ...job,
    state: 'done',
    stage: 'done',
    percent: 100,
    artefacts: [...made.artefacts],
    notes: made.notes.slice(0, 16).map((note) => note.slice(0, 300)),
    ...(made.summary === undefined
      ? {}
      : { summary: made.summary.slice(0, 12).map((line) => line.slice(0, 400)) }),
    costUsd: job.costUsd + made.costUsd,
    endedAtMs: nowMs,
  };
}

export function tryAgainLater(job: RenderJob, attempt: number, error: Fault): RenderJob | undefined {
  if (job.state !== 'running' || job.attempts !== attempt) return undefined;
  return { ...job, state: 'queued', stage: 'waiting to try again', percent: 0, error };
}

export function fail(job: RenderJob, error: Fault, nowMs: number): RenderJob | undefined {
  if (isEnded(job)) return undefined;
  return { ...job, state: 'failed', stage: 'failed', error, endedAtMs: nowMs };
}

export function cancel(job: RenderJob, nowMs: number): RenderJob | undefined {
  if (isEnded(job)) return undefined;
  return { ...job, state: 'cancelled', stage: 'cancelled', endedAtMs: nowMs };
}

export function isEnded(job: Pick<RenderJob, 'state'>): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled';
}
