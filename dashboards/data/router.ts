import { createContext, useCallback, useContext, useMemo, useSyncExternalStore } from 'react';
import { readView, writeView, type ViewState } from './view-state.ts';

export interface PageLocation {
  readonly path: string;
  /** Without `?`. */
  readonly search: string;
}

/** The address bar as a store; the back button is one of its writers. */
export interface Router {
  readonly read: () => PageLocation;
  readonly watch: (onChange: () => void) => () => void;
  readonly go: (to: string, how?: 'push' | 'replace') => void;
}

export function createRouter(page: Window): Router {
  const readers = new Set<() => void>();
  const current = (): PageLocation => ({
    path: page.location.pathname,
    search: page.location.search.slice(1),
  });
  let location = current();
  const changed = (): void => {
    location = current();
    for (const read of readers) read();
  };
  page.addEventListener('popstate', changed);
  return {
    read: () => location,
    watch: (onChange) => {
      readers.add(onChange);
      return () => readers.delete(onChange);
    },
    go: (to, how = 'push') => {
      if (how === 'push') page.history.pushState(null, '', to);
      else page.history.replaceState(null, '', to);
      const before = location.path;
      changed();
      if (how === 'push' && before !== location.path) page.scrollTo(0, 0);
    },
  };
}

export const RouterContext = createContext<Router | undefined>(undefined);

export function useRouter(): Router {
  const router = useContext(RouterContext);
  if (router === undefined) throw new Error('no router above this component');
  return router;
}

export function useLocation(): PageLocation {
  const router = useRouter();
  return useSyncExternalStore(router.watch, router.read);
}

/** The view in the URL and how to change it; every change is a step the back button undoes. */
export function useView(): readonly [
  ViewState,
  (change: Partial<ViewState>, how?: 'push' | 'replace') => void,
] {
  const router = useRouter();
  const { search } = useLocation();
  const view = useMemo(() => readView(search), [search]);
  const change = useCallback(
    (part: Partial<ViewState>, how: 'push' | 'replace' = 'push') => {
      const { path, search: now } = router.read();
      const next = writeView({ ...readView(now), ...part }, now);
      if (next !== now) router.go(next === '' ? path : `${path}?${next}`, how);
    },
    [router],
  );
  return [view, change];
}

/** One parameter of a screen in the URL. An empty value removes it. */
export function useParam(name: string): readonly [string, (value: string) => void] {
  const router = useRouter();
  const { search } = useLocation();
  const value = new URLSearchParams(search).get(name) ?? '';
  const change = useCallback(
    (next: string) => {
      const { path, search: now } = router.read();
      const params = new URLSearchParams(now);
      if (next === '') params.delete(name);
      else params.set(name, next);
      const text = params.toString();
      router.go(text === '' ? path : `${path}?${text}`, 'replace');
    },
    [name, router],
  );
  return [value, change];
}

/** Link to a screen that takes the view along; the parameters of the screen that is left stay behind. */
export function useViewLink(): (path: string, change?: Partial<ViewState>) => string {
  const [view] = useView();
  return (path, change = {}) => {
    const search = writeView({ ...view, zoom: undefined, ...change });
    return search === '' ? path : `${path}?${search}`;
  };
}
