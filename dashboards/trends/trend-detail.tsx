import type { ReactNode } from 'react';
import type { Trend, TrendHistory } from '../../platform/contracts/trend.ts';
import { useNow, useQuery } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChartPanel } from '../ui/chart-panel.tsx';
import { Link } from '../ui/link.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { attentionSpec } from './attention-spec.ts';
import { evidenceOf, sourcesOf } from './trend-columns.tsx';
import { TrendOutlook } from './trend-outlook.tsx';
import {
  adviceWords,
  healthWords,
  isPastPeak,
  mentions,
  Moment,
  StageBadge,
  usd,
  velocityWords,
} from './trend-figures.tsx';

/** One trend: where it stands, how it went, why it was named, when to act. */
export function TrendDetail({ trendKey }: { readonly trendKey: string }): ReactNode {
  const { queries } = useWorkspace();
  const to = useViewLink();
  const found = useQuery(queries.trend, trendKey);
  const { data } = found;
  return (
    <>
      <div className="page-head">
        <h1>{data?.trend.label ?? trendKey.slice(trendKey.indexOf(':') + 1)}</h1>
        <Link to={to('/trends')}>All trends</Link>
      </div>
      {data !== undefined ? (
        <Known history={data} />
      ) : found.problem === undefined ? (
        <Skeleton height={480} />
      ) : found.problem.code === 'TREND_NOT_FOUND' ? (
        <Empty title="This never was a trend here">
          <p>The key in the address is not known, or its history has been deleted after 400 days.</p>
        </Empty>
      ) : (
        <ProblemNote problem={found.problem} onRetry={queries.trend.refresh} />
      )}
    </>
  );
}

function Known({ history }: { readonly history: TrendHistory }): ReactNode {
  const { format } = useWorkspace();
  const { trend, points } = history;
  return (
    <>
      <p className="row-wrap">
        <StageBadge stage={trend.stage} />
        <span>{velocityWords(trend.velocity)}</span>
        <span className="quiet">
          {trend.noDataSinceMs === undefined
            ? null
            : `No data since ${format.dateTime(trend.noDataSinceMs)}: everything here is as it was then. `}
          {trend.kind}, rank {trend.rank}, heard of in {evidenceOf(trend).join(', ') || 'no source lately'}
        </span>
      </p>
      <div className="trend-detail">
        <div className="stack">
          <ChartPanel
            id="attention"
            title="Share of a day’s attention"
            spec={points.length === 0 ? undefined : attentionSpec(points)}
            height={280}
          />
          <TrendOutlook trend={trend} />
          <Examples trend={trend} />
        </div>
        <div className="stack">
          <Timing trend={trend} />
          <Health trend={trend} />
          <Why trend={trend} />
          <Market trend={trend} />
        </div>
      </div>
    </>
  );
}

function Timing({ trend }: { readonly trend: Trend }): ReactNode {
  const now = useNow(60_000);
  const { format } = useWorkspace();
  const { timing } = trend;
  return (
    <Facts
      title={trend.noDataSinceMs === undefined ? adviceWords[timing.advice] : 'Timing, as last known'}
      facts={[
        ['Began', format.dateTime(timing.onsetMs)],
        [
          timing.peak.isPast ? 'Peaked' : 'Peak expected',
          <Moment key="peak" moment={timing.peak} nowMs={now} />,
        ],
        [timing.end.isPast ? 'Over since' : 'Over', <Moment key="end" moment={timing.end} nowMs={now} />],
        ['In this stage since', format.dateTime(trend.stageSinceMs)],
      ]}
      note="Intervals hold four times in five, by how it went with trends in the same stage so far."
    />
  );
}

function Why({ trend }: { readonly trend: Trend }): ReactNode {
  const { format } = useWorkspace();
  const { evidence } = trend;
  const figure = (value: number): string => format.value(value, 'count', 'tile');
  return (
    <Facts
      title="Why it is named"
      facts={[
        [
          'Score',
          `${format.percent(trend.score)} = chance of ${isPastPeak(trend) ? 'another peak' : 'a peak'} ahead ${format.percent(trend.virality)} × validation ${format.percent(trend.validation)}`,
        ],
        [
          'Mentions in 24 h',
          `${figure(mentions(evidence.mentions24h))}, expected ${figure(mentions(evidence.expectedMentions24h))}`,
        ],
        ...(evidence.voice === undefined
          ? []
          : [
              [
                'Reached by mentions',
                `${figure(evidence.voice.reach)} accounts${moodWords(evidence.voice)}`,
              ] as [string, string],
            ]),
        ['Chance of that by accident', chance(evidence.qValue, format.percent)],
        ['Views in 24 h', `${figure(evidence.views24h)}, the day before ${figure(evidence.viewsBefore24h)}`],
        ['Views of its contents in the next 24 h', `${figure(evidence.expectedViewsNext24h)} est.`],
        [
          'Of these, own viewers',
          evidence.audience.views24h > 0
            ? `${figure(evidence.audience.views24h)} on ${figure(evidence.audience.contents)} contents`
            : 'none: it is the market’s',
        ],
        [
          'Contents',
          `${figure(evidence.contents)} live on ${figure(evidence.channels)} channels, ${figure(evidence.freshContents)} new in 24 h`,
        ],
        ['Acceleration', `${trend.acceleration.toFixed(1)} doublings a day, per day`],
        ['Confirmed by', confirmedBy(trend)],
      ]}
      note="Expected is its own share of everything seen, by weekday and hour, over five weeks. The chance is corrected for all terms tested."
    />
  );
}

