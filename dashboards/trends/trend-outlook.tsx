import type { ReactNode } from 'react';
import type { TrendLifecycle, TrendRisk, TrendWindow } from '../../platform/contracts/trend-lifecycle.ts';
import type { Trend } from '../../platform/contracts/trend.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChartPanel } from '../ui/chart-panel.tsx';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { outlookSpec } from './outlook-spec.ts';
import { AssumptionsForm } from './trend-assumptions.tsx';
import { StageBadge } from './trend-figures.tsx';

/** How the trend is expected to go on, what a content in it may return, what may go wrong, and whether to go for it. */
export function TrendOutlook({ trend }: { readonly trend: Trend }): ReactNode {
  const { queries } = useWorkspace();
  const found = useQuery(queries.trendLifecycle, trend.key);
  const { data } = found;
  if (data === undefined)
    return found.problem === undefined ? (
      <Skeleton height={320} />
    ) : (
      <ProblemNote problem={found.problem} onRetry={queries.trendLifecycle.refresh} />
    );
  return (
    <>
      <Decision lifecycle={data} />
      <ChartPanel
        id="outlook"
        title="The next thirty days (est.)"
        spec={outlookSpec(trend, data.atMs)}
        height={280}
      />
      <Windows lifecycle={data} />
      <Risks risks={data.risks} />
      <AssumptionsForm lifecycle={data} />
    </>
  );
}

function Decision({ lifecycle }: { readonly lifecycle: TrendLifecycle }): ReactNode {
  const { format } = useWorkspace();
  const { decision, reasons, entry, saturationMs } = lifecycle;
  return (
    <section className="panel stack-tight" aria-labelledby="decision-title">
      <h2 id="decision-title">
        <span className={decision === 'go' ? 'badge badge-good' : 'badge'}>
          <span aria-hidden="true">{decision === 'go' ? '✓' : '✕'}</span> {decision === 'go' ? 'Go' : 'No go'}
        </span>{' '}
        est.
      </h2>
      <ul className="trend-reasons">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      <p className="small quiet">
        {entry === null
          ? 'There is no entry that can still be made.'
          : `Best entry: begin ${format.dateTime(entry.startMs)}, publish ${format.dateTime(entry.publishMs)}.`}{' '}
        {saturationMs === null
          ? 'No attention is expected to come.'
          : `Saturated about ${format.date(saturationMs)}: by then nine tenths of the attention of the next thirty days will have come.`}
      </p>
    </section>
  );
}

function Windows({ lifecycle }: { readonly lifecycle: TrendLifecycle }): ReactNode {
  const { format } = useWorkspace();
  const { locale } = format.context;
  const { currency, windows, rpm, cost } = lifecycle;
  const money = (value: number): string =>
    new Intl.NumberFormat(locale, { style: 'currency', currency, maximumFractionDigits: 2 }).format(value);
  const columns: readonly Column<TrendWindow>[] = [
    {
      id: 'stage',
      title: 'While it is',
      isName: true,
      value: ({ stage }) => stage,
      cell: ({ stage }) => <StageBadge stage={stage} />,
    },
    {
      id: 'from',
      title: 'From',
      className: 'nowrap',
      value: ({ fromMs }) => fromMs,
      cell: ({ fromMs }) => format.dateTime(fromMs),
    },
    {
      id: 'to',
      title: 'To (est.)',
      className: 'nowrap',
      value: ({ toMs }) => toMs,
      cell: ({ toMs }) => format.dateTime(toMs),
    },
    {
      id: 'publish',
      title: 'Out by',
      className: 'nowrap',
      value: ({ publishMs }) => publishMs,
      cell: ({ publishMs }) => (publishMs === null ? 'too soon to make' : format.dateTime(publishMs)),
    },
    {
      id: 'views',
      title: 'Views of one est.',
      isNumber: true,
      value: ({ views }) => views?.expected ?? null,
      cell: ({ views }) =>
        views === null ? '–' : <Range {...views} show={(value) => format.value(value, 'count', 'tile')} />,
    },
    {
      id: 'roi',
      title: 'Return est.',
      isNumber: true,
      value: ({ roi }) => roi?.expected ?? null,
      cell: ({ roi }) => (roi === null ? '–' : <Range {...roi} show={(value) => format.percent(value)} />),
    },
    {
      id: 'contents',
      title: 'Contents worth it',
      isNumber: true,
      value: ({ contents }) => contents,
      cell: ({ contents, investment }) => <span title={money(investment)}>{contents}</span>,
    },
    {
      id: 'investment',
      title: 'Their cost',
      isNumber: true,
      value: ({ investment }) => investment,
      cell: ({ investment }) => money(investment),
    },
  ];
  return (
    <section className="stack-tight" aria-labelledby="windows-title">
      <h2 id="windows-title">When to be in it</h2>
      <Table
        id="trend-windows"
        label="Windows of this trend"
        columns={columns}
        rows={windows}
        rowKey={({ stage }) => stage}
        empty={<p className="empty">No window lies ahead: its peak is past.</p>}
      />
      <p className="small quiet">
        Return is revenue less cost, over cost. Views are an equal part of the attention to come among its
        contents, less what competition takes. A thousand views earn {money(rpm.value)} ({fromWords[rpm.from]}
        ), a content costs {money(cost.value)} ({fromWords[cost.from]}). Intervals hold four times in five.
      </p>
    </section>
  );
}

const fromWords: Readonly<Record<TrendLifecycle['rpm']['from'], string>> = {
  own: 'your last 28 days',
  assumed: 'as you set it',
  estimate: 'est., by category and season',
};

function Range({
  low,
  expected,
  high,
  show,
}: {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
  readonly show: (value: number) => string;
}): ReactNode {
  return (
    <>
      {show(expected)}{' '}
      <span className="small quiet below">
        {show(low)} to {show(high)}
      </span>
    </>
  );
}

const riskTitles: Readonly<Record<TrendRisk['kind'], string>> = {
  policy: 'Policy of platforms',
  monetization: 'Monetization',
  competition: 'Competition',
  fatigue: 'Fatigue of the audience',
  stage: 'Its stage',
};

function Risks({ risks }: { readonly risks: readonly TrendRisk[] }): ReactNode {
  const { format } = useWorkspace();
  const columns: readonly Column<TrendRisk>[] = [
    {
      id: 'kind',
      title: 'Risk',
      isName: true,
      className: 'nowrap',
      value: ({ kind }) => riskTitles[kind],
      cell: ({ kind }) => riskTitles[kind],
    },
    {
      id: 'score',
      title: 'Score',
      isNumber: true,
      value: ({ score }) => score,
      bar: ({ score }) => score,
      cell: ({ score }) => format.percent(score),
    },
    {
      id: 'facts',
      title: 'Why',
      className: 'wide',
      value: ({ facts }) => facts.join(' '),
      cell: ({ facts }) => <span className="small">{facts.join(' ')}</span>,
    },
  ];
  return (
    <section className="stack-tight" aria-labelledby="risks-title">
      <h2 id="risks-title">What may go wrong</h2>
      <Table
        id="trend-risks"
        label="Risks of this trend"
        columns={columns}
        rows={risks}
        rowKey={({ kind }) => kind}
        isPlain
      />
    </section>
  );
}
