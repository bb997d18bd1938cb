import { useState, type ReactNode } from 'react';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { Notice } from '../ui/states.tsx';

/** Stops every action of the tenant, or of all tenants, at once, and says so while it is on. */
export function KillSwitch({
  isForAll = false,
}: {
  /** That of every tenant; for admins of the tenant that runs the installation. */
  readonly isForAll?: boolean;
}): ReactNode {
  const { api, can, queries } = useWorkspace();
  const settings = useQuery(queries.decisionSettings, 'all');
  const action = useAction();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const view = settings.data;
  if (view === undefined) return null;
  const { stoppedReason } = view.settings;
  const isStopped = isForAll ? view.isAllStopped : view.settings.isStopped;
  const flip = isForAll
    ? isStopped
      ? 'Let actions of every tenant run again'
      : 'Stop actions of every tenant'
    : isStopped
      ? 'Let actions run again'
      : 'Stop all actions';
  return (
    <>
      {view.isAllStopped && !isForAll ? (
        <Notice tone="warn">
          <span>Actions of every tenant are stopped: {view.allStoppedReason}</span>
        </Notice>
      ) : null}
      {isStopped && !isForAll ? (
        <Notice tone="warn">
          <span>
            <span className="strong">Nothing is executed.</span> The kill switch is on: {stoppedReason}
          </span>
        </Notice>
      ) : null}
      {can('decisions:approve') ? (
        <div>
          <button
            type="button"
            className={`button ${isStopped ? '' : 'button-danger'}`}
            onClick={() => setOpen(true)}
          >
            {flip}
          </button>
        </div>
      ) : null}
      {isOpen ? (
        <FormDialog
          title={flip}
          onClose={() => setOpen(false)}
          submit={flip}
          action={action}
          onSubmit={async () => {
            await (isForAll ? api.decisions.stopAll : api.decisions.stop)(!isStopped, reason.trim());
            queries.decisionSettings.refresh();
            setReason('');
            setOpen(false);
          }}
          isReady={reason.trim().length >= 3}
          isDanger={!isStopped}
        >
          <p>
            {isStopped
              ? 'What was held back goes on at once.'
              : 'No action begins until somebody lifts it. What is on its way to another system now may still arrive.'}
          </p>
          <TextField
            label="Reason"
            hint="It stands in the audit trail."
            fault={action.faultOf('reason')}
            value={reason}
            onChange={setReason}
          />
        </FormDialog>
      ) : null}
    </>
  );
}
