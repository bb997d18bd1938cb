import type { ReactNode } from 'react';
import type { VideoEstimateWish } from '../../platform/contracts/render-preview.ts';
import { duration } from '../data/format.ts';
import { useQuery, useSettled } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';

const PAUSE_MS = 400;
const speakers = { openai: 'the speech service', espeak: 'espeak-ng', none: 'nobody' } as const;

/** Length, cost and time of the video, before it is asked for. */
export function EstimateLine({ wish }: { readonly wish: VideoEstimateWish }): ReactNode {
  const { queries } = useWorkspace();
  const { data, problem } = useQuery(queries.videoEstimate, useSettled(wish, PAUSE_MS));
  if (problem !== undefined) return <p className="small warn">No estimate: {problem.detail}</p>;
  if (data === undefined) return <p className="small quiet">Estimating …</p>;
  const { ahead, costLimitUsd, costUsd, makeSeconds, note, seconds, spokenBy } = data;
  return (
    <div role="status">
      <p className="small">
        About <strong>{duration(1_000 * seconds)}</strong> long, spoken by {speakers[spokenBy]} · cost{' '}
        <strong>{costUsd.toFixed(2)} USD</strong> of at most {costLimitUsd.toFixed(2)} · made in about{' '}
        {duration(1_000 * makeSeconds.low)} to {duration(1_000 * makeSeconds.high)} (est.)
        {ahead === 0 ? '' : `, after ${ahead} ${ahead === 1 ? 'render' : 'renders'} ahead of it`}
      </p>
      {note === '' ? null : <p className="small warn">{note}</p>}
      {costUsd > costLimitUsd ? (
        <p className="small bad">It would be refused: the narration costs too much.</p>
      ) : null}
    </div>
  );
}
