import type { ReactNode } from 'react';
import type { Job } from '../../platform/contracts/api.ts';
import { duration } from '../data/format.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from './link.tsx';
import './job.css';

/** Long work: its stage, how far it is, how long it took and may still take. What it made is behind the link. */
export function JobCard({
  job,
  to,
  onCancel,
}: {
  readonly job: Job;
  readonly to?: string | undefined;
  /** Shown while it is open and nobody has asked yet. */
  readonly onCancel?: (() => void) | undefined;
}): ReactNode {
  const { nowMs, format } = useWorkspace();
  const isOpen = job.state === 'queued' || job.state === 'running';
  const elapsedMs = (isOpen ? nowMs() : job.updatedAtMs) - job.createdAtMs;
  const remainingMs = job.percent >= 3 ? (elapsedMs / job.percent) * (100 - job.percent) : undefined;
  return (
    <article className="job" aria-label={job.title}>
      <div className="row spread">
        <span className="strong ellipsis">{job.title}</span>
        <JobState state={job.state} />
      </div>
      {isOpen ? (
        <progress max={100} value={job.percent} aria-label={`${job.title}: ${Math.round(job.percent)}%`} />
      ) : null}
      <p className="small quiet">
        {isOpen ? `${job.stage}, ${Math.round(job.percent)}%` : `Ended ${format.dateTime(job.updatedAtMs)}`}
        {' · '}
        {isOpen ? 'for' : 'took'} {duration(Math.max(0, elapsedMs))}
        {isOpen && remainingMs !== undefined ? ` · about ${duration(remainingMs)} left` : ''}
      </p>
      {onCancel === undefined || !isOpen ? null : (
        <div>
          <button
            type="button"
            className="button button-small"
            disabled={job.cancelAskedAtMs !== undefined}
            onClick={onCancel}
          >
            {job.cancelAskedAtMs === undefined ? 'Cancel' : 'Cancelling'}
          </button>
        </div>
      )}
      {job.error === undefined ? null : <p className="small bad">{job.error}</p>}
      {to === undefined || job.state !== 'done' ? null : (
        <p className="small">
          <Link to={to}>Open what it made</Link>
        </p>
      )}
    </article>
  );
}

export function JobState({ state }: { readonly state: Job['state'] }): ReactNode {
  const tones = {
    queued: '',
    running: 'badge-accent',
    done: 'badge-good',
    failed: 'badge-bad',
    cancelled: '',
  } as const;
  const words = {
    queued: 'waiting',
    running: 'running',
    done: '✓ done',
    failed: '✕ failed',
    cancelled: 'cancelled',
  } as const;
  return <span className={`badge ${tones[state]}`}>{words[state]}</span>;
}

/** Where the result of a job is. */
export function jobLink(job: Job): string | undefined {
  const { key } = job.params;
  if (job.kind === 'kpi-backfill' && typeof key === 'string') return `/kpis/${encodeURIComponent(key)}`;
  if (job.kind === 'models' && job.params['task'] === 'forecast')
    return job.params['grain'] === 'hourly' ? '/forecasts?fgrain=hourly' : '/forecasts';
  return job.kind === 'deadletter-replay' ? '/system/refused' : undefined;
}
