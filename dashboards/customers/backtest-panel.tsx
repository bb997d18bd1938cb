import type { ReactNode } from 'react';
import type { CalibrationBin, ChurnBacktest, CustomerRun } from '../../platform/contracts/customers.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Empty } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { LineFigure } from './line-figure.tsx';

/** How far the probabilities can be trusted: what was said against what came, on dates the model had not seen. */
export function BacktestPanel({ run }: { readonly run: CustomerRun }): ReactNode {
  const { backtest } = run;
  return (
    <section className="panel stack-tight" aria-labelledby="backtest-title">
      <h2 id="backtest-title">How far it can be trusted</h2>
      {backtest === null ? (
        <Empty title="Nothing was learned, so nothing was tested">
          <p>{run.ruleReason}</p>
        </Empty>
      ) : (
        <Known backtest={backtest} run={run} />
      )}
    </section>
  );
}

function Known({
  backtest,
  run,
}: {
  readonly backtest: ChurnBacktest;
  readonly run: CustomerRun;
}): ReactNode {
  const { format } = useWorkspace();
  const { calibration, metrics } = backtest;
  const most = Math.max(0.02, ...calibration.flatMap(({ high, predicted }) => [high, predicted]));
  const scale = [0.04, 0.08, 0.12, 0.2, 0.4, 0.6, 0.8].find((each) => each >= most) ?? 1;
  const saved = 1 - metrics.logLoss / backtest.baseLogLoss;
  return (
    <>
      <p>
        {backtest.method === 'time'
          ? `The ${backtest.origins.length} newest dates a horizon apart were foretold from those before them: `
          : 'Customers were foretold by models that had not seen them: '}
        {format.count(backtest.rows)} customers at those dates, {format.count(backtest.left)} of whom left (
        {format.percent(backtest.baseRate)}). Of one who left and one who stayed, the one who left had the
        higher chance {format.percent(metrics.auc)} of the time
        {saved > 0
          ? `; what was said is ${format.percent(saved)} closer (log-loss) than saying the average to everybody.`
          : '; it is no closer (log-loss) than saying the average to everybody.'}
      </p>
      <LineFigure
        label={`What was said against what came, in ${calibration.length} groups of customers. The table below says the same.`}
        lines={[
          {
            id: 'ideal',
            label: 'As said',
            slot: 9,
            isDashed: true,
            points: [
              { x: 0, y: 0 },
              { x: scale, y: scale },
            ],
          },
          {
            id: 'came',
            label: 'Share that left, with 95% interval',
            slot: 1,
            isDots: true,
            points: calibration.map(({ high, low, observed, predicted }) => ({
              x: predicted,
              y: observed,
              low,
              high: Math.min(scale, high),
            })),
          },
        ]}
        maxX={scale}
        maxY={scale}
        xWords={(x) => format.value(x, 'ratio', 'axis')}
        yWords={(y) => format.value(y, 'ratio', 'axis')}
        xTitle="Chance that was said"
      />
      <dl className="customer-facts">
        {(
          [
            ['AUC', metrics.auc.toFixed(3)],
            ['Average precision', metrics.averagePrecision.toFixed(3)],
            ['Log-loss', `${metrics.logLoss.toFixed(4)} (average: ${backtest.baseLogLoss.toFixed(4)})`],
            ['Calibration error', metrics.calibrationError.toFixed(4)],
            ['Model', run.modelVersion === 0 ? 'not in use' : `version ${run.modelVersion}`],
          ] as const
        ).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <details>
        <summary>As a table</summary>
        <CalibrationTable bins={calibration} />
      </details>
    </>
  );
}

function CalibrationTable({ bins }: { readonly bins: readonly CalibrationBin[] }): ReactNode {
  const { format } = useWorkspace();
  const columns: readonly Column<CalibrationBin>[] = [
    {
      id: 'said',
      title: 'Said',
      isName: true,
      value: ({ predicted }) => predicted,
      cell: ({ predicted }) => format.percent(predicted),
    },
    {
      id: 'came',
      title: 'Left',
      isNumber: true,
      value: ({ observed }) => observed,
      cell: ({ observed }) => format.percent(observed),
    },
    {
      id: 'interval',
      title: '95%',
      isNumber: true,
      cell: ({ high, low }) => `${format.percent(low)} to ${format.percent(high)}`,
    },
    {
      id: 'customers',
      title: 'Customers',
      isNumber: true,
      value: ({ customers }) => customers,
      cell: ({ customers }) => format.count(customers),
    },
  ];
  return (
    <Table
      id="calibration"
      label="What was said against what came"
      columns={columns}
      rows={bins}
      rowKey={({ predicted }) => String(predicted)}
    />
  );
}
