import { useEffect, useState, type ReactNode } from 'react';
import type { Problem } from '../../platform/contracts/api.ts';
import type { PaletteName } from '../../platform/contracts/render-names.ts';
import type { Slide } from '../../platform/contracts/render-params.ts';
import type { SlidePreview } from '../../platform/contracts/render-preview.ts';
import { problemOf } from '../data/problem.ts';
import { createTurns } from './turns.ts';
import { useWorkspace } from '../data/workspace.ts';

/** The server draws two at once and lets few wait: a long storyboard is drawn in its order. */
const drawing = createTurns(2);
/** After the last change, so that typing asks once. */
const PAUSE_MS = 700;

/** The slide as the video will have it, drawn by the server anew when it changes; what was there stays until then, greyed. */
export function SlidePicture({
  slide,
  missing,
  index,
  count,
  palette,
}: {
  readonly slide: Slide;
  /** Why there is nothing to draw yet. */
  readonly missing: string | undefined;
  readonly index: number;
  readonly count: number;
  readonly palette: PaletteName;
}): ReactNode {
  const { api } = useWorkspace();
  const [drawn, setDrawn] = useState<SlidePreview>();
  const [problem, setProblem] = useState<Problem>();
  const [isStale, setStale] = useState(true);
  const wish = JSON.stringify({ slide, index, count, palette });
  useEffect(() => {
    setStale(true);
    setProblem(undefined);
    if (missing !== undefined) return undefined;
    let isCurrent = true;
    const timer = setTimeout(() => {
      drawing
        .run(
          () => isCurrent,
          async () => await api.previewSlide(JSON.parse(wish)),
        )
        .then(
          (preview) => {
            if (!isCurrent || preview === undefined) return;
            setDrawn(preview);
            setStale(false);
          },
          (error: unknown) => {
            if (isCurrent) setProblem(problemOf(error));
          },
        );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [api, wish, missing]);
  const says = missing ?? problem?.detail ?? (isStale && drawn === undefined ? 'Drawing …' : undefined);
  return (
    <figure className="slide-picture" aria-busy={isStale && missing === undefined && problem === undefined}>
      {drawn === undefined ? (
        <div className="slide-blank" />
      ) : (
        <img
          className={isStale ? 'slide-stale' : undefined}
          src={`data:image/png;base64,${drawn.pngBase64}`}
          width={drawn.width}
          height={drawn.height}
          alt={`Slide ${index + 1} as the video will have it`}
        />
      )}
      <figcaption className={`small ${problem === undefined ? 'quiet' : 'bad'}`} aria-live="polite">
        {says ?? (drawn?.caption === '' ? 'No captions on this slide.' : `Caption: ${drawn?.caption ?? ''}`)}
      </figcaption>
    </figure>
  );
}
