import type { ReactNode } from 'react';
import { useLiveStatus } from '../data/hooks.ts';
import { useIsBehind } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';

export type Freshness = 'live' | 'behind' | 'lost' | 'paused' | 'polled';

/** How fresh live numbers are, and since when they are not. */
export function useFreshness(): {
  readonly state: Freshness;
  readonly words: string;
  readonly sinceMs: number;
} {
  const { format } = useWorkspace();
  const { status, sinceMs } = useLiveStatus();
  const isBehind = useIsBehind();
  const at = format.time(sinceMs);
  if (status === 'lost') return { state: 'lost', words: `Not connected; as of ${at}`, sinceMs };
  if (status === 'paused') return { state: 'paused', words: `Paused; as of ${at}`, sinceMs };
  if (status === 'waiting') return { state: 'polled', words: 'Connecting', sinceMs };
  if (isBehind) return { state: 'behind', words: 'Live, but accepted events wait to be counted', sinceMs };
  return { state: 'live', words: 'Live', sinceMs };
}

/** Filled is live, half is behind, hollow is not connected: told apart without its colour. */
export function FreshnessDot(): ReactNode {
  const { state, words } = useFreshness();
  return (
    <span className={`dot dot-${state}`} title={words}>
      <span className="unseen">{words}</span>
    </span>
  );
}
