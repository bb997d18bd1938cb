import { useState, type ReactNode } from 'react';
import type { ExperimentMetric, ExperimentRequest } from '../../platform/contracts/experiment.ts';
import { useRouter, useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Field, useAction } from '../ui/form.tsx';
import { LongTextField, TextField } from '../ui/text-field.tsx';
import { emptyDraft, requestOf, type ExperimentDraft, type MetricDraft } from './draft.ts';

/** Makes a draft of an experiment. */
export function ExperimentForm({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { api, queries } = useWorkspace();
  const router = useRouter();
  const to = useViewLink();
  const action = useAction();
  const [draft, setDraft] = useState<ExperimentDraft>(emptyDraft);
  const set = (change: Partial<ExperimentDraft>): void => setDraft((held) => ({ ...held, ...change }));
  const request = requestOf(draft);
  const save = async (body: ExperimentRequest): Promise<void> => {
    const made = await api.createExperiment(body);
    queries.experiments.refresh();
    onClose();
    router.go(to(`/experiments/${made.experiment.key}`));
  };
  return (
    <FormDialog
      title="New experiment"
      onClose={onClose}
      place="side"
      submit="Make a draft"
      action={action}
      onSubmit={async () => {
        if (request !== undefined) await save(request);
      }}
      isReady={request !== undefined}
    >
      <TextField label="Name" value={draft.title} maxLength={200} onChange={(text) => set({ title: text })} />
      <TextField
        label="Key"
        hint="In events and addresses: small letters, digits, - and _."
        fault={action.faultOf('key')}
        isCode
        value={draft.key}
        maxLength={64}
        onChange={(text) => set({ key: text })}
      />
      <LongTextField
        label="What you expect, and why"
        rows={2}
        maxLength={2_000}
        value={draft.hypothesis}
        onChange={(text) => set({ hypothesis: text })}
      />
      <LongTextField
        label="Variants, one a line"
        hint="The first is the control: what everyone has today. All get equal shares."
        fault={action.faultOf('variants')}
        rows={3}
        value={draft.variants}
        onChange={(text) => set({ variants: text })}
      />
      <MetricFields legend="What decides" metric={draft.primary} onChange={(primary) => set({ primary })} />
      <MetricFields
        legend="What must not get worse (may stay empty)"
        metric={draft.guardrail}
        onChange={(guardrail) => set({ guardrail })}
      />
      <div className="form-row">
        <Field label="Shares" hint="Following the results earns more while it runs, and proves nothing.">
          {(ids) => (
            <select
              {...ids}
              className="select"
              value={draft.allocation}
              onChange={(event) =>
                set({ allocation: event.target.value === 'thompson' ? 'thompson' : 'fixed' })
              }
            >
              <option value="fixed">stay equal</option>
              <option value="thompson">follow the results</option>
            </select>
          )}
        </Field>
        <PercentField label="Users in it, %" value={draft.traffic} onChange={(traffic) => set({ traffic })} />
        <PercentField
          label="Least change worth finding, %"
          value={draft.minimumEffect}
          onChange={(minimumEffect) => set({ minimumEffect })}
        />
        <PercentField
          label="False winners at most, %"
          value={draft.alpha}
          onChange={(alpha) => set({ alpha })}
        />
      </div>
    </FormDialog>
  );
}

const kinds: readonly (readonly [ExperimentMetric['kind'], string])[] = [
  ['conversion', 'share of users who did it'],
  ['revenue', 'money per user'],
];

function MetricFields({
  legend,
  metric,
  onChange,
}: {
  readonly legend: string;
  readonly metric: MetricDraft;
  readonly onChange: (metric: MetricDraft) => void;
}): ReactNode {
  return (
    <fieldset className="stack-tight">
      <legend className="field-label">{legend}</legend>
      <div className="form-row">
        <Field label="Event types, with commas between">
          {(ids) => (
            <input
              {...ids}
              className="input mono"
              value={metric.eventTypes}
              onChange={(event) => onChange({ ...metric, eventTypes: event.target.value })}
            />
          )}
        </Field>
        <ChoiceField
          label="Measured as"
          value={metric.kind}
          choices={kinds}
          onChange={(chosen) =>
            onChange({ ...metric, kind: chosen === 'revenue' ? 'revenue' : 'conversion' })
          }
        />
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={metric.higherIsBetter}
          onChange={(event) => onChange({ ...metric, higherIsBetter: event.target.checked })}
        />
        Higher is better
      </label>
    </fieldset>
  );
}

function PercentField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  return <TextField label={label} inputMode="decimal" value={value} onChange={onChange} />;
}
