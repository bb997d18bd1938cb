import type { ReactNode } from 'react';
import type { PnlFigures, PnlReply } from '../../platform/contracts/pnl.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChartPanel } from '../ui/chart-panel.tsx';
import { Empty } from '../ui/states.tsx';
import { Facts } from './facts.tsx';
import { type Money, useMoney } from './money.ts';
import { Channels, Periods } from './pnl-tables.tsx';

/** Revenue, what it cost and what is left, of the whole range. */
export function Statement({ answer }: { readonly answer: PnlReply }): ReactNode {
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
            note:
              total.videos === 0
                ? 'none was made'
                : `${money.full(total.revenuePerVideoMinor)} earned, ${money.full(total.costPerVideoMinor)} spent, ${format.count(total.videos)} made`,
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
