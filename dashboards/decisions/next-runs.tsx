import { useEffect, useState, type ReactNode } from 'react';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';

/** What is typed is asked about when it rests for so long. */
const restMs = 300;

/** When an expression would run next, in its zone, or what is wrong with it. */
export function NextRuns({ cron, zone }: { readonly cron: string; readonly zone: string }): ReactNode {
  const { queries } = useWorkspace();
  const [asked, setAsked] = useState({ cron, zone });
  useEffect(() => {
    const timer = setTimeout(() => setAsked({ cron, zone }), restMs);
    return () => clearTimeout(timer);
  }, [cron, zone]);
  const isWhole = asked.cron.trim() !== '' && asked.zone.trim() !== '';
  const found = useQuery(queries.nextRuns, isWhole ? asked : undefined);
  const { data } = found;
  return (
    <div className="field" role="status">
      <span className="strong">Next runs</span>
      {found.problem !== undefined ? (
        <span className="field-fault">{found.problem.detail}</span>
      ) : data === undefined || !isWhole ? (
        <span className="quiet small">Type a cron expression and a zone.</span>
      ) : data.fault !== null ? (
        <span className="field-fault">{data.fault}</span>
      ) : (
        <ol className="small">
          {data.runsAtMs.map((atMs) => (
            <li key={atMs}>
              <time dateTime={new Date(atMs).toISOString()}>{inZone(atMs, asked.zone)}</time>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** On the clock of the schedule's zone, which is not always the reader's. */
function inZone(atMs: number, zone: string): string {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'short',
    }).format(atMs);
  } catch {
    return new Date(atMs).toISOString();
  }
}
