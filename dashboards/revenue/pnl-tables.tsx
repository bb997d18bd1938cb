import type { ReactNode } from 'react';
import type { PnlFigures, PnlReply } from '../../platform/contracts/pnl.ts';
import { useWorkspace } from '../data/workspace.ts';
import { type Column, Table } from '../ui/table.tsx';
import { useMoney } from './money.ts';

export interface PnlRow {
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
    // What it comes to before what it is made of: a phone shows the first few.
    amount('revenue', 'Revenue', (figures) => figures.revenueMinor),
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
    amount('production', 'Production', (figures) => figures.costs.productionMinor),
    amount('advertising', 'Advertising', (figures) => figures.costs.advertisingMinor),
    amount('api', 'APIs', (figures) => figures.costs.apiMinor),
    amount('other', 'Other cost', (figures) => figures.costs.otherMinor),
  ];
}

/** The statement of every period. */
export function Periods({ answer }: { readonly answer: PnlReply }): ReactNode {
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

/** The statement of every channel. */
export function Channels({ answer }: { readonly answer: PnlReply }): ReactNode {
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
