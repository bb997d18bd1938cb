import type { ReactNode } from 'react';
import type { Decision } from '../../platform/contracts/decision.ts';
import { useQuery } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { DecisionCard } from './decision-card.tsx';
import { OutboxTable } from './outbox-table.tsx';
import { useActors } from './use-actors.ts';

/** One decision in depth: its card, its evidence, what it did, and how it came here. */
export function DecisionPage({ id }: { readonly id: string }): ReactNode {
  const { format, queries } = useWorkspace();
  const to = useViewLink();
  const nameOf = useActors();
  const found = useQuery(queries.decision, id);
  const decision = found.data;
  if (decision === undefined)
    return found.problem === undefined ? (
      <Skeleton height={320} />
    ) : (
      <ProblemNote problem={found.problem} onRetry={queries.decision.refresh} />
    );
  type Step = Decision['history'][number];
  const steps: readonly Column<Step>[] = [
    {
      id: 'at',
      title: 'When',
      className: 'nowrap',
      isName: true,
      cell: (step) => format.dateTime(step.atMs),
    },
    { id: 'what', title: 'What', cell: (step) => step.name.replace('_', ' ') },
    { id: 'who', title: 'Who', cell: (step) => nameOf(step.by) },
    { id: 'why', title: 'Reason', className: 'wide', cell: (step) => step.reason },
  ];
  type Fact = Decision['facts'][number];
  const facts: readonly Column<Fact>[] = [
    { id: 'name', title: 'Evidence', isName: true, cell: (fact) => fact.name.replaceAll('_', ' ') },
    {
      id: 'value',
      title: 'Value',
      isNumber: true,
      cell: (fact) =>
        typeof fact.value === 'string'
          ? fact.value
          : fact.name.endsWith('_ms')
            ? format.dateTime(fact.value)
            : String(Number(fact.value.toPrecision(6))),
    },
  ];
  return (
    <div className="stack">
      <p className="small">
        <Link to={to('/decisions')}>All decisions</Link> ·{' '}
        {decision.trigger.type === 'proposal' ? (
          <>
            {decision.policy.title}, proposed by {nameOf(decision.author)}
          </>
        ) : (
          <>
            policy <Link to={to(`/decisions/policies/${decision.policy.id}`)}>{decision.policy.title}</Link>,
            version {decision.policy.version}, written by {nameOf(decision.author)}
          </>
        )}
      </p>
      <div className="decision-grid">
        <DecisionCard decision={decision} />
        <section className="panel stack-tight" aria-labelledby="evidence-title">
          <h2 id="evidence-title">What it rests on</h2>
          <Table
            id="facts"
            label="Evidence"
            columns={facts}
            rows={decision.facts}
            rowKey={(fact) => fact.name}
            isPlain
            maxHeight={360}
          />
          {decision.assumptions.map((assumption) => (
            <p key={assumption} className="small quiet">
              Assumed: {assumption}
            </p>
          ))}
          <p className="small quiet">
            Inputs <code title={decision.inputsHash}>{decision.inputsHash.slice(0, 12)}</code>: an approval
            holds for these alone.
          </p>
        </section>
      </div>
      <OutboxTable cause={decision.id} title="What was executed" />
      <section className="panel stack-tight" aria-labelledby="life-title">
        <h2 id="life-title">How it came here</h2>
        <Table
          id="life"
          label="History of the decision"
          columns={steps}
          rows={decision.history}
          rowKey={(step) => `${step.atMs} ${step.name} ${step.by}`}
          isPlain
        />
      </section>
    </div>
  );
}
