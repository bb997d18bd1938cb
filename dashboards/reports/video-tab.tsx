import { useState, type ReactNode } from 'react';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Form, useAction } from '../ui/form.tsx';
import { RenderList } from './render-list.tsx';
import { useAsk } from './use-ask.ts';

const periodChoices = [
  ['day', 'Yesterday'],
  ['week', 'Last week'],
  ['month', 'Last month'],
  ['quarter', 'Last quarter'],
  ['year', 'Last year'],
] as const;
const voiceChoices = [
  ['auto', 'The best there is'],
  ['espeak', 'espeak-ng'],
  ['openai', 'Speech service'],
  ['none', 'Nobody, captions alone'],
] as const;

/** Videos that tell a report; storyboards of one's own go through the API. */
export function VideoTab(): ReactNode {
  const { can } = useWorkspace();
  const ask = useAsk();
  const action = useAction();
  const [period, setPeriod] = useState<string>('week');
  const [voice, setVoice] = useState<string>('auto');
  const [isBurnt, setBurnt] = useState(false);
  return (
    <div className="columns-2">
      <section className="panel stack-tight" aria-labelledby="ask-title">
        <h2 id="ask-title">Make a video</h2>
        <p className="quiet">
          1080p with narration and captions, told from the report of a period: figures, chart, why, and what
          to do. A storyboard of your own goes through the <a href="/docs">API</a>.
        </p>
        {can('kpis:write') ? (
          <Form
            label="Make a video"
            action={action}
            onSubmit={() => ask('video', { report: { period }, voice, burnCaptions: isBurnt })}
            buttons={
              <button type="submit" className="button button-primary" disabled={action.isRunning}>
                Make it
              </button>
            }
          >
            <div className="form-row">
              <ChoiceField label="Period" value={period} choices={periodChoices} onChange={setPeriod} />
              <ChoiceField label="Spoken by" value={voice} choices={voiceChoices} onChange={setVoice} />
            </div>
            <label className="render-check">
              <input type="checkbox" checked={isBurnt} onChange={(event) => setBurnt(event.target.checked)} />
              Captions in the picture, too
            </label>
          </Form>
        ) : (
          <p className="quiet">Analysts and admins make videos.</p>
        )}
      </section>
      <RenderList
        kinds={['video']}
        needs={['ffmpeg', 'espeak-ng']}
        empty="A video appears here with its captions and a thumbnail."
      />
    </div>
  );
}
