import type { ReactNode } from 'react';
import type { ExperimentView, MetricReading, VariantMetric } from '../../platform/contracts/experiment.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Table, type Column } from '../ui/table.tsx';
import { changeWords } from './words.ts';

interface Row {
  readonly key: string;
  readonly title: string;
  readonly isControl: boolean;
  readonly reading: VariantMetric;
}

const roleWords = { primary: 'decides', secondary: 'beside', guardrail: 'must not get worse' } as const;

/** One metric by variant: mean with its interval, change against the control, chance to be the best, what choosing it may lose. */
export function MetricTable({
  reading,
  view,
}: {
  readonly reading: MetricReading;
  readonly view: ExperimentView;
}): ReactNode {
  const { format } = useWorkspace();
  const { metric, maxHarm, role } = reading;
  const { experiment } = view;
  const unit = metric.kind === 'conversion' ? 'ratio' : 'currency';
  const figure = (value: number): string => format.value(value, unit, 'tile');
  const rows = experiment.variants.flatMap(({ key, title }, i): Row[] => {
    const each = reading.variants[i];
    return each === undefined ? [] : [{ key, title, isControl: i === 0, reading: each }];
  });
  const columns: readonly Column<Row>[] = [
    {
      id: 'variant',
      title: 'Variant',
      isName: true,
      value: (row) => row.title,
      cell: (row) => (
        <>
          <span className="strong">{row.title}</span>
          {row.isControl ? <span className="quiet"> control</span> : null}
        </>
      ),
    },
    {
      id: 'users',
      title: 'Users',
      isNumber: true,
      value: (row) => row.reading.users,
      cell: (row) => format.count(row.reading.users),
    },
    {
      id: 'mean',
      title: metric.kind === 'conversion' ? 'Rate' : 'Per user',
      isNumber: true,
      value: (row) => row.reading.mean,
      cell: (row) => figure(row.reading.mean),
    },
    {
      id: 'interval',
      title: '95% interval',
      isNumber: true,
      value: (row) => row.reading.lower,
      cell: (row) => `${figure(row.reading.lower)} to ${figure(row.reading.upper)}`,
    },
    {
      id: 'lift',
      title: 'Against control',
      value: (row) => row.reading.lift?.value ?? null,
      cell: (row) => <Lift row={row} isUpGood={metric.higherIsBetter} />,
    },
    {
      id: 'win',
      title: 'Chance to be best',
      isNumber: true,
      value: (row) => row.reading.winProbability,
      bar: (row) => row.reading.winProbability,
      cell: (row) => format.percent(row.reading.winProbability),
    },
    {
      id: 'loss',
      title: 'May lose',
      isNumber: true,
      value: (row) => row.reading.expectedLoss,
      cell: (row) => figure(row.reading.expectedLoss),
    },
    {
      id: 'p',
      title: 'p, always valid',
      isNumber: true,
      value: (row) => row.reading.pValue ?? null,
      cell: (row) => (row.reading.pValue === undefined ? '–' : row.reading.pValue.toPrecision(2)),
    },
  ];
  return (
    <section className="stack-tight" aria-label={metric.title}>
      <div className="row-wrap">
        <h2>{metric.title}</h2>
        <span className="quiet small">
          {roleWords[role]}
          {maxHarm === undefined ? '' : ` by more than ${format.percent(maxHarm)}`} ·{' '}
          {metric.kind === 'conversion' ? 'share of users with' : 'money per user from'}{' '}
          {metric.eventTypes.join(', ')} · {metric.higherIsBetter ? 'higher' : 'lower'} is better
        </span>
      </div>
      <Table
        id={`experiment-${experiment.key}-${metric.key}`}
        label={`${metric.title} by variant`}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.key}
      />
    </section>
  );
}

function Lift({ row, isUpGood }: { readonly row: Row; readonly isUpGood: boolean }): ReactNode {
  const { format } = useWorkspace();
  if (row.isControl) return <span className="quiet">–</span>;
  const { lift } = row.reading;
  if (lift === undefined) return <span className="quiet">too few users</span>;
  const { lower, upper, value } = lift;
  const isKnown = lower !== null && upper !== null;
  const isShown = isKnown && (lower > 0 || upper < 0);
  const tone = !isShown || value === null ? '' : value > 0 === isUpGood ? 'good' : 'bad';
  return (
    <span className={tone}>
      {changeWords(value, format.percent)}
      {isKnown ? (
        <span className="quiet small">
          {' '}
          ({signed(lower, format.percent)} to {signed(upper, format.percent)})
        </span>
      ) : null}
    </span>
  );
}

function signed(share: number, percent: (ratio: number) => string): string {
  return `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
}
