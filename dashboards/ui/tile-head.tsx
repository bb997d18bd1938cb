import type { ReactNode } from 'react';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';

/** Name of a tile, which opens its definition, and what stands beside it. */
export function TileHead({
  kpi,
  onDefinition,
  children,
}: {
  readonly kpi: KpiDefinition;
  readonly onDefinition: (kpi: KpiDefinition) => void;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <header className="tile-head">
      <h3>
        <button
          type="button"
          className="tile-name"
          title={`${kpi.description} Click for its definition.`}
          aria-haspopup="dialog"
          onClick={() => onDefinition(kpi)}
        >
          {kpi.title}
        </button>
      </h3>
      {children}
    </header>
  );
}
