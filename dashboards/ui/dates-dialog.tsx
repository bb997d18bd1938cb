import { useState, type SyntheticEvent, type ReactNode } from 'react';
import { useView } from '../data/router.ts';
import type { Scope } from '../data/scope.ts';
import { isDay } from '../data/view-state.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Dialog } from './dialog.tsx';
import { TextField } from './text-field.tsx';

/** First and last day, both included, in the tenant's zone. */
export function DatesDialog({
  scope,
  onClose,
}: {
  readonly scope: Scope;
  readonly onClose: () => void;
}): ReactNode {
  const { zone } = useWorkspace();
  const [, change] = useView();
  const [from, setFrom] = useState(zone.dateText(scope.range.fromMs));
  const [to, setTo] = useState(zone.dateText(scope.range.toMs - 1));
  const fault =
    !isDay(from) || !isDay(to)
      ? 'Give both days.'
      : from > to
        ? 'The first day is after the last.'
        : undefined;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (fault !== undefined) return;
    change({ range: { kind: 'dates', from, to }, grain: 'auto', zoom: undefined });
    onClose();
  };
  return (
    <Dialog title="Choose days" onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <div className="form-row">
          <TextField label="From" type="date" value={from} onChange={setFrom} />
          <TextField label="To, included" fault={fault} type="date" value={to} onChange={setTo} />
        </div>
        <p className="field-hint">Days of {zone.name}.</p>
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={fault !== undefined}>
            Show
          </button>
        </div>
      </form>
    </Dialog>
  );
}
