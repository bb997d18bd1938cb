import { useCallback, useSyncExternalStore } from 'react';
import { usePreferences } from '../data/preferences.ts';

const query = '(prefers-color-scheme: dark)';

/** Changes when the colours in force do, for what is drawn on a canvas. */
export function useThemeKey(): string {
  const [{ theme }] = usePreferences();
  const watch = useCallback((onChange: () => void) => {
    const media = matchMedia(query);
    media.addEventListener('change', onChange);
    return () => media.removeEventListener('change', onChange);
  }, []);
  const isDark = useSyncExternalStore(watch, () => matchMedia(query).matches);
  return theme === 'system' ? `system ${isDark ? 'dark' : 'light'}` : theme;
}
