import type { ReactNode } from 'react';
import type { BreakdownReply } from '../../platform/contracts/revenue.ts';
import type { Dimension } from '../../platform/contracts/kpi.ts';
import { dimensionTitle } from '../data/colour-slots.ts';
import { useQuery } from '../data/hooks.ts';
import type { Scope } from '../data/scope.ts';
import { changeOf } from '../data/series.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChangeText } from '../ui/change.tsx';
import { ChartPanel } from '../ui/chart-panel.tsx';
import { capitalize, type ChartSpec } from '../ui/chart-spec.ts';
import { Empty, Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { Facts } from './facts.tsx';
import { useMoney } from './money.ts';

type Row = BreakdownReply['rows'][number];

/** How fast revenue comes in, how that changes, on how few it rests, and each part against the time before. */
export function PacePanel({
  dimension,
  scope,
}: {
  readonly dimension: Dimension;
  readonly scope: Scope;
}): ReactNode {
  const { queries } = useWorkspace();
  const { compared, completeCount, edgeMs, range, view } = scope;
  const isFiltered = Object.values(view.filters).some((value) => value !== undefined);
  // Only what is complete can be set against the time before.
  const toMs = completeCount === 0 ? range.toMs : edgeMs;
  const answer = useQuery(
    queries.breakdown,
    isFiltered
      ? undefined
      : {
          by: dimension,
          fromMs: range.fromMs,
          toMs,
          compared:
            compared === undefined || completeCount === 0
              ? undefined
              : { fromMs: compared.shift(range.fromMs), toMs: compared.shift(toMs) },
        },
  );
  if (isFiltered)
    return (
      <Notice>
        Pace, concentration and risks are those of all revenue; they are shown when no filter is set.
      </Notice>
    );
  if (answer.data === undefined)
    return answer.problem === undefined ? (
      <Skeleton height={320} />
    ) : (
      <ProblemNote problem={answer.problem} still="The table above is not touched by this." />
    );
  return (
    <>
      <Pace answer={answer.data} />
      <RpmTrend answer={answer.data} />
      <Parts answer={answer.data} scope={scope} />
    </>
  );
}

function Pace({ answer }: { readonly answer: BreakdownReply }): ReactNode {
  const { format } = useWorkspace();
  const money = useMoney();
  const { concentration, pace, risks } = answer;
  const { locale } = format.context;
  const growth = changeOf(pace.perDayMinor, pace.beforePerDayMinor, 'count');
  const share = (value: number | null): string => (value === null ? '–' : format.percent(value));
  return (
    <section className="stack-tight" aria-labelledby="pace-title">
      <h2 id="pace-title">Pace and risks</h2>
      <Facts
        label="Pace and concentration"
        facts={[
          {
            name: 'Revenue a day, last 7 complete days',
            value: money.short(pace.perDayMinor),
            title: money.full(pace.perDayMinor),
            note:
              growth === undefined ? (
                'Nothing to compare yet'
              ) : (
                <ChangeText change={growth} direction="up" on="the 7 days before" />
              ),
          },
          {
            name: 'Change from day to day',
            value: money.short(pace.perDayPerDayMinor),
            note: `Median slope over ${pace.days} complete days`,
          },
          {
            name: 'Largest stream',
            value: share(concentration.stream.largestShare),
            note:
              concentration.stream.largest === null
                ? 'No revenue'
                : dimensionTitle('stream', concentration.stream.largest, locale),
          },
          {
            name: 'Largest channel',
            value: share(concentration.channel.largestShare),
            note: concentration.channel.largest ?? 'No revenue',
          },
          {
            name: 'Concentration of streams (HHI)',
            value: concentration.stream.hhi === null ? '–' : concentration.stream.hhi.toFixed(2),
            note: '1 is a single stream; above 0.25 counts as high',
          },
        ]}
      />
      {risks.length === 0 ? (
        <p className="small quiet">No risk is beyond its bound.</p>
      ) : (
        <ul className="risks" aria-label="Risks">
          {risks.map((risk) => (
            <li key={risk.code} className="row-wrap">
              <span className="badge badge-warn">risk</span>
              <span>{riskText(risk, format.percent, locale)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function riskText(
  { bound, code, subject = '', value }: BreakdownReply['risks'][number],
  percent: (ratio: number) => string,
  locale: string,
): string {
  switch (code) {
    case 'stream_concentration':
      return `${dimensionTitle('stream', subject, locale)} earns ${percent(value)} of all revenue; above ${percent(bound)} one stream decides.`;
    case 'channel_concentration':
      return `${subject} earns ${percent(value)} of all revenue; above ${percent(bound)} one channel decides.`;
    case 'few_streams':
      return `Revenue rests on few streams: HHI ${value.toFixed(2)}, high above ${bound.toFixed(2)}.`;
    case 'revenue_falling':
      return `Revenue of the last seven days is down ${percent(-value)} on the seven before.`;
    case 'rpm_falling':
      return `The trend of revenue per 1,000 views is down ${percent(-value)} on a week ago.`;
  }
}

function RpmTrend({ answer }: { readonly answer: BreakdownReply }): ReactNode {
  const money = useMoney();
  const { zone } = useWorkspace();
  const { rpm } = answer;
  const last = rpm.at(-1);
  const spec: ChartSpec | undefined =
    last === undefined
      ? undefined
      : {
          kind: 'lines',
          unit: 'currency',
          grain: '1d',
          starts: rpm.map(({ startMs }) => startMs),
          endMs: zone.next('1d', last.startMs),
          completeCount: rpm.length,
          series: [
            { id: 'rpm', label: 'RPM', slot: 9, values: rpm.map(({ rpmMinor }) => money.major(rpmMinor)) },
            {
              id: 'trend',
              label: 'Trend',
              slot: 1,
              values: rpm.map(({ trendMinor }) => money.major(trendMinor)),
            },
          ],
        };
  if (spec === undefined)
    return (
      <Empty title="No complete day yet">
        <p>
          Revenue per 1,000 views needs a complete day with <code>video_view</code> or{' '}
          <code>post_metrics</code> and revenue.
        </p>
      </Empty>
    );
  return (
    <ChartPanel id="rpm" title="Revenue per 1,000 views by complete day" spec={spec} height={200}>
      <p className="small quiet">The trend takes in a tenth of each new day.</p>
    </ChartPanel>
  );
}

function Parts({ answer, scope }: { readonly answer: BreakdownReply; readonly scope: Scope }): ReactNode {
  const { format } = useWorkspace();
  const money = useMoney();
  const isCompared = answer.previousTotalMinor !== null;
  const on = scope.compared?.label ?? '';
  const title = (row: Row): string =>
    answer.by === 'content' ? row.title : dimensionTitle(answer.by, row.id, format.context.locale);
  const highest = Math.max(0, ...answer.rows.map((row) => row.revenueMinor));
  const columns: readonly Column<Row>[] = [
    { id: 'name', title: capitalize(answer.by), isName: true, value: title, cell: title },
    {
      id: 'revenue',
      title: 'Revenue',
      isNumber: true,
      value: (row) => money.major(row.revenueMinor),
      bar: (row) => (highest > 0 ? row.revenueMinor / highest : 0),
      cell: (row) => money.full(row.revenueMinor),
    },
    {
      id: 'share',
      title: 'Share',
      isNumber: true,
      value: (row) => row.share,
      cell: (row) => (row.share === null ? '–' : format.percent(row.share)),
    },
    ...(isCompared
      ? [
          {
            id: 'previous',
            title: 'Before',
            isNumber: true,
            value: (row: Row) => money.major(row.previousMinor),
            cell: (row: Row) => money.full(row.previousMinor),
          },
          {
            id: 'change',
            title: 'Change',
            value: (row: Row) => changeOf(row.revenueMinor, row.previousMinor, 'currency')?.amount ?? null,
            cell: (row: Row) => {
              const change = changeOf(row.revenueMinor, row.previousMinor, 'currency');
              return change === undefined ? (
                <span className="quiet">new</span>
              ) : (
                <ChangeText change={change} direction="up" on={on} />
              );
            },
          },
        ]
      : []),
    {
      id: 'rpm',
      title: answer.by === 'stream' ? 'Per 1,000 views of all' : 'Per 1,000 views',
      isNumber: true,
      value: (row) => money.major(row.rpmMinor),
      cell: (row) => money.full(row.rpmMinor),
    },
  ];
  return (
    <section className="stack-tight" aria-labelledby="parts-title">
      <h2 id="parts-title">Each {answer.by} against the time before</h2>
      <Table
        key={`${answer.by} ${isCompared}`}
        id={`revenue-change-${answer.by}`}
        label={`Revenue by ${answer.by} with comparison`}
        columns={columns}
        rows={answer.rows}
        rowKey={(row) => row.id}
        sort={{ column: 'revenue', isDown: true }}
        maxHeight={480}
        tools={
          <span className="small quiet">
            {scope.completeCount === 0
              ? 'The running window'
              : `Complete up to ${format.dateTime(scope.edgeMs)}`}
            {isCompared ? `, on ${on}` : ''}
          </span>
        }
        empty={<p className="empty">No {answer.by} has revenue in this range.</p>}
      />
    </section>
  );
}
