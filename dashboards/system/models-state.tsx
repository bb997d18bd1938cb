import type { ReactNode } from 'react';
import { duration } from '../data/format.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ProblemNote, Skeleton } from '../ui/states.tsx';

const MIB = 1024 * 1024;
const SHOWN_RUNS = 5;
const outcomeWords = { done: '✓', failed: '✕', cancelled: '–' } as const;

/** What the models compute on, how well it computes, and what was trained last. */
export function ModelsState(): ReactNode {
  const { format, queries } = useWorkspace();
  const models = useQuery(queries.models, 'all');
  const status = models.data?.status ?? undefined;
  return (
    <section className="panel stack-tight" aria-labelledby="models-state-title">
      <h2 id="models-state-title">Models</h2>
      {models.problem === undefined ? null : (
        <ProblemNote problem={models.problem} onRetry={queries.models.refresh} />
      )}
      {models.data === undefined ? (
        models.problem === undefined && <Skeleton height={96} />
      ) : status === undefined ? (
        <p className="quiet">No process works on the models; forecasts stay as they are.</p>
      ) : (
        <>
          {status.backend === null ? (
            <p className="quiet">{status.backendFault ?? 'The way to compute is being chosen.'}</p>
          ) : (
            <ul className="parts">
              <li>
                <span className="strong">{status.backend.name}</span>
                <span className="badge badge-good">✓ in use</span>
                <span className="quiet">
                  {status.backend.device}; self-test within {status.backend.selfTestError.toExponential(1)} of
                  plain CPU
                </span>
              </li>
              {status.backend.refused.map(({ name, reason }) => (
                <li key={name}>
                  <span className="strong">{name}</span>
                  <span className="badge">not used</span>
                  <span className="quiet">{reason}</span>
                </li>
              ))}
            </ul>
          )}
          <p className="small quiet">
            The whole process holds {format.count(Math.round(status.processBytes / MIB))} MiB; models compute
            on a thread that ends with the work.
          </p>
          {status.runs.slice(0, SHOWN_RUNS).map((run) => (
            <p key={`${run.endedAtMs} ${run.title}`} className="small">
              {outcomeWords[run.outcome]} {run.title}: {run.detail}{' '}
              <span className="quiet">
                {format.dateTime(run.endedAtMs)}, took {duration(run.tookMs)}
              </span>
            </p>
          ))}
        </>
      )}
    </section>
  );
}
