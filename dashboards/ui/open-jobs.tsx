import { type ReactNode } from 'react';
import type { Job } from '../../platform/contracts/api.ts';
import { useNow, useQuery } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { JobCard, jobLink } from './job.tsx';

const RECENT_MS = 10 * 60_000;

/** Jobs of a kind that wait, run or have just ended. They live on the server, so a reload finds them again. */
export function OpenJobs({
  kind,
  only,
}: {
  readonly kind: Job['kind'];
  readonly only?: (job: Job) => boolean;
}): ReactNode {
  const { queries } = useWorkspace();
  const to = useViewLink();
  const now = useNow(2_000);
  const jobs = useQuery(queries.jobs, 'all');
  const shown = (jobs.data?.jobs ?? []).filter(
    (job) =>
      job.kind === kind &&
      (only === undefined || only(job)) &&
      (job.state === 'queued' || job.state === 'running' || now - job.updatedAtMs < RECENT_MS),
  );
  if (shown.length === 0) return null;
  return (
    <section className="stack-tight" aria-label="Jobs" aria-live="polite">
      {shown.slice(0, 5).map((job) => {
        const link = jobLink(job);
        return <JobCard key={job.id} job={job} to={link === undefined ? undefined : to(link)} />;
      })}
    </section>
  );
}
