import { useState, type ReactNode } from 'react';
import { plannedKinds, type PlannedKind } from '../../platform/contracts/calendar-names.ts';
import { useWorkspace } from '../data/workspace.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Field, useAction } from '../ui/form.tsx';

/** Adds something planned, or something that was. */
export function PlannedEventDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { api, queries } = useWorkspace();
  const action = useAction();
  const [kind, setKind] = useState<PlannedKind>('promotion');
  const [label, setLabel] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [knownFrom, setKnownFrom] = useState('');
  const save = async (): Promise<void> => {
    await api.addPlannedEvent({
      kind,
      label: label.trim(),
      from,
      to: to === '' ? from : to,
      ...(knownFrom === '' ? {} : { knownFrom }),
    });
    queries.calendar.refresh();
    onClose();
  };
  const date = (
    name: string,
    title: string,
    value: string,
    set: (value: string) => void,
    hint?: string,
  ): ReactNode => (
    <Field label={title} {...(hint === undefined ? {} : { hint })} fault={action.faultOf(name)}>
      {(ids) => (
        <input
          {...ids}
          className="input"
          type="date"
          value={value}
          onChange={(event) => set(event.target.value)}
        />
      )}
    </Field>
  );
  return (
    <FormDialog title="Planned event" onClose={onClose} submit="Add" action={action} onSubmit={save}>
      <div className="form-row">
        <Field label="Kind" hint="The days of a data outage count as unknown, not as they came.">
          {(ids) => (
            <select
              {...ids}
              className="select"
              value={kind}
              onChange={(event) =>
                setKind(plannedKinds.find((each) => each === event.target.value) ?? 'other')
              }
            >
              {plannedKinds.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Name" fault={action.faultOf('label')}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              maxLength={120}
              value={label}
              onChange={(event) => setLabel(event.target.value)}
            />
          )}
        </Field>
      </div>
      <div className="form-row">
        {date('from', 'First day', from, setFrom)}
        {date('to', 'Last day', to, setTo, 'Empty: the same day.')}
        {date(
          'knownFrom',
          'Decided on',
          knownFrom,
          setKnownFrom,
          'Empty: today. The past is tried with what was known then.',
        )}
      </div>
    </FormDialog>
  );
}
