import { useState, type ReactNode } from 'react';
import type { AuditEntry, AuditState } from '../../platform/contracts/audit.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { CopyButton } from '../ui/copy.tsx';
import { Empty, Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { useActors } from './use-actors.ts';

const resultTones = { asked: '', done: 'badge-good', refused: 'badge-warn', failed: 'badge-bad' } as const;

/** Who did what, and whether anybody has touched the record of it. */
export function AuditTrail(): ReactNode {
  const { can, format, queries } = useWorkspace();
  const isAdmin = can('admin');
  const nameOf = useActors();
  const [before, setBefore] = useState<number>();
  const state = useQuery(queries.auditState, isAdmin ? 'all' : undefined);
  // Undefined as a question asks nothing, so the newest page is asked for by a number above all.
  const page = useQuery(queries.audit, isAdmin ? (before ?? Number.MAX_SAFE_INTEGER) : undefined);
  const columns: readonly Column<AuditEntry>[] = [
    {
      id: 'number',
      title: 'No.',
      isNumber: true,
      isName: true,
      value: (entry) => entry.number,
      cell: (entry) => entry.number,
    },
    {
      id: 'at',
      title: 'When',
      className: 'nowrap',
      value: (entry) => entry.atMs,
      cell: (entry) => format.dateTime(entry.atMs),
    },
    {
      id: 'who',
      title: 'Who',
      className: 'nowrap',
      value: (entry) => nameOf(entry.actor),
      cell: (entry) => nameOf(entry.actor),
    },
    {
      id: 'what',
      title: 'What',
      className: 'wide',
      value: (entry) => entry.action,
      cell: (entry) => (
        <>
          <span className="strong">{entry.action}</span>
          <span className="small quiet below">{entry.object}</span>
        </>
      ),
    },
    {
      id: 'result',
      title: 'Result',
      value: (entry) => entry.result,
      cell: (entry) => <span className={`badge ${resultTones[entry.result]}`}>{entry.result}</span>,
    },
    {
      id: 'details',
      title: 'Details',
      value: (entry) => JSON.stringify(entry.details),
      cell: (entry) => (
        <details className="audit-details">
          <summary>Show</summary>
          <pre>{JSON.stringify(entry.details, undefined, 2)}</pre>
          <p className="small mono">hash {entry.hash.slice(0, 24)}…</p>
        </details>
      ),
    },
  ];
  if (!isAdmin) return <Empty title="Admins read the audit trail." />;
  const entries = page.data?.entries ?? [];
  return (
    <div className="stack">
      {state.problem === undefined ? null : (
        <ProblemNote problem={state.problem} onRetry={queries.auditState.refresh} />
      )}
      {state.data === undefined && state.problem === undefined ? <Skeleton height={96} /> : null}
      {state.data === undefined ? null : <Verdict state={state.data} />}
      <section className="panel stack-tight" aria-labelledby="trail-title">
        <h2 id="trail-title">Audit trail</h2>
        {page.problem === undefined ? null : (
          <ProblemNote problem={page.problem} onRetry={queries.audit.refresh} />
        )}
        {page.data === undefined && page.problem === undefined ? <Skeleton height={240} /> : null}
        {page.data === undefined ? null : (
          <Table
            id="audit"
            label="Audit trail"
            columns={columns}
            rows={entries}
            rowKey={(entry) => String(entry.number)}
            sort={{ column: 'number', isDown: true }}
            empty={<Empty title="Nothing was changed yet." />}
            foot={
              <div className="row-wrap">
                {before === undefined ? null : (
                  <button type="button" className="button button-small" onClick={() => setBefore(undefined)}>
                    Newest
                  </button>
                )}
                {page.data.isCut ? (
                  <button
                    type="button"
                    className="button button-small"
                    onClick={() => setBefore(entries.at(-1)?.number)}
                  >
                    Earlier
                  </button>
                ) : null}
              </div>
            }
          />
        )}
      </section>
    </div>
  );
}

function Verdict({ state }: { readonly state: AuditState }): ReactNode {
  const { format } = useWorkspace();
  const { checkpoint, findings } = state;
  return (
    <section className="panel stack-tight" aria-label="Verification">
      {state.isIntact ? (
        <Notice tone="good">
          <span>
            <span className="strong">✓ The chain is whole.</span> {format.count(state.entries)} entries were
            hashed again at {format.time(state.verifiedAtMs)}.
          </span>
        </Notice>
      ) : (
        <Notice tone="warn">
          <span>
            <span className="strong">✕ Somebody has changed the trail, or its key.</span>
          </span>
        </Notice>
      )}
      {findings.map((finding) => (
        <p key={`${finding.code} ${finding.number}`} className="bad">
          {finding.code}: {finding.message}
        </p>
      ))}
      {checkpoint === null ? (
        <p className="small quiet">There is no signed checkpoint yet.</p>
      ) : (
        <>
          <p className="small">
            Newest signed checkpoint: entry {format.count(checkpoint.number)},{' '}
            {format.dateTime(checkpoint.atMs)}, key <code>{checkpoint.keyId}</code>. Keep a copy elsewhere:
            only that shows an end that was cut off together with its checkpoints.
          </p>
          <div className="row-wrap">
            <CopyButton text={JSON.stringify(checkpoint)} label="Copy the checkpoint" words="Checkpoint" />
            <CopyButton text={state.publicKey} label="Copy the public key" words="Public key" />
          </div>
        </>
      )}
    </section>
  );
}
