import type { ReactNode } from 'react';
import type { Problem } from '../../platform/contracts/api.ts';
import { CopyButton } from './copy.tsx';
import { Icon } from './icons.tsx';
import './states.css';

/** Holds the place of what is loading, so that nothing jumps when it comes. */
export function Skeleton({
  height,
  width = '100%',
}: {
  readonly height: number;
  readonly width?: string;
}): ReactNode {
  return <span className="skeleton" style={{ height, width }} aria-hidden="true" />;
}

export interface ProblemNoteProps {
  readonly problem: Problem;
  /** What goes on working meanwhile. */
  readonly still?: string;
  readonly onRetry?: () => void;
}

/** Says what failed, what to do, what still works, and the id under which the log has the cause. */
export function ProblemNote({ problem, still, onRetry }: ProblemNoteProps): ReactNode {
  return (
    <div className="problem" role="alert">
      <p className="strong">{problem.title}</p>
      <p>{problem.detail}</p>
      <p>{problem.mend}</p>
      {still === undefined ? null : <p className="quiet">{still}</p>}
      <div className="problem-foot">
        {onRetry === undefined ? null : (
          <button type="button" className="button button-small" onClick={onRetry}>
            <Icon name="refresh" /> Try again
          </button>
        )}
        <span className="small quiet mono">{problem.code}</span>
        {problem.traceId === '' ? null : (
          <span className="row small quiet">
            Trace <code>{problem.traceId}</code>
            <CopyButton text={problem.traceId} label="Copy the trace id" />
          </span>
        )}
      </div>
    </div>
  );
}

export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className="empty">
      <p className="strong">{title}</p>
      {children}
    </div>
  );
}

/** A sentence about the page as a whole. Screen readers hear it when it appears. */
export function Notice({
  tone = 'plain',
  children,
}: {
  readonly tone?: 'plain' | 'warn' | 'good';
  readonly children: ReactNode;
}): ReactNode {
  return (
    <div className={`notice notice-${tone}`} role="status">
      {children}
    </div>
  );
}

/** Simulated data wears this wherever it is shown as a whole. */
export function SimulatedBadge(): ReactNode {
  return (
    <span className="badge badge-warn" title="Made by the simulator, not by real people">
      simulated
    </span>
  );
}
