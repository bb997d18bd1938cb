import type { ReactNode } from 'react';
import type {
  ContactPoint,
  QuietHours,
  SubscriptionRequest,
} from '../../platform/contracts/alert-subscription.ts';
import { channelWords, minuteOf, minuteText, weekdayName } from '../data/alert-words.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Field, type Action } from '../ui/form.tsx';
import { TextField } from '../ui/text-field.tsx';

const modes = [
  { id: 'immediate', words: 'at once' },
  { id: 'hourly', words: 'every hour, in one message' },
  { id: 'daily', words: 'once a day' },
  { id: 'weekly', words: 'once a week' },
] as const;
const night: QuietHours = {
  fromMinute: 1_320,
  toMinute: 420,
  days: [],
  policy: 'hold',
  criticalBypass: true,
};

/** When: rhythm, quiet hours in one's own zone, a cap, and who is next when nobody acknowledges. */
export function SubscriptionWhen({
  draft,
  contacts,
  action,
  onChange,
}: {
  readonly draft: SubscriptionRequest;
  readonly contacts: readonly ContactPoint[];
  readonly action: Action;
  readonly onChange: (part: Partial<SubscriptionRequest>) => void;
}): ReactNode {
  const { cap, escalation, quiet, when } = draft;
  return (
    <fieldset className="group">
      <legend>When</legend>
      <div className="form-row">
        <ChoiceField
          label="Tell me"
          value={when.mode}
          choices={modes.map(({ id, words }) => [id, words])}
          onChange={(chosen) =>
            onChange({
              when: {
                ...when,
                mode: modes.find(({ id }) => id === chosen)?.id ?? 'immediate',
              },
            })
          }
        />
        {when.mode === 'weekly' ? (
          <ChoiceField
            label="On"
            value={when.weekday}
            choices={[1, 2, 3, 4, 5, 6, 7].map((weekday) => [weekday, weekdayName(weekday)])}
            onChange={(chosen) => onChange({ when: { ...when, weekday: Number(chosen) } })}
          />
        ) : null}
        {when.mode === 'daily' || when.mode === 'weekly' ? (
          <Field label="At">
            {(ids) => (
              <select
                {...ids}
                className="select"
                value={when.hour}
                onChange={(event) => onChange({ when: { ...when, hour: Number(event.target.value) } })}
              >
                {Array.from({ length: 24 }, (_each, hour) => (
                  <option key={hour} value={hour}>
                    {minuteText(60 * hour)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        ) : null}
        <TextField
          label="My time zone"
          fault={action.faultOf('timeZone')}
          value={draft.timeZone}
          onChange={(text) => onChange({ timeZone: text.trim() })}
        />
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={quiet !== null}
          onChange={(event) => onChange({ quiet: event.target.checked ? night : null })}
        />
        Quiet hours
      </label>
      {quiet === null ? null : <Quiet quiet={quiet} onChange={(next) => onChange({ quiet: next })} />}
      <label className="check">
        <input
          type="checkbox"
          checked={cap !== null}
          onChange={(event) =>
            onChange({ cap: event.target.checked ? { messages: 10, perHours: 24 } : null })
          }
        />
        No more than so many messages
      </label>
      {cap === null ? null : (
        <div className="form-row">
          <NumberField
            label="Messages"
            value={cap.messages}
            onChange={(messages) => onChange({ cap: { ...cap, messages } })}
          />
          <NumberField
            label="In hours"
            value={cap.perHours}
            onChange={(perHours) => onChange({ cap: { ...cap, perHours } })}
          />
        </div>
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={escalation !== null}
          disabled={contacts.length === 0}
          onChange={(event) => {
            const [first] = contacts;
            onChange({
              escalation:
                event.target.checked && first !== undefined ? { afterMinutes: 30, to: [first.id] } : null,
            });
          }}
        />
        Tell somebody else when nobody acknowledges
      </label>
      {escalation === null ? null : (
        <div className="form-row">
          <NumberField
            label="After minutes"
            value={escalation.afterMinutes}
            onChange={(afterMinutes) => onChange({ escalation: { ...escalation, afterMinutes } })}
          />
          <ChoiceField
            label="To"
            value={escalation.to[0] ?? ''}
            choices={contacts.map(({ channel, id, name }) => [id, `${name} (${channelWords[channel]})`])}
            onChange={(chosen) => onChange({ escalation: { ...escalation, to: [chosen] } })}
          />
        </div>
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={draft.withResolved}
          onChange={(event) => onChange({ withResolved: event.target.checked })}
        />
        Also when it is over
      </label>
    </fieldset>
  );
}

function Quiet({
  quiet,
  onChange,
}: {
  readonly quiet: QuietHours;
  readonly onChange: (quiet: QuietHours) => void;
}): ReactNode {
  const time = (label: string, key: 'fromMinute' | 'toMinute'): ReactNode => (
    <TextField
      label={label}
      type="time"
      value={minuteText(quiet[key])}
      onChange={(text) => {
        const minute = minuteOf(text);
        if (minute !== undefined) onChange({ ...quiet, [key]: minute });
      }}
    />
  );
  return (
    <>
      <div className="form-row">
        {time('From', 'fromMinute')}
        {time('To', 'toMinute')}
        <Field label="Meanwhile">
          {(ids) => (
            <select
              {...ids}
              className="select"
              value={quiet.policy}
              onChange={(event) =>
                onChange({ ...quiet, policy: event.target.value === 'drop' ? 'drop' : 'hold' })
              }
            >
              <option value="hold">hold, tell me afterwards</option>
              <option value="drop">leave out, only count</option>
            </select>
          )}
        </Field>
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={quiet.criticalBypass}
          onChange={(event) => onChange({ ...quiet, criticalBypass: event.target.checked })}
        />
        Critical alerts come through
      </label>
    </>
  );
}

function NumberField({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}): ReactNode {
  return (
    <TextField
      label={label}
      type="number"
      min={1}
      value={String(value)}
      onChange={(text) => onChange(Math.max(1, Math.round(Number(text) || 1)))}
    />
  );
}
