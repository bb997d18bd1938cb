import type { ReactNode } from 'react';
import type { RenderKind } from '../../platform/contracts/render-names.ts';
import { useLiveRenders, useQuery, useTopic } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Empty, Notice, ProblemNote, Skeleton } from '../ui/states.tsx';
import { mergeRenders } from './merge-renders.ts';
import { RenderCard } from './render-card.tsx';

/** What is being made and what was made, of some kinds. They live on the server, so a reload finds them again. */
export function RenderList({
  kinds,
  empty,
  needs = [],
}: {
  readonly kinds: readonly RenderKind[];
  readonly empty: string;
  /** Programs beside Weir this kind needs; what is missing is said. */
  readonly needs?: readonly string[];
}): ReactNode {
  const { queries } = useWorkspace();
  const list = useQuery(queries.renders, 'all');
  useTopic('renders');
  const told = useLiveRenders();
  const shown = mergeRenders(list.data?.renders ?? [], told ?? []).filter(({ kind }) => kinds.includes(kind));
  const missing = (list.data?.tools ?? []).filter(({ isThere, name }) => !isThere && needs.includes(name));
  return (
    <section className="stack-tight" aria-labelledby="renders-title">
      <h2 id="renders-title">In work and made</h2>
      {missing.map(({ name, without }) => (
        <Notice key={name} tone="warn">
          {name} is not installed on the machine that renders: {without}.
        </Notice>
      ))}
      {list.problem === undefined ? null : (
        <ProblemNote
          problem={list.problem}
          still="What was asked for is made all the same."
          onRetry={queries.renders.refresh}
        />
      )}
      {list.data === undefined ? (
        list.problem === undefined && <Skeleton height={160} />
      ) : shown.length === 0 ? (
        <Empty title="Nothing made yet">
          <p className="quiet">{empty}</p>
        </Empty>
      ) : (
        <div className="stack-tight">
          {shown.map((render) => (
            <RenderCard key={render.id} render={render} />
          ))}
        </div>
      )}
    </section>
  );
}
