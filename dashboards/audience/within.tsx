import type { ReactNode } from 'react';
import { useWorkspace } from '../data/workspace.ts';

/** A share or rate, and how far the noise may have moved it. */
export function PercentWithin({
  value,
  halfWidth,
}: {
  readonly value: number;
  readonly halfWidth?: number | undefined;
}): ReactNode {
  const { format } = useWorkspace();
  return (
    <>
      {format.percent(value)}
      {halfWidth === undefined ? null : <span className="small quiet"> ±{format.percent(halfWidth)}</span>}
    </>
  );
}

/** People of a private answer in all: a sum of counts, which has more noise than each of them. Exact answers say it elsewhere. */
export function PeopleInAll({
  viewers,
  halfWidth,
}: {
  readonly viewers: number;
  readonly halfWidth?: number | undefined;
}): ReactNode {
  const { format } = useWorkspace();
  if (halfWidth === undefined) return null;
  const width = format.count(Math.ceil(halfWidth));
  return (
    <p>
      <span className="figure">{viewers < halfWidth ? `under ${width}` : format.count(viewers)}</span>{' '}
      <span className="quiet">
        people in all{viewers < halfWidth ? ', which may be nobody' : `, ±${width}`}: the noise of all counts
        together
      </span>
    </p>
  );
}
