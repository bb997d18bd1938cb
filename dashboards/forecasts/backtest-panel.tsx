import type { ReactNode } from 'react';
import type { ForecastGrain, ForecastHorizon, ForecastMember } from '../../platform/contracts/forecast.ts';
import type { KpiUnit } from '../../platform/contracts/kpi.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Empty } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { stepsWords } from './forecast-spec.ts';
import { promiseWords } from './forecast-words.ts';

/** How forecasts of this very series would have done: in words, then member by member against seasonal-naive. */
export function BacktestPanel({
  grain,
  horizon,
  isPromised,
  unit,
}: {
  readonly grain: ForecastGrain;
  readonly horizon: ForecastHorizon;
  /** Whether it is a series an accuracy was promised of. */
  readonly isPromised: boolean;
  readonly unit: KpiUnit;
}): ReactNode {
  const { format } = useWorkspace();
  const { backtest, members, steps } = horizon;
  const columns: readonly Column<ForecastMember>[] = [
    { id: 'member', title: 'Member', isName: true, cell: (row) => row.name, value: (row) => row.name },
    { id: 'family', title: 'Family', cell: (row) => row.family, value: (row) => row.family },
    {
      id: 'weight',
      title: 'Weight',
      isNumber: true,
      cell: (row) => format.percent(row.weight),
      value: (row) => row.weight,
      bar: (row) => row.weight,
    },
    {
      id: 'error',
      title: 'Mean error',
      isNumber: true,
      cell: (row) => format.value(row.meanAbsoluteError, unit, 'tile'),
      value: (row) => row.meanAbsoluteError,
    },
    {
      id: 'relative',
      title: 'To seasonal-naive',
      isNumber: true,
      cell: (row) => format.value(row.relativeToSeasonalNaive, 'times', 'tile'),
      value: (row) => row.relativeToSeasonalNaive,
    },
  ];
  return (
    <section className="panel stack-tight" aria-labelledby="backtest-title">
      <h2 id="backtest-title">Tried on the past</h2>
      {backtest.origins === 0 ? (
        <Empty title="Nothing could be tried yet">
          <p>The history is too short; the intervals are a rule of thumb.</p>
        </Empty>
      ) : (
        <>
          <p>
            At {backtest.origins} past moments of this series
            {backtest.stepsTested < steps
              ? ` (${backtest.stepsTested} of ${stepsWords(steps, grain)})`
              : ''}{' '}
            the forecast was off by {format.value(backtest.meanAbsoluteError, unit, 'tile')} a{' '}
            {grain === 'daily' ? 'day' : 'hour'} on average
            {backtest.accuracy === null ? '' : `: ${format.percent(backtest.accuracy)} accurate by step`}
            {backtest.totalAccuracy === null
              ? ''
              : `, ${format.percent(backtest.totalAccuracy)} over the whole ${stepsWords(steps, grain)}`}
            .{' '}
            {backtest.beatsSeasonalNaive
              ? 'It beats seasonal-naive, which repeats the last season.'
              : horizon.method === 'ensemble'
                ? 'Over all of them it was no better than seasonal-naive, which the ensemble beats by now.'
                : 'No combination beats seasonal-naive here, so that is what is shown.'}
          </p>
          {isPromised && backtest.totalAccuracy !== null ? (
            <p>{promiseWords(backtest.totalAccuracy, stepsWords(steps, grain), format)}</p>
          ) : null}
          <Table
            id="members"
            label="Members"
            columns={columns}
            rows={members}
            rowKey={(row) => row.name}
            sort={{ column: 'weight', isDown: true }}
          />
        </>
      )}
    </section>
  );
}
