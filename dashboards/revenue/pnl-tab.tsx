import type { ReactNode } from 'react';
import type { PnlFigures, PnlReply } from '../../platform/contracts/pnl.ts';
import { useQuery } from '../data/hooks.ts';
import { useParam, useView } from '../data/router.ts';
import { useScope } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChartPanel } from '../ui/chart-panel.tsx';
import { Field, useAction } from '../ui/form.tsx';
import { Empty, Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { ViewControls } from '../ui/view-controls.tsx';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Facts } from './facts.tsx';
import { useMoney, type Money } from './money.ts';
import { useChoice } from './options.ts';

const plans = ['none', 'starter', 'growth', 'scale'] as const;

/** Revenue, cost by kind, fee and profit: by day, week or month, and by channel. */
export function PnlTab(): ReactNode {
  const { api, can, queries, format, session } = useWorkspace();
  const scope = useScope();
  const [view, change] = useView();
  const action = useAction();
  const [grain, setGrain] = useChoice('per', ['day', 'week', 'month']);
  // What the address does not name is as the settings of the tenant have it.
  const [planText, setPlan] = useParam('plan');
  const [targetText, setTarget] = useParam('target');
  const asked = targetText === '' ? Number.NaN : Number(targetText);
  const ownTarget = asked >= 0 && asked <= 1e12 ? asked : undefined;
  const ownPlan = plans.find((each) => each === planText);
  const answer = useQuery(queries.pnl, {
    fromMs: scope.range.fromMs,
    toMs: scope.range.toMs,
    grain,
    plan: ownPlan,
    targetPerMonth: ownTarget,
  });
  /** What the settings say is told by the first answer; until then it would be shown wrong. */
  const isKnown = answer.data !== undefined || answer.problem !== undefined;
  const plan = ownPlan ?? answer.data?.plan ?? 'none';
  const targetPerMonth = ownTarget ?? answer.data?.targetPerMonth ?? 0;
  const keep = async (): Promise<void> => {
    await api.changeSettings({
      ...(ownPlan === undefined ? {} : { plan: ownPlan }),
      ...(ownTarget === undefined ? {} : { profitTargetPerMonth: ownTarget }),
    });
    queries.settings.refresh();
    queries.pnl.refresh();
    setPlan('');
    setTarget('');
  };
  const isFiltered = Object.values(view.filters).some((value) => value !== undefined);
  const fee = (amount: number): string => format.value(amount, 'currency', 'tile');
  return (
    <>
      <ViewControls scope={scope} isPlain />
      <section className="panel question" aria-label="Question">
        <div className="question-row">
          <ChoiceField
            label="By"
            value={grain}
            choices={[
              ['day', 'Day'],
              ['week', 'Week'],
              ['month', 'Month'],
            ]}
            onChange={setGrain}
          />
          {isKnown ? (
            <>
              <ChoiceField
                label="Subscription"
                value={plan}
                choices={[
                  ['none', 'No fee'],
                  ['starter', `Starter, ${fee(97)} a month`],
                  ['growth', `Growth, ${fee(297)} a month`],
                  ['scale', `Scale, ${fee(797)} a month`],
                ]}
                onChange={setPlan}
              />
              <Field label="Profit aimed at, a month">
                {(ids) => (
                  <input
                    {...ids}
                    key={targetPerMonth}
                    className="input"
                    inputMode="decimal"
                    defaultValue={targetPerMonth}
                    onBlur={(event) => setTarget(event.target.value.trim())}
                    onKeyDown={(event) => {
                      if (event.key === 'Enter') setTarget(event.currentTarget.value.trim());
                    }}
                  />
                )}
              </Field>
            </>
          ) : (
            <Skeleton height={52} width="320px" />
          )}
          {can('admin') && (ownPlan !== undefined || ownTarget !== undefined) ? (
            <button
              type="button"
              className="button"
              disabled={action.isRunning}
              onClick={() => action.run(keep)}
            >
              Keep for {session.tenant.name}
            </button>
          ) : null}
        </div>
        {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      </section>
      {isFiltered ? (
        <Notice tone="warn">
          <span>
            Profit and loss is that of the whole tenant and of each channel; filters do not apply to it.
          </span>
          <button type="button" className="button button-small" onClick={() => change({ filters: {} })}>
            Remove the filters
          </button>
        </Notice>
      ) : null}
      {answer.problem !== undefined ? (
        <ProblemNote problem={answer.problem} onRetry={queries.pnl.refresh} />
      ) : answer.data === undefined ? (
        <Skeleton height={480} />
      ) : (
        <div className={answer.isOutdated ? 'stack is-outdated' : 'stack'}>
          <Statement answer={answer.data} />
        </div>
      )}
    </>
  );
}

function Statement({ answer }: { readonly answer: PnlReply }): ReactNode {
  const { format } = useWorkspace();
  const money = useMoney();
  const { total } = answer;
  if (total.revenueMinor === 0 && total.costMinor === 0)
    return (
      <Empty title="No money in this range">
        <p>
          Events that carry money fill this: <code>ad_impression</code>, <code>product_sale</code> and the
          like earn; <code>content_generation</code>, <code>ad_spend</code>, <code>api_usage</code> and{' '}
          <code>cost</code> cost.
        </p>
      </Empty>
    );
  const share = (value: number | null): string => (value === null ? '–' : format.percent(value));
  const isReached = total.profitMinor >= answer.targetMinor;
  return (
    <>
      <Facts
        label="Profit and loss of the range"
        facts={[
          { name: 'Revenue', value: money.short(total.revenueMinor), title: money.full(total.revenueMinor) },
          {
            name: 'Cost',
            value: money.short(total.costMinor),
            title: money.full(total.costMinor),
            note: costNote(total, money),
          },
          {
            name: 'Fee',
            value: money.short(total.feeMinor),
            title: money.full(total.feeMinor),
            note: 'the days’ part of each month',
          },
          {
            name: 'Profit',
            value: money.short(total.profitMinor),
            title: money.full(total.profitMinor),
            note: `margin ${share(total.margin)}, return ${share(total.roi)}, after the fee`,
          },
          {
            name: 'Against the target',
            value:
              answer.targetMinor <= 0
                ? '–'
                : format.percent(Math.max(0, total.profitMinor / answer.targetMinor)),
            note: `${isReached ? '✓ reached' : '✕ not reached'}: ${money.short(answer.targetMinor)} for these days`,
          },
          {
            name: 'A video',
            value: money.full(total.profitPerVideoMinor),
            note: `${money.full(total.revenuePerVideoMinor)} earned, ${money.full(total.costPerVideoMinor)} spent, ${format.count(total.videos)} made`,
          },
        ]}
      />
      <Course answer={answer} />
      <Periods answer={answer} />
      <Channels answer={answer} />
    </>
  );
}

function costNote({ costs }: PnlFigures, money: Money): string {
  return [
    `production ${money.short(costs.productionMinor)}`,
    `ads ${money.short(costs.advertisingMinor)}`,
    `APIs ${money.short(costs.apiMinor)}`,
    `other ${money.short(costs.otherMinor)}`,
  ].join(', ');
}

function Course({ answer }: { readonly answer: PnlReply }): ReactNode {
  const money = useMoney();
  const { periods } = answer;
  if (periods.length < 2) return null;
  const values = (part: (figures: PnlFigures) => number): (number | null)[] =>
    periods.map(({ figures }) => money.major(part(figures)));
  return (
    <ChartPanel
      id="pnl"
      title={`Revenue, cost and profit by ${answer.grain}`}
      height={240}
      spec={{
        kind: 'lines',
        unit: 'currency',
        grain: answer.grain === 'month' ? '1mo' : '1d',
        starts: periods.map(({ startMs }) => startMs),
        endMs: periods.at(-1)?.endMs ?? 0,
        completeCount: periods.filter(({ isComplete }) => isComplete).length,
        series: [
          { id: 'revenue', label: 'Revenue', slot: 1, values: values((figures) => figures.revenueMinor) },
          {
            id: 'cost',
            label: 'Cost and fee',
            slot: 2,
            values: values((figures) => figures.costMinor + figures.feeMinor),
          },
          { id: 'profit', label: 'Profit', slot: 3, values: values((figures) => figures.profitMinor) },
        ],
      }}
    />
  );
}

interface PnlRow {
  readonly key: string;
  readonly name: string;
  readonly figures: PnlFigures;
  readonly targetMinor?: number;
  readonly isReached?: boolean;
  readonly isRunning?: boolean;
}

function useFigureColumns(): readonly Column<PnlRow>[] {
  const { format } = useWorkspace();
  const money = useMoney();
  const amount = (
    id: string,
    title: string,
    part: (figures: PnlFigures) => number | null,
  ): Column<PnlRow> => ({
    id,
    title,
    isNumber: true,
    value: ({ figures }) => money.major(part(figures)),
    cell: ({ figures }) => money.full(part(figures)),
  });
  const ratio = (
    id: string,
    title: string,
    part: (figures: PnlFigures) => number | null,
  ): Column<PnlRow> => ({
    id,
    title,
    isNumber: true,
    value: ({ figures }) => part(figures),
    cell: ({ figures }) => {
      const value = part(figures);
      return value === null ? '–' : format.percent(value);
    },
  });
  return [
    amount('revenue', 'Revenue', (figures) => figures.revenueMinor),
    amount('production', 'Production', (figures) => figures.costs.productionMinor),
    amount('advertising', 'Advertising', (figures) => figures.costs.advertisingMinor),
    amount('api', 'APIs', (figures) => figures.costs.apiMinor),
    amount('other', 'Other cost', (figures) => figures.costs.otherMinor),
    amount('cost', 'Cost', (figures) => figures.costMinor),
    amount('fee', 'Fee', (figures) => figures.feeMinor),
    amount('profit', 'Profit', (figures) => figures.profitMinor),
    ratio('margin', 'Margin', (figures) => figures.margin),
    ratio('roi', 'Return on cost and fee', (figures) => figures.roi),
    {
      id: 'videos',
      title: 'Videos',
      isNumber: true,
      value: ({ figures }) => figures.videos,
      cell: ({ figures }) => format.count(figures.videos),
    },
    amount('video', 'Profit a video', (figures) => figures.profitPerVideoMinor),
  ];
}

function Periods({ answer }: { readonly answer: PnlReply }): ReactNode {
  const { format } = useWorkspace();
  const money = useMoney();
  const columns = useFigureColumns();
  const rows = answer.periods.map(
    ({ endMs, figures, isComplete, isReached, startMs, targetMinor }): PnlRow => ({
      key: String(startMs),
      name:
        answer.grain === 'month'
          ? format.window(startMs, '1mo')
          : answer.grain === 'day'
            ? format.date(startMs)
            : `${format.date(startMs)} to ${format.date(endMs - 1)}`,
      figures,
      targetMinor,
      isReached,
      isRunning: !isComplete,
    }),
  );
  return (
    <section className="stack-tight" aria-labelledby="periods-title">
      <h2 id="periods-title">By {answer.grain}</h2>
      <Table
        key={answer.grain}
        id={`pnl-${answer.grain}`}
        label={`Profit and loss by ${answer.grain}`}
        columns={[
          {
            id: 'period',
            title: answer.grain.charAt(0).toUpperCase() + answer.grain.slice(1),
            isName: true,
            value: (row) => new Date(Number(row.key)).toISOString(),
            cell: (row) => (
              <>
                {row.name}
                {row.isRunning === true ? <span className="quiet"> · running</span> : null}
              </>
            ),
            className: 'nowrap',
          },
          ...columns,
          {
            id: 'target',
            title: 'Target',
            isNumber: true,
            value: (row) => money.major(row.targetMinor ?? null),
            cell: (row) => money.full(row.targetMinor ?? null),
          },
          {
            id: 'reached',
            title: 'Reached',
            value: (row) => (row.isReached === true ? 'yes' : 'no'),
            cell: (row) =>
              row.isReached === true ? (
                <span className="good">✓ yes</span>
              ) : (
                <span className="quiet">✕ no</span>
              ),
          },
        ]}
        rows={rows}
        rowKey={(row) => row.key}
        sort={{ column: 'period', isDown: true }}
        maxHeight={480}
      />
    </section>
  );
}

function Channels({ answer }: { readonly answer: PnlReply }): ReactNode {
  const columns = useFigureColumns();
  const rows = answer.channels.map(({ channel, figures }): PnlRow => ({
    key: `of ${channel}`,
    name: channel === '' ? 'No channel' : channel,
    figures,
  }));
  return (
    <section className="stack-tight" aria-labelledby="channels-title">
      <h2 id="channels-title">By channel, before the fee</h2>
      <Table
        id="pnl-channel"
        label="Profit and loss by channel"
        columns={[
          {
            id: 'channel',
            className: 'nowrap',
            title: 'Channel',
            isName: true,
            value: (row) => row.name,
            cell: (row) => row.name,
          },
          ...columns.filter(({ id }) => id !== 'fee'),
        ]}
        rows={rows}
        rowKey={(row) => row.key}
        sort={{ column: 'profit', isDown: true }}
        maxHeight={480}
      />
    </section>
  );
}
