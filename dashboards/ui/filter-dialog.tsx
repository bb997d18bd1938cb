import { useState, type ReactNode } from 'react';
import type { Dimension } from '../../platform/contracts/kpi.ts';
import { useRanking } from '../data/dimension-values.ts';
import { rank } from '../data/rank.ts';
import { useView } from '../data/router.ts';
import type { Scope } from '../data/scope.ts';
import { dimensions } from '../data/view-state.ts';
import { useWorkspace } from '../data/workspace.ts';
import { capitalize } from './chart-spec.ts';
import { Dialog } from './dialog.tsx';
import { ProblemNote, Skeleton } from './states.tsx';
import './filter-dialog.css';

/** Narrows the view to one value of a dimension, chosen from those there are in the range. */
export function FilterDialog({
  scope,
  onClose,
}: {
  readonly scope: Scope;
  readonly onClose: () => void;
}): ReactNode {
  const { format } = useWorkspace();
  const [view, change] = useView();
  const [dimension, setDimension] = useState<Dimension>('channel');
  const [text, setText] = useState('');
  const isMoney = dimension === 'stream';
  const ranking = useRanking(dimension, isMoney ? 'total_revenue' : 'views', scope, 200);
  const found = rank(ranking.values ?? [], text, (value) => `${value.title} ${value.id}`).slice(0, 60);
  const choose = (id: string): void => {
    change({ filters: { ...view.filters, [dimension]: id }, zoom: undefined });
    onClose();
  };
  return (
    <Dialog title="Filter" onClose={onClose}>
      <div className="segments" role="group" aria-label="Dimension">
        {dimensions.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === dimension}
            onClick={() => setDimension(each)}
          >
            {capitalize(each)}
          </button>
        ))}
      </div>
      <input
        className="input"
        type="search"
        aria-label={`Find a ${dimension}`}
        placeholder={`Find a ${dimension}`}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {ranking.problem === undefined ? null : <ProblemNote problem={ranking.problem} />}
      {ranking.values === undefined && ranking.problem === undefined ? <Skeleton height={160} /> : null}
      <ul className="filter-list" aria-label={`Values of ${dimension}`}>
        {found
          .filter((value) => value.id !== '')
          .map((value) => (
            <li key={value.id}>
              <button type="button" onClick={() => choose(value.id)}>
                <span className="ellipsis">{value.title}</span>
                <span className="small quiet">
                  {format.value(value.value, isMoney ? 'currency' : 'count', 'tile')} {isMoney ? '' : 'views'}
                </span>
              </button>
            </li>
          ))}
      </ul>
      {text !== '' && !found.some((value) => value.id === text) ? (
        <button type="button" className="button" onClick={() => choose(text.trim())}>
          Use “{text.trim()}” as it is
        </button>
      ) : null}
      {ranking.values !== undefined && ranking.values.length === 0 && text === '' ? (
        <p className="quiet">
          No {dimension} has {isMoney ? 'revenue' : 'views'} in this range.
        </p>
      ) : null}
    </Dialog>
  );
}
