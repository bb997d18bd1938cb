import type { ReactNode } from 'react';
import type { DecompositionReply } from '../../platform/contracts/revenue.ts';
import { useQuery } from '../data/hooks.ts';
import { useView } from '../data/router.ts';
import { useScope } from '../data/scope.ts';
import { dimensions } from '../data/view-state.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChartPanel } from '../ui/chart-panel.tsx';
import type { ChartSpec } from '../ui/chart-spec.ts';
import { Heat } from '../ui/heat.tsx';
import { viewOnTheWay } from '../ui/part-view.ts';
import { Empty, Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { ViewControls } from '../ui/view-controls.tsx';
import { Facts } from './facts.tsx';
import { useMoney } from './money.ts';

const HOUR_MS = 3_600_000;
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const members = {
  decomposition: 'Trend and seasons',
  same_hour_last_week: 'Same hour last week',
  recent_level: 'Recent level',
} as const;

/** When revenue comes: hour of the day, day of the week, the trend behind, and what lies outside what was expected. */
export function SeasonalityTab(): ReactNode {
  const { queries } = useWorkspace();
  const scope = useScope();
  const used = dimensions.filter((dimension) => scope.view.filters[dimension] !== undefined);
  const isTooNarrow = used.length > 1;
  const answer = useQuery(
    queries.decomposition,
    isTooNarrow
      ? undefined
      : { fromMs: scope.range.fromMs, toMs: scope.range.toMs, filters: scope.view.filters },
  );
  return (
    <>
      <ViewControls scope={scope} isPlain />
      {isTooNarrow ? (
        <Notice tone="warn">Hours are kept for one dimension at a time: remove all filters but one.</Notice>
      ) : answer.problem !== undefined ? (
        <ProblemNote problem={answer.problem} onRetry={queries.decomposition.refresh} />
      ) : answer.data === undefined ? (
        <Skeleton height={480} />
      ) : (
        <div className={answer.isOutdated ? 'stack is-outdated' : 'stack'}>
          <Seasons answer={answer.data} />
        </div>
      )}
    </>
  );
}

/** The way out of a range that is too short. */
function LongerRange(): ReactNode {
  const [view, change] = useView();
  const longer = viewOnTheWay('/revenue/seasonality', view);
  if (longer.range === undefined) return null;
  return (
    <div>
      <button type="button" className="button" onClick={() => change({ ...longer, zoom: undefined })}>
        Show the last 30 days
      </button>
    </div>
  );
}

function Seasons({ answer }: { readonly answer: DecompositionReply }): ReactNode {
  const { format } = useWorkspace();
  const money = useMoney();
  if (answer.hourEffects.length === 0)
    return (
      <Empty title="Two days of complete hours are needed">
        <p>
          There are {answer.hours} so far. Every hour with revenue, from <code>ad_impression</code>,{' '}
          <code>product_sale</code>, <code>tip</code> and the like, adds one; a longer range may hold more.
        </p>
        <LongerRange />
      </Empty>
    );
  const { residuals } = answer;
  const low =
    answer.form === 'multiplicative' ? percentOf(residuals.low, format.percent) : money.full(residuals.low);
  const high =
    answer.form === 'multiplicative' ? percentOf(residuals.high, format.percent) : money.full(residuals.high);
  return (
    <>
      <Facts
        label="Seasons"
        facts={[
          {
            name: 'Explained by the seasons',
            value: answer.seasonalStrength === null ? '–' : format.percent(answer.seasonalStrength),
            note: 'of what varies about the trend',
          },
          {
            name: 'Form',
            value: answer.form === 'multiplicative' ? 'Multiplied' : 'Added',
            note: 'the one that foretells the next hour better',
          },
          {
            name: 'Interval of 95%',
            value: residuals.low === null ? '–' : `${low} to ${high}`,
            note: 'of the expected hour',
          },
          {
            name: 'Hours outside it',
            value: format.count(answer.anomalies),
            note: `of ${format.count(answer.hours)}, ${answer.weeks.toFixed(1)} weeks`,
          },
        ]}
      />
      <Course answer={answer} />
      <Effects answer={answer} />
      <Outside answer={answer} />
      <section className="stack-tight" aria-labelledby="ensemble-title">
        <h2 id="ensemble-title">What the expectation is made of</h2>
        <Table
          id="seasonality-ensemble"
          label="Members of the expectation"
          columns={[
            {
              id: 'member',
              title: 'Member',
              isName: true,
              value: (row) => members[row.member],
              cell: (row) => members[row.member],
            },
            {
              id: 'weight',
              title: 'Weight',
              isNumber: true,
              value: (row) => row.weight,
              bar: (row) => row.weight,
              cell: (row) => format.percent(row.weight),
            },
            {
              id: 'error',
              title: 'Mean error of the next hour',
              isNumber: true,
              value: (row) => money.major(row.errorMinor),
              cell: (row) => money.full(row.errorMinor),
            },
          ]}
          rows={answer.ensemble}
          rowKey={(row) => row.member}
        />
      </section>
    </>
  );
}

function Course({ answer }: { readonly answer: DecompositionReply }): ReactNode {
  const money = useMoney();
  const { points } = answer;
  const spec: ChartSpec = {
    kind: 'lines',
    unit: 'currency',
    grain: '1h',
    starts: points.map(({ startMs }) => startMs),
    endMs: (points.at(-1)?.startMs ?? 0) + HOUR_MS,
    completeCount: points.length,
    series: [
      {
        id: 'revenue',
        label: 'Revenue',
        slot: 1,
        values: points.map(({ valueMinor }) => money.major(valueMinor)),
      },
      {
        id: 'expected',
        label: 'Expected',
        slot: 5,
        values: points.map(({ expectedMinor }) => money.major(expectedMinor)),
      },
      {
        id: 'trend',
        label: 'Trend',
        slot: 9,
        values: points.map(({ trendMinor }) => money.major(trendMinor)),
      },
    ],
  };
  return (
    <ChartPanel id="course" title="Revenue by hour against what was expected of it" spec={spec} height={280}>
      <p className="small quiet">The last {Math.round(points.length / 24)} days of complete hours.</p>
    </ChartPanel>
  );
}

interface HourRow {
  readonly weekday: number;
  readonly effects: readonly (number | null)[];
}

/** Hour by weekday: how much more or less than the trend. */
function Effects({ answer }: { readonly answer: DecompositionReply }): ReactNode {
  const { format } = useWorkspace();
  const money = useMoney();
  const isMultiplied = answer.form === 'multiplicative';
  const combined = (hour: number, weekday: number | null): number =>
    isMultiplied ? hour * (weekday ?? 1) - 1 : hour + (weekday ?? 0);
  const rows = weekdays.map((_name, weekday): HourRow => {
    const own = answer.weekdayEffects[weekday] ?? null;
    return {
      weekday,
      effects: answer.hourEffects.map((hour) => (own === null ? null : combined(hour, own))),
    };
  });
  const all = rows.flatMap(({ effects }) => effects.filter((each) => each !== null));
  const largest = Math.max(1e-9, ...all.map(Math.abs));
  const text = (value: number): string =>
    isMultiplied
      ? percentOf(Math.round(value * 100) / 100, (ratio) => `${Math.round(ratio * 100)}%`)
      : money.short(value);
  const columns: readonly Column<HourRow>[] = [
    {
      id: 'weekday',
      title: 'Day',
      isName: true,
      value: (row) => row.weekday,
      cell: (row) => weekdays[row.weekday] ?? '',
    },
    ...answer.hourEffects.map((_effect, hour): Column<HourRow> => ({
      id: `hour${hour}`,
      title: String(hour).padStart(2, '0'),
      isNumber: true,
      value: (row) => row.effects[hour] ?? null,
      cell: (row) => {
        const value = row.effects[hour];
        return value == null ? (
          <span className="quiet">–</span>
        ) : (
          <Heat share={value / largest}>{text(value)}</Heat>
        );
      },
    })),
  ];
  return (
    <section className="stack-tight" aria-labelledby="effects-title">
      <h2 id="effects-title">Hour of the day by day of the week, against the trend</h2>
      <Table
        id="seasonality-hours"
        label="Effect of hour and weekday"
        columns={columns}
        rows={rows}
        rowKey={(row) => String(row.weekday)}
        tools={
          <span className="small quiet">
            Hours of {format.context.timeZone}. Days that were not seen yet have none.
          </span>
        }
      />
    </section>
  );
}

type Point = DecompositionReply['points'][number];

function Outside({ answer }: { readonly answer: DecompositionReply }): ReactNode {
  const { format } = useWorkspace();
  const money = useMoney();
  const rows = answer.points.filter(({ isAnomaly }) => isAnomaly).toReversed();
  const columns: readonly Column<Point>[] = [
    {
      id: 'hour',
      title: 'Hour',
      isName: true,
      value: (row) => new Date(row.startMs).toISOString(),
      cell: (row) => format.windowFull(row.startMs, row.startMs + HOUR_MS, '1h'),
      className: 'nowrap',
    },
    {
      id: 'revenue',
      title: 'Revenue',
      isNumber: true,
      value: (row) => money.major(row.valueMinor),
      cell: (row) => money.full(row.valueMinor),
    },
    {
      id: 'expected',
      title: 'Expected',
      isNumber: true,
      value: (row) => money.major(row.expectedMinor),
      cell: (row) => money.full(row.expectedMinor),
    },
    {
      id: 'interval',
      title: 'Interval of 95%',
      isNumber: true,
      cell: (row) => `${money.full(row.lowMinor)} – ${money.full(row.highMinor)}`,
    },
    {
      id: 'side',
      title: 'Which way',
      value: (row) => (row.valueMinor > (row.expectedMinor ?? 0) ? 'above' : 'below'),
      cell: (row) => (row.valueMinor > (row.expectedMinor ?? 0) ? '▲ above' : '▼ below'),
    },
  ];
  return (
    <section className="stack-tight" aria-labelledby="outside-title">
      <h2 id="outside-title">Hours outside the interval, newest first</h2>
      <Table
        id="seasonality-anomalies"
        label="Hours outside the interval"
        columns={columns}
        rows={rows}
        rowKey={(row) => String(row.startMs)}
        maxHeight={320}
        empty={<p className="empty">No hour of the last two weeks lies outside.</p>}
      />
    </section>
  );
}

function percentOf(value: number | null, percent: (ratio: number) => string): string {
  if (value === null) return '–';
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${percent(Math.abs(value))}`;
}
