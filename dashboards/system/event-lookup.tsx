import { useState, type SyntheticEvent, type ReactNode } from 'react';
import type { StoredEvent } from '../../platform/contracts/api.ts';
import { useQuery } from '../data/hooks.ts';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';

/** Whether an event arrived, and as what it was stored; without an id, the newest ones. */
export function EventLookup(): ReactNode {
  const { format, queries } = useWorkspace();
  const [id, setId] = useParam('event');
  const [text, setText] = useState(id);
  const found = useQuery(queries.events, { limit: 20, ...(id === '' ? {} : { id }) });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setId(text.trim());
  };
  const columns: readonly Column<StoredEvent>[] = [
    {
      id: 'id',
      title: 'Id',
      isName: true,
      className: 'nowrap',
      value: (row) => row.id,
      cell: (row) => (
        <code className="event-id ellipsis" title={row.id}>
          {row.id}
        </code>
      ),
    },
    { id: 'type', title: 'Type', value: (row) => row.type, cell: (row) => row.type },
    {
      id: 'time',
      title: 'Event time',
      className: 'nowrap',
      value: (row) => row.time,
      cell: (row) => <time dateTime={row.time}>{format.dateTime(Date.parse(row.time))}</time>,
    },
    {
      id: 'received',
      title: 'Received',
      className: 'nowrap',
      value: (row) => row.receivedAt,
      cell: (row) => <time dateTime={row.receivedAt}>{format.dateTime(Date.parse(row.receivedAt))}</time>,
    },
    { id: 'source', title: 'Source', value: (row) => row.source, cell: (row) => row.source },
    { id: 'flags', title: 'Flags', value: (row) => row.flags.join(' '), cell: (row) => row.flags.join(', ') },
    {
      id: 'data',
      title: 'Data',
      value: (row) => JSON.stringify(row.data),
      cell: (row) => (
        <details className="letter-item">
          <summary className="ellipsis mono">{JSON.stringify(row.data).slice(0, 60)}</summary>
          <pre>{JSON.stringify(row.data, null, 2)}</pre>
        </details>
      ),
    },
  ];
  return (
    <section className="panel stack-tight" aria-labelledby="lookup-title">
      <h2 id="lookup-title">{id === '' ? 'Newest events' : 'Events with this id'}</h2>
      {found.problem === undefined ? null : (
        <ProblemNote problem={found.problem} onRetry={queries.events.refresh} />
      )}
      {found.data === undefined ? (
        found.problem === undefined ? (
          <Skeleton height={160} />
        ) : null
      ) : (
        <Table
          id="events"
          label="Stored events"
          columns={columns}
          rows={found.data.events}
          rowKey={(row) => `${row.source} ${row.id}`}
          maxHeight={360}
          tools={
            <form className="row" onSubmit={submit}>
              <input
                className="input mono"
                type="search"
                aria-label="Id of an event"
                placeholder="Id of an event"
                value={text}
                onChange={(event) => {
                  setText(event.target.value);
                  if (event.target.value === '') setId('');
                }}
              />
              <button type="submit" className="button">
                Look up
              </button>
            </form>
          }
          empty={
            <Empty title={id === '' ? 'No event is stored yet' : 'No event has this id'}>
              {id === '' ? null : <p>It may still be on its way, or it was refused.</p>}
            </Empty>
          }
        />
      )}
    </section>
  );
}
