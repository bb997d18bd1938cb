import type { ReactNode } from 'react';
import type { ForecastHorizon } from '../../platform/contracts/forecast.ts';
import type { KpiUnit } from '../../platform/contracts/kpi.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Empty } from '../ui/states.tsx';

/** Where the drivers start from. */
const BASE = 'period before';

/** From what the period before came to, to the forecast; the parts add up. Bars show what moves it. */
export function DriversPanel({
  horizon,
  unit,
}: {
  readonly horizon: ForecastHorizon;
  readonly unit: KpiUnit;
}): ReactNode {
  const { format } = useWorkspace();
  const { drivers, total } = horizon;
  const moves = drivers.filter(({ name }) => name !== BASE);
  const largest = Math.max(1e-9, ...moves.map(({ amount }) => Math.abs(amount)));
  return (
    <section className="panel stack-tight" aria-labelledby="drivers-title">
      <h2 id="drivers-title">What drives it</h2>
      {drivers.length === 0 ? (
        <Empty title="No model is behind this forecast" />
      ) : (
        <dl className="drivers">
          {drivers.map(({ amount, name, words }) => (
            <div key={name}>
              <dt>
                {name} <span className="small quiet below">{words}</span>
              </dt>
              <dd>
                <span className="driver-amount">
                  {name === BASE ? '' : amount >= 0 ? '+' : '−'}
                  {format.value(name === BASE ? amount : Math.abs(amount), unit, 'tile')}
                </span>
                {name === BASE ? null : (
                  <span className="driver-track" aria-hidden="true">
                    <span
                      className={amount >= 0 ? 'driver-bar driver-up' : 'driver-bar driver-down'}
                      style={{ width: `${(50 * Math.abs(amount)) / largest}%` }}
                    />
                  </span>
                )}
              </dd>
            </div>
          ))}
          <div className="driver-sum">
            <dt className="strong">Forecast</dt>
            <dd>
              <span className="driver-amount strong">{format.value(total, unit, 'tile')}</span>
            </dd>
          </div>
        </dl>
      )}
    </section>
  );
}
