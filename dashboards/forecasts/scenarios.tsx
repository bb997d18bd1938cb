import type { ReactNode } from 'react';
import type { ForecastHorizon } from '../../platform/contracts/forecast.ts';
import type { KpiUnit } from '../../platform/contracts/kpi.ts';
import { useWorkspace } from '../data/workspace.ts';
import { growthWords } from './forecast-words.ts';

/** The total as it may come, each with what it takes for granted. */
export function Scenarios({
  horizon,
  unit,
}: {
  readonly horizon: ForecastHorizon;
  readonly unit: KpiUnit;
}): ReactNode {
  const { format } = useWorkspace();
  return (
    <ul className="scenarios" aria-label="Scenarios">
      {horizon.scenarios.map(({ assumptions, growth, name, total }) => (
        <li key={name} className="panel stack-tight">
          <h3 className="scenario-name">{name}</h3>
          <p className="scenario-total">{format.value(total, unit, 'tile')}</p>
          <p className="small">{growthWords(growth, format)} on before</p>
          <p className="small quiet">{assumptions}</p>
        </li>
      ))}
    </ul>
  );
}
