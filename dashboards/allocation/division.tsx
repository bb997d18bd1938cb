import type { ReactNode } from 'react';
import type {
  AllocationAnswer,
  AllocationResource,
  AllocationRow,
} from '../../platform/contracts/allocation-plan.ts';
import { useWorkspace } from '../data/workspace.ts';
import { type Column, Table } from '../ui/table.tsx';
import { amountText, holderTitle } from './allocation-words.ts';

export type Resource = Pick<AllocationResource, 'id' | 'title' | 'unit' | 'pool'>;

/** Who gets how much of a resource, now and proposed. */
export function Division({
  answer,
  resources,
  resource,
  onResource,
  onChannel,
}: {
  readonly answer: AllocationAnswer;
  readonly resources: readonly Resource[];
  readonly resource: string;
  readonly onResource: (id: string) => void;
  readonly onChannel?: (id: string) => void;
}): ReactNode {
  const { format } = useWorkspace();
  const chosen = resources.find(({ id }) => id === resource) ?? resources[0];
  if (chosen === undefined) return null;
  const rows = answer.rows.filter((each) => each.resource === chosen.id);
  const most = rows.reduce((sum, { current, proposed }) => Math.max(sum, current, proposed), 1e-9);
  const amount = (value: number): string => amountText(format, chosen.unit, value);
  const money = (value: number): string => format.value(value, 'currency', 'tile');
  const total = answer.resources.find(({ id }) => id === chosen.id);
  const columns: Column<AllocationRow>[] = [
    {
      id: 'channel',
      title: holderTitle(chosen.id),
      isName: true,
      className: 'nowrap',
      value: ({ channel }) => channel,
      cell: ({ channel }) =>
        onChannel === undefined ? (
          channel
        ) : (
          <button type="button" className="row-link" onClick={() => onChannel(channel)}>
            {channel}
          </button>
        ),
    },
    {
      id: 'bars',
      title: 'Now and proposed',
      cell: ({ current, proposed }) => (
        <span className="pair" aria-hidden="true">
          <span className="pair-now" style={{ width: `${(100 * current) / most}%` }} />
          <span className="pair-proposed" style={{ width: `${(100 * proposed) / most}%` }} />
        </span>
      ),
    },
    number('current', 'Now', (row) => row.current, amount),
    {
      ...number('proposed', 'Proposed', (row) => row.proposed, amount),
      cell: ({ isFixed, proposed }) => (
        <>
          {amount(proposed)}
          {isFixed ? <span className="quiet"> · held</span> : null}
        </>
      ),
    },
    number(
      'change',
      'Change',
      (row) => row.proposed - row.current,
      (value) => `${value >= 0 ? '+' : '−'}${amount(Math.abs(value))}`,
    ),
    number('rule', 'Rule of thumb', (row) => row.rule, amount),
    number('currentReturn', 'Return now', (row) => row.currentReturn, money),
    number('proposedReturn', 'Return proposed', (row) => row.proposedReturn, money),
    ...(chosen.unit === 'money'
      ? [
          share(
            'roi',
            'ROI now',
            ({ current, currentReturn }) => roiOf(currentReturn, current),
            format.percent,
          ),
          share(
            'proposedRoi',
            'ROI proposed',
            ({ proposed, proposedReturn }) => roiOf(proposedReturn, proposed),
            format.percent,
          ),
        ]
      : []),
    number(
      'marginal',
      'One more brings',
      (row) => row.marginal,
      (value) => format.value(value, 'currency', 'full'),
    ),
  ];
  return (
    <section className="stack-tight" aria-labelledby="division-title">
      <h2 id="division-title">Now against proposed</h2>
      <Table
        key={chosen.id}
        id={`allocation-${answer.kind}-${chosen.id}`}
        label={`${chosen.title} by ${holderTitle(chosen.id).toLowerCase()}`}
        columns={columns}
        rows={rows}
        rowKey={({ channel }) => channel}
        sort={{ column: 'proposed', isDown: true }}
        maxHeight={520}
        tools={
          resources.length < 2 ? null : (
            <div className="segments segments-wrap" role="group" aria-label="Resource">
              {resources.map(({ id, title }) => (
                <button key={id} type="button" aria-pressed={id === chosen.id} onClick={() => onResource(id)}>
                  {title}
                </button>
              ))}
            </div>
          )
        }
      />
      {total === undefined ? null : (
        <p className="small quiet">
          {chosen.pool === undefined
            ? `${amount(total.used)} of ${amount(total.total)} is given out.`
            : `${amount(total.used)} of the ${amount(pooled(answer, resources, chosen.pool))} that ${resources
                .filter(({ pool }) => pool === chosen.pool)
                .map(({ title }) => title.toLowerCase())
                .join(' and ')} have together.`}{' '}
          {total.worthOfOneMore > 0
            ? `One more ${chosen.unit === 'hours' ? 'hour' : chosen.unit === 'percent' ? 'point' : ''} would bring ${format.value(total.worthOfOneMore, 'currency', 'full')}.`
            : 'More of it would bring nothing under these limits.'}
        </p>
      )}
    </section>
  );
}

function pooled(answer: AllocationAnswer, resources: readonly Resource[], pool: string): number {
  const members = new Set(resources.filter((each) => each.pool === pool).map(({ id }) => id));
  return answer.resources.reduce((sum, { id, total }) => sum + (members.has(id) ? total : 0), 0);
}

function number(
  id: string,
  title: string,
  value: (row: AllocationRow) => number,
  text: (value: number) => string,
): Column<AllocationRow> {
  return { id, title, isNumber: true, value, cell: (row) => text(value(row)) };
}

/** What comes back beyond what is spent, as a share of it; nothing is known of nothing spent. */
function roiOf(returned: number, spent: number): number | null {
  return spent > 0 ? (returned - spent) / spent : null;
}

function share(
  id: string,
  title: string,
  value: (row: AllocationRow) => number | null,
  text: (value: number) => string,
): Column<AllocationRow> {
  return {
    id,
    title,
    isNumber: true,
    value,
    cell: (row) => {
      const found = value(row);
      return found === null ? '–' : text(found);
    },
  };
}
