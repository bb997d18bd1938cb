import { createContext, useContext, useSyncExternalStore } from 'react';

export const themes = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof themes)[number];

/** What a reader sets for this browser alone; it is in no URL. */
export interface Preferences {
  readonly theme: Theme;
  /** Single-key shortcuts; some people's speech input types letters. */
  readonly hasShortcuts: boolean;
  /** Columns hidden, by table. */
  readonly hiddenColumns: Readonly<Record<string, readonly string[]>>;
}

export interface PreferenceStore {
  readonly read: () => Preferences;
  readonly watch: (onChange: () => void) => () => void;
  readonly set: (change: Partial<Preferences>) => void;
}

const THEME = 'weir-theme';
const SHORTCUTS = 'weir-shortcuts';
const COLUMNS = 'weir-columns';

/** Storage may be forbidden or full; then preferences last as long as the page. */
export function createPreferences(storage: () => Storage, root: HTMLElement): PreferenceStore {
  const load = (name: string): string | null => {
    try {
      return storage().getItem(name);
    } catch {
      return null;
    }
  };
  const save = (name: string, value: string): void => {
    try {
      storage().setItem(name, value);
    } catch {
      return;
    }
  };
  const theme = load(THEME);
  let current: Preferences = {
    theme: themes.find((each) => each === theme) ?? 'system',
    hasShortcuts: load(SHORTCUTS) !== 'off',
    hiddenColumns: readColumns(load(COLUMNS)),
  };
  const readers = new Set<() => void>();
  return {
    read: () => current,
    watch: (onChange) => {
      readers.add(onChange);
      return () => readers.delete(onChange);
    },
    set: (change) => {
      current = { ...current, ...change };
      save(THEME, current.theme);
      save(SHORTCUTS, current.hasShortcuts ? 'on' : 'off');
      save(COLUMNS, writeColumns(current.hiddenColumns));
      root.dataset['theme'] = current.theme;
      for (const read of readers) read();
    },
  };
}

/** One line a table: its id, then the hidden columns. */
function writeColumns(columns: Preferences['hiddenColumns']): string {
  const lines = Object.entries(columns).filter(([, names]) => names.length > 0);
  return lines.map(([table, names]) => [table, ...names].join(' ')).join('\n');
}

function readColumns(text: string | null): Preferences['hiddenColumns'] {
  const columns: Record<string, readonly string[]> = {};
  for (const line of (text ?? '').split('\n')) {
    const [table, ...names] = line.split(' ');
    if (table !== undefined && table !== '' && names.length > 0) columns[table] = names;
  }
  return columns;
}

export const PreferencesContext = createContext<PreferenceStore | undefined>(undefined);

export function usePreferences(): readonly [Preferences, PreferenceStore['set']] {
  const store = useContext(PreferencesContext);
  if (store === undefined) throw new Error('no preferences above this component');
  return [useSyncExternalStore(store.watch, store.read), store.set];
}
