import type { ReactNode } from 'react';
import type { PaletteName } from '../../platform/contracts/render-names.ts';
import type { Slide } from '../../platform/contracts/render-params.ts';
import { useQuery, useSettled } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';

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
  const { queries } = useWorkspace();
  const wish = useSettled(missing === undefined ? { slide, index, count, palette } : undefined, PAUSE_MS);
  const { data, isLoading, isOutdated, problem } = useQuery(queries.slidePreview, wish);
  const isStale = isOutdated || missing !== undefined;
  const fault = missing ?? problem?.detail;
  return (
    <figure className="slide-picture" aria-busy={isLoading && wish !== undefined}>
      {data === undefined ? (
        <div className="slide-blank" />
      ) : (
        <img
          className={isStale ? 'slide-stale' : undefined}
          src={`data:image/png;base64,${data.pngBase64}`}
          width={data.width}
          height={data.height}
          alt={`Slide ${index + 1} as the video will have it`}
        />
      )}
      <figcaption className={`small ${problem === undefined ? 'quiet' : 'bad'}`} aria-live="polite">
        {fault ?? (data === undefined ? 'Drawing …' : captionWords(data.caption))}
      </figcaption>
    </figure>
  );
}

function captionWords(caption: string): string {
  return caption === '' ? 'No captions on this slide.' : `Caption: ${caption}`;
}
