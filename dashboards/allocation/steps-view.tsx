import type { ReactNode } from 'react';
import type { AllocationAnswer, AllocationResource } from '../../platform/contracts/allocation-plan.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Table } from '../ui/table.tsx';
import { amountText } from './allocation-words.ts';

type Step = AllocationAnswer['steps'][number] & { readonly order: number };

/** What to do, in which order. */
export function Steps({
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
  const hasDays = steps.some(({ day }) => day !== undefined);
  return (
    <section className="stack-tight" aria-labelledby="steps-title">
      <h2 id="steps-title">{hasDays ? 'Steps by day, cuts first' : 'Steps, cuts first'}</h2>
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
          ...(hasDays
            ? [
                {
                  id: 'day',
                  title: 'Day',
                  isNumber: true,
                  value: ({ day }: Step) => day ?? 0,
                  cell: ({ day }: Step) => day ?? 0,
                },
              ]
            : []),
          {
            id: 'channel',
            title: 'Move',
            isName: true,
            value: ({ channel }) => channel,
            cell: ({ channel, from, resource, to }) =>
              `${channel}: ${resources.find(({ id }) => id === resource)?.title ?? resource} ${amountText(format, unit(resource), from, resource === 'price' ? 'full' : 'tile')} → ${amountText(format, unit(resource), to, resource === 'price' ? 'full' : 'tile')}`,
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

/** Returns at which the plan is to be made anew. */
export function Triggers({ answer }: { readonly answer: AllocationAnswer }): ReactNode {
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
      <p className="small quiet">
        A plan that is kept is held against these once a day for two of its periods.
      </p>
    </section>
  );
}
