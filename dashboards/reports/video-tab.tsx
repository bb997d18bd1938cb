import { useState, type ReactNode } from 'react';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Form, useAction } from '../ui/form.tsx';
import { RenderList } from './render-list.tsx';
import { StoryboardEditor } from './storyboard-editor.tsx';
import { useAsk } from './use-ask.ts';
import { firstVoice, VoiceFields, type VoiceDraft } from './voice-fields.tsx';

const periodChoices = [
  ['day', 'Yesterday'],
  ['week', 'Last week'],
  ['month', 'Last month'],
  ['quarter', 'Last quarter'],
  ['year', 'Last year'],
] as const;

/** Videos that tell a report, or a storyboard of one's own; which of the two is in the URL. */
export function VideoTab(): ReactNode {
  const { can } = useWorkspace();
  const [from, setFrom] = useParam('from');
  const isOwn = from === 'storyboard';
  return (
    <div className={isOwn ? 'stack' : 'columns-2'}>
      <section className="panel stack-tight" aria-labelledby="ask-title">
        <div className="row spread">
          <h2 id="ask-title">Make a video</h2>
          <div className="segments" role="group" aria-label="What it tells">
            <button type="button" aria-pressed={!isOwn} onClick={() => setFrom('')}>
              A report
            </button>
            <button type="button" aria-pressed={isOwn} onClick={() => setFrom('storyboard')}>
              A storyboard
            </button>
          </div>
        </div>
        {can('kpis:write') ? (
          isOwn ? (
            <StoryboardEditor />
          ) : (
            <ReportVideo />
          )
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

function ReportVideo(): ReactNode {
  const ask = useAsk();
  const action = useAction();
  const [period, setPeriod] = useState<string>('week');
  const [voice, setVoice] = useState<VoiceDraft>(firstVoice);
  return (
    <Form
      label="Make a video"
      action={action}
      onSubmit={() => ask('video', { report: { period }, voice: voice.voice, burnCaptions: voice.isBurnt })}
      buttons={
        <button type="submit" className="button button-primary" aria-disabled={action.isRunning}>
          Make it
        </button>
      }
    >
      <p className="quiet">
        1080p with narration and captions, told from the report of a period: figures, chart, why, and what to
        do.
      </p>
      <ChoiceField label="Period" value={period} choices={periodChoices} onChange={setPeriod} />
      <VoiceFields draft={voice} onChange={setVoice} />
    </Form>
  );
}
