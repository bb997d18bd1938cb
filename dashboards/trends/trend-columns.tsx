import type { ReactNode } from 'react';
import type { Trend, TrendSource } from '../../platform/contracts/trend.ts';
import { useViewLink } from '../data/router.ts';
import { trendSources, trendStages } from '../data/wire-trends.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { Sparkline } from '../ui/sparkline.tsx';
import type { Column } from '../ui/table.tsx';
import { adviceWords, healthWords, isPastPeak, StageBadge, usd, velocityWords } from './trend-figures.tsx';

export const trendColumns: readonly Column<Trend>[] = [
  { id: 'rank', title: '#', isNumber: true, value: (trend) => trend.rank, cell: (trend) => trend.rank },
  {
    id: 'label',
    title: 'Trend',
    isName: true,
    className: 'wide',
    value: (trend) => trend.label,
    cell: (trend) => <Name trend={trend} />,
  },
  {
    id: 'stage',
    title: 'Stage',
    value: (trend) => trendStages.indexOf(trend.stage),
    className: 'nowrap',
    cell: (trend) => <Stage trend={trend} />,
  },
  {
    id: 'advice',
    title: 'Timing',
    className: 'nowrap',
    value: (trend) => trend.timing.advice,
    cell: (trend) => (trend.noDataSinceMs === undefined ? adviceWords[trend.timing.advice] : 'Not known'),
  },
  {
    id: 'velocity',
    title: 'Velocity',
    className: 'nowrap',
    value: (trend) => trend.velocity,
    cell: (trend) => velocityWords(trend.velocity),
  },
  {
    id: 'spark',
    title: '7 days',
    className: 'trend-spark',
    cell: (trend) => <Sparkline values={trend.spark} completeCount={trend.spark.length} fromZero />,
  },
  {
    id: 'score',
    title: 'Score',
    isNumber: true,
    value: (trend) => trend.score,
    bar: (trend) => trend.score,
    cell: (trend) => (
      <Percent
        value={trend.score}
        title={`chance of a peak ahead ${trend.virality.toFixed(2)} × validation ${trend.validation.toFixed(2)}`}
      />
    ),
  },
  {
    id: 'virality',
    title: 'Peak ahead, 7 d',
    isNumber: true,
    value: (trend) => trend.virality,
    cell: (trend) => <PeakAhead trend={trend} />,
  },
  {
    id: 'attention',
    title: 'Attention',
    isNumber: true,
    value: (trend) => trend.attention,
    cell: (trend) => <Percent value={trend.attention / 100} />,
  },
  {
    id: 'views',
    title: 'Views 24 h',
    isNumber: true,
    value: (trend) => trend.evidence.views24h,
    cell: (trend) => <Count value={trend.evidence.views24h} />,
  },
  {
    id: 'mentions',
    title: 'Mentions 24 h',
    isNumber: true,
    value: (trend) => trend.evidence.mentions24h,
    cell: (trend) => <Count value={trend.evidence.mentions24h} />,
  },
  {
    id: 'health',
    title: 'Health',
    isNumber: true,
    value: (trend) => trend.health,
    bar: (trend) => trend.health,
    cell: (trend) => <Percent value={trend.health} title={healthWords(trend.health)} />,
  },
  {
    id: 'competition',
    title: 'Competition',
    isNumber: true,
    value: (trend) => trend.competition,
    cell: (trend) => <Percent value={trend.competition} />,
  },
  {
    id: 'rpm',
    title: 'RPM est.',
    isNumber: true,
    value: (trend) => trend.monetization.rpmUsdEstimate,
    cell: (trend) => <Usd value={trend.monetization.rpmUsdEstimate} category={trend.monetization.category} />,
  },
  {
    id: 'sources',
    title: 'Sources',
    className: 'nowrap',
    value: (trend) => evidenceOf(trend).join(' '),
    cell: (trend) => <span className="small quiet">{evidenceOf(trend).join(', ')}</span>,
  },
];

export function sourcesOf(trend: Trend): readonly TrendSource[] {
  return trendSources.filter((source) => trend.evidence.sources[source] > 0);
}

/** Where its evidence comes from: the market's sources, and the tenant's own viewers apart from them. */
export function evidenceOf(trend: Trend): readonly string[] {
  return [...sourcesOf(trend), ...(trend.evidence.audience.views24h > 0 ? ['own viewers'] : [])];
}

function Name({ trend }: { readonly trend: Trend }): ReactNode {
  const to = useViewLink();
  return (
    <>
      <Link to={to(`/trends/${encodeURIComponent(trend.key)}`)} className="strong">
        {trend.label}
      </Link>
      <span className="small quiet below"> {trend.kind}</span>
    </>
  );
}

/** Where it stands; a feed that has paused leaves it where it was. */
function Stage({ trend }: { readonly trend: Trend }): ReactNode {
  const { format } = useWorkspace();
  const { noDataSinceMs } = trend;
  return (
    <>
      <StageBadge stage={trend.stage} />
      {noDataSinceMs === undefined ? null : (
        <span className="small quiet below" title={format.dateTime(noDataSinceMs)}>
          {' '}
          no data since {format.date(noDataSinceMs)}
        </span>
      )}
    </>
  );
}

/** Past its peak, what lies ahead is another one: the stage tells of the last wave, the chance of the next. */
function PeakAhead({ trend }: { readonly trend: Trend }): ReactNode {
  const comesBack = isPastPeak(trend);
  return (
    <>
      <Percent
        value={trend.virality}
        title={
          comesBack
            ? 'Its last wave is past. Chance that within a week another one is twice the highest of its last three days'
            : 'Chance that within a week it is twice the highest of its last three days'
        }
      />
      {comesBack ? <span className="small quiet below"> comes back</span> : null}
    </>
  );
}

function Percent({ value, title }: { readonly value: number; readonly title?: string }): ReactNode {
  const { format } = useWorkspace();
  return <span {...(title === undefined ? {} : { title })}>{format.percent(value)}</span>;
}

function Count({ value }: { readonly value: number }): ReactNode {
  const { format } = useWorkspace();
  return <span title={format.count(value)}>{format.value(Math.round(value), 'count', 'tile')}</span>;
}

function Usd({ value, category }: { readonly value: number; readonly category: string }): ReactNode {
  const { format } = useWorkspace();
  return (
    <span
      title={`Seed figure in US dollars for ${category}, by season, of viewers in countries of the first tier`}
    >
      {usd(value, format.context.locale)}
    </span>
  );
}
