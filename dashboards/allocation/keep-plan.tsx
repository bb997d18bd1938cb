import { useState, type ReactNode } from 'react';
import type { AllocationKind, AllocationQuestion } from '../../platform/contracts/allocation-plan.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Field, Form, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { OpenJobs } from '../ui/open-jobs.tsx';

/** Keeps what is shown as a plan, put through more scenarios if wanted. */
export function KeepPlan({
  kind,
  question,
}: {
  readonly kind: AllocationKind;
  readonly question: AllocationQuestion;
}): ReactNode {
  const { api, can, queries } = useWorkspace();
  const action = useAction();
  const [name, setName] = useState('');
  const [isLarge, setLarge] = useState(false);
  if (!can('kpis:write')) return null;
  const keep = async (): Promise<void> => {
    await api.keepPlan({ name: name.trim(), kind, question, scenarios: isLarge ? 100_000 : 1_000 });
    setName('');
    queries.jobs.refresh();
    queries.plans.refresh();
  };
  return (
    <section className="panel" aria-labelledby="keep-title">
      <h2 id="keep-title">Keep this plan</h2>
      <Form
        action={action}
        label="Keep this plan"
        onSubmit={keep}
        buttons={
          <button
            type="submit"
            className="button button-primary"
            disabled={name.trim() === ''}
            aria-disabled={action.isRunning}
          >
            Keep the plan
          </button>
        }
      >
        <div className="bench-controls">
          <TextField
            label="Name"
            fault={action.faultOf('name')}
            maxLength={120}
            value={name}
            onChange={setName}
          />
          <Field label="Scenarios">
            {(ids) => (
              <select
                {...ids}
                className="select"
                value={isLarge ? '100000' : '1000'}
                onChange={(event) => setLarge(event.target.value === '100000')}
              >
                <option value="1000">1,000</option>
                <option value="100000">100,000</option>
              </select>
            )}
          </Field>
        </div>
      </Form>
      <OpenJobs kind="models" only={({ params }) => params['task'] === 'allocation-plan'} />
    </section>
  );
}
