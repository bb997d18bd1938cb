import type { ReactNode } from 'react';
import type { VideoParams } from '../../platform/contracts/render-params.ts';
import { ChoiceField } from '../ui/choice-field.tsx';

export interface VoiceDraft {
  readonly voice: string;
  readonly isBurnt: boolean;
}

export const firstVoice: VoiceDraft = { voice: 'auto', isBurnt: false };

const voiceChoices = [
  ['auto', 'The best there is'],
  ['espeak', 'espeak-ng'],
  ['openai', 'Speech service'],
  ['none', 'Nobody, captions alone'],
] as const;

export function voiceOf({ voice }: VoiceDraft): NonNullable<VideoParams['voice']> {
  return voiceChoices.find(([choice]) => choice === voice)?.[0] ?? 'auto';
}

/** Who speaks, and where the captions are. */
export function VoiceFields({
  draft,
  onChange,
}: {
  readonly draft: VoiceDraft;
  readonly onChange: (draft: VoiceDraft) => void;
}): ReactNode {
  return (
    <>
      <ChoiceField
        label="Spoken by"
        value={draft.voice}
        choices={voiceChoices.map(([voice, title]): readonly [string, string] => [voice, title])}
        onChange={(voice) => onChange({ ...draft, voice })}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={draft.isBurnt}
          onChange={(event) => onChange({ ...draft, isBurnt: event.target.checked })}
        />
        Captions in the picture, too
      </label>
    </>
  );
}
