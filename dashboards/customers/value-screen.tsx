import type { ReactNode } from 'react';
import type { CustomerRun, CustomerValue } from '../../platform/contracts/customers.ts';
import { useQuery } from '../data/hooks.ts';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { OnlySelect } from '../ui/only-select.tsx';
import { Empty, Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { CustomerLink } from './churn-table.tsx';
import { RunFrame } from './run-head.tsx';
import { majorOf, moneyOf } from './words.ts';

/** What customers will still bring: how it spreads, and each of them with its interval. */
export function ValueScreen(): ReactNode {
  return (
    <RunFrame what="Margin customers will still bring in 36 months">
      {(run) => (
        <div className="stack">
          <Spread run={run} />
          <Values run={run} />
        </div>
      )}
    </RunFrame>
  );
}

type Bin = CustomerRun['values']['bins'][number];

function Spread({ run }: { readonly run: CustomerRun }): ReactNode {
  const { format } = useWorkspace();
  const { bins, customers, marginShare, note, purchases, totalMinor } = run.values;
  const most = Math.max(1, ...bins.map(({ contract, purchases: buyers }) => contract + buyers));
  const columns: readonly Column<Bin>[] = [
    {
      id: 'value',
      title: 'Worth',
      isName: true,
      value: ({ fromMinor }) => majorOf(format, fromMinor),
      cell: ({ fromMinor, toMinor }) =>
        fromMinor === 0
          ? `up to ${moneyOf(format, toMinor)}`
          : `${moneyOf(format, fromMinor)} to ${moneyOf(format, toMinor)}`,
    },
    {
      id: 'contract',
      title: 'Under contract',
      isNumber: true,
      value: ({ contract }) => contract,
      bar: ({ contract }) => contract / most,
      cell: ({ contract }) => format.count(contract),
    },
    {
      id: 'purchases',
      title: 'Buyers without one',
      isNumber: true,
      value: ({ purchases: buyers }) => buyers,
      bar: ({ purchases: buyers }) => buyers / most,
      cell: ({ purchases: buyers }) => format.count(buyers),
    },
  ];
  return (
    <section className="panel stack-tight" aria-labelledby="spread-title">
      <h2 id="spread-title">
        {moneyOf(format, totalMinor)} from {format.count(customers)} customers
      </h2>
      <p className="quiet small">
        Expected, discounted at 10% a year. Of revenue {format.percent(marginShare)} is kept after costs
        (advertising aside), by the last twelve weeks.{' '}
        {purchases === null
          ? ''
          : `Buyers without a contract by BG/NBD and Gamma-Gamma, fitted to ${format.count(purchases.buyers)} of them, ${format.count(purchases.repeatBuyers)} of whom bought again.`}
      </p>
      {note === null ? null : <Notice tone="warn">{note}</Notice>}
      <Table
        id="value-spread"
        label="Customers by worth"
        columns={columns}
        rows={bins}
        rowKey={({ toMinor }) => String(toMinor)}
        empty={<p className="empty">Nobody is worth anything yet.</p>}
      />
    </section>
  );
}

function Values({ run }: { readonly run: CustomerRun }): ReactNode {
  const { can, format, queries } = useWorkspace();
  const [segment, setSegment] = useParam('segment');
  const isAllowed = can('kpis:write');
  const found = useQuery(
    queries.customerValues,
    isAllowed ? { segment: segment === '' ? undefined : segment } : undefined,
  );
  if (!isAllowed)
    return (
      <Notice>
        Looking at single customers needs the role analyst; the figures of the whole are open to you.
      </Notice>
    );
  const list = found.data?.customers ?? [];
  const names = new Map(run.segments.map(({ id, name }) => [id, name]));
  const columns: readonly Column<CustomerValue>[] = [
    {
      id: 'customer',
      title: 'Customer',
      isName: true,
      className: 'nowrap',
      value: ({ customer }) => customer,
      cell: ({ customer }) => <CustomerLink customer={customer} />,
    },
    {
      id: 'value',
      title: 'Worth',
      isNumber: true,
      value: ({ value }) => majorOf(format, value),
      cell: ({ value }) => moneyOf(format, value),
    },
    {
      id: 'interval',
      title: '8 of 10 cases',
      isNumber: true,
      className: 'nowrap',
      cell: ({ high, low }) => `${moneyOf(format, low)} to ${moneyOf(format, high)}`,
    },
    {
      id: 'kind',
      title: 'By',
      value: ({ kind }) => kind,
      cell: ({ kind }) => (kind === 'contract' ? 'contract' : 'purchases'),
    },
    {
      id: 'alive',
      title: 'Still a customer',
      isNumber: true,
      value: ({ isAlive }) => isAlive,
      cell: ({ isAlive }) => format.percent(isAlive),
    },
    {
      id: 'rank',
      title: 'Rank',
      isNumber: true,
      value: ({ rank }) => rank,
      cell: ({ rank }) => format.percent(rank),
    },
    {
      id: 'segment',
      title: 'Segment',
      className: 'wrap',
      value: (row) => names.get(row.segment) ?? null,
      cell: (row) => names.get(row.segment) ?? <span className="quiet">–</span>,
    },
    {
      id: 'paid',
      title: 'Paid in 12 weeks',
      isNumber: true,
      value: ({ monetization }) => majorOf(format, monetization),
      cell: ({ monetization }) => moneyOf(format, monetization),
    },
  ];
  return (
    <section className="stack-tight" aria-labelledby="values-title">
      <h2 id="values-title">Customers</h2>
      {found.problem === undefined ? null : (
        <ProblemNote problem={found.problem} onRetry={queries.customerValues.refresh} />
      )}
      {found.data === undefined ? (
        found.problem === undefined ? (
          <Skeleton height={320} />
        ) : null
      ) : (
        <Table
          id="customer-values"
          label="Customers by worth, one by one"
          columns={columns}
          rows={list}
          rowKey={({ customer }) => customer}
          maxHeight={560}
          tools={
            <>
              <OnlySelect
                label="Segment"
                all="Any segment"
                value={segment}
                onChange={setSegment}
                options={run.segments.map(({ id }) => id)}
                words={(chosen) => run.segments.find(({ id }) => id === chosen)?.name ?? chosen}
              />
              <span className="small quiet">
                {format.count(found.data.total)} customers
                {found.data.total > list.length ? `, the first ${format.count(list.length)} shown` : ''}
              </span>
            </>
          }
          empty={
            <Empty title="Nobody is in it">
              <p>The segment chosen has no customer in the newest run.</p>
            </Empty>
          }
        />
      )}
    </section>
  );
}
