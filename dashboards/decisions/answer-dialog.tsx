import { useState, type ReactNode } from 'react';
import type { Decision } from '../../platform/contracts/decision.ts';
import { useQuery } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Field, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { actionWords } from './decision-words.ts';

export type Answer = 'approve' | 'reject' | 'undo';

const words = {
  approve: { title: 'Approve', button: 'Approve' },
  reject: { title: 'Reject', button: 'Reject' },
  undo: { title: 'Undo', button: 'Take it back' },
} as const;

/** A deliberate act: above the limit the amount is typed, a rejection says why. What is approved is what is shown here, by its hash. */
export function AnswerDialog({
  decision,
  answer,
  onClose,
}: {
  readonly decision: Decision;
  readonly answer: Answer;
  readonly onClose: () => void;
}): ReactNode {
  const { api, format, queries } = useWorkspace();
  // What the reader saw when the dialog opened: a proposal that changes meanwhile is refused by the server, not approved unseen.
  const [seen] = useState(decision);
  const settings = useQuery(queries.decisionSettings, 'all');
  const action = useAction();
  const [text, setText] = useState('');
  const limit = settings.data?.settings.fourEyesAbove ?? null;
  const { money } = seen;
  const needsAmount = answer === 'approve' && money !== null && limit !== null && Math.abs(money) > limit;
  const typed = Number(text.replaceAll(/[^\d.-]/g, ''));
  const isReady = answer === 'approve' ? !needsAmount || typed === money : text.trim().length >= 3;
  const { title, button } = words[answer];
  const submit = async (): Promise<void> => {
    if (answer === 'approve')
      await api.decisions.approve(seen.id, {
        inputsHash: seen.inputsHash,
        ...(needsAmount && money !== null ? { amount: money } : {}),
      });
    else if (answer === 'reject') await api.decisions.reject(seen.id, text.trim());
    else await api.decisions.undo(seen.id, text.trim());
    queries.decisions.refresh();
    queries.decision.refresh();
    onClose();
  };
  return (
    <FormDialog
      title={`${title}: ${seen.title}`}
      onClose={onClose}
      submit={button}
      action={action}
      onSubmit={submit}
      isReady={isReady}
      isDanger={answer !== 'approve'}
    >
      <ul className="decision-actions">
        {seen.actions.map((each, index) => (
          <li key={index}>{actionWords(each)}</li>
        ))}
      </ul>
      {answer === 'approve' ? <p className="small quiet">{seen.undoPlan}</p> : null}
      {needsAmount ? (
        <Field
          label={`Type the amount: ${format.value(money, 'currency', 'full')}`}
          hint={`It is above the limit of ${format.value(limit, 'currency', 'full')}.${seen.requires.count > 1 ? ' A second person must approve, too.' : ''}`}
          fault={action.faultOf('amount')}
        >
          {(ids) => (
            <input
              {...ids}
              className="input"
              inputMode="decimal"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
      ) : null}
      {answer === 'approve' ? null : (
        <TextField
          label="Reason"
          hint="It stands beside the decision and in the audit trail."
          fault={action.faultOf('reason')}
          value={text}
          onChange={setText}
        />
      )}
    </FormDialog>
  );
}
