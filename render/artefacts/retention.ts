import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { RenderJob } from '../../platform/contracts/render.ts';
import type { Log } from '../../platform/log/log.ts';
import { isEnded } from '../queue/job-steps.ts';
import type { ArtefactStore } from './artefact-store.ts';

export interface RetentionDeps {
  readonly jobs: KvMirror<RenderJob>;
  readonly artefacts: ArtefactStore;
  readonly log: Log;
}

const DAY_MS = 86_400_000;
const RECORD_DAYS = 90;
/** Records kept at most, the newest; their history stays in ClickHouse. */
const MAX_RECORDS = 5_000;
/** Younger objects without a record may belong to a render that is being stored. */
const ORPHAN_MS = 3_600_000;

/**
 * Deletes what has expired. Object first, then the record that names it: after a crash in between the record names an object that is gone,
 * which reads as "deleted", and the next pass mends it. Uploaded pictures live as long as artefacts do.
 */
export async function sweepArtefacts(deps: RetentionDeps, retentionMs: number, nowMs: number): Promise<void> {
  const { jobs, artefacts, log } = deps;
  const known = jobs.values();
  for (const job of known) {
    const expired = job.artefacts.filter((each) => each.expiresAtMs <= nowMs);
    if (expired.length === 0) continue;
    for (const { object } of expired) await artefacts.drop(object);
    await jobs.update(keyOf(job), (current) =>
      current === undefined
        ? undefined
        : { ...current, artefacts: current.artefacts.filter((each) => each.expiresAtMs > nowMs) },
    );
  }
  const ended = known.filter(isEnded).toSorted((a, b) => (b.endedAtMs ?? 0) - (a.endedAtMs ?? 0));
  const old = ended.filter(
    (job, i) => i >= MAX_RECORDS || (job.endedAtMs ?? 0) < nowMs - retentionMs - RECORD_DAYS * DAY_MS,
  );
  for (const job of old) {
    for (const { object } of job.artefacts) await artefacts.drop(object);
    await jobs.delete(keyOf(job));
  }
  const objects = new Set(jobs.values().flatMap((job) => job.artefacts.map(({ object }) => object)));
  const open = jobs.values().filter((job) => !isEnded(job));
  const dropped = await artefacts.sweep(
    (name) =>
      objects.has(name) ||
      open.some((job) => name.startsWith(`${job.tenant}/renders/${job.id}/`)) ||
      name.includes('/pictures/'),
    nowMs - ORPHAN_MS,
  );
  const pictures = await artefacts.sweep((name) => !name.includes('/pictures/'), nowMs - retentionMs);
  if (dropped + pictures > 0) log.info({ dropped, pictures }, 'artefacts nobody names were deleted');
}

function keyOf(job: Pick<RenderJob, 'tenant' | 'id'>): string {
  return `${job.tenant}.${job.id}`;
}
