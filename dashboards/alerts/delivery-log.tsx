import type { ReactNode } from 'react';
import type { DeliveryView } from '../../platform/contracts/alert-thread.ts';
import { channelWords } from '../data/alert-words.ts';
import { useQuery } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { Link } from '../ui/link.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';

const stateWords = {
  sent: { tone: 'badge-good', text: '✓ sent' },
  waiting: { tone: 'badge-warn', text: '◷ waits' },
  dead: { tone: 'badge-bad', text: '✕ given up' },
} as const;

/** Every message to me and what became of it; what was given up can be sent again. */
export function DeliveryLog(): ReactNode {
  const { api, format, queries } = useWorkspace();
  const to = useViewLink();
  const action = useAction();
  const deliveries = useQuery(queries.deliveries, 'all');
  const contacts = useQuery(queries.contacts, 'all');
  const nameOf = ({ contactId, channel }: DeliveryView): string =>
    contacts.data?.contacts.find(({ id }) => id === contactId)?.name ?? channelWords[channel];
  const columns: readonly Column<DeliveryView>[] = [
    {
      id: 'what',
      title: 'What',
      isName: true,
      className: 'wide',
      value: (row) => row.title,
      cell: (row) => {
        const [thread] = row.threadIds;
        return thread === undefined ? (
          row.title
        ) : (
          <Link to={to(`/alerts/${encodeURIComponent(thread)}`)}>{row.title}</Link>
        );
      },
    },
    { id: 'to', title: 'To', value: nameOf, cell: (row) => `${nameOf(row)} (${channelWords[row.channel]})` },
    {
      id: 'state',
      title: 'State',
      value: (row) => row.state,
      cell: (row) => (
        <span className={`badge ${stateWords[row.state].tone}`}>{stateWords[row.state].text}</span>
      ),
    },
    {
      id: 'at',
      title: 'Made',
      className: 'nowrap',
      value: (row) => row.createdAtMs,
      cell: (row) => format.dateTime(row.createdAtMs),
    },
    { id: 'tries', title: 'Tries', isNumber: true, value: (row) => row.tries, cell: (row) => row.tries },
    {
      id: 'note',
      title: 'Last answer',
      value: (row) => row.lastNote,
      cell: (row) => (
        <>
          {row.lastNote}
          {row.nextAtMs === null || row.tries === 0 ? null : (
            <span className="small quiet below">next try {format.dateTime(row.nextAtMs)}</span>
          )}
        </>
      ),
    },
    {
      id: 'actions',
      title: 'Actions',
      cell: (row) =>
        row.state === 'dead' && row.kind !== 'test' ? (
          <button
            type="button"
            className="button button-small"
            aria-disabled={action.isRunning}
            onClick={() =>
              action.run(async () => {
                await api.retryDelivery(row.id);
                queries.deliveries.refresh();
              })
            }
          >
            Send again<span className="unseen"> {row.title}</span>
          </button>
        ) : null,
    },
  ];
  return (
    <section className="stack-tight" aria-label="Delivery log">
      {deliveries.problem === undefined ? null : (
        <ProblemNote problem={deliveries.problem} onRetry={queries.deliveries.refresh} />
      )}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      {deliveries.data === undefined ? (
        deliveries.problem === undefined && <Skeleton height={240} />
      ) : (
        <Table
          id="deliveries"
          label="Deliveries to me"
          columns={columns}
          rows={deliveries.data.deliveries}
          rowKey={(row) => row.id}
          sort={{ column: 'at', isDown: true }}
          maxHeight={640}
          empty={
            <Empty title="Nothing was sent to you yet">
              <p>
                <Link to={to('/alerts/subscriptions')}>Subscribe</Link> and press the test button of a contact
                point.
              </p>
            </Empty>
          }
        />
      )}
    </section>
  );
}
