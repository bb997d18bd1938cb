import type { ReactNode } from 'react';
import type { Answered } from '../../platform/contracts/analytics.ts';
import { duration } from '../data/format.ts';
import { useNow, type Shown } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Icon } from './icons.tsx';
import { ProblemNote, Skeleton } from './states.tsx';
import './job.css';

/** What a long question shows: its answer, how far it has come, or what went wrong. */
export function Computed<T>({
  shown,
  what,
  onAgain,
  children,
}: {
  readonly shown: Shown<Answered<T>>;
  /** "The funnel". */
  readonly what: string;
  readonly onAgain: () => void;
  readonly children: (answer: T) => ReactNode;
}): ReactNode {
  const { format } = useWorkspace();
  const { data, problem } = shown;
  if (problem !== undefined) return <ProblemNote problem={problem} onRetry={onAgain} />;
  if (data === undefined) return <Skeleton height={320} />;
  if (data.state === 'running') return <Progress what={what} progress={data} />;
  return (
    <div className={shown.isOutdated ? 'stack is-outdated' : 'stack'}>
      {children(data.answer)}
      <p className="row-wrap small quiet">
        <span>
          As of {format.time(data.computedAtMs)} · computed in {duration(data.tookMs)}
        </span>
        <button type="button" className="button button-small" onClick={onAgain}>
          <Icon name="refresh" /> Compute anew
        </button>
      </p>
    </div>
  );
}

function Progress({
  what,
  progress,
}: {
  readonly what: string;
  readonly progress: Extract<Answered<unknown>, { state: 'running' }>;
}): ReactNode {
  const now = useNow(1_000);
  const { percent, stage, startedAtMs } = progress;
  const elapsedMs = Math.max(0, now - startedAtMs);
  const remainingMs = percent >= 3 ? (elapsedMs / percent) * (100 - percent) : undefined;
  return (
    <div className="job" role="status">
      <p className="strong">{what} is being computed</p>
      <progress max={100} value={percent} aria-label={`${what}: ${Math.round(percent)}%`} />
      <p className="small quiet">
        {stage}, {Math.round(percent)}% · for {duration(elapsedMs)}
        {remainingMs === undefined ? '' : ` · about ${duration(remainingMs)} left`}
      </p>
      <p className="small quiet">It goes on while this page is open, and a reload finds it again.</p>
    </div>
  );
}
