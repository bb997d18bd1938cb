import type { ReactNode } from 'react';
import type { ForecastGrain, ForecastRollup, ForecastSummary } from '../../platform/contracts/forecast.ts';
import { useQuery } from '../data/hooks.ts';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { CalendarPanel } from './calendar-panel.tsx';
import { ForecastView } from './forecast-view.tsx';
import { ModelsPanel } from './models-panel.tsx';
import { SeriesPicker } from './series-picker.tsx';
import { SeriesTable } from './series-table.tsx';
import './forecasts.css';

const rollups = ['total', 'channel', 'stream', 'content'] as const satisfies readonly ForecastRollup[];

/** What is to come: one series in depth, every other one as a row, and the models behind. */
export function ForecastsScreen(): ReactNode {
  const { queries } = useWorkspace();
  const [grainText, setGrain] = useParam('fgrain');
  const grain: ForecastGrain = grainText === 'hourly' ? 'hourly' : 'daily';
  const list = useQuery(queries.forecasts, grain);
  const series = useChosen(list.data?.grain === grain ? list.data.forecasts : undefined);
  return (
    <>
      <div className="page-head">
        <h1>Forecasts</h1>
        <div className="segments" role="group" aria-label="Steps of the forecast">
          <button type="button" aria-pressed={grain === 'daily'} onClick={() => setGrain('')}>
            By day
          </button>
          <button type="button" aria-pressed={grain === 'hourly'} onClick={() => setGrain('hourly')}>
            By hour
          </button>
        </div>
      </div>
      {list.problem === undefined ? null : (
        <ProblemNote problem={list.problem} onRetry={queries.forecasts.refresh} />
      )}
      {list.data === undefined ? (
        list.problem === undefined ? (
          <Skeleton height={480} />
        ) : null
      ) : list.data.forecasts.length === 0 ? (
        <NoForecasts />
      ) : (
        <div className={list.isOutdated ? 'stack is-outdated' : 'stack'}>
          <SeriesPicker forecasts={list.data.forecasts} chosen={series} />
          {series === undefined ? (
            <Empty title="This series is not forecast">
              <p>It has no values of late, or it is too small to be named. Choose another one above.</p>
            </Empty>
          ) : (
            <ForecastView key={`${grain}/${series.id}`} series={series} />
          )}
          <SeriesTable forecasts={list.data.forecasts} />
        </div>
      )}
      <CalendarPanel />
      <ModelsPanel grain={grain} />
    </>
  );
}

/** The series of the address; without one, revenue or else the first total. */
function useChosen(forecasts: readonly ForecastSummary[] | undefined): ForecastSummary | undefined {
  const [kpi] = useParam('kpi');
  const [rollupText] = useParam('rollup');
  const [dim] = useParam('dim');
  const rollup = rollups.find((each) => each === rollupText) ?? 'total';
  if (forecasts === undefined) return undefined;
  if (kpi !== '')
    return forecasts.find((each) => each.kpi === kpi && each.rollup === rollup && each.dim === dim);
  const totals = forecasts.filter((each) => each.rollup === 'total');
  return totals.find((each) => each.kpi === 'total_revenue') ?? totals[0] ?? forecasts[0];
}

function NoForecasts(): ReactNode {
  return (
    <Empty title="No forecast yet">
      <p>
        Forecasts begin by themselves once there are two complete days, or hours, of events. Six are enough to
        try models on; a month of them for a forecast over 30 days.
      </p>
    </Empty>
  );
}
