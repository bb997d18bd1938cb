import type { ReactNode } from 'react';
import type { Dimension, KpiDefinition } from '../../platform/contracts/kpi.ts';
import { useFigures } from '../data/figures.ts';
import { useQuery, useTopic } from '../data/hooks.ts';
import { useParam, useView, useViewLink } from '../data/router.ts';
import { useScope, type Scope } from '../data/scope.ts';
import { useSplit } from '../data/split.ts';
import { dimensions } from '../data/view-state.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChangeText } from '../ui/change.tsx';
import { ChartPanel } from '../ui/chart-panel.tsx';
import { FreshnessDot } from '../ui/freshness.tsx';
import { Link } from '../ui/link.tsx';
import { splitSpec, zoomIndexes, zoomTimes } from '../ui/split-spec.ts';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { ViewControls } from '../ui/view-controls.tsx';
import { PacePanel } from './pace-panel.tsx';
import { RevenueTable } from './revenue-table.tsx';

const order: readonly Dimension[] = ['stream', 'channel', 'country', 'content'];

/** Where the money comes from: by stream, channel, country and content, each adding up to the same total. */
export function BreakdownTab(): ReactNode {
  const { queries } = useWorkspace();
  const scope = useScope();
  useTopic(scope.topic);
  useTopic(scope.topic === 'kpis' ? undefined : 'kpis');
  const [by, setBy] = useParam('by');
  const to = useViewLink();
  const dimension = dimensions.find((each) => each === by) ?? 'stream';
  const kpis = useQuery(queries.kpis, 'all');
  const kpi = kpis.data?.kpis.find((each) => each.key === 'total_revenue');
  return (
    <>
      <ViewControls scope={scope} />
      {kpis.problem === undefined ? null : (
        <ProblemNote problem={kpis.problem} onRetry={queries.kpis.refresh} />
      )}
      <nav className="segments segments-wrap" aria-label="Cut by">
        {order.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === dimension}
            onClick={() => setBy(each === 'stream' ? '' : each)}
          >
            By {each}
          </button>
        ))}
        <Link to={to('/audience', {})}>By audience</Link>
      </nav>
      {kpi === undefined ? (
        <Skeleton height={480} />
      ) : (
        <Cut key={dimension} kpi={kpi} dimension={dimension} scope={scope} />
      )}
    </>
  );
}

function Cut({
  kpi,
  dimension,
  scope,
}: {
  readonly kpi: KpiDefinition;
  readonly dimension: Dimension;
  readonly scope: Scope;
}): ReactNode {
  const { format } = useWorkspace();
  const [view, change] = useView();
  const figures = useFigures(kpi, scope, 1_000);
  const split = useSplit(kpi, dimension, scope);
  const narrow = (id: string): void =>
    change({ filters: { ...view.filters, [dimension]: id }, zoom: undefined });
  const { parts } = split;
  const isEmpty = parts?.length === 0;
  return (
    <>
      <ChartPanel
        id="revenue"
        title={`Revenue by ${dimension}`}
        spec={
          parts === undefined || isEmpty
            ? undefined
            : splitSpec(parts, kpi.unit, scope, true, figures.previous)
        }
        problem={split.problem}
        isOutdated={split.isOutdated}
        height={isEmpty ? 0 : 320}
        zoom={zoomIndexes(scope)}
        onZoom={(zoom) => change({ zoom: zoomTimes(scope, zoom) })}
        onSeries={(id) => {
          if (id !== '…') narrow(id);
        }}
      >
        <p className="row-wrap">
          <span className="figure" title={format.value(figures.value, kpi.unit, 'full')}>
            {format.value(figures.value, kpi.unit, 'full')}
          </span>
          <FreshnessDot />
          {figures.change === undefined || scope.compared === undefined ? null : (
            <ChangeText change={figures.change} direction={kpi.direction} on={scope.compared.label} />
          )}
        </p>
        {isEmpty ? (
          <Empty title="No revenue in this range">
            <p>
              Events that carry money fill this: <code>product_sale</code>, <code>tip</code>,{' '}
              <code>ad_impression</code> and the like.
            </p>
          </Empty>
        ) : null}
      </ChartPanel>
      <section className="stack-tight" aria-labelledby="table-title">
        <h2 id="table-title">Every {dimension}</h2>
        <RevenueTable dimension={dimension} scope={scope} onChoose={narrow} />
      </section>
      <PacePanel dimension={dimension} scope={scope} />
    </>
  );
}
