import type { ReactNode } from 'react';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { useFigures } from '../data/figures.ts';
import { useView } from '../data/router.ts';
import type { Scope } from '../data/scope.ts';
import { useSplit } from '../data/split.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChangeText } from '../ui/change.tsx';
import { ChartPanel } from '../ui/chart-panel.tsx';
import { splitSpec, zoomIndexes, zoomTimes } from '../ui/split-spec.ts';
import { Empty } from '../ui/states.tsx';

export interface RevenueByStreamProps {
  readonly kpi: KpiDefinition | undefined;
  readonly scope: Scope;
}

export function RevenueByStream({ kpi, scope }: RevenueByStreamProps): ReactNode {
  return kpi === undefined ? null : <Stacked kpi={kpi} scope={scope} />;
}

function Stacked({ kpi, scope }: { readonly kpi: KpiDefinition; readonly scope: Scope }): ReactNode {
  const { format } = useWorkspace();
  const [view, change] = useView();
  const split = useSplit(kpi, 'stream', scope);
  const figures = useFigures(kpi, scope, 1_000);
  const { parts } = split;
  const title = 'Revenue by stream';
  if (parts !== undefined && parts.length === 0)
    return (
      <section className="panel">
        <h2>{title}</h2>
        <Empty title="No revenue in this range">
          <p>
            Events that carry money fill this: <code>product_sale</code>, <code>tip</code>,{' '}
            <code>ad_impression</code>, <code>subscription_payment</code> and the like.
          </p>
        </Empty>
      </section>
    );
  const spec = parts === undefined ? undefined : splitSpec(parts, kpi.unit, scope, true, figures.previous);
  return (
    <ChartPanel
      id="revenue"
      title={title}
      spec={spec}
      problem={split.problem}
      isOutdated={split.isOutdated}
      height={280}
      zoom={zoomIndexes(scope)}
      onZoom={(zoom) => change({ zoom: zoomTimes(scope, zoom) })}
      onSeries={(id) => change({ filters: id === '…' ? view.filters : { ...view.filters, stream: id } })}
    >
      <p className="quiet">
        {format.value(figures.value, kpi.unit, 'full')}
        {figures.change === undefined || scope.compared === undefined ? null : (
          <>
            , <ChangeText change={figures.change} direction={kpi.direction} on={scope.compared.label} />
          </>
        )}
      </p>
    </ChartPanel>
  );
}
