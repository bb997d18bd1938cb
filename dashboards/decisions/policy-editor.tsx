import { useState, type ReactNode } from 'react';
import type { Policy } from '../../platform/contracts/policy.ts';
import { policyTemplates } from '../../platform/contracts/policy-templates.ts';
import { useQuery } from '../data/hooks.ts';
import { useRouter, useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { Form, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Link } from '../ui/link.tsx';
import { Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { ActionFields } from './action-fields.tsx';
import { modeWords } from './decision-words.ts';
import { DryRunPanel } from './dry-run-panel.tsx';
import { draftOf, draftOfTemplate, emptyDraft, requestOf, type PolicyDraft } from './policy-draft.ts';
import { Text, type Change } from './policy-fields.tsx';
import { TriggerFields } from './trigger-fields.tsx';

/** One policy to write and to try before it is switched on. */
export function PolicyEditor({ id }: { readonly id: string }): ReactNode {
  const { queries } = useWorkspace();
  const policies = useQuery(queries.policies, 'all');
  if (id === 'new') return <Editor policy={undefined} />;
  if (policies.data === undefined)
    return policies.problem === undefined ? (
      <Skeleton height={400} />
    ) : (
      <ProblemNote problem={policies.problem} onRetry={queries.policies.refresh} />
    );
  const policy = policies.data.policies.find((each) => each.id === id);
  if (policy === undefined) return <Notice tone="warn">There is no policy {id} any more.</Notice>;
  return <Editor key={policy.version} policy={policy} />;
}

function Editor({ policy }: { readonly policy: Policy | undefined }): ReactNode {
  const { api, can, queries, session } = useWorkspace();
  const router = useRouter();
  const to = useViewLink();
  const action = useAction();
  const zone = session.tenant.timeZone;
  const [draft, setDraft] = useState<PolicyDraft>(() =>
    policy === undefined ? { ...emptyDraft, zone, quietZone: zone } : draftOf(policy),
  );
  const [id, setId] = useState(policy?.id ?? '');
  const [template, setTemplate] = useState('');
  const [isDeleting, setDeleting] = useState(false);
  const change: Change = (part) => setDraft((held) => ({ ...held, ...part }));
  const request = () => requestOf(draft, policy?.version ?? 0);
  const isAdmin = can('admin');
  return (
    <div className="stack">
      <p className="small">
        <Link to={to('/decisions/policies')}>All policies</Link>
        {policy === undefined ? '' : ` · version ${policy.version}`}
      </p>
      <section className="panel" aria-label="Policy">
        <Form
          label="Policy"
          action={action}
          onSubmit={async () => {
            await api.decisions.savePolicy(id.trim(), request());
            queries.policies.refresh();
            router.go(to(`/decisions/policies/${id.trim()}`), 'replace');
          }}
          buttons={
            <>
              {policy === undefined ? null : (
                <button
                  type="button"
                  className="button button-danger"
                  disabled={!isAdmin}
                  onClick={() => setDeleting(true)}
                >
                  Delete
                </button>
              )}
              <button
                type="submit"
                className="button button-primary"
                disabled={!isAdmin || draft.title.trim() === '' || id.trim() === ''}
                aria-disabled={action.isRunning}
              >
                {policy === undefined ? 'Create' : 'Save a new version'}
              </button>
            </>
          }
        >
          {policy === undefined ? (
            <ChoiceField
              label="Begin with"
              value={template}
              choices={[
                ['', 'An empty policy'],
                ...policyTemplates.map((each): [string, string] => [each.id, each.policy.title]),
              ]}
              onChange={(chosen) => {
                const found = policyTemplates.find((each) => each.id === chosen);
                setTemplate(chosen);
                setId(found?.id ?? '');
                setDraft(
                  found === undefined
                    ? { ...emptyDraft, zone, quietZone: zone }
                    : draftOfTemplate(found.policy, zone),
                );
              }}
              hint="Fills the form; everything can be changed, and nothing runs before it is switched on."
            />
          ) : null}
          <div className="policy-grid">
            <Text label="Title" name="title" draft={draft} change={change} fault={action.faultOf('title')} />
            <TextField
              label="Id"
              hint="Lower case, digits and hyphens; it stays."
              fault={action.faultOf('id')}
              value={id}
              readOnly={policy !== undefined}
              onChange={setId}
            />
            <ChoiceField
              label="How far it may go"
              value={draft.mode}
              choices={Object.entries(modeWords)}
              onChange={(mode) => {
                if (mode === 'suggest' || mode === 'approve' || mode === 'automatic') change({ mode });
              }}
              hint="What spends, prices or publishes acts by itself only where the settings allow it."
            />
          </div>
          <h2>When</h2>
          <TriggerFields draft={draft} change={change} />
          <h2>Then</h2>
          <ActionFields draft={draft} change={change} />
          <h2>What to expect</h2>
          <div className="policy-grid">
            <Text
              label="Money at stake"
              name="money"
              draft={draft}
              change={change}
              hint="Formula, such as expected - observed"
              fault={action.faultOf('money')}
            />
            <Text
              label="KPI it should move"
              name="expectedKpi"
              draft={draft}
              change={change}
              hint="Key; empty where nothing is promised"
            />
            <Text
              label="By"
              name="expectedDelta"
              draft={draft}
              change={change}
              hint="Formula, summed over the horizon"
              fault={action.faultOf('expected.delta')}
            />
            <Text label="At least" name="expectedLow" draft={draft} change={change} />
            <Text label="At most" name="expectedHigh" draft={draft} change={change} />
            <Text label="Horizon, hours" name="horizonHours" draft={draft} change={change} />
          </div>
          <h2>Limits</h2>
          <div className="policy-grid">
            <Text
              label="Cool-down, minutes"
              name="coolDownMinutes"
              draft={draft}
              change={change}
              hint="For the same KPI and dimensions"
            />
            <Text
              label="Budget period, hours"
              name="budgetHours"
              draft={draft}
              change={change}
              hint="Empty: no budget"
            />
            <Text label="Decisions a period" name="budgetCount" draft={draft} change={change} />
            <Text
              label="Money a period"
              name="budgetMoney"
              draft={draft}
              change={change}
              fault={action.faultOf('budget.money')}
            />
            <Text
              label="Quiet from"
              name="quietFrom"
              draft={draft}
              change={change}
              hint="HH:MM; may go over midnight; empty: none"
            />
            <Text label="Quiet to" name="quietTo" draft={draft} change={change} />
            <Text
              label="Zone of quiet hours"
              name="quietZone"
              draft={draft}
              change={change}
              fault={action.faultOf('quietHours.zone')}
            />
            <ChoiceField
              label="In quiet hours"
              value={draft.quietInside}
              choices={[
                ['hold', 'held until they end'],
                ['drop', 'left out'],
              ]}
              onChange={(value) => {
                if (value === 'hold' || value === 'drop') change({ quietInside: value });
              }}
            />
            <div className="field">
              <label className="check">
                <input
                  type="checkbox"
                  checked={draft.quietCritical}
                  onChange={(event) => change({ quietCritical: event.target.checked })}
                />
                What is critical passes quiet hours
              </label>
            </div>
            <Text
              label="Expires undecided after, hours"
              name="expiresAfterHours"
              draft={draft}
              change={change}
            />
            <Text
              label="Guardrails"
              name="guardrails"
              draft={draft}
              change={change}
              isLong
              hint="One a line: refund_rate 1h > 0.05 roll_back. Of what the decision is about; with total behind it, of the total."
            />
          </div>
          <label className="check">
            <input
              type="checkbox"
              checked={draft.enabled}
              onChange={(event) => change({ enabled: event.target.checked })}
            />
            Switched on
          </label>
        </Form>
      </section>
      <DryRunPanel id={id.trim() === '' ? 'draft' : id.trim()} request={request} />
      {isDeleting && policy !== undefined ? (
        <ConfirmDialog
          title={`Delete ${policy.title}`}
          confirm="Delete"
          onClose={() => setDeleting(false)}
          onConfirm={async () => {
            await api.decisions.deletePolicy(policy.id);
            queries.policies.refresh();
            router.go(to('/decisions/policies'));
          }}
        >
          <p>Its open proposals end. Decisions it made, and its versions, stay.</p>
        </ConfirmDialog>
      ) : null}
    </div>
  );
}
