import type { ReactNode } from 'react';
import { useWorkspace } from '../data/workspace.ts';
import { useFreshness } from './freshness.tsx';
import { Icon } from './icons.tsx';

/** Says whether numbers are live and since when not; pauses them for those whom moving numbers disturb. */
export function LiveBadge(): ReactNode {
  const { live, format } = useWorkspace();
  const { state, words, sinceMs } = useFreshness();
  const isPaused = state === 'paused';
  const label = {
    live: 'Live',
    behind: 'Behind',
    lost: `Reconnecting, as of ${format.time(sinceMs)}`,
    paused: `Paused ${format.time(sinceMs)}`,
    polled: 'Connecting',
  }[state];
  return (
    <>
      <button
        type="button"
        className={`live-badge live-badge-${state}`}
        title={isPaused ? 'Go on live' : `${words}. Click to pause.`}
        aria-label={isPaused ? `${label}. Go on live` : `${label}. Pause`}
        onClick={() => live.pause(!isPaused)}
      >
        {isPaused ? <Icon name="play" /> : <span className={`dot dot-${state}`} />}
        <span className="live-badge-words">{label}</span>
      </button>
      <span className="unseen" role="status">
        {state === 'lost' ? words : ''}
      </span>
    </>
  );
}
