import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import type { SessionReply } from '../platform/contracts/session.ts';
import type { Api } from './data/api.ts';
import { problemOf } from './data/problem.ts';
import { useLocation, useRouter, useView, type Router } from './data/router.ts';
import { readView, writeView } from './data/view-state.ts';
import type { Workspace } from './data/workspace.ts';
import { WorkspaceContext } from './data/workspace.ts';
import type { Problem } from '../platform/contracts/api.ts';
import { Screen } from './screen.tsx';
import { SignInScreen, WelcomeScreen } from './sign-in/sign-in-screen.tsx';
import { Shell } from './ui/shell.tsx';
import { Notice, ProblemNote } from './ui/states.tsx';

export interface AppProps {
  readonly api: Api;
  readonly openWorkspace: (session: SessionReply, onRefused: () => void) => Workspace;
  /** Tells the other tabs that the session changed, and hears it from them. */
  readonly sessions: { readonly tell: () => void; readonly onTold: (callback: () => void) => () => void };
  /** Is called with a callback for the moment the server says there is no session any more. */
  readonly onSignedOut: (callback: () => void) => void;
}

type State =
  | { readonly kind: 'asking' }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'signed-in'; readonly workspace: Workspace };

/** Who is there decides what is shown: the door, or the screens of a tenant. */
export function App({ api, openWorkspace, sessions, onSignedOut }: AppProps): ReactNode {
  const router = useRouter();
  const { path, search } = useLocation();
  // Read once: the token is taken out of the address bar at once, so that it is in no history and no copied link.
  const [token] = useState(() => (path === '/welcome' ? new URLSearchParams(search).get('token') : null));
  const [state, setState] = useState<State>({ kind: token === null ? 'asking' : 'signed-out' });
  const opened = useRef<Workspace | undefined>(undefined);

  const close = useCallback((next: State) => {
    opened.current?.stop();
    opened.current = undefined;
    setState(next);
  }, []);
  const ask = useCallback(
    function askAgain(isElsewhere: boolean): void {
      api.session().then(
        (session) => {
          // Another tab changed the tenant, and there is one session: this tab follows instead of changing it back.
          if (isElsewhere) followTenant(router, session);
          const held = opened.current;
          if (held !== undefined && isSame(held.session, session)) return;
          held?.stop();
          opened.current = openWorkspace(session, () => askAgain(false));
          setState({ kind: 'signed-in', workspace: opened.current });
        },
        (error: unknown) => {
          const problem = problemOf(error);
          if (problem.status === 401) close({ kind: 'signed-out' });
          else if (opened.current === undefined) setState({ kind: 'failed', problem });
        },
      );
    },
    [api, router, openWorkspace, close],
  );
  const enter = useCallback(() => {
    if (router.read().path === '/welcome') router.go('/', 'replace');
    sessions.tell();
    ask(false);
  }, [router, sessions, ask]);
  const leave = useCallback(() => {
    sessions.tell();
    close({ kind: 'signed-out' });
  }, [sessions, close]);

  useEffect(() => {
    if (token === null) ask(false);
    else router.go('/welcome', 'replace');
    onSignedOut(() => close({ kind: 'signed-out' }));
    return sessions.onTold(() => ask(true));
  }, [token, ask, close, router, onSignedOut, sessions]);

  switch (state.kind) {
    case 'asking':
      return <Opening what="Weir" />;
    case 'failed':
      return (
        <main className="page">
          <ProblemNote problem={state.problem} onRetry={() => ask(false)} />
        </main>
      );
    case 'signed-out':
      return token !== null && path === '/welcome' ? (
        <WelcomeScreen api={api} token={token} onSession={enter} />
      ) : (
        <SignInScreen api={api} onSession={enter} />
      );
    case 'signed-in': {
      const { user, tenant } = state.workspace.session;
      return (
        <SignedIn
          key={`${user?.id ?? ''} ${tenant.id}`}
          workspace={state.workspace}
          onSession={enter}
          onSignedOut={leave}
        />
      );
    }
  }
}

/** Between two states that take a moment; a page that is blank looks broken. */
function Opening({ what }: { readonly what: string }): ReactNode {
  return (
    <main className="opening quiet" role="status">
      Opening {what}
    </main>
  );
}

function isSame(a: SessionReply, b: SessionReply): boolean {
  return JSON.stringify({ ...a, expiresAtMs: 0 }) === JSON.stringify({ ...b, expiresAtMs: 0 });
}

function followTenant(router: Router, session: SessionReply): void {
  const { path, search } = router.read();
  const view = readView(search);
  if (view.tenant === session.tenant.id) return;
  const next = writeView({ ...view, tenant: session.tenant.id, filters: {}, zoom: undefined }, search);
  router.go(`${path}?${next}`, 'replace');
}

interface SignedInProps {
  readonly workspace: Workspace;
  readonly onSession: () => void;
  readonly onSignedOut: () => void;
}

function SignedIn({ workspace, onSession, onSignedOut }: SignedInProps): ReactNode {
  const { api, session } = workspace;
  const [view, change] = useView();
  const [problem, setProblem] = useState<Problem>();
  // A link says whose data it shows. Filters of one tenant mean nothing in another, so they go with a switch by hand.
  const linked = view.tenant;
  useEffect(() => {
    if (linked === undefined) change({ tenant: session.tenant.id }, 'replace');
    else if (linked !== session.tenant.id)
      api.switchTenant(linked).then(onSession, (error: unknown) => setProblem(problemOf(error)));
  }, [linked, session.tenant.id, change, api, onSession]);

  if (linked !== undefined && linked !== session.tenant.id && problem === undefined) {
    const tenant = session.tenants.find((each) => each.id === linked);
    return <Opening what={tenant?.name ?? linked} />;
  }
  return (
    <WorkspaceContext value={workspace}>
      <Shell
        onTenant={(tenant) => change({ tenant, filters: {}, zoom: undefined })}
        onSignOut={() => {
          api.signOut().then(onSignedOut, (error: unknown) => setProblem(problemOf(error)));
        }}
      >
        {problem === undefined ? null : (
          <Notice tone="warn">
            <span>
              {problem.detail} {problem.mend}
            </span>
            <button
              type="button"
              className="button button-small"
              onClick={() => {
                setProblem(undefined);
                change({ tenant: session.tenant.id });
              }}
            >
              Stay in {session.tenant.name}
            </button>
          </Notice>
        )}
        <Screen />
      </Shell>
    </WorkspaceContext>
  );
}
