import type { ReactNode } from 'react';
import type { AnomalyView } from '../../platform/contracts/anomaly.ts';
import {
  mergeOpen,
  rarityWords,
  seriesName,
  severityRank,
  severityWords,
  sideOf,
  windowWords,
} from '../data/anomaly-words.ts';
import { ago, duration } from '../data/format.ts';
import { useOpenAnomalies, useQuery, useTopic } from '../data/hooks.ts';
import { useParam, useViewLink } from '../data/router.ts';
import { useScope } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { OnlySelect } from '../ui/only-select.tsx';
import { Empty, Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { ViewControls } from '../ui/view-controls.tsx';
import { Sensitivity } from './sensitivity.tsx';

const LIMIT = 200;
const severities = ['critical', 'warning', 'info'] as const;
const states = ['open', 'resolved'] as const;

/** Stretches in which a KPI was not what was expected: what, since when, how unusual, whether it lasts. */
export function AnomalyListView(): ReactNode {
  const { format, nowMs, queries } = useWorkspace();
  const to = useViewLink();
  const scope = useScope();
  useTopic('anomalies');
  const [severity, setSeverity] = useParam('severity');
  const [state, setState] = useParam('state');
  const [kpi, setKpi] = useParam('kpi');
  const { filters } = scope.view;
  const cuts = (['channel', 'country', 'stream'] as const).filter((each) => filters[each] !== undefined);
  const isAnswerable = filters.content === undefined && cuts.length <= 1;
  const kpis = useQuery(queries.kpis, 'all');
  const list = useQuery(
    queries.anomalies,
    isAnswerable
      ? {
          fromMs: scope.range.fromMs,
          toMs: scope.range.toMs,
          filters,
          limit: LIMIT,
          ...(severity === '' ? {} : { severity }),
          ...(state === '' ? {} : { state }),
          ...(kpi === '' ? {} : { kpi }),
        }
      : undefined,
  );
  const open = useOpenAnomalies() ?? [];
  const matching = open.filter(
    (each) =>
      cuts.length === 0 &&
      each.startedAtMs < scope.range.toMs &&
      (severity === '' || each.severity === severity) &&
      state !== 'resolved' &&
      (kpi === '' || each.kpi === kpi),
  );
  const rows = mergeOpen(list.data?.anomalies ?? [], matching);
  const columns: readonly Column<AnomalyView>[] = [
    {
      id: 'what',
      title: 'What',
      isName: true,
      className: 'wide',
      value: seriesName,
      cell: (row) => (
        <>
          <Link to={to(`/anomalies/${encodeURIComponent(row.id)}`)} className="strong">
            {seriesName(row)}
          </Link>
          {row.others === 0 ? null : <span className="small quiet"> and {row.others} more with it</span>}
        </>
      ),
    },
    {
      id: 'severity',
      title: 'Severity',
      value: (row) => severityRank[row.severity],
      cell: (row) => (
        <span className={`badge ${severityWords[row.severity].tone}`}>
          {severityWords[row.severity].text}
        </span>
      ),
    },
    {
      id: 'state',
      title: 'State',
      className: 'nowrap',
      value: (row) => row.state,
      cell: (row) =>
        row.state === 'open' ? (
          <span className="strong">lasts</span>
        ) : (
          <span className="quiet">over after {duration(row.endedAtMs - row.startedAtMs)}</span>
        ),
    },
    {
      id: 'since',
      title: 'Since',
      className: 'nowrap',
      value: (row) => row.startedAtMs,
      cell: (row) => (
        <time
          dateTime={new Date(row.startedAtMs).toISOString()}
          title={ago(Math.max(0, nowMs() - row.startedAtMs))}
        >
          {format.dateTime(row.startedAtMs)}
        </time>
      ),
    },
    {
      id: 'observed',
      title: 'Observed',
      isNumber: true,
      value: (row) => row.observed,
      cell: (row) => (
        <span className={row.isGood ? 'good' : 'bad'}>
          {sideOf(row) === 'above' ? '▲' : '▼'} {format.value(row.observed, row.unit, 'tile')}
        </span>
      ),
    },
    {
      id: 'expected',
      title: 'Expected',
      isNumber: true,
      value: (row) => row.expected,
      cell: (row) => format.value(row.expected, row.unit, 'tile'),
    },
    {
      id: 'rarity',
      title: 'How unusual',
      value: (row) => row.score,
      bar: (row) => row.score,
      cell: (row) => rarityWords(row.score),
    },
    {
      id: 'grain',
      title: 'Seen by',
      value: (row) => row.window,
      cell: (row) => windowWords[row.window],
    },
  ];
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Anomalies</h1>
          <p className="quiet">
            KPIs are watched by the minute and the hour, in total and by the busiest channels, countries and
            streams; MRR and the like by the day. What goes off together over the same events is listed as
            one.
          </p>
        </div>
        <ViewControls scope={scope} />
      </div>
      {isAnswerable ? null : (
        <Notice tone="warn">
          <span>
            Series are watched by one channel, country or stream at a time. Take a filter away to see them.
          </span>
        </Notice>
      )}
      {list.problem === undefined ? null : (
        <ProblemNote problem={list.problem} onRetry={queries.anomalies.refresh} />
      )}
      {isAnswerable && list.data === undefined && list.problem === undefined ? (
        <Skeleton height={320} />
      ) : null}
      {list.data === undefined ? null : (
        <section className={list.isOutdated ? 'is-outdated' : ''} aria-label="Anomalies in the range">
          <Table
            id="anomalies"
            label="Anomalies"
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            sort={{ column: 'since', isDown: true }}
            maxHeight={640}
            tools={
              <>
                <OnlySelect
                  label="Severity"
                  all="Every severity"
                  value={severity}
                  options={severities}
                  onChange={setSeverity}
                />
                <OnlySelect
                  label="State"
                  all="Open and resolved"
                  value={state}
                  options={states}
                  onChange={setState}
                />
                <OnlySelect
                  label="KPI"
                  all="Every KPI"
                  value={kpi}
                  options={(kpis.data?.kpis ?? []).map((each) => each.key)}
                  words={(key) => kpis.data?.kpis.find((each) => each.key === key)?.title ?? key}
                  onChange={setKpi}
                />
                {list.data.isCut ? <span className="small quiet">The newest {LIMIT} are shown.</span> : null}
              </>
            }
            empty={
              <Empty title="Nothing unusual in this range">
                <p>
                  Each series is first learned: about five hours by the minute, two and a half days by the
                  hour, sixty days by the day. A wider range shows more.
                </p>
              </Empty>
            }
          />
        </section>
      )}
      <Sensitivity />
    </>
  );
}
