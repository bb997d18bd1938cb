import { useState, type ReactNode } from 'react';
import type { Schedule } from '../../platform/contracts/outbox.ts';
import { actionKinds } from '../data/wire-decisions.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useAction } from '../ui/form.tsx';
import { LongTextField, TextField } from '../ui/text-field.tsx';
import { kindWords, routineNames, routineWords } from './decision-words.ts';
import { NextRuns } from './next-runs.tsx';

import {
  emptySchedule,
  fieldsOfKind,
  scheduleDraftOf,
  scheduleRequestOf,
  type ScheduleDraft,
} from './schedule-draft.ts';

const routinePrefix = 'routine:';

/** A schedule to write: when, in which zone, what, and what becomes of missed runs. */
export function ScheduleDialog({
  schedule,
  onClose,
}: {
  readonly schedule: Schedule | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const { api, queries, session } = useWorkspace();
  const action = useAction();
  const [id, setId] = useState(schedule?.id ?? '');
  const [draft, setDraft] = useState<ScheduleDraft>(() =>
    schedule === undefined ? { ...emptySchedule, zone: session.tenant.timeZone } : scheduleDraftOf(schedule),
  );
  const change = (part: Partial<ScheduleDraft>): void => setDraft((held) => ({ ...held, ...part }));
  const { runs } = draft;
  const text = (
    label: string,
    name: 'title' | 'cron' | 'zone' | 'jitterSeconds',
    hint?: string,
  ): ReactNode => (
    <TextField
      label={label}
      hint={hint}
      fault={action.faultOf(name)}
      value={draft[name]}
      onChange={(text) => change({ [name]: text })}
    />
  );
  const title = schedule === undefined ? 'New schedule' : `Change ${schedule.title}`;
  return (
    <FormDialog
      title={title}
      onClose={onClose}
      place="side"
      submit="Save"
      action={action}
      onSubmit={async () => {
        await api.decisions.saveSchedule(id.trim(), scheduleRequestOf(draft, routineNames));
        queries.schedules.refresh();
        onClose();
      }}
      isReady={id.trim() !== '' && draft.title.trim() !== ''}
    >
      {text('Title', 'title')}
      <TextField
        label="Id"
        hint="Lower case, digits and hyphens; it stays."
        fault={action.faultOf('id')}
        value={id}
        readOnly={schedule !== undefined}
        onChange={setId}
      />
      {text('Cron', 'cron', 'Minute, hour, day, month, weekday')}
      {text('Zone', 'zone', 'IANA name, such as Europe/Berlin')}
      <NextRuns cron={draft.cron} zone={draft.zone} />
      {text(
        'Jitter, seconds',
        'jitterSeconds',
        'Each run starts up to so much later, always the same for the same run',
      )}
      <ChoiceField
        label="Missed while down"
        value={draft.missed}
        choices={[
          ['skip', 'left out'],
          ['run_once', 'the newest one runs'],
          ['run_all', 'every one runs, 24 at most'],
        ]}
        onChange={(value) => {
          if (value === 'skip' || value === 'run_once' || value === 'run_all') change({ missed: value });
        }}
      />
      <ChoiceField
        label="Does"
        value={'routine' in runs ? `${routinePrefix}${runs.routine}` : runs.kind}
        choices={[
          ...routineNames.map((name) => [`${routinePrefix}${name}`, routineWords[name]] as const),
          ...actionKinds.map((kind) => [kind, kindWords[kind]] as const),
        ]}
        onChange={(value) => {
          const kind = actionKinds.find((each) => each === value);
          change({
            runs:
              kind === undefined
                ? { routine: value.slice(routinePrefix.length), budget: '', endpoint: '' }
                : { kind, params: {} },
          });
        }}
        hint="What spends, prices or publishes runs only where the settings allow it without a person."
      />
      {'routine' in runs && runs.routine === 'churn' ? (
        <>
          <TextField
            label="Discounts may cost"
            hint="Of one run, at most; 1,000 when empty"
            inputMode="decimal"
            value={runs.budget}
            onChange={(text) => change({ runs: { ...runs, budget: text } })}
          />
          <TextField
            label="Endpoint"
            hint="Webhook that writes to the customers; a ticket when empty"
            value={runs.endpoint}
            onChange={(text) => change({ runs: { ...runs, endpoint: text } })}
          />
        </>
      ) : null}
      {'routine' in runs
        ? null
        : fieldsOfKind(runs.kind, runs.params).map((name) => (
            <LongTextField
              key={name}
              label={name}
              rows={name === 'body' ? 3 : 1}
              value={runs.params[name] ?? ''}
              onChange={(text) => change({ runs: { ...runs, params: { ...runs.params, [name]: text } } })}
            />
          ))}
      <label className="check">
        <input
          type="checkbox"
          checked={draft.enabled}
          onChange={(event) => change({ enabled: event.target.checked })}
        />
        Switched on
      </label>
    </FormDialog>
  );
}
