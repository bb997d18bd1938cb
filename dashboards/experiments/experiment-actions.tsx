import { useState, type ReactNode } from 'react';
import type { ExperimentView } from '../../platform/contracts/experiment.ts';
import { useRouter, useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useAction } from '../ui/form.tsx';
import { LongTextField } from '../ui/text-field.tsx';

/** Start, stop or delete; stopping asks for the reason once. */
export function ExperimentActions({ view }: { readonly view: ExperimentView }): ReactNode {
  const { api, can, queries } = useWorkspace();
  const router = useRouter();
  const to = useViewLink();
  const [asked, setAsked] = useState<'start' | 'stop' | 'delete'>();
  const { key, state, title, variants } = view.experiment;
  const refresh = (): void => {
    queries.experiment.refresh();
    queries.experiments.refresh();
  };
  return (
    <div className="row-wrap">
      {state === 'draft' && can('kpis:write') ? (
        <button type="button" className="button" onClick={() => setAsked('delete')}>
          Delete
        </button>
      ) : null}
      {state === 'draft' && can('decisions:approve') ? (
        <button type="button" className="button button-primary" onClick={() => setAsked('start')}>
          Start
        </button>
      ) : null}
      {state === 'running' && can('decisions:approve') ? (
        <button type="button" className="button" onClick={() => setAsked('stop')}>
          Stop
        </button>
      ) : null}
      {asked === 'start' ? (
        <ConfirmDialog
          title={`Start ${title}?`}
          confirm="Start"
          onClose={() => setAsked(undefined)}
          onConfirm={async () => {
            await api.startExperiment(key);
            refresh();
          }}
        >
          <p>
            Users are assigned to {variants.length} variants from now on. Its set-up stays as it is: changing
            it later would break what it promises.
          </p>
        </ConfirmDialog>
      ) : null}
      {asked === 'delete' ? (
        <ConfirmDialog
          title={`Delete ${title}?`}
          confirm="Delete"
          onClose={() => setAsked(undefined)}
          onConfirm={async () => {
            await api.deleteExperiment(key);
            queries.experiments.refresh();
            router.go(to('/experiments'));
          }}
        >
          <p>The draft is gone for good.</p>
        </ConfirmDialog>
      ) : null}
      {asked === 'stop' ? (
        <StopDialog view={view} onClose={() => setAsked(undefined)} onStopped={refresh} />
      ) : null}
    </div>
  );
}

function StopDialog({
  view,
  onClose,
  onStopped,
}: {
  readonly view: ExperimentView;
  readonly onClose: () => void;
  readonly onStopped: () => void;
}): ReactNode {
  const { api } = useWorkspace();
  const action = useAction();
  const [reason, setReason] = useState('');
  const { key, title } = view.experiment;
  return (
    <FormDialog
      title={`Stop ${title}`}
      onClose={onClose}
      submit="Stop for good"
      action={action}
      onSubmit={async () => {
        await api.stopExperiment(key, reason.trim());
        onStopped();
        onClose();
      }}
      isReady={reason.trim() !== ''}
      isDanger
    >
      <p>Nobody is assigned any more; everyone gets the control. It cannot be started again.</p>
      <LongTextField
        label="Why"
        hint="Stands with the result."
        fault={action.faultOf('reason')}
        rows={3}
        maxLength={500}
        value={reason}
        onChange={setReason}
      />
    </FormDialog>
  );
}
