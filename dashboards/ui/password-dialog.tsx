import { useState, type ReactNode } from 'react';
import { useWorkspace } from '../data/workspace.ts';
import { Dialog } from './dialog.tsx';
import { Field, Form, useAction } from './form.tsx';

export function PasswordDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { api, session } = useWorkspace();
  const action = useAction();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [isDone, setDone] = useState(false);
  const needsCurrent = session.user?.passwordSet === true;
  return (
    <Dialog title={needsCurrent ? 'Change password' : 'Set a password'} onClose={onClose}>
      {isDone ? (
        <div className="form">
          <p role="status">The password is set. Your other sessions have ended.</p>
          <div className="dialog-foot">
            <button type="button" className="button button-primary" onClick={onClose}>
              Done
            </button>
          </div>
        </div>
      ) : (
        <Form
          label="Password"
          action={action}
          onSubmit={async () => {
            await api.setPassword(password, needsCurrent ? current : undefined);
            setDone(true);
          }}
          buttons={
            <>
              <button type="button" className="button" onClick={onClose}>
                Cancel
              </button>
              <button
                type="submit"
                className="button button-primary"
                disabled={action.isRunning || password === ''}
              >
                Set password
              </button>
            </>
          }
        >
          <input type="email" autoComplete="username" value={session.user?.email ?? ''} readOnly hidden />
          {needsCurrent ? (
            <Field label="Present password" fault={action.faultOf('current')}>
              {(ids) => (
                <input
                  {...ids}
                  className="input"
                  type="password"
                  autoComplete="current-password"
                  value={current}
                  onChange={(event) => setCurrent(event.target.value)}
                />
              )}
            </Field>
          ) : null}
          <Field
            label="New password"
            hint="Eight characters or more; length is what counts."
            fault={action.faultOf('password')}
          >
            {(ids) => (
              <input
                {...ids}
                className="input"
                type="password"
                autoComplete="new-password"
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            )}
          </Field>
        </Form>
      )}
    </Dialog>
  );
}
