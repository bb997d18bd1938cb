import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { createApi } from './data/api.ts';
import { createHttp } from './data/http.ts';
import { createSocketTransport } from './data/live-socket.ts';
import { createPreferences, PreferencesContext } from './data/preferences.ts';
import { createRouter, RouterContext } from './data/router.ts';
import { createWorkspace } from './data/workspace.ts';
import { beginFirstScreen } from './screen.tsx';
import './ui/tokens.css';
import './ui/base.css';

/** Wires the page: the address bar, the REST client, the socket, and what is drawn. */
function start(root: HTMLElement): void {
  beginFirstScreen(window.location.pathname);
  let signedOut: () => void = () => {};
  const api = createApi(
    createHttp({
      fetch: (url, init) => fetch(url, init),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      onSignedOut: () => signedOut(),
    }),
  );
  const channel = new BroadcastChannel('weir-session');
  createRoot(root).render(
    <StrictMode>
      <PreferencesContext value={createPreferences(() => localStorage, document.documentElement)}>
        <RouterContext value={createRouter(window)}>
          <App
            api={api}
            openWorkspace={(session, onRefused) =>
              createWorkspace({
                api,
                session,
                transport: createSocketTransport(onRefused),
                locale: navigator.language,
                page: document,
              })
            }
            sessions={{
              tell: () => channel.postMessage('changed'),
              onTold: (callback) => {
                channel.addEventListener('message', callback);
                return () => channel.removeEventListener('message', callback);
              },
            }}
            onSignedOut={(callback) => {
              signedOut = callback;
            }}
          />
        </RouterContext>
      </PreferencesContext>
    </StrictMode>,
  );
}

const root = document.getElementById('app');
if (root !== null) start(root);
