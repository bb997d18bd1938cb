import type { ReactNode } from 'react';
import type { CustomerRun, CustomerScore } from '../../platform/contracts/customers.ts';
import type { Formatter } from '../data/format.ts';
import { useQuery } from '../data/hooks.ts';
import { useParam, useViewLink } from '../data/router.ts';
import { churnBands } from '../data/wire-customers.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { OnlySelect } from '../ui/only-select.tsx';
import { Empty, Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { bandWords, campaignWords, majorOf, moneyOf, monthsWords, riskWords } from './words.ts';

/** Customers by money at risk, with why, when and what to do; narrowed by band, main reason and segment. */
export function ChurnTable({ run }: { readonly run: CustomerRun }): ReactNode {
  const { can, format, queries } = useWorkspace();
  const [rawBand] = useParam('band');
  const [reason, setReason] = useParam('reason');
  const [segment, setSegment] = useParam('segment');
  const band = churnBands.find((each) => each === rawBand);
  const isAllowed = can('kpis:write');
  const found = useQuery(
    queries.customerScores,
    isAllowed
      ? {
          band,
          reason: reason === '' ? undefined : reason,
          segment: segment === '' ? undefined : segment,
        }
      : undefined,
  );
  if (!isAllowed)
    return (
      <Notice>
        Looking at single customers needs the role analyst; the figures of the whole are open to you.
      </Notice>
    );
  const list = found.data?.customers ?? [];
  return (
    <section className="stack-tight" aria-labelledby="customers-title">
      <h2 id="customers-title">Customers</h2>
      {found.problem === undefined ? null : (
        <ProblemNote problem={found.problem} onRetry={queries.customerScores.refresh} />
      )}
      {found.data === undefined ? (
        found.problem === undefined ? (
          <Skeleton height={320} />
        ) : null
      ) : (
        <div className={found.isOutdated ? 'is-outdated' : ''}>
          <Table
            id="churn"
            label="Customers by money at risk"
            columns={columnsOf(run, format)}
            rows={list}
            rowKey={(row) => row.customer}
            maxHeight={520}
            tools={
              <>
                <OnlySelect
                  label="Main reason"
                  all="Any main reason"
                  value={reason}
                  onChange={setReason}
                  options={run.reasons.map(({ factor }) => factor)}
                  words={(chosen) => {
                    const found = run.reasons.find(({ factor }) => factor === chosen);
                    return found === undefined ? chosen : `${found.words} (${format.count(found.customers)})`;
                  }}
                />
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
              <Empty title="Nobody is like this">
                <p>No customer of the newest run fits the band, reason and segment chosen.</p>
              </Empty>
            }
          />
        </div>
      )}
    </section>
  );
}

function columnsOf(run: CustomerRun, format: Formatter): readonly Column<CustomerScore>[] {
  return [
    {
      id: 'customer',
      title: 'Customer',
      isName: true,
      className: 'nowrap',
      value: (row) => row.customer,
      cell: (row) => <CustomerLink customer={row.customer} />,
    },
    {
      id: 'probability',
      title: run.scoredBy === 'model' ? `Leaves within ${run.horizonDays} days` : 'Points',
      isNumber: true,
      value: (row) => row.probability,
      bar: (row) => row.probability,
      cell: (row) => riskWords(format, row),
    },
    {
      id: 'band',
      title: 'Band',
      value: (row) => row.band,
      cell: (row) => <span className={`badge ${bandWords[row.band].tone}`}>{bandWords[row.band].title}</span>,
    },
    {
      id: 'why',
      title: 'Why',
      className: 'wide wrap',
      value: (row) => reasonsFor(row),
      cell: (row) => reasonsFor(row),
    },
    {
      id: 'when',
      title: 'Half of such leave in',
      className: 'nowrap',
      value: (row) => row.outlook.medianMonths ?? 99,
      cell: (row) => monthsWords(row.outlook.medianMonths),
    },
    {
      id: 'mrr',
      title: 'MRR',
      isNumber: true,
      value: (row) => majorOf(format, row.mrrMinor),
      cell: (row) => moneyOf(format, row.mrrMinor),
    },
    {
      id: 'risk',
      title: 'A year at risk',
      isNumber: true,
      value: (row) => majorOf(format, row.atRiskMinor),
      cell: (row) => moneyOf(format, row.atRiskMinor),
    },
    { id: 'plan', title: 'Plan', value: (row) => row.plan, cell: (row) => row.plan },
    {
      id: 'campaign',
      title: 'Campaign',
      className: 'wrap',
      value: campaignWords,
      cell: (row) => <span className="small">{campaignWords(row)}</span>,
    },
  ];
}

/** The strongest of what speaks for leaving. */
function reasonsFor({ reasons }: CustomerScore): string {
  const found = reasons
    .filter(({ contribution }) => contribution > 0)
    .toSorted((a, b) => b.contribution - a.contribution)
    .slice(0, 2)
    .map(({ words }) => words);
  return found.length === 0 ? 'nothing stands out' : found.join('; ');
}

/** To a customer in depth. */
export function CustomerLink({ customer }: { readonly customer: string }): ReactNode {
  const to = useViewLink();
  return <Link to={to(`/audience/customers/${encodeURIComponent(customer)}`)}>{customer}</Link>;
}
