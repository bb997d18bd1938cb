import { useState, type ReactNode } from 'react';
import type { DecisionSettingsView } from '../../platform/contracts/decision-wire.ts';
import type { ActionKind } from '../../platform/contracts/policy.ts';
import { useQuery } from '../data/hooks.ts';
import { actionKinds } from '../data/wire-decisions.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Field, Form, useAction } from '../ui/form.tsx';
import { Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { kindWords } from './decision-words.ts';
import { KillSwitch } from './kill-switch.tsx';
import { Webhooks } from './webhooks.tsx';

/** Kinds that spend, price or publish; the others may always run by themselves. */
const guarded: readonly ActionKind[] = ['budget', 'schedule', 'price', 'rollout', 'experiment'];
/** Its admins run the installation. */
const operatorTenant = 'main';

/** How far decisions may go here: the limit of four eyes, what may run without a person, the kill switches, where webhooks go. */
export function DecisionSettingsTab(): ReactNode {
  const { can, queries, session } = useWorkspace();
  const settings = useQuery(queries.decisionSettings, 'all');
  return (
    <div className="stack">
      <section className="panel stack-tight" aria-labelledby="switches-title">
        <h2 id="switches-title">Kill switches</h2>
        <KillSwitch />
        {can('admin') && session.tenant.id === operatorTenant ? <KillSwitch isForAll /> : null}
      </section>
      {settings.problem === undefined ? null : (
        <ProblemNote problem={settings.problem} onRetry={queries.decisionSettings.refresh} />
      )}
      {settings.data === undefined ? (
        settings.problem === undefined ? (
          <Skeleton height={240} />
        ) : null
      ) : (
        <Limits key={settings.data.settings.version} view={settings.data} />
      )}
      {can('admin') ? <Webhooks /> : <Notice>Where webhooks go is for admins to see and to change.</Notice>}
    </div>
  );
}

function Limits({ view }: { readonly view: DecisionSettingsView }): ReactNode {
  const { api, can, format, queries } = useWorkspace();
  const action = useAction();
  const { automaticKinds, fourEyesAbove, version } = view.settings;
  const [limit, setLimit] = useState(fourEyesAbove === null ? '' : String(fourEyesAbove));
  const [kinds, setKinds] = useState<readonly ActionKind[]>(automaticKinds);
  const typed = limit.trim() === '' ? null : Number(limit);
  const isReady = typed === null || (Number.isFinite(typed) && typed >= 0);
  return (
    <section className="panel stack-tight" aria-labelledby="limits-title">
      <h2 id="limits-title">How far it may go</h2>
      <Form
        label="How far it may go"
        action={action}
        onSubmit={async () => {
          await api.decisions.saveSettings({
            automaticKinds: [...kinds],
            // The same number as it was read goes back as it was.
            fourEyesAbove: limit === String(fourEyesAbove) ? fourEyesAbove : typed,
            version,
          });
          queries.decisionSettings.refresh();
        }}
        buttons={
          <button
            type="submit"
            className="button button-primary"
            disabled={!can('admin') || !isReady}
            aria-disabled={action.isRunning}
          >
            Save
          </button>
        }
      >
        <Field
          label={`Two people above, ${format.context.currency}`}
          hint="Neither of them who wrote or proposed it. Empty: one person is always enough."
          fault={isReady ? action.faultOf('fourEyesAbove') : 'An amount, or nothing.'}
        >
          {(ids) => (
            <input
              {...ids}
              className="input number-input"
              inputMode="decimal"
              readOnly={!can('admin')}
              value={limit}
              onChange={(event) => setLimit(event.target.value)}
            />
          )}
        </Field>
        <fieldset className="stack-tight" disabled={!can('admin')}>
          <legend className="field-label">May run without a person, where a policy says so</legend>
          {actionKinds
            .filter((kind) => guarded.includes(kind))
            .map((kind) => (
              <label key={kind} className="check">
                <input
                  type="checkbox"
                  checked={kinds.includes(kind)}
                  onChange={(event) =>
                    setKinds(event.target.checked ? [...kinds, kind] : kinds.filter((each) => each !== kind))
                  }
                />
                {kindWords[kind]}
              </label>
            ))}
        </fieldset>
      </Form>
    </section>
  );
}
