import { useEffect, useState, type ReactNode } from 'react';
import { palettes, type PaletteName } from '../../platform/contracts/render-names.ts';
import { useNow } from '../data/hooks.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Form, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';
import { SlideFields } from './slide-fields.tsx';
import { SlidePicture } from './slide-preview.tsx';
import {
  emptySlide,
  firstStoryboard,
  MAX_SLIDES,
  missingOf,
  moved,
  readStoryboard,
  slideKinds,
  slideOf,
  type SlideDraft,
  type SlideKind,
} from './storyboard-draft.ts';
import { EstimateLine } from './video-estimate.tsx';
import { firstVoice, VoiceFields, voiceOf, type VoiceDraft } from './voice-fields.tsx';

const kindWords: Readonly<Record<SlideKind, string>> = {
  title: 'Title',
  kpis: 'KPIs',
  chart: 'Chart',
  text: 'Text',
  picture: 'Picture',
};

const keyOf = (tenant: string): string => `weir-storyboard-${tenant}`;

/** Slides of one's own, from the tenant's data: written, looked at, priced, ordered. The draft stays in this browser. */
export function StoryboardEditor(): ReactNode {
  const { api, queries, session, zone } = useWorkspace();
  // What is asked for covers whole days: nothing changes before the day does.
  const nowMs = useNow(60_000);
  const { id: tenant, name } = session.tenant;
  const action = useAction();
  const [slides, setSlides] = useState<readonly SlideDraft[]>(
    () => readStoryboard(kept(keyOf(tenant))) ?? firstStoryboard(name),
  );
  const [title, setTitle] = useState('');
  const [palette, setPalette] = useState<PaletteName>('ink');
  const [voice, setVoice] = useState<VoiceDraft>(firstVoice);
  useEffect(() => keep(keyOf(tenant), JSON.stringify(slides)), [slides, tenant]);
  const asked = slides.map((slide) => slideOf(slide, zone, nowMs));
  const missing = slides.map(missingOf);
  const isWhole = missing.every((each) => each === undefined);
  const change = (id: number, slide: SlideDraft): void =>
    setSlides((held) => held.map((each) => (each.id === id ? slide : each)));
  const add = (kind: SlideKind): void =>
    setSlides((held) => [...held, emptySlide(kind, Math.max(0, ...held.map(({ id }) => id)) + 1)]);
  const submit = async (): Promise<void> => {
    await api.askRender({
      kind: 'video',
      ...(title.trim() === '' ? {} : { title: title.trim() }),
      params: { slides: asked, palette, voice: voice.voice, burnCaptions: voice.isBurnt },
    });
    queries.renders.refresh();
  };
  return (
    <Form
      label="Make a video of your own"
      action={action}
      onSubmit={submit}
      buttons={
        <button
          type="submit"
          className="button button-primary"
          disabled={!isWhole || slides.length === 0}
          aria-disabled={action.isRunning}
        >
          Make it
        </button>
      }
    >
      <ol className="slides" aria-label="Slides">
        {slides.map((slide, i) => {
          const wish = asked[i];
          return wish === undefined ? null : (
            <li key={slide.id} className="slide">
              <div className="row spread">
                <h3>
                  {i + 1}. {kindWords[slide.kind]}
                </h3>
                <SlideButtons
                  name={`slide ${i + 1}`}
                  isFirst={i === 0}
                  isLast={i === slides.length - 1}
                  onMove={(by) => setSlides((held) => moved(held, i, by))}
                  onRemove={() => setSlides((held) => held.toSpliced(i, 1))}
                />
              </div>
              <div className="slide-parts">
                <SlidePicture
                  slide={wish}
                  missing={missing[i]}
                  index={i}
                  count={slides.length}
                  palette={palette}
                />
                <div className="stack-tight">
                  <SlideFields slide={slide} onChange={(changed) => change(slide.id, changed)} />
                </div>
              </div>
            </li>
          );
        })}
      </ol>
      <div className="row-wrap" role="group" aria-label="Add a slide">
        {slideKinds.map((kind) => (
          <button
            key={kind}
            type="button"
            className="button button-small"
            disabled={slides.length >= MAX_SLIDES}
            onClick={() => add(kind)}
          >
            + {kindWords[kind]}
          </button>
        ))}
        <button
          type="button"
          className="button button-small button-plain"
          onClick={() => setSlides(firstStoryboard(name))}
        >
          Begin anew
        </button>
      </div>
      <div className="form-row">
        <TextField
          label="Name of the video"
          hint="Optional."
          maxLength={200}
          value={title}
          onChange={setTitle}
        />
        <ChoiceField
          label="Colours"
          value={palette}
          choices={palettes.map((each) => [each, each] as const)}
          onChange={(value) => setPalette(palettes.find((each) => each === value) ?? 'ink')}
        />
      </div>
      <VoiceFields draft={voice} onChange={setVoice} />
      {isWhole && asked.length > 0 ? (
        <EstimateLine wish={{ slides: asked, voice: voiceOf(voice) }} />
      ) : (
        <p className="small quiet">The estimate follows when every slide is whole.</p>
      )}
    </Form>
  );
}

function SlideButtons({
  name,
  isFirst,
  isLast,
  onMove,
  onRemove,
}: {
  readonly name: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onMove: (by: number) => void;
  readonly onRemove: () => void;
}): ReactNode {
  return (
    <div className="row">
      <button
        type="button"
        className="button button-small"
        aria-label={`Move ${name} up`}
        disabled={isFirst}
        onClick={() => onMove(-1)}
      >
        ↑
      </button>
      <button
        type="button"
        className="button button-small"
        aria-label={`Move ${name} down`}
        disabled={isLast}
        onClick={() => onMove(1)}
      >
        ↓
      </button>
      <button type="button" className="button button-small" aria-label={`Remove ${name}`} onClick={onRemove}>
        Remove
      </button>
    </div>
  );
}

/** Storage may be forbidden or full; then the draft lasts as long as the page. */
function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    return;
  }
}