function Health({ trend }: { readonly trend: Trend }): ReactNode {
  const { format } = useWorkspace();
  const { monitor } = trend;
  const velocity = (value: number | null): string => (value === null ? 'not heard of' : velocityWords(value));
  return (
    <Facts
      title={`Health ${format.percent(trend.health)}, ${healthWords(trend.health)}`}
      facts={[
        ['Talk (social)', velocity(monitor.socialVelocity)],
        ['Searches', velocity(monitor.searchVelocity)],
        ['Views against those expected', format.percent(monitor.againstExpected)],
        [
          'Saturation',
          `${format.percent(monitor.saturation)}: a content gets ${format.percent(1 - monitor.saturation)} of its best`,
        ],
        ...monitor.adjustments.map((words, i): [string, ReactNode] => [i === 0 ? 'To change' : '', words]),
      ]}
      note="Evaluated every 15 minutes of event time, and shown as events come. Above 80% it goes up, below 30% down."
    />
  );
}

function confirmedBy(trend: Trend): string {
  return (
    sourcesOf(trend)
      .map((source) => `${source} (${mentions(trend.evidence.sources[source])})`)
      .join(', ') || 'no source since yesterday'
  );
}

function formatWords({ formats }: Trend): string {
  return (
    formats
      .map(
        ({ name, contents, viewsAgainstMedian }) =>
          `${name}: ${viewsAgainstMedian.toFixed(1)} × its median (${contents} contents)`,
      )
      .join('; ') || 'none that two contents have'
  );
}

function Market({ trend }: { readonly trend: Trend }): ReactNode {
  const { format } = useWorkspace();
  const { monetization } = trend;
  const { locale } = format.context;
  return (
    <Facts
      title="Market"
      facts={[
        ['Competition', format.percent(trend.competition)],
        ['Risk of the stage', format.percent(trend.risk)],
        ['RPM est.', `${usd(monetization.rpmUsdEstimate, locale)} (${monetization.category})`],
        ['A content like its median earns est.', usd(monetization.revenueUsdEstimate, locale)],
        ['Goes along with', trend.angles.join(', ') || 'nothing else'],
        ['Best watched forms', formatWords(trend)],
        [
          'Also written',
          trend.members.map((key) => key.slice(key.indexOf(':') + 1)).join(', ') || 'no other way',
        ],
      ]}
      note="Estimates by category and season for viewers in countries of the first tier, in US dollars, not from own revenue: the outlook reckons with your own."
    />
  );
}

function Facts({
  title,
  facts,
  note,
}: {
  readonly title: string;
  readonly facts: readonly (readonly [string, ReactNode])[];
  readonly note: string;
}): ReactNode {
  return (
    <section className="panel stack-tight">
      <h2>{title}</h2>
      <dl className="trend-facts">
        {facts.map(([name, value], index) => (
          <div key={name === '' ? index : name}>
            <dt className="quiet small">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="small quiet">{note}</p>
    </section>
  );
}

type Example = Trend['evidence']['examples'][number];

function Examples({ trend }: { readonly trend: Trend }): ReactNode {
  const { format } = useWorkspace();
  const columns: readonly Column<Example>[] = [
    {
      id: 'title',
      title: 'Content',
      isName: true,
      className: 'wide',
      value: (row) => row.title,
      cell: (row) => (row.title === '' ? <code>{row.content}</code> : row.title),
    },
    { id: 'channel', title: 'Channel', value: (row) => row.channel, cell: (row) => row.channel },
    {
      id: 'views',
      title: 'Views 24 h',
      isNumber: true,
      value: (row) => row.views24h,
      cell: (row) => format.count(row.views24h),
    },
  ];
  return (
    <section className="stack-tight" aria-labelledby="examples-title">
      <h2 id="examples-title">Its contents with most views</h2>
      <Table
        id="trend-contents"
        label="Contents of this trend"
        columns={columns}
        rows={trend.evidence.examples}
        rowKey={(row) => row.content}
        isPlain
        empty={<p className="empty">No content of it is live; it is mentioned only.</p>}
      />
    </section>
  );
}

/** How mentions speak of it, where they say so. */
function moodWords({ rated, sentiment }: NonNullable<Trend['evidence']['voice']>): string {
  if (sentiment === null) return '';
  const word = sentiment < -0.3 ? 'against it' : sentiment > 0.3 ? 'for it' : 'neither for nor against it';
  return `, mostly ${word} (${sentiment.toFixed(1)} of −1 to 1, ${mentions(rated)} mentions)`;
}

/** Below a hundredth of a percent the figure itself says nothing more. */
function chance(q: number, percent: (ratio: number) => string): string {
  return q < 0.001 ? 'below 0.1%' : percent(q);
}
