import { useEffect, useRef, useState, type ReactNode } from 'react';
import { usePreferences } from '../data/preferences.ts';
import { useLocation, useRouter, useView, useViewLink } from '../data/router.ts';
import { writeView, type Preset } from '../data/view-state.ts';
import { useWorkspace } from '../data/workspace.ts';
import { AlertBell } from './alert-bell.tsx';
import { HelpDialog } from './help.tsx';
import { Icon } from './icons.tsx';
import { Link } from './link.tsx';
import { LiveBadge } from './live-badge.tsx';
import { viewOnTheWay } from './part-view.ts';
import { isPart, isWithin, screens } from './screens.ts';
import { SearchDialog } from './search.tsx';
import { SimulatedBadge } from './states.tsx';
import { UserMenu } from './user-menu.tsx';
import './shell.css';

export interface ShellProps {
  readonly onTenant: (tenant: string) => void;
  readonly onSignOut: () => void;
  readonly children: ReactNode;
}

/** What surrounds every screen: the rail, the bar, search, help and the shortcuts. */
export function Shell({ onTenant, onSignOut, children }: ShellProps): ReactNode {
  const { session } = useWorkspace();
  const [open, setOpen] = useState<'search' | 'help' | undefined>();
  const { path } = useLocation();
  const mainRef = useRef<HTMLElement>(null);
  useShortcuts(setOpen);
  const shownPath = useRef(path);
  useEffect(() => {
    // A new screen begins at its start, for readers of the screen as well.
    if (shownPath.current !== path) mainRef.current?.focus({ preventScroll: true });
    shownPath.current = path;
  }, [path]);

  return (
    <div className="app">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <Rail />
      <div className="content">
        <header className="topbar">
          {session.tenants.length > 1 ? (
            <select
              className="select tenant"
              aria-label="Tenant"
              value={session.tenant.id}
              onChange={(event) => onTenant(event.target.value)}
            >
              {session.tenants.map((tenant) => (
                <option key={tenant.id} value={tenant.id}>
                  {tenantTitle(tenant)}
                </option>
              ))}
            </select>
          ) : (
            <span className="tenant ellipsis">{session.tenant.name}</span>
          )}
          {session.tenant.simulated ? <SimulatedBadge /> : null}
          <div className="topbar-end">
            <LiveBadge />
            <AlertBell />
            <button
              type="button"
              className="topbar-search"
              title="Search (Ctrl K)"
              aria-keyshortcuts="Control+K Meta+K /"
              onClick={() => setOpen('search')}
            >
              <Icon name="search" />
              <span>Search</span>
              <kbd>Ctrl K</kbd>
            </button>
            <button
              type="button"
              className="icon-button hide-small"
              aria-label="Help and shortcuts"
              title="Help and shortcuts (?)"
              onClick={() => setOpen('help')}
            >
              <Icon name="help" />
            </button>
            <UserMenu onSignOut={onSignOut} onHelp={() => setOpen('help')} />
          </div>
        </header>
        <main id="main" className="page" ref={mainRef} tabIndex={-1}>
          {children}
        </main>
      </div>
      {open === 'search' ? (
        <SearchDialog
          onClose={() => setOpen(undefined)}
          onTenant={onTenant}
          onSignOut={onSignOut}
          onHelp={() => setOpen('help')}
        />
      ) : null}
      {open === 'help' ? <HelpDialog onClose={() => setOpen(undefined)} /> : null}
    </div>
  );
}

function Rail(): ReactNode {
  const { path } = useLocation();
  const to = useViewLink();
  const [view] = useView();
  const listRef = useRef<HTMLUListElement>(null);
  // On a phone the bar is wider than the page: where one is stays in sight.
  const here = screens.findIndex((screen) => isWithin(path, screen.path));
  useEffect(() => {
    listRef.current?.children[here]?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [here]);
  return (
    <nav className="rail" aria-label="Screens">
      <Link to={to('/')} className="brand" label="Weir, to Now">
        <img src="/favicon.svg" alt="" />
        <span>Weir</span>
      </Link>
      <ul className="rail-list" ref={listRef}>
        {screens.map((screen) => {
          const isHere = isWithin(path, screen.path);
          return (
            <li key={screen.path}>
              <Link to={to(screen.path)} className="rail-link" isCurrent={isHere} title={screen.title}>
                <Icon name={screen.icon} />
                <span>{screen.title}</span>
              </Link>
              {isHere && screen.sub !== undefined ? (
                <ul className="rail-sub">
                  {screen.sub.map((sub) => (
                    <li key={sub.path}>
                      <Link
                        to={to(sub.path, viewOnTheWay(sub.path, view))}
                        className="rail-link"
                        isCurrent={isPart(path, sub.path)}
                      >
                        {sub.title}
                      </Link>
                    </li>
                  ))}
                </ul>
              ) : null}
            </li>
          );
        })}
      </ul>
      <p className="rail-foot small quiet">
        <a href="/docs">API description</a>
      </p>
    </nav>
  );
}

/** Simulated data says so wherever it is chosen, once. */
function tenantTitle({ name, simulated }: { readonly name: string; readonly simulated: boolean }): string {
  return simulated && !/simulated/i.test(name) ? `${name} (simulated)` : name;
}

const rangeKeys: Readonly<Record<string, Preset>> = {
  r: '1h',
  d: 'today',
  e: 'yesterday',
  w: '7d',
  t: '30d',
  q: '90d',
  y: '12mo',
};
const screenKeys: Readonly<Record<string, string>> = { 1: '/', 2: '/kpis', 3: '/revenue', 4: '/system' };

/** Keys for those who keep this open all day. Single letters can be turned off; none is taken while somebody types. */
function useShortcuts(setOpen: (what: 'search' | 'help' | undefined) => void): void {
  const router = useRouter();
  const [view, change] = useView();
  const [{ hasShortcuts }] = usePreferences();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setOpen('search');
        return;
      }
      const isTyping =
        event.target instanceof HTMLElement &&
        event.target.closest('input, textarea, select, dialog') !== null;
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '?') setOpen('help');
      else if (!hasShortcuts) return;
      else if (event.key === '/') setOpen('search');
      else if (event.key === 'x') change({ compare: view.compare === 'none' ? 'week' : 'none' });
      else {
        const preset = rangeKeys[event.key];
        const path = screenKeys[event.key];
        if (preset !== undefined)
          change({ range: { kind: 'preset', preset }, grain: 'auto', zoom: undefined });
        else if (path !== undefined) {
          const search = writeView({ ...view, zoom: undefined });
          router.go(search === '' ? path : `${path}?${search}`);
        } else return;
      }
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [router, view, change, hasShortcuts, setOpen]);
}
