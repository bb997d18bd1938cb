import type { ReactNode } from 'react';
import type { ForecastHorizon, ForecastReply, ForecastSummary } from '../../platform/contracts/forecast.ts';
import { ago } from '../data/format.ts';
import { useNow, useQuery } from '../data/hooks.ts';
import { useParam } from '../data/router.ts';
import type { Filters } from '../data/view-state.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChartPanel } from '../ui/chart-panel.tsx';
import { Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { BacktestPanel } from './backtest-panel.tsx';
import { DriversPanel } from './drivers-panel.tsx';
import { forecastSpec, stepsWords } from './forecast-spec.ts';
import { growthWords } from './forecast-words.ts';
import { OutlookPanel } from './outlook-panel.tsx';
import { Scenarios } from './scenarios.tsx';

const PAST_STEPS = { daily: 190, hourly: 168 } as const;
const STEP_MS = { daily: 86_400_000, hourly: 3_600_000 } as const;

/** One series: fan, scenarios, drivers, backtest, over the horizon that is chosen. */
export function ForecastView({ series }: { readonly series: ForecastSummary }): ReactNode {
  const { queries } = useWorkspace();
  const { dim, grain, kpi, rollup } = series;
  const reply = useQuery(queries.forecast, { grain, kpi, rollup, dim });
  if (reply.problem !== undefined && reply.data === undefined)
    return <ProblemNote problem={reply.problem} onRetry={queries.forecast.refresh} />;
  if (reply.data === undefined) return <Skeleton height={640} />;
  return <Shown reply={reply.data} />;
}

function Shown({ reply }: { readonly reply: ForecastReply }): ReactNode {
  const { queries } = useWorkspace();
  const { forecast } = reply;
  const { dim, grain, horizons, kpi, notes, originMs, rollup } = forecast;
  const [chosen, setChosen] = useParam('horizon');
  const usual = horizons.findLast(({ steps }) => steps <= (grain === 'daily' ? 30 : 24)) ?? horizons.at(-1);
  const horizon = horizons.find(({ steps }) => String(steps) === chosen) ?? usual;
  const isNamed = rollup === 'total' || !dim.endsWith('(rest)');
  const filters: Filters = rollup === 'total' ? {} : { [rollup]: dim };
  const history = useQuery(
    queries.series,
    isNamed && (rollup === 'total' || dim !== '')
      ? {
          key: kpi,
          window: grain === 'daily' ? ('1d' as const) : ('1h' as const),
          fromMs: originMs - PAST_STEPS[grain] * STEP_MS[grain],
          toMs: originMs + STEP_MS[grain],
          filters,
        }
      : undefined,
  );
  if (horizon === undefined) return null;
  const observed = history.data?.series[0]?.points;
  return (
    <div className="stack">
      <ChartPanel
        id="fan"
        title={chartTitle(forecast.title, horizon, grain)}
        spec={forecastSpec(reply, observed, horizon.steps)}
        height={320}
        problem={history.problem}
        isOutdated={history.isOutdated}
      >
        <Head reply={reply} horizon={horizon} onHorizon={setChosen} />
      </ChartPanel>
      {notes.length === 0 ? null : <Notice>{notes.join(' ')}</Notice>}
      <Scenarios horizon={horizon} unit={forecast.unit} />
      <div className="columns-2">
        <div className="stack">
          <DriversPanel horizon={horizon} unit={forecast.unit} />
          <OutlookPanel forecast={forecast} />
        </div>
        <BacktestPanel
          horizon={horizon}
          grain={grain}
          unit={forecast.unit}
          isPromised={forecast.kpi === 'total_revenue'}
        />
      </div>
    </div>
  );
}

function chartTitle(
  title: string,
  { steps }: ForecastHorizon,
  grain: ForecastReply['forecast']['grain'],
): string {
  return `${title} over the next ${stepsWords(steps, grain)}`;
}

function Head({
  horizon,
  onHorizon,
  reply,
}: {
  readonly reply: ForecastReply;
  readonly horizon: ForecastHorizon;
  readonly onHorizon: (steps: string) => void;
}): ReactNode {
  const { format } = useWorkspace();
  const now = useNow(30_000);
  const { forecast } = reply;
  const likely = horizon.scenarios.find(({ name }) => name === 'likely');
  const wide = horizon.bounds.find(({ level }) => level === 0.8);
  return (
    <div className="stack-tight">
      <div className="row-wrap">
        <div className="segments" role="group" aria-label="Horizon">
          {forecast.horizons.map(({ steps }) => (
            <button
              key={steps}
              type="button"
              aria-pressed={steps === horizon.steps}
              onClick={() => onHorizon(String(steps))}
            >
              {stepsWords(steps, forecast.grain)}
            </button>
          ))}
        </div>
        <span>
          est. {forecast.isStock ? 'in the end ' : ''}
          <strong>{format.value(horizon.total, forecast.unit, 'tile')}</strong>
          {wide === undefined
            ? ''
            : `, four times in five between ${format.value(wide.lower, forecast.unit, 'tile')} and ${format.value(wide.upper, forecast.unit, 'tile')}`}
          {likely?.growth == null
            ? ''
            : ` · ${growthWords(likely.growth, format)} on ${forecast.isStock ? 'where it stands' : `the ${stepsWords(horizon.steps, forecast.grain)} before`}`}
        </span>
      </div>
      <p className="small quiet">
        {forecast.statement} Made {ago(Math.max(0, now - forecast.madeAtMs))} from{' '}
        {stepsWords(forecast.historySteps, forecast.grain)} of history
        {forecast.modelVersion > 0 ? `, models of version ${forecast.modelVersion}` : ''}.
      </p>
    </div>
  );
}
