import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Api } from '../data/api.ts';
import { Form, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { ProblemNote } from '../ui/states.tsx';
import './sign-in.css';

export interface SignInProps {
  readonly api: Api;
  readonly onSession: () => void;
}

/** Address and password. Those who have no password yet come by a link. */
export function SignInScreen({ api, onSession }: SignInProps): ReactNode {
  const action = useAction();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  return (
    <Door title="Sign in">
      <Form
        label="Sign in"
        action={action}
        onSubmit={async () => {
          await api.signIn({ email: email.trim(), password });
          onSession();
        }}
        buttons={
          <button
            type="submit"
            className="button button-primary"
            disabled={email.trim() === '' || password === ''}
            aria-disabled={action.isRunning}
          >
            Sign in
          </button>
        }
      >
        <TextField
          label="E-mail address"
          fault={action.faultOf('email')}
          type="email"
          autoComplete="username"
          value={email}
          onChange={setEmail}
        />
        <TextField
          label="Password"
          fault={action.faultOf('password')}
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
        />
      </Form>
      <p className="small quiet">
        No password yet? Open your one-time link. The owner’s is printed where Weir was started; everybody
        else gets one from an admin.
      </p>
    </Door>
  );
}

/** Where a one-time link leads. It signs in at once; the token leaves the address bar before anything else happens. */
export function WelcomeScreen({
  api,
  onSession,
  token,
}: SignInProps & { readonly token: string }): ReactNode {
  const action = useAction();
  const { run } = action;
  const isTried = useRef(false);
  useEffect(() => {
    if (isTried.current) return;
    isTried.current = true;
    run(async () => {
      await api.signInByLink(token);
      onSession();
    });
  }, [run, api, token, onSession]);
  return (
    <Door title={action.problem === undefined ? 'Signing you in' : 'This link does not work'}>
      {action.problem === undefined ? (
        <progress aria-label="Signing in" />
      ) : (
        <ProblemNote problem={action.problem} />
      )}
      {action.problem === undefined ? null : (
        <a className="button" href="/">
          Sign in with a password
        </a>
      )}
    </Door>
  );
}

function Door({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <main className="door">
      <div className="door-panel panel">
        <p className="door-brand">
          <img src="/favicon.svg" alt="" width="24" height="24" /> Weir
        </p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
