import { useState, type ReactNode } from 'react';
import { useWorkspace } from '../data/workspace.ts';
import { Dialog } from './dialog.tsx';
import { FormDialog } from './form-dialog.tsx';
import { useAction } from './form.tsx';
import { TextField } from './text-field.tsx';

export function PasswordDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { api, session } = useWorkspace();
  const action = useAction();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [isDone, setDone] = useState(false);
  const needsCurrent = session.user?.passwordSet === true;
  const title = needsCurrent ? 'Change password' : 'Set a password';
  if (isDone)
    return (
      <Dialog title={title} onClose={onClose}>
        <p role="status">The password is set. Your other sessions have ended.</p>
        <div className="dialog-foot">
          <button type="button" className="button button-primary" onClick={onClose}>
            Done
          </button>
        </div>
      </Dialog>
    );
  return (
    <FormDialog
      title={title}
      submit="Set password"
      action={action}
      onSubmit={async () => {
        await api.setPassword(password, needsCurrent ? current : undefined);
        setDone(true);
      }}
      onClose={onClose}
      isReady={password !== ''}
    >
      <input type="email" autoComplete="username" value={session.user?.email ?? ''} readOnly hidden />
      {needsCurrent ? (
        <TextField
          label="Present password"
          fault={action.faultOf('current')}
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={setCurrent}
        />
      ) : null}
      <TextField
        label="New password"
        hint="Eight characters or more; length is what counts."
        fault={action.faultOf('password')}
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={setPassword}
      />
    </FormDialog>
  );
}
