import { useState, type ReactNode } from 'react';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { useQuery, useTopic } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useScope, type Scope } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';
import { DefinitionDialog } from '../ui/definition-dialog.tsx';
import { useFreshness } from '../ui/freshness.tsx';
import { Link } from '../ui/link.tsx';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { Tile } from '../ui/tile.tsx';
import { ViewControls } from '../ui/view-controls.tsx';
import { FirstEvent, useHasEvents } from './first-event.tsx';
import { NewestData } from './newest-data.tsx';
import { Pulse } from './pulse.tsx';
import { RevenueByStream } from './revenue-by-stream.tsx';
import { TopLists } from './top-lists.tsx';
import './now.css';

/** The first page: what the business does right now, against what it usually does. */
export function NowScreen(): ReactNode {
  const { queries } = useWorkspace();
  const scope = useScope();
  useTopic(scope.topic);
  useTopic(scope.topic === 'kpis' ? undefined : 'kpis');
  const kpis = useQuery(queries.kpis, 'all');
  const { state } = useFreshness();
  const hasEvents = useHasEvents();
  const [defined, setDefined] = useState<KpiDefinition>();
  const isStale = state === 'lost';
  const list = kpis.data?.kpis ?? [];

  if (hasEvents === false) return <FirstEvent />;
  return (
    <>
      <div className="page-head">
        <h1>Now</h1>
        <ViewControls scope={scope} />
      </div>
      <Pulse />
      <NewestData scope={scope} />
      {kpis.problem === undefined ? null : (
        <ProblemNote
          problem={kpis.problem}
          onRetry={queries.kpis.refresh}
          still="Live counters and the state of the system go on."
        />
      )}
      <div className={isStale ? 'stack is-stale' : 'stack'}>
        <Tiles
          kpis={kpis.data === undefined ? undefined : tileOrder(list)}
          scope={scope}
          onDefinition={setDefined}
        />
        <RevenueByStream kpi={list.find((kpi) => kpi.key === 'total_revenue')} scope={scope} />
        <TopLists scope={scope} />
      </div>
      {defined === undefined ? null : (
        <DefinitionDialog kpi={defined} onClose={() => setDefined(undefined)} />
      )}
    </>
  );
}

function Tiles({
  kpis,
  scope,
  onDefinition,
}: {
  readonly kpis: readonly KpiDefinition[] | undefined;
  readonly scope: Scope;
  readonly onDefinition: (kpi: KpiDefinition) => void;
}): ReactNode {
  const to = useViewLink();
  return (
    <section aria-labelledby="tiles-title">
      <h2 id="tiles-title" className="unseen">
        KPIs
      </h2>
      <div className="tiles">
        {kpis === undefined
          ? Array.from({ length: 12 }, (_, i) => (
              <div key={i} className="tile">
                <Skeleton height={16} width="50%" />
                <Skeleton height={28} width="60%" />
                <Skeleton height={32} />
              </div>
            ))
          : kpis.map((kpi) => <Tile key={kpi.key} kpi={kpi} scope={scope} onDefinition={onDefinition} />)}
      </div>
      <p className="small">
        <Link to={to('/kpis')}>All KPIs</Link>
      </p>
    </section>
  );
}

/** What a first look needs, in this order; every other KPI of the catalogue is on the screen of KPIs. */
const shown = [
  'total_revenue',
  'profit',
  'views',
  'unique_viewers',
  'rpm',
  'arpu',
  'engagement_rate',
  'avg_watch_time',
  'mrr',
  'revenue_growth_rate',
  'conversion_rate',
  'profit_margin',
  'ctr',
  'subscribers_gained',
  'content_velocity',
  'cost_per_video',
  'automation_rate',
  'availability',
];

/** Money and reach first, then the tenant's own; what is always cut has a chart instead of a tile. */
function tileOrder(kpis: readonly KpiDefinition[]): readonly KpiDefinition[] {
  const place = (kpi: KpiDefinition): number => {
    const at = shown.indexOf(kpi.key);
    return at < 0 ? shown.length : at;
  };
  return kpis
    .filter((kpi) => kpi.cut === undefined && (kpi.origin === 'tenant' || shown.includes(kpi.key)))
    .toSorted((a, b) => place(a) - place(b));
}
