import { useState, type ReactNode } from 'react';
import { plannedKinds, type PlannedKind } from '../../platform/contracts/calendar-names.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';

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
    <TextField
      label={title}
      {...(hint === undefined ? {} : { hint })}
      fault={action.faultOf(name)}
      type="date"
      value={value}
      onChange={set}
    />
  );
  return (
    <FormDialog title="Planned event" onClose={onClose} submit="Add" action={action} onSubmit={save}>
      <div className="form-row">
        <ChoiceField
          label="Kind"
          hint="The days of a data outage count as unknown, not as they came."
          value={kind}
          choices={plannedKinds.map((each) => [each, each])}
          onChange={(chosen) => setKind(plannedKinds.find((each) => each === chosen) ?? 'other')}
        />
        <TextField
          label="Name"
          fault={action.faultOf('label')}
          maxLength={120}
          value={label}
          onChange={setLabel}
        />
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
