import type { ReactNode } from 'react';
import type { AllocationAnswer } from '../../platform/contracts/allocation-plan.ts';
import { useWorkspace } from '../data/workspace.ts';
import { type Column, Table } from '../ui/table.tsx';
import { candidateTitle } from './allocation-words.ts';
import { Division, type Resource } from './division.tsx';
import { Histogram } from './histogram.tsx';
import { Outcome } from './outcome.tsx';
import { Prices } from './prices-view.tsx';
import { Steps, Triggers } from './steps-view.tsx';

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
