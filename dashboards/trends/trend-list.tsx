import type { ReactNode } from 'react';
import type { Trend } from '../../platform/contracts/trend.ts';
import { useNow, useQuery } from '../data/hooks.ts';
import { ago } from '../data/format.ts';
import { useParam, useViewLink } from '../data/router.ts';
import { trendSources, trendStages } from '../data/wire-trends.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { OnlySelect } from '../ui/only-select.tsx';
import { Sparkline } from '../ui/sparkline.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';
import { trendColumns } from './trend-columns.tsx';
import { isPastPeak, mentions, StageBadge, velocityWords } from './trend-figures.tsx';

const FIRST = 20;
const HIGHLIGHTS = 3;

/** What is trending, by virality × validation: the first few in words, then every one as a row. */
export function TrendList(): ReactNode {
  const { queries } = useWorkspace();
  const list = useQuery(queries.trends, 'all');
  const [stage, setStage] = useParam('stage');
  const [source, setSource] = useParam('source');
  const [kind, setKind] = useParam('kind');
  const { data } = list;
  const shown = (data?.trends ?? []).filter(
    (trend) =>
      (stage === '' || (stage === 'growing' ? !isPastPeak(trend) : trend.stage === stage)) &&
      (kind === '' || trend.kind === kind) &&
      trendSources.every((each) => each !== source || trend.evidence.sources[each] > 0),
  );
  const isFiltered = stage !== '' || source !== '' || kind !== '';
  return (
    <>
      <div className="page-head">
        <h1>Trends</h1>
        <EvaluatedAt atMs={data?.evaluatedAtMs ?? undefined} />
      </div>
      {list.problem === undefined ? null : (
        <ProblemNote problem={list.problem} onRetry={queries.trends.refresh} />
      )}
      {data === undefined ? (
        list.problem === undefined ? (
          <Skeleton height={480} />
        ) : null
      ) : data.trends.length === 0 ? (
        <NoTrends />
      ) : (
        <>
          <Highlights trends={data.trends} />
          <Table
            id="trends"
            label="Trends"
            columns={trendColumns}
            rows={isFiltered ? shown : shown.slice(0, FIRST)}
            rowKey={(trend) => trend.key}
            sort={{ column: 'rank', isDown: false }}
            tools={
              <>
                <OnlySelect
                  label="Only stage"
                  all="Every stage"
                  value={stage}
                  options={['growing', ...trendStages]}
                  onChange={setStage}
                />
                <OnlySelect
                  label="Only source"
                  all="Every source"
                  value={source}
                  options={trendSources}
                  onChange={setSource}
                />
                <OnlySelect
                  label="Only kind"
                  all="Every kind"
                  value={kind}
                  options={['topic', 'channel']}
                  onChange={setKind}
                />
              </>
            }
            empty={<Empty title="No trend like this now" />}
          />
        </>
      )}
    </>
  );
}

function EvaluatedAt({ atMs }: { readonly atMs: number | undefined }): ReactNode {
  const { format } = useWorkspace();
  const now = useNow(30_000);
  if (atMs === undefined) return null;
  const aheadMs = now - atMs;
  return (
    <p className="small quiet" title={`Event time ${format.dateTime(atMs)}`}>
      Known up to {aheadMs < 3_600_000 ? ago(Math.max(0, aheadMs)) : format.dateTime(atMs)}
    </p>
  );
}

/** The first trends whose peak is not behind them, each in a sentence. The table has the others too: a quiet subject with a habit of peaks often has the next ahead (docs/trend-evaluation.md). */
function Highlights({ trends }: { readonly trends: readonly Trend[] }): ReactNode {
  const to = useViewLink();
  const { format } = useWorkspace();
  const first = trends
    .filter((trend) => !isPastPeak(trend) && trend.noDataSinceMs === undefined)
    .slice(0, HIGHLIGHTS);
  if (first.length === 0) return null;
  return (
    <ul className="trend-cards" aria-label="First of the trends">
      {first.map((trend) => (
        <li key={trend.key} className="panel stack-tight">
          <p className="row-wrap">
            <StageBadge stage={trend.stage} />
            <Link to={to(`/trends/${encodeURIComponent(trend.key)}`)} className="strong">
              {trend.label}
            </Link>
          </p>
          <Sparkline values={trend.spark} completeCount={trend.spark.length} fromZero />
          <p className="small">
            {format.percent(trend.attention / 100)} of a day’s attention, {velocityWords(trend.velocity)};{' '}
            {format.count(trend.evidence.mentions24h)} mentions in 24 h where{' '}
            {format.value(mentions(trend.evidence.expectedMentions24h), 'count', 'tile')} were to be expected.
          </p>
        </li>
      ))}
    </ul>
  );
}

function NoTrends(): ReactNode {
  return (
    <Empty title="Nothing is trending yet">
      <p>
        Posts, mentions, searches, news and competitors’ posts fill this: <code>post_published</code>,{' '}
        <code>post_metrics</code>, <code>mention</code>, <code>search_trend</code>, <code>news_item</code>,{' '}
        <code>competitor_post</code>. A day of them is enough for a first look.
      </p>
    </Empty>
  );
}
