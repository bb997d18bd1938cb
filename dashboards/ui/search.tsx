import { useId, useMemo, useState, type KeyboardEvent, type ReactNode } from 'react';
import { themes, usePreferences } from '../data/preferences.ts';
import { useQuery } from '../data/hooks.ts';
import { rank } from '../data/rank.ts';
import { useRouter, useView, useViewLink } from '../data/router.ts';
import { coarsestWindow, useScope } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Dialog } from './dialog.tsx';
import { viewOnTheWay } from './part-view.ts';
import { screens } from './screens.ts';
import './search.css';

interface Hit {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly more?: string;
  readonly run: () => void;
}

const MAX_HITS = 30;

export interface SearchDialogProps {
  readonly onClose: () => void;
  readonly onTenant: (tenant: string) => void;
  readonly onSignOut: () => void;
  readonly onHelp: () => void;
}

/** One field for everything that has a name: screens, KPIs, channels, contents, actions. */
export function SearchDialog(props: SearchDialogProps): ReactNode {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const all = useHits(props);
  const hits = useMemo(
    () => rank(all, text, (hit) => `${hit.title} ${hit.more ?? ''}`).slice(0, MAX_HITS),
    [all, text],
  );
  const chosen = Math.min(at, Math.max(0, hits.length - 1));
  const choose = (hit: Hit | undefined): void => {
    if (hit === undefined) return;
    props.onClose();
    hit.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') choose(hits[chosen]);
    else if (event.key === 'ArrowDown') setAt(Math.min(hits.length - 1, chosen + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, chosen - 1));
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Search" onClose={props.onClose} place="top">
      <input
        className="input search-input"
        type="search"
        role="combobox"
        aria-label="Search KPIs, channels, contents, screens and actions"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={hits[chosen] === undefined ? undefined : `${listId}-${chosen}`}
        placeholder="KPI, channel, content, screen or action"
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="search-list" id={listId} role="listbox" aria-label="Found">
        {hits.map((hit, i) => (
          // The keyboard works in the field above, which owns this list.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={hit.id}
            id={`${listId}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === chosen}
            ref={i === chosen ? scrollIntoSight : undefined}
            onMouseEnter={() => setAt(i)}
            onClick={() => choose(hit)}
          >
            <span className="ellipsis">{hit.title}</span>
            <span className="small quiet">{hit.kind}</span>
          </div>
        ))}
      </div>
      {hits.length === 0 ? <p className="quiet">Nothing has this name.</p> : null}
    </Dialog>
  );
}

function scrollIntoSight(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}

function useHits({ onTenant, onSignOut, onHelp }: SearchDialogProps): readonly Hit[] {
  const { queries, session, zone, can } = useWorkspace();
  const router = useRouter();
  const [view, change] = useView();
  const to = useViewLink();
  const [, setPreferences] = usePreferences();
  const { range } = useScope();
  const kpis = useQuery(queries.kpis, 'all');
  const window = coarsestWindow(range, zone);
  const top = {
    kpi: 'views',
    window: window === '1m' ? '1h' : window,
    fromMs: range.fromMs,
    toMs: range.toMs,
    limit: 500,
  } as const;
  const channels = useQuery(queries.top, { ...top, by: 'channel' });
  const contents = useQuery(queries.top, { ...top, by: 'content' });
  const go = (path: string): void => router.go(to(path, viewOnTheWay(path, view)));
  const hits: Hit[] = [];
  for (const screen of screens) {
    hits.push({ id: screen.path, title: screen.title, kind: 'Screen', run: () => go(screen.path) });
    for (const sub of screen.sub ?? [])
      if (sub.path !== screen.path)
        hits.push({ id: sub.path, title: sub.title, kind: 'Screen', run: () => go(sub.path) });
  }
  for (const kpi of kpis.data?.kpis ?? [])
    hits.push({
      id: `kpi ${kpi.key}`,
      title: kpi.title,
      more: kpi.key,
      kind: 'KPI',
      run: () => go(`/kpis/${kpi.key}`),
    });
  if (can('kpis:write'))
    hits.push({ id: 'add', title: 'Add a KPI', kind: 'Action', run: () => go('/kpis/new') });
  if (can('admin')) {
    hits.push({ id: 'key', title: 'Create an API key', kind: 'Action', run: () => go('/system/events') });
    hits.push({ id: 'invite', title: 'Invite somebody', kind: 'Action', run: () => go('/system/settings') });
  }
  for (const tenant of session.tenants)
    if (tenant.id !== session.tenant.id)
      hits.push({
        id: `tenant ${tenant.id}`,
        title: `Go to ${tenant.name}`,
        kind: tenant.simulated ? 'Tenant, simulated' : 'Tenant',
        run: () => onTenant(tenant.id),
      });
  for (const theme of themes)
    hits.push({
      id: `theme ${theme}`,
      title: `Theme: ${theme}`,
      kind: 'Action',
      run: () => setPreferences({ theme }),
    });
  hits.push({ id: 'clear', title: 'Remove all filters', kind: 'Action', run: () => change({ filters: {} }) });
  hits.push({ id: 'help', title: 'Help and shortcuts', kind: 'Action', run: onHelp });
  hits.push({ id: 'out', title: 'Sign out', kind: 'Action', run: onSignOut });
  for (const entry of channels.data?.entries ?? [])
    hits.push({
      id: `channel ${entry.id}`,
      title: entry.title,
      kind: 'Channel',
      run: () => change({ filters: { channel: entry.id } }),
    });
  for (const entry of contents.data?.entries ?? [])
    hits.push({
      id: `content ${entry.id}`,
      title: entry.title,
      more: entry.id,
      kind: 'Content',
      run: () => change({ filters: { content: entry.id } }),
    });
  return hits;
}
