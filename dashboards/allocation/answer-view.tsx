import type { ReactNode } from 'react';
import type {
  AllocationAnswer,
  AllocationResource,
  AllocationRow,
} from '../../platform/contracts/allocation-plan.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Table, type Column } from '../ui/table.tsx';
import { Figures } from '../workbench/figures.tsx';
import {
  amountText,
  candidateTitle,
  certificateFigure,
  certificateWords,
  holderTitle,
} from './allocation-words.ts';
import { Histogram } from './histogram.tsx';
import { Prices } from './prices-view.tsx';
import { Steps, Triggers } from './steps-view.tsx';

type Resource = Pick<AllocationResource, 'id' | 'title' | 'unit' | 'pool'>;

/** An answer as people read it: what it brings, how sure it is, who gets what, in which steps. */
export function AnswerView({
  answer,
  resources,
  periodDays,
  resource,
  onResource,
  onChannel,
  onPrice,
}: {
  readonly answer: AllocationAnswer;
  readonly resources: readonly Resource[];
  readonly periodDays: number;
  readonly resource: string;
  readonly onResource: (id: string) => void;
  readonly onChannel?: (id: string) => void;
  readonly onPrice?: (product: string, multiplier: number | undefined) => void;
}): ReactNode {
  return (
    <>
      <Outcome answer={answer} periodDays={periodDays} />
      <Division
        answer={answer}
        resources={resources}
        resource={resource}
        onResource={onResource}
        {...(onChannel === undefined ? {} : { onChannel })}
      />
      <Candidates answer={answer} />
      <Histogram answer={answer} />
      <div className="bench-columns">
        <Steps answer={answer} resources={resources} />
        <Triggers answer={answer} />
      </div>
      {answer.moves === undefined || answer.moves.length === 0 ? null : (
        <Prices
          moves={answer.moves}
          periodDays={periodDays}
          {...(onPrice === undefined ? {} : { onPrice })}
        />
      )}
      {answer.notes.length === 0 ? null : (
        <section className="stack-tight" aria-labelledby="notes-title">
          <h2 id="notes-title">What to know about it</h2>
          <ul className="notes small quiet">
            {answer.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Outcome({
  answer,
  periodDays,
}: {
  readonly answer: AllocationAnswer;
  readonly periodDays: number;
}): ReactNode {
  const { format } = useWorkspace();
  const chosen = answer.candidates.find(({ isChosen }) => isChosen);
  const now = answer.candidates.find(({ name }) => name === 'current');
  if (chosen === undefined) return null;
  const money = (value: number): string => format.value(value, 'currency', 'tile');
  const gain = now === undefined ? null : chosen.expected - now.expected;
  const share = (value: number | null): string => (value === null ? '–' : format.percent(value));
  const { risk } = chosen;
  return (
    <Figures
      label="Outcome"
      figures={[
        {
          name: `${answer.kind === 'revenue' ? 'Revenue' : 'Return'} expected in ${periodDays} days`,
          value: money(chosen.expected),
          title: format.value(chosen.expected, 'currency', 'full'),
          note:
            gain === null
              ? 'of what is given out'
              : `${money(Math.abs(gain))} ${gain >= 0 ? 'more' : 'less'} than now${answer.kind === 'revenue' ? ', all of it' : `; besides ${money(answer.base)} nothing here moves`}`,
        },
        {
          name: 'Certificate',
          value: certificateFigure(format, answer),
          note: `the best expected return is ${certificateWords(format, answer)}`,
        },
        {
          name: 'Return on cost',
          value: share(chosen.roi),
          note: chosen.cost > 0 ? `on ${money(chosen.cost)}` : 'no money is given out',
        },
        {
          name: 'Volatility',
          value: share(risk.variation),
          note: `${money(risk.volatility)}, of the return; ${answer.reason}`,
        },
        {
          name: 'At risk, 95%',
          value: money(risk.valueAtRisk95),
          note: `below expectation in 1 of 20; then ${money(risk.conditionalValueAtRisk95)} on average`,
        },
        {
          name: 'Sharpe ratio',
          value: risk.sharpe === null ? '–' : risk.sharpe.toFixed(2),
          note: 'gain over cost by volatility',
        },
        {
          name: 'Largest share of revenue',
          value: share(answer.largest.share),
          note: `${answer.largest.id}, now ${share(answer.largest.currentShare)}`,
        },
        {
          name: 'Revenue against now',
          value:
            answer.growth === null
              ? '–'
              : `${answer.growth >= 0 ? '+' : '−'}${format.percent(Math.abs(answer.growth))}`,
          note:
            answer.growthTarget === null
              ? 'all of it, the base included'
              : `${(answer.growth ?? 0) >= answer.growthTarget ? '✓ reaches' : '✕ below'} the ${format.percent(answer.growthTarget)} aimed at${
                  answer.growthChance === undefined || answer.growthChance === null
                    ? ''
                    : `; reached in ${format.percent(answer.growthChance)} of scenarios`
                }`,
        },
      ]}
    />
  );
}

function Division({
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
          <button type="button" className="button-plain" onClick={() => onChannel(channel)}>
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

function Candidates({ answer }: { readonly answer: AllocationAnswer }): ReactNode {
  const { format } = useWorkspace();
  type Candidate = AllocationAnswer['candidates'][number];
  const money = (value: number): string => format.value(value, 'currency', 'tile');
  const column = (
    id: string,
    title: string,
    value: (each: Candidate) => number | null,
    text: (value: number) => string,
  ): Column<Candidate> => ({
    id,
    title,
    isNumber: true,
    value,
    cell: (each) => {
      const found = value(each);
      return found === null ? '–' : text(found);
    },
  });
  return (
    <section className="stack-tight" aria-labelledby="candidates-title">
      <h2 id="candidates-title">Plans compared, {format.count(answer.scenarios)} scenarios each</h2>
      <Table
        id="allocation-candidates"
        label="Plans compared"
        rows={answer.candidates}
        rowKey={({ name }) => name}
        sort={{ column: 'expected', isDown: true }}
        columns={[
          {
            id: 'name',
            title: 'Plan',
            isName: true,
            value: ({ name }) => candidateTitle(name),
            cell: ({ isChosen, name }) => (
              <>
                {candidateTitle(name)}
                {isChosen ? <span className="badge badge-accent"> proposed</span> : null}
              </>
            ),
          },
          column('expected', 'Return', (each) => each.expected, money),
          column('cost', 'Cost', (each) => each.cost, money),
          column('roi', 'Return on cost', (each) => each.roi, format.percent),
          column('variation', 'Volatility', (each) => each.risk.variation, format.percent),
          column('var', 'At risk, 95%', (each) => each.risk.valueAtRisk95, money),
          column('cvar', 'Beyond it', (each) => each.risk.conditionalValueAtRisk95, money),
          column('worst', 'Worst 5% below', (each) => each.risk.worst5Percent, money),
          column(
            'sharpe',
            'Sharpe',
            (each) => each.risk.sharpe,
            (value) => value.toFixed(2),
          ),
        ]}
      />
    </section>
  );
}
