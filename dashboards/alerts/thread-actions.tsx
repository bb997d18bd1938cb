import { useState, type ReactNode } from 'react';
import type { AlertThread } from '../../platform/contracts/alert-thread.ts';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useAction } from '../ui/form.tsx';
import { LongTextField } from '../ui/text-field.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { SilenceDialog } from './silence-dialog.tsx';

const dialogs = ['acknowledge', 'snooze', 'silence'] as const;

/** Acknowledge, snooze, silence, mute. A link of a mail may open one of them: what it asks for is still done by a person. */
export function ThreadActions({ thread }: { readonly thread: AlertThread }): ReactNode {
  const { api, queries } = useWorkspace();
  const [asked, setAsked] = useParam('do');
  const action = useAction();
  const open = dialogs.find((each) => each === asked);
  const close = (): void => setAsked('');
  const isOver = thread.state === 'resolved';
  const kpis = [...new Set(thread.alerts.map(({ kpi }) => kpi))];
  return (
    <>
      <div className="row-wrap">
        {isOver ? null : (
          <>
            <button type="button" className="button button-primary" onClick={() => setAsked('acknowledge')}>
              {thread.acknowledged === null ? 'Acknowledge' : 'Acknowledge again'}
            </button>
            {thread.snoozed === null ? (
              <button type="button" className="button" onClick={() => setAsked('snooze')}>
                Snooze
              </button>
            ) : (
              <button
                type="button"
                className="button"
                aria-disabled={action.isRunning}
                onClick={() =>
                  action.run(async () => {
                    await api.wake(thread.id);
                    queries.alert.refresh();
                  })
                }
              >
                End the snooze
              </button>
            )}
          </>
        )}
        <button type="button" className="button" onClick={() => setAsked('silence')}>
          Silence or mute
        </button>
      </div>
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      {open === 'acknowledge' && !isOver ? <AcknowledgeDialog thread={thread} onClose={close} /> : null}
      {open === 'snooze' && !isOver ? <SnoozeDialog thread={thread} onClose={close} /> : null}
      {open === 'silence' ? <SilenceDialog kpis={kpis} onClose={close} /> : null}
    </>
  );
}

interface DialogProps {
  readonly thread: AlertThread;
  readonly onClose: () => void;
}

function AcknowledgeDialog({ thread, onClose }: DialogProps): ReactNode {
  const { api, queries } = useWorkspace();
  const action = useAction();
  const [comment, setComment] = useState('');
  return (
    <FormDialog
      title="Acknowledge"
      onClose={onClose}
      submit="I take care"
      action={action}
      onSubmit={async () => {
        await api.acknowledge(thread.id, comment.trim());
        queries.alert.refresh();
        queries.alerts.refresh();
        onClose();
      }}
    >
      <p>Reminders and escalation stop. If it gets worse, it fires again.</p>
      <LongTextField
        label="Comment"
        hint="Others see it."
        fault={action.faultOf('comment')}
        rows={3}
        maxLength={500}
        value={comment}
        onChange={setComment}
      />
    </FormDialog>
  );
}

const snoozes: readonly { readonly id: string; readonly words: string; readonly minutes: number | null }[] = [
  { id: '1h', words: 'For an hour', minutes: 60 },
  { id: '1d', words: 'For a day', minutes: 1_440 },
  { id: 'change', words: 'Until something changes', minutes: null },
];

function SnoozeDialog({ thread, onClose }: DialogProps): ReactNode {
  const { api, queries } = useWorkspace();
  const action = useAction();
  const [chosen, setChosen] = useState('1h');
  return (
    <FormDialog
      title="Snooze"
      onClose={onClose}
      submit="Snooze"
      action={action}
      onSubmit={async () => {
        await api.snooze(thread.id, snoozes.find(({ id }) => id === chosen)?.minutes ?? null);
        queries.alert.refresh();
        queries.alerts.refresh();
        onClose();
      }}
    >
      <p>Nobody is told of this thread meanwhile. What still fires afterwards is told again.</p>
      <fieldset>
        <legend className="unseen">For how long</legend>
        {snoozes.map(({ id, words }) => (
          <label key={id} className="check below">
            <input type="radio" name="snooze" checked={chosen === id} onChange={() => setChosen(id)} />{' '}
            {words}
          </label>
        ))}
      </fieldset>
    </FormDialog>
  );
}
