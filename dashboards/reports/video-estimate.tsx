import { useEffect, useState, type ReactNode } from 'react';
import type { Slide } from '../../platform/contracts/render-params.ts';
import type { VideoEstimate } from '../../platform/contracts/render-preview.ts';
import { duration } from '../data/format.ts';
import { problemOf } from '../data/problem.ts';
import { useWorkspace } from '../data/workspace.ts';

const PAUSE_MS = 400;
const speakers = { openai: 'the speech service', espeak: 'espeak-ng', none: 'nobody' } as const;

/** Length, cost and time of the video, before it is asked for. */
export function EstimateLine({
  slides,
  voice,
}: {
  readonly slides: readonly Slide[];
  readonly voice: string;
}): ReactNode {
  const { api } = useWorkspace();
  const [estimate, setEstimate] = useState<VideoEstimate>();
  const [fault, setFault] = useState<string>();
  const wish = JSON.stringify({ slides, voice });
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      api.estimateVideo(JSON.parse(wish)).then(
        (answer) => {
          if (!isCurrent) return;
          setEstimate(answer);
          setFault(undefined);
        },
        (error: unknown) => {
          if (isCurrent) setFault(problemOf(error).detail);
        },
      );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [api, wish]);
  if (fault !== undefined) return <p className="small warn">No estimate: {fault}</p>;
  if (estimate === undefined) return <p className="small quiet">Estimating …</p>;
  const { ahead, costLimitUsd, costUsd, makeSeconds, note, seconds, spokenBy } = estimate;
  const isTooDear = costUsd > costLimitUsd;
  return (
    <div role="status">
      <p className="small">
        About <strong>{duration(1_000 * seconds)}</strong> long, spoken by {speakers[spokenBy]} · cost{' '}
        <strong>{costUsd.toFixed(2)} USD</strong> of at most {costLimitUsd.toFixed(2)} · made in about{' '}
        {duration(1_000 * makeSeconds.low)} to {duration(1_000 * makeSeconds.high)} (est.)
        {ahead === 0 ? '' : `, after ${ahead} ${ahead === 1 ? 'render' : 'renders'} ahead of it`}
      </p>
      {note === '' ? null : <p className="small warn">{note}</p>}
      {isTooDear ? <p className="small bad">It would be refused: the narration costs too much.</p> : null}
    </div>
  );
}
