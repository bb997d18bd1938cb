import type { ReactNode } from 'react';
import type { Dimension, KpiDefinition } from '../../platform/contracts/kpi.ts';
import { isAdditive } from '../../platform/contracts/additive.ts';
import { useView } from '../data/router.ts';
import type { Scope } from '../data/scope.ts';
import { useSplit } from '../data/split.ts';
import { ChartPanel } from '../ui/chart-panel.tsx';
import { capitalize } from '../ui/chart-spec.ts';
import { splitSpec, zoomIndexes, zoomTimes } from '../ui/split-spec.ts';
import { Empty } from '../ui/states.tsx';

/** A KPI by one of its dimensions: sums as a stack with the rest, rates as lines beside each other. */
export function Breakdown({
  kpi,
  dimension,
  scope,
  onDimension,
}: {
  readonly kpi: KpiDefinition;
  readonly dimension: Dimension;
  readonly scope: Scope;
  readonly onDimension: (dimension: string) => void;
}): ReactNode {
  const [view, change] = useView();
  const split = useSplit(kpi, dimension, scope);
  const isStacked = isAdditive(kpi);
  const spec =
    split.parts === undefined ? undefined : splitSpec(split.parts, kpi.unit, scope, isStacked, undefined);
  const isEmpty = split.parts?.length === 0;
  return (
    <ChartPanel
      id="breakdown"
      title={`${kpi.title} by ${dimension}`}
      spec={isEmpty ? undefined : spec}
      problem={split.problem}
      isOutdated={split.isOutdated}
      height={isEmpty ? 0 : 280}
      zoom={zoomIndexes(scope)}
      onZoom={(zoom) => change({ zoom: zoomTimes(scope, zoom) })}
      onSeries={(id) => {
        if (id !== '…') change({ filters: { ...view.filters, [dimension]: id } });
      }}
    >
      {kpi.dimensions.length < 2 ? null : (
        <div className="segments" role="group" aria-label="Cut by">
          {kpi.dimensions.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === dimension}
              onClick={() => onDimension(each)}
            >
              {capitalize(each)}
            </button>
          ))}
        </div>
      )}
      {isStacked ? null : (
        <p className="small quiet">Rates do not add up, so there is no rest. Shown are the most viewed.</p>
      )}
      {isEmpty ? <Empty title={`No ${dimension} has a value in this range`} /> : null}
    </ChartPanel>
  );
}
