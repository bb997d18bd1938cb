import type { ReactNode } from 'react';
import { verdictOf, type Change } from '../data/series.ts';
import { useWorkspace } from '../data/workspace.ts';

/** A change with its arrow, its size and its words. Good and bad are said by hue and, for those who do not see it, by a word. */
export function ChangeText({
  change,
  direction,
  on,
}: {
  readonly change: Change;
  readonly direction: 'up' | 'down';
  /** What it is compared with: "last Friday". */
  readonly on: string;
}): ReactNode {
  const { format } = useWorkspace();
  const verdict = verdictOf(change, direction);
  if (verdict === 'same') return <span className="quiet">the same as {on}</span>;
  const isUp = change.amount > 0;
  return (
    <span className="change">
      <span className={`change-mark ${verdict}`} aria-hidden="true">
        {isUp ? '▲' : '▼'}
      </span>
      <span>
        <span className={`strong ${verdict}`}>
          {isUp ? 'up' : 'down'} {format.changeAmount(change)}
        </span>
        <span className="unseen">, {verdict === 'good' ? 'which is good,' : 'which is bad,'}</span>{' '}
        <span className="quiet">on {on}</span>
      </span>
    </span>
  );
}
