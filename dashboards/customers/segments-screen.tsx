import type { ReactNode } from 'react';
import type { CustomerRun, CustomerSegment } from '../../platform/contracts/customers.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { Empty } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { RunFrame } from './run-head.tsx';
import { majorOf, moneyOf } from './words.ts';

/** Groups of customers by use, money and loyalty: how many, what they are like, and who moved since the run before. */
export function CustomerSegmentsScreen(): ReactNode {
  return (
    <RunFrame what="Groups of customers, found from what they do">
      {(run) =>
        run.segments.length === 0 ? (
          <Empty title="Too few customers for segments">
            <p>Segments need 20 customers or buyers.</p>
          </Empty>
        ) : (
          <Segments run={run} />
        )
      }
    </RunFrame>
  );
}

function Segments({ run }: { readonly run: CustomerRun }): ReactNode {
  const { format } = useWorkspace();
  const to = useViewLink();
  const all = run.segments.reduce((sum, { members }) => sum + members, 0);
  const columns: readonly Column<CustomerSegment>[] = [
    {
      id: 'name',
      title: 'Segment',
      isName: true,
      className: 'wide wrap',
      value: ({ name }) => name,
      cell: ({ id, name }) => (
        <Link to={`${to('/audience/value')}${to('/audience/value').includes('?') ? '&' : '?'}segment=${id}`}>
          {name}
        </Link>
      ),
    },
    {
      id: 'members',
      title: 'Customers',
      isNumber: true,
      value: ({ members }) => members,
      bar: ({ members }) => members / Math.max(1, all),
      cell: ({ members }) => `${format.count(members)} (${format.percent(members / Math.max(1, all))})`,
    },
    {
      id: 'moved',
      title: 'Since the run before',
      className: 'nowrap',
      value: ({ before, members }) => (before === null ? null : members - before.members),
      cell: ({ before }) =>
        before === null ? (
          <span className="badge badge-accent">new</span>
        ) : before.joined === 0 && before.left === 0 ? (
          <span className="quiet">nobody moved</span>
        ) : (
          `${format.count(before.joined)} came, ${format.count(before.left)} went`
        ),
    },
    {
      id: 'value',
      title: 'Mean worth',
      isNumber: true,
      value: ({ valueMinor }) => majorOf(format, valueMinor),
      cell: ({ valueMinor }) => moneyOf(format, valueMinor),
    },
    {
      id: 'engagement',
      title: 'Use in 12 weeks',
      isNumber: true,
      value: ({ engagement }) => engagement,
      cell: ({ engagement }) => format.value(Math.round(10 * engagement) / 10, 'count', 'tile'),
    },
    {
      id: 'paid',
      title: 'Paid in 12 weeks',
      isNumber: true,
      value: ({ monetization }) => majorOf(format, monetization),
      cell: ({ monetization }) => moneyOf(format, monetization),
    },
    {
      id: 'loyalty',
      title: 'Customer for',
      isNumber: true,
      value: ({ loyaltyDays }) => loyaltyDays,
      cell: ({ loyaltyDays }) => `${format.count(loyaltyDays)} days`,
    },
    {
      id: 'rank',
      title: 'Rank',
      isNumber: true,
      value: ({ rank }) => rank,
      cell: ({ rank }) => format.percent(rank),
    },
  ];
  const { segmentation } = run;
  return (
    <section className="stack-tight" aria-labelledby="segments-title">
      <h2 id="segments-title">
        {run.segments.length === 1 ? 'One segment: no split is clear' : `${run.segments.length} segments`}
      </h2>
      <Table
        id="customer-segments"
        label="Segments of customers"
        columns={columns}
        rows={run.segments}
        rowKey={({ id }) => id}
      />
      {segmentation === null ? null : (
        <p className="small quiet">
          Ward’s hierarchical clustering over use, money and loyalty; the count is the one with the clearest
          split (silhouette {segmentation.silhouette.toFixed(2)}). Clustering halves of the customers gives
          the same groups to {segmentation.stability.toFixed(2)} (1 always, 0 by chance).{' '}
          {format.percent(segmentation.moved)} of those known before changed their segment. A segment keeps id
          and name as long as most of its members stay. Rank: worth .4, use .3, influence .3.
        </p>
      )}
    </section>
  );
}
