import type { ReactNode } from 'react';
import { useWorkspace } from '../data/workspace.ts';

/** Money against what was expected; nothing where the alert is about no money. */
export function Impact({
  impact,
  before = '',
}: {
  readonly impact: number | null;
  readonly before?: string;
}): ReactNode {
  const { format } = useWorkspace();
  if (impact === null) return null;
  const words = impact < 0 ? 'less' : 'more';
  return (
    <>
      {before}
      <span className={impact < 0 ? 'bad' : 'good'}>
        {impact < 0 ? '▼' : '▲'} {format.value(Math.abs(impact), 'currency', 'tile')}
      </span>{' '}
      {words} than expected (est.)
    </>
  );
}
