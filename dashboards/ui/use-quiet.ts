import { useEffect, useState } from 'react';

/** Long enough for a page that never rests, as with many live numbers. */
const LATEST_MS = 3_000;

/** False until the browser had a moment without work after the first drawing. */
export function useQuiet(): boolean {
  const [isQuiet, setQuiet] = useState(false);
  useEffect(() => {
    // Not every browser has it; then a moment has to do.
    if (!('requestIdleCallback' in window)) {
      const timer = setTimeout(() => setQuiet(true), LATEST_MS);
      return () => clearTimeout(timer);
    }
    const asked = window.requestIdleCallback(() => setQuiet(true), { timeout: LATEST_MS });
    return () => window.cancelIdleCallback(asked);
  }, []);
  return isQuiet;
}
