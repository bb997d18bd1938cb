import type { ReactNode } from 'react';
import type {
  AllocationAnswer,
  AllocationResource,
  AllocationRow,
  PriceMove,
} from '../../platform/contracts/allocation-plan.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { Figures } from '../workbench/figures.tsx';
import { amountText, candidateTitle, certificateFigure, certificateWords } from './allocation-words.ts';
import { Histogram } from './histogram.tsx';

/** An answer as people read it: what it brings, how sure it is, who gets what, in which steps. */
export function AnswerView({
  answer,
  resources,
  periodDays,
  resource,
  onResource,
  onChannel,
}: {
  readonly answer: AllocationAnswer;
  readonly resources: readonly Pick<AllocationResource, 'id' | 'title' | 'unit'>[];
  readonly periodDays: number;
  readonly resource: string;
  readonly onResource: (id: string) => void;
  readonly onChannel?: (id: string) => void;
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
      {answer.prices === undefined || answer.prices.length === 0 ? null : (
        <Prices moves={answer.prices} periodDays={periodDays} />
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
          name: `Return expected in ${periodDays} days`,
          value: money(chosen.expected),
          title: format.value(chosen.expected, 'currency', 'full'),
          note:
            gain === null
              ? 'of what is given out'
              : `${money(Math.abs(gain))} ${gain >= 0 ? 'more' : 'less'} than now; besides ${money(answer.base)} nothing here moves`,
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
              : `${(answer.growth ?? 0) >= answer.growthTarget ? '✓ reaches' : '✕ below'} the ${format.percent(answer.growthTarget)} aimed at`,
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
  readonly resources: readonly Pick<AllocationResource, 'id' | 'title' | 'unit'>[];
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
      title: answer.kind === 'revenue' ? 'Stream' : 'Channel',
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
        label={`${chosen.title} by ${answer.kind === 'revenue' ? 'stream' : 'channel'}`}
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
          {amount(total.used)} of {amount(total.total)} is given out.{' '}
          {total.worthOfOneMore > 0
            ? `One more ${chosen.unit === 'hours' ? 'hour' : chosen.unit === 'percent' ? 'point' : ''} would bring ${format.value(total.worthOfOneMore, 'currency', 'full')}.`
            : 'More of it would bring nothing under these limits.'}
        </p>
      )}
    </section>
  );
}

function number(
  id: string,
  title: string,
  value: (row: AllocationRow) => number,
  text: (value: number) => string,
): Column<AllocationRow> {
  return { id, title, isNumber: true, value, cell: (row) => text(value(row)) };
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

function Steps({
  answer,
  resources,
}: {
  readonly answer: AllocationAnswer;
  readonly resources: readonly Pick<AllocationResource, 'id' | 'title' | 'unit'>[];
}): ReactNode {
  const { format } = useWorkspace();
  const unit = (id: string): AllocationResource['unit'] =>
    resources.find((each) => each.id === id)?.unit ?? 'money';
  const steps = answer.steps.map((step, i) => ({ ...step, order: i + 1 }));
  return (
    <section className="stack-tight" aria-labelledby="steps-title">
      <h2 id="steps-title">Steps, cuts first</h2>
      <Table
        id="allocation-steps"
        label="Steps"
        maxHeight={360}
        rows={steps}
        rowKey={({ order }) => String(order)}
        empty={<p className="quiet">Nothing needs to move.</p>}
        columns={[
          {
            id: 'order',
            title: 'Step',
            isNumber: true,
            value: ({ order }) => order,
            cell: ({ order }) => order,
          },
          {
            id: 'channel',
            title: 'Move',
            isName: true,
            value: ({ channel }) => channel,
            cell: ({ channel, from, resource, to }) =>
              `${channel}: ${resources.find(({ id }) => id === resource)?.title ?? resource} ${amountText(format, unit(resource), from)} → ${amountText(format, unit(resource), to)}`,
          },
          {
            id: 'gain',
            title: 'Return',
            isNumber: true,
            value: ({ expectedGain }) => expectedGain,
            cell: ({ expectedGain }) =>
              `${expectedGain >= 0 ? '+' : '−'}${format.value(Math.abs(expectedGain), 'currency', 'tile')}`,
          },
        ]}
      />
    </section>
  );
}

function Prices({
  moves,
  periodDays,
}: {
  readonly moves: readonly PriceMove[];
  readonly periodDays: number;
}): ReactNode {
  const { format } = useWorkspace();
  const to = useViewLink();
  const money = (value: number): string => format.value(value, 'currency', 'full');
  return (
    <section className="stack-tight" aria-labelledby="prices-title">
      <h2 id="prices-title">Prices, the other lever</h2>
      <Table
        id="allocation-prices"
        label="Prices"
        rows={moves}
        rowKey={({ product }) => product}
        columns={[
          {
            id: 'product',
            title: 'Product',
            isName: true,
            value: ({ product }) => product,
            cell: ({ product }) => <Link to={withParam(to('/pricing'), 'product', product)}>{product}</Link>,
          },
          {
            id: 'price',
            title: 'Now',
            isNumber: true,
            value: ({ price }) => price,
            cell: ({ price }) => money(price),
          },
          {
            id: 'best',
            title: 'Most revenue at',
            isNumber: true,
            value: ({ best }) => best,
            cell: ({ atBound, best }) => `${money(best)}${atBound ? ', a limit' : ''}`,
          },
          {
            id: 'multiplier',
            title: 'Multiplier',
            isNumber: true,
            value: ({ multiplier }) => multiplier,
            cell: ({ multiplier }) => `× ${multiplier.toFixed(2)}`,
          },
          {
            id: 'gain',
            title: `Adds in ${periodDays} days`,
            isNumber: true,
            value: ({ gain }) => gain,
            cell: ({ gain }) => format.value(gain, 'currency', 'tile'),
          },
        ]}
      />
      <p className="small quiet">
        Not in the return above: effort is divided the same whatever the prices are.
      </p>
    </section>
  );
}

function withParam(to: string, name: string, value: string): string {
  return `${to}${to.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;
}

function Triggers({ answer }: { readonly answer: AllocationAnswer }): ReactNode {
  const { format } = useWorkspace();
  const money = (value: number): string => format.value(value, 'currency', 'tile');
  return (
    <section className="stack-tight" aria-labelledby="triggers-title">
      <h2 id="triggers-title">When to divide anew</h2>
      <Table
        id="allocation-triggers"
        label="Triggers"
        maxHeight={360}
        rows={answer.triggers}
        rowKey={({ channel }) => channel}
        columns={[
          {
            id: 'channel',
            title: 'If the return of',
            isName: true,
            value: ({ channel }) => channel,
            cell: ({ channel }) => channel,
          },
          {
            id: 'below',
            title: 'Falls below',
            isNumber: true,
            value: ({ below }) => below,
            cell: ({ below }) => money(below),
          },
          {
            id: 'above',
            title: 'Or rises above',
            isNumber: true,
            value: ({ above }) => above,
            cell: ({ above }) => money(above),
          },
        ]}
      />
    </section>
  );
}
