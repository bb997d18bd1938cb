import type { ReactNode } from 'react';
import type { OutboxItem } from '../../platform/contracts/outbox.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';

const stateWords: Readonly<Record<OutboxItem['state'], { readonly text: string; readonly tone: string }>> = {
  waiting: { text: 'waiting', tone: '' },
  running: { text: 'running', tone: 'badge-accent' },
  done: { text: '✓ done', tone: 'badge-good' },
  dead: { text: '✕ given up', tone: 'badge-bad' },
  cancelled: { text: 'cancelled', tone: 'badge-warn' },
};

/** Actions with their tries; what was given up can be tried again. */
export function OutboxTable({
  title,
  cause,
  state,
  empty = 'Nothing was executed yet.',
}: {
  readonly title: string;
  readonly cause?: string;
  readonly state?: string;
  readonly empty?: string;
}): ReactNode {
  const { api, can, format, queries } = useWorkspace();
  const action = useAction();
  const found = useQuery(queries.outbox, { cause, state, limit: 50 });
  const titleId = `outbox-${cause ?? state ?? 'all'}`;
  const columns: readonly Column<OutboxItem>[] = [
    {
      id: 'what',
      title: 'What',
      isName: true,
      className: 'wide',
      value: (item) => `${item.action.kind} ${item.cause.title}`,
      cell: (item) => (
        <>
          <span className="strong">
            {item.action.kind === 'routine' ? item.action.params.routine : item.action.kind}
          </span>
          <span className="small quiet below">{item.cause.title}</span>
        </>
      ),
    },
    {
      id: 'state',
      title: 'State',
      value: (item) => item.state,
      cell: (item) => (
        <span className={`badge ${stateWords[item.state].tone}`}>{stateWords[item.state].text}</span>
      ),
    },
    {
      id: 'tries',
      title: 'Tries',
      isNumber: true,
      value: (item) => item.attempts.length,
      cell: (item) => format.count(item.attempts.length),
    },
    {
      id: 'last',
      title: 'Last answer',
      className: 'wide',
      value: (item) => item.attempts.at(-1)?.note ?? '',
      cell: (item) => {
        const last = item.attempts.at(-1);
        const next =
          item.state === 'waiting' && item.attempts.length > 0
            ? `, again ${format.dateTime(item.nextAtMs)}`
            : '';
        return last === undefined ? <span className="quiet">none yet</span> : `${last.note}${next}`;
      },
    },
    {
      id: 'at',
      title: 'When',
      className: 'nowrap',
      value: (item) => item.createdAtMs,
      cell: (item) => format.dateTime(item.attempts.at(-1)?.atMs ?? item.createdAtMs),
    },
    {
      id: 'actions',
      title: 'Actions',
      cell: (item) =>
        item.state === 'dead' && can('decisions:approve') ? (
          <button
            type="button"
            className="button button-small"
            aria-disabled={action.isRunning}
            onClick={() =>
              action.run(async () => {
                await api.decisions.replayItem(item.id);
                queries.outbox.refresh();
              })
            }
          >
            Try again<span className="unseen"> {item.cause.title}</span>
          </button>
        ) : null,
    },
  ];
  return (
    <section className="panel stack-tight" aria-labelledby={titleId}>
      <h2 id={titleId}>{title}</h2>
      {found.problem === undefined ? null : (
        <ProblemNote problem={found.problem} onRetry={queries.outbox.refresh} />
      )}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      {found.data === undefined && found.problem === undefined ? <Skeleton height={80} /> : null}
      {found.data === undefined ? null : (
        <Table
          id={titleId}
          label={title}
          columns={columns}
          rows={found.data.items}
          rowKey={(item) => item.id}
          sort={{ column: 'at', isDown: true }}
          isPlain
          empty={<Empty title={empty} />}
        />
      )}
    </section>
  );
}
