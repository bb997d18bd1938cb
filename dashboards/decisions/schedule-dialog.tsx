import { useState, type ReactNode } from 'react';
import type { Schedule } from '../../platform/contracts/outbox.ts';
import { actionKinds } from '../data/wire-decisions.ts';
import { useWorkspace } from '../data/workspace.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Field, useAction } from '../ui/form.tsx';
import { kindWords, routineNames, routineWords } from './decision-words.ts';
import { NextRuns } from './next-runs.tsx';
import { Choice } from './policy-fields.tsx';
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
    <Field label={label} hint={hint} fault={action.faultOf(name)}>
      {(ids) => (
        <input
          {...ids}
          className="input"
          value={draft[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      )}
    </Field>
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
      <Field label="Id" hint="Lower case, digits and hyphens; it stays." fault={action.faultOf('id')}>
        {(ids) => (
          <input
            {...ids}
            className="input"
            value={id}
            readOnly={schedule !== undefined}
            onChange={(event) => setId(event.target.value)}
          />
        )}
      </Field>
      {text('Cron', 'cron', 'Minute, hour, day, month, weekday')}
      {text('Zone', 'zone', 'IANA name, such as Europe/Berlin')}
      <NextRuns cron={draft.cron} zone={draft.zone} />
      {text(
        'Jitter, seconds',
        'jitterSeconds',
        'Each run starts up to so much later, always the same for the same run',
      )}
      <Choice
        label="Missed while down"
        value={draft.missed}
        options={[
          ['skip', 'left out'],
          ['run_once', 'the newest one runs'],
          ['run_all', 'every one runs, 24 at most'],
        ]}
        onChange={(value) => {
          if (value === 'skip' || value === 'run_once' || value === 'run_all') change({ missed: value });
        }}
      />
      <Choice
        label="Does"
        value={'routine' in runs ? `${routinePrefix}${runs.routine}` : runs.kind}
        options={[
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
          <Field label="Discounts may cost" hint="Of one run, at most; 1,000 when empty">
            {(ids) => (
              <input
                {...ids}
                className="input"
                inputMode="decimal"
                value={runs.budget}
                onChange={(event) => change({ runs: { ...runs, budget: event.target.value } })}
              />
            )}
          </Field>
          <Field label="Endpoint" hint="Webhook that writes to the customers; a ticket when empty">
            {(ids) => (
              <input
                {...ids}
                className="input"
                value={runs.endpoint}
                onChange={(event) => change({ runs: { ...runs, endpoint: event.target.value } })}
              />
            )}
          </Field>
        </>
      ) : null}
      {'routine' in runs
        ? null
        : fieldsOfKind(runs.kind, runs.params).map((name) => (
            <Field key={name} label={name}>
              {(ids) => (
                <textarea
                  {...ids}
                  className="input"
                  rows={name === 'body' ? 3 : 1}
                  value={runs.params[name] ?? ''}
                  onChange={(event) =>
                    change({ runs: { ...runs, params: { ...runs.params, [name]: event.target.value } } })
                  }
                />
              )}
            </Field>
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
