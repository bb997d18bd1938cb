import type { ReactNode } from 'react';
import type { AllocationKind, AllocationResource } from '../../platform/contracts/allocation-plan.ts';
import { useQuery } from '../data/hooks.ts';
import { useParam, useRouter, useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { Link } from '../ui/link.tsx';
import { OpenJobs } from '../ui/open-jobs.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table } from '../ui/table.tsx';
import { Propose } from '../workbench/propose.tsx';
import { AnswerView } from './answer-view.tsx';

const kinds: Readonly<Record<AllocationKind, string>> = {
  content: 'Content',
  marketing: 'Marketing',
  revenue: 'Revenue streams',
};
const units: Readonly<Record<string, Pick<AllocationResource, 'title' | 'unit'>>> = {
  content_budget: { title: 'Content budget', unit: 'money' },
  production_hours: { title: 'Production hours', unit: 'hours' },
  promotion: { title: 'Promotion', unit: 'money' },
  mix: { title: 'Mix', unit: 'percent' },
  effort: { title: 'Effort', unit: 'percent' },
};

/** Plans that were kept. */
export function PlansTab(): ReactNode {
  const { format, queries } = useWorkspace();
  const to = useViewLink();
  const plans = useQuery(queries.plans, 'all');
  if (plans.problem !== undefined)
    return <ProblemNote problem={plans.problem} onRetry={queries.plans.refresh} />;
  if (plans.data === undefined) return <Skeleton height={240} />;
  return (
    <div className="stack">
      <OpenJobs kind="models" only={({ params }) => params['task'] === 'allocation-plan'} />
      {plans.data.plans.length === 0 ? (
        <Empty title="No plan was kept yet">
          <p>
            Divide something under Content, Marketing or Revenue streams, and keep what you see under a name.
          </p>
        </Empty>
      ) : (
        <Table
          id="allocation-plans"
          label="Plans"
          rows={plans.data.plans}
          rowKey={({ id }) => id}
          sort={{ column: 'created', isDown: true }}
          columns={[
            {
              id: 'name',
              title: 'Plan',
              isName: true,
              value: ({ name }) => name,
              cell: ({ id, name }) => <Link to={to(`/allocation/plans/${id}`)}>{name}</Link>,
            },
            { id: 'kind', title: 'Of', value: ({ kind }) => kinds[kind], cell: ({ kind }) => kinds[kind] },
            {
              id: 'expected',
              title: 'Return expected',
              isNumber: true,
              value: ({ expected }) => expected,
              cell: ({ expected }) => format.value(expected, 'currency', 'tile'),
            },
            {
              id: 'scenarios',
              title: 'Scenarios',
              isNumber: true,
              value: ({ scenarios }) => scenarios,
              cell: ({ scenarios }) => format.count(scenarios),
            },
            {
              id: 'created',
              title: 'Kept',
              value: ({ createdAtMs }) => createdAtMs,
              cell: ({ createdAtMs }) => format.dateTime(createdAtMs),
            },
          ]}
        />
      )}
    </div>
  );
}

/** One plan as it was kept. */
export function PlanDetail({ id }: { readonly id: string }): ReactNode {
  const { api, can, format, queries } = useWorkspace();
  const to = useViewLink();
  const router = useRouter();
  const action = useAction();
  const [resource, setResource] = useParam('resource');
  const plan = useQuery(queries.plan, id);
  if (plan.problem !== undefined)
    return (
      <>
        <ProblemNote problem={plan.problem} />
        <p>
          <Link to={to('/allocation/plans')}>All plans</Link>
        </p>
      </>
    );
  if (plan.data === undefined) return <Skeleton height={480} />;
  const { answer, createdAtMs, name } = plan.data;
  return (
    <div className="stack">
      <div className="row-wrap">
        <h2>{name}</h2>
        <span className="quiet small">
          {kinds[answer.kind]}, kept {format.dateTime(createdAtMs)}
        </span>
        <Link to={to('/allocation/plans')}>All plans</Link>
        {can('kpis:write') ? (
          <button
            type="button"
            className="button button-danger button-small"
            aria-disabled={action.isRunning}
            onClick={() =>
              action.run(async () => {
                await api.deletePlan(id);
                queries.plans.refresh();
                router.go(to('/allocation/plans'));
              })
            }
          >
            Delete the plan
          </button>
        ) : null}
      </div>
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      <Propose source={{ type: 'plan', id }} />
      <AnswerView
        answer={answer}
        resources={answer.resources.map((each) => ({
          id: each.id,
          title: units[each.id]?.title ?? each.id,
          unit: units[each.id]?.unit ?? 'money',
        }))}
        periodDays={answer.kind === 'revenue' ? 90 : 30}
        resource={resource}
        onResource={setResource}
      />
    </div>
  );
}
