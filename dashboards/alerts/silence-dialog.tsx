import { useState, type ReactNode } from 'react';
import { familyWords } from '../data/alert-words.ts';
import { useQuery } from '../data/hooks.ts';
import { families } from '../data/wire-alerts.ts';
import { useWorkspace } from '../data/workspace.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { Field, useAction } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';

const lengths: readonly { readonly id: string; readonly words: string; readonly hours: number | null }[] = [
  { id: '1', words: 'for an hour', hours: 1 },
  { id: '4', words: 'for four hours', hours: 4 },
  { id: '24', words: 'for a day', hours: 24 },
  { id: '168', words: 'for a week', hours: 168 },
  { id: 'mute', words: 'until I end it', hours: null },
];

/** Holds back what matches. For oneself alone it is a mute; for everybody it takes the right to change KPIs. */
export function SilenceDialog({
  kpis,
  onClose,
}: {
  /** KPIs to begin with. */
  readonly kpis: readonly string[];
  readonly onClose: () => void;
}): ReactNode {
  const { api, can, nowMs, queries } = useWorkspace();
  const known = useQuery(queries.kpis, 'all');
  const action = useAction();
  const [subject, setSubject] = useState(kpis[0] === undefined ? `family ${families[0]}` : `kpi ${kpis[0]}`);
  const [channel, setChannel] = useState('');
  const [length, setLength] = useState('24');
  const [isMine, setMine] = useState(true);
  const [comment, setComment] = useState('');
  const titleOf = (key: string): string => known.data?.kpis.find((each) => each.key === key)?.title ?? key;
  const others = (known.data?.kpis ?? []).filter(({ key }) => !kpis.includes(key));
  const save = async (): Promise<void> => {
    const [field, value] = [subject.split(' ')[0], subject.slice(subject.indexOf(' ') + 1)];
    const hours = lengths.find(({ id }) => id === length)?.hours ?? null;
    const startsAtMs = nowMs();
    await api.silence({
      matchers: [
        { field: field === 'family' ? 'family' : 'kpi', isEqual: true, value },
        ...(channel.trim() === ''
          ? []
          : [{ field: 'channel' as const, isEqual: true, value: channel.trim() }]),
      ],
      startsAtMs,
      endsAtMs: hours === null ? null : startsAtMs + hours * 3_600_000,
      comment: comment.trim(),
      isMine,
    });
    queries.silences.refresh();
    onClose();
  };
  return (
    <FormDialog title="Silence or mute" onClose={onClose} submit="Silence" action={action} onSubmit={save}>
      <p>It is still counted and shown in the inbox. What still fires when the silence ends is told then.</p>
      <Field label="What" fault={action.faultOf('matchers')}>
        {(ids) => (
          <select
            {...ids}
            className="select"
            value={subject}
            onChange={(event) => setSubject(event.target.value)}
          >
            {kpis.map((key) => (
              <option key={key} value={`kpi ${key}`}>
                {titleOf(key)}
              </option>
            ))}
            {families.map((family) => (
              <option key={family} value={`family ${family}`}>
                All of {familyWords[family]}
              </option>
            ))}
            {others.map(({ key, title }) => (
              <option key={key} value={`kpi ${key}`}>
                {title}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div className="form-row">
        <TextField label="Of channel" hint="Empty: of all." value={channel} onChange={setChannel} />
        <ChoiceField
          label="How long"
          fault={action.faultOf('endsAtMs')}
          value={length}
          choices={lengths.map(({ id, words }) => [id, words])}
          onChange={setLength}
        />
      </div>
      <fieldset>
        <legend className="field-label">For whom</legend>
        <label className="check below">
          <input type="radio" name="whose" checked={isMine} onChange={() => setMine(true)} /> for me
        </label>
        <label className="check below">
          <input
            type="radio"
            name="whose"
            checked={!isMine}
            disabled={!can('kpis:write')}
            onChange={() => setMine(false)}
          />{' '}
          for everybody{can('kpis:write') ? '' : ' (needs the right to change KPIs)'}
        </label>
      </fieldset>
      <TextField
        label="Comment"
        hint="Why, for those who wonder later."
        fault={action.faultOf('comment')}
        maxLength={500}
        value={comment}
        onChange={setComment}
      />
    </FormDialog>
  );
}
