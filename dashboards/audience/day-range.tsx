import type { ReactNode } from 'react';
import { useNow } from '../data/hooks.ts';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';

export const daySpans = [7, 28, 90] as const;
const DEFAULT_DAYS = 28;
const MINUTE_MS = 60_000;

/** How many days are looked at, today included, and where they begin in the tenant's zone. */
export function useDays(): { readonly days: number; readonly fromMs: number } {
  const { zone } = useWorkspace();
  const now = useNow(MINUTE_MS);
  const [text] = useParam('days');
  const days = daySpans.find((each) => String(each) === text) ?? DEFAULT_DAYS;
  return { days, fromMs: zone.addDays(zone.startOf('1d', now), 1 - days) };
}

export function DaySelect(): ReactNode {
  const { days } = useDays();
  const [, setDays] = useParam('days');
  return (
    <div className="segments" role="group" aria-label="Days looked at">
      {daySpans.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === days}
          onClick={() => setDays(each === DEFAULT_DAYS ? '' : String(each))}
        >
          {each} days
        </button>
      ))}
    </div>
  );
}
