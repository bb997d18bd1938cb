import { useCallback, useEffect, useState, type ReactNode } from 'react';
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
  readonly sessions: { tell(): void; onTold(callback: () => void): () => void };
  /** Is called with a callback for the moment the server says there is no session any more. */
  readonly onSignedOut: (callback: () => void) => void;
}

type State =
  | { readonly kind: 'asking' }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'signed-in'; readonly session: SessionReply };

/** Who is there decides what is shown: the door, or the screens of a tenant. */
export function App({ api, openWorkspace, sessions, onSignedOut }: AppProps): ReactNode {
  const router = useRouter();
  const { path, search } = useLocation();
  // Read once: the token is taken out of the address bar at once, so that it is in no history and no copied link.
  const [token] = useState(() => (path === '/welcome' ? new URLSearchParams(search).get('token') : null));
  const [state, setState] = useState<State>({ kind: token === null ? 'asking' : 'signed-out' });

  const ask = useCallback(
    (isElsewhere: boolean) => {
      api.session().then(
        (session) => {
          // Another tab changed the tenant, and there is one session: this tab follows instead of changing it back.
          if (isElsewhere) followTenant(router, session);
          setState({ kind: 'signed-in', session });
        },
        (error: unknown) => {
          const problem = problemOf(error);
          setState(problem.status === 401 ? { kind: 'signed-out' } : { kind: 'failed', problem });
        },
      );
    },
    [api, router],
  );
  const enter = useCallback(
    (session: SessionReply) => {
      if (router.read().path === '/welcome') router.go('/', 'replace');
      setState({ kind: 'signed-in', session });
      sessions.tell();
    },
    [router, sessions],
  );

  useEffect(() => {
    if (token === null) ask(false);
    else router.go('/welcome', 'replace');
    onSignedOut(() => setState({ kind: 'signed-out' }));
    return sessions.onTold(() => ask(true));
  }, [token, ask, router, onSignedOut, sessions]);

  if (state.kind === 'signed-in')
    return (
      <SignedIn
        key={`${state.session.user?.id ?? ''} ${state.session.tenant.id}`}
        api={api}
        session={state.session}
        openWorkspace={openWorkspace}
        onSession={enter}
        onSignedOut={() => {
          setState({ kind: 'signed-out' });
          sessions.tell();
        }}
        onRefused={() => ask(false)}
      />
    );
  if (state.kind === 'failed')
    return (
      <main className="page">
        <ProblemNote problem={state.problem} onRetry={() => ask(false)} />
      </main>
    );
  if (state.kind === 'asking') return null;
  return token !== null && path === '/welcome' ? (
    <WelcomeScreen api={api} token={token} onSession={enter} />
  ) : (
    <SignInScreen api={api} onSession={enter} />
  );
}

function followTenant(router: Router, session: SessionReply): void {
  const { path, search } = router.read();
  const view = readView(search);
  if (view.tenant === session.tenant.id) return;
  const next = writeView({ ...view, tenant: session.tenant.id, filters: {}, zoom: undefined }, search);
  router.go(`${path}?${next}`, 'replace');
}

interface SignedInProps extends Pick<AppProps, 'api' | 'openWorkspace'> {
  readonly session: SessionReply;
  readonly onSession: (session: SessionReply) => void;
  readonly onSignedOut: () => void;
  readonly onRefused: () => void;
}

function SignedIn({ api, session, openWorkspace, onSession, onSignedOut, onRefused }: SignedInProps): ReactNode {
  const [workspace, setWorkspace] = useState<Workspace>();
  const [view, change] = useView();
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    const opened = openWorkspace(session, onRefused);
    setWorkspace(opened);
    return opened.stop;
    // The key above makes a new one of it for another user or tenant.
  }, []);

  const switchTo = useCallback(
    (tenant: string) => {
      api.switchTenant(tenant).then(onSession, (error: unknown) => setProblem(problemOf(error)));
    },
    [api, onSession],
  );
  // A link says whose data it shows. Filters of one tenant mean nothing in another, so they go with a switch by hand.
  const linked = view.tenant;
  useEffect(() => {
    if (linked === undefined) change({ tenant: session.tenant.id });
    else if (linked !== session.tenant.id) switchTo(linked);
  }, [linked, session.tenant.id, change, switchTo]);

  if (workspace === undefined) return null;
  if (linked !== undefined && linked !== session.tenant.id && problem === undefined) return null;
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
