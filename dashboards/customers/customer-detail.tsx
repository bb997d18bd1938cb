import type { ReactNode } from 'react';
import type {
  ChurnReason,
  CustomerDetail,
  CustomerScore,
  CustomerValue,
} from '../../platform/contracts/customers.ts';
import { useQuery } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { Empty, Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { LineFigure } from './line-figure.tsx';
import { bandWords, campaignWords, moneyOf, monthsWords, riskWords } from './words.ts';
import './customers.css';

/** One customer: how likely it leaves, why, when, what it is worth, and how it was scored before. */
export function CustomerDetailView({ customer }: { readonly customer: string }): ReactNode {
  const { can, queries } = useWorkspace();
  const to = useViewLink();
  const isAllowed = can('kpis:write');
  const found = useQuery(queries.customer, isAllowed ? customer : undefined);
  return (
    <>
      <div className="row-wrap spread">
        <h2>{customer}</h2>
        <Link to={to('/audience/churn')}>All customers</Link>
      </div>
      {!isAllowed ? (
        <Notice>Looking at single customers needs the role analyst.</Notice>
      ) : found.data !== undefined ? (
        <Known detail={found.data} />
      ) : found.problem === undefined ? (
        <Skeleton height={420} />
      ) : found.problem.code === 'CHURN_CUSTOMER_NOT_FOUND' ? (
        <Empty title="The newest run knows no such customer">
          <p>It may have left, or done nothing for so long that it is not scored any more.</p>
        </Empty>
      ) : (
        <ProblemNote problem={found.problem} onRetry={queries.customer.refresh} />
      )}
    </>
  );
}

function Known({ detail }: { readonly detail: CustomerDetail }): ReactNode {
  const { format } = useWorkspace();
  const { score, segment, value } = detail;
  return (
    <>
      <p className="row-wrap">
        {score === null ? (
          <span className="quiet">A buyer without a contract</span>
        ) : (
          <span className={`badge ${bandWords[score.band].tone}`}>{bandWords[score.band].title}</span>
        )}
        {segment === null ? null : <span>Segment: {segment.name}</span>}
        <span className="quiet">as of {format.dateTime(detail.asOfMs)}</span>
      </p>
      <div className="customers-grid">
        {score === null ? null : <Why detail={detail} score={score} />}
        {score === null ? null : <When score={score} />}
        {value === null ? null : <Worth value={value} />}
        {detail.past.length < 2 ? null : <Past detail={detail} />}
      </div>
    </>
  );
}

function Why({
  detail,
  score,
}: {
  readonly detail: CustomerDetail;
  readonly score: CustomerScore;
}): ReactNode {
  const { format } = useWorkspace();
  const isModel = score.scoredBy === 'model';
  const most = Math.max(1e-9, ...score.reasons.map(({ contribution }) => Math.abs(contribution)));
  const columns: readonly Column<ChurnReason>[] = [
    {
      id: 'words',
      title: 'Factor',
      isName: true,
      className: 'wide wrap',
      value: ({ words }) => words,
      cell: ({ words }) => words,
    },
    {
      id: 'direction',
      title: 'Speaks for',
      value: ({ contribution }) => (contribution > 0 ? 'leaving' : 'staying'),
      cell: ({ contribution }) => (
        <span className={contribution > 0 ? 'bad' : 'good'}>
          {contribution > 0 ? '▲ leaving' : '▼ staying'}
        </span>
      ),
    },
    {
      id: 'weight',
      title: isModel ? 'Odds' : 'Points',
      isNumber: true,
      value: ({ contribution }) => contribution,
      bar: ({ contribution }) => Math.abs(contribution) / most,
      cell: ({ contribution }) =>
        isModel ? `× ${Math.exp(contribution).toFixed(2)}` : (100 * contribution).toFixed(0),
    },
  ];
  return (
    <section className="panel stack-tight" aria-labelledby="why-title">
      <h2 id="why-title">
        {isModel
          ? `${riskWords(format, score)} to leave within ${detail.horizonDays} days`
          : `${riskWords(format, score)} by the rule`}
      </h2>
      {isModel ? null : (
        <Notice tone="warn">
          Points of a rule, not a measured probability: there is too little history to learn from.
        </Notice>
      )}
      <Table
        id="reasons"
        label="Why"
        columns={columns}
        rows={score.reasons}
        rowKey={({ factor }) => factor}
      />
      {isModel ? (
        <p className="small quiet">
          Each factor multiplies the odds of the average customer (Shapley values of the model); together they
          make the chance.
        </p>
      ) : null}
      <p>
        <span className="quiet">Campaign:</span> {campaignWords(score)}
      </p>
    </section>
  );
}

function When({ score }: { readonly score: CustomerScore }): ReactNode {
  const { format } = useWorkspace();
  const { expectedMonths, medianMonths, staying } = score.outlook;
  return (
    <section className="panel stack-tight" aria-labelledby="when-title">
      <h2 id="when-title">When</h2>
      <LineFigure
        label={`Chance to be still there after each of 36 months: ${format.percent(staying[11] ?? 0)} after a year. Half of customers like it have left in ${monthsWords(medianMonths)}.`}
        lines={[
          {
            id: 'staying',
            label: 'Chance to be still there',
            slot: 1,
            points: [{ x: 0, y: 1 }, ...staying.map((share, m) => ({ x: m + 1, y: share }))],
          },
        ]}
        maxX={staying.length}
        maxY={1}
        xWords={(x) => String(Math.round(x))}
        yWords={(y) => format.value(y, 'ratio', 'axis')}
        xTitle="Months from now"
      />
      <FactList
        facts={[
          ['Half of such leave in', monthsWords(medianMonths)],
          ['Months to come, of 36 at most', String(Math.round(10 * expectedMonths) / 10)],
          ['Still there after a year', format.percent(staying[11] ?? 0)],
          ['Customer for', `${format.count(score.tenureDays)} days`],
          ['Plan', score.plan === '' ? 'not said' : score.plan],
          ['MRR', moneyOf(format, score.mrrMinor)],
        ]}
      />
      <p className="small quiet">
        The course of its plan and time as a customer, raised to the power that gives its own chance at the
        horizon.
      </p>
    </section>
  );
}

function Worth({ value }: { readonly value: CustomerValue }): ReactNode {
  const { format } = useWorkspace();
  return (
    <section className="panel stack-tight" aria-labelledby="worth-title">
      <h2 id="worth-title">What it is worth</h2>
      <FactList
        facts={[
          ['Margin to come in 36 months', moneyOf(format, value.value)],
          ['In 8 of 10 cases between', `${moneyOf(format, value.low)} and ${moneyOf(format, value.high)}`],
          ['Among all customers', `above ${format.percent(value.rank)} by value, use and influence`],
          ['Still a customer', format.percent(value.isAlive)],
          ['Events of use in 12 weeks', format.count(value.engagement)],
          ['Paid in 12 weeks', moneyOf(format, value.monetization)],
          ['Shares and comments in 12 weeks', format.count(value.influence)],
          ['First paid', `${format.count(value.loyaltyDays)} days ago`],
        ]}
      />
    </section>
  );
}

function Past({ detail }: { readonly detail: CustomerDetail }): ReactNode {
  const { format } = useWorkspace();
  const columns: readonly Column<CustomerDetail['past'][number]>[] = [
    {
      id: 'at',
      title: 'Scored',
      isName: true,
      value: ({ asOfMs }) => asOfMs,
      cell: ({ asOfMs }) => format.dateTime(asOfMs),
    },
    {
      id: 'risk',
      title: 'Chance or points',
      isNumber: true,
      value: ({ probability }) => probability,
      cell: (row) => riskWords(format, row),
    },
  ];
  return (
    <section className="panel stack-tight" aria-labelledby="past-title">
      <h2 id="past-title">Scored before</h2>
      <Table
        id="scored-before"
        label="How it was scored before"
        columns={columns}
        rows={detail.past.toReversed()}
        rowKey={({ asOfMs }) => String(asOfMs)}
        maxHeight={260}
      />
    </section>
  );
}

function FactList({ facts }: { readonly facts: readonly (readonly [string, string])[] }): ReactNode {
  return (
    <dl className="customer-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
