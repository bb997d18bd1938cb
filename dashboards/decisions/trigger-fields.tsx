import type { ReactNode } from 'react';
import type { SignalKind } from '../../platform/contracts/signal.ts';
import { decisionStates } from '../data/wire-decisions.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { stateWords } from './decision-words.ts';
import { NextRuns } from './next-runs.tsx';
import type { PolicyDraft } from './policy-draft.ts';
import { Text, type Change } from './policy-fields.tsx';

const kinds: readonly (readonly [SignalKind, string])[] = [
  ['threshold', 'KPI beyond its threshold'],
  ['anomaly', 'Anomaly'],
  ['trend', 'Trend'],
  ['viral', 'Post takes off'],
  ['forecast', 'Off its forecast'],
];
const types = [
  ['signal', 'a signal'],
  ['schedule', 'the clock'],
  ['event', 'an event'],
  ['decision', 'another decision'],
] as const;

/** When a policy fires. */
export function TriggerFields({
  draft,
  change,
}: {
  readonly draft: PolicyDraft;
  readonly change: Change;
}): ReactNode {
  const { type } = draft;
  return (
    <div className="policy-grid">
      <ChoiceField
        label="It fires on"
        value={type}
        choices={types}
        onChange={(value) => {
          const found = types.find(([key]) => key === value);
          if (found !== undefined) change({ type: found[0] });
        }}
      />
      {type === 'signal' ? (
        <>
          <fieldset className="field">
            <legend>Kinds of signal</legend>
            {kinds.map(([kind, words]) => (
              <label key={kind} className="row">
                <input
                  type="checkbox"
                  checked={draft.kinds.includes(kind)}
                  onChange={(event) =>
                    change({
                      kinds: event.target.checked
                        ? [...draft.kinds, kind]
                        : draft.kinds.filter((each) => each !== kind),
                    })
                  }
                />
                {words}
              </label>
            ))}
          </fieldset>
          <Text
            label="KPIs"
            name="kpis"
            draft={draft}
            change={change}
            hint="Keys separated by commas; empty for any"
          />
          <ChoiceField
            label="Severity at least"
            value={draft.minSeverity}
            choices={[
              ['', 'any'],
              ['info', 'info'],
              ['warning', 'warning'],
              ['critical', 'critical'],
            ]}
            onChange={(value) => {
              if (value === '' || value === 'info' || value === 'warning' || value === 'critical')
                change({ minSeverity: value });
            }}
          />
          <Text
            label="For, minutes"
            name="forMinutes"
            draft={draft}
            change={change}
            hint="How long it must hold"
          />
        </>
      ) : null}
      {type === 'signal' || type === 'event' ? (
        <>
          {type === 'event' ? (
            <Text label="Event type" name="eventType" draft={draft} change={change} />
          ) : null}
          {type === 'signal' ? (
            <ChoiceField
              label="Good or bad"
              value={draft.isGood}
              choices={[
                ['', 'either'],
                ['yes', 'good for the business'],
                ['no', 'bad for the business'],
              ]}
              onChange={(value) => {
                if (value === '' || value === 'yes' || value === 'no') change({ isGood: value });
              }}
            />
          ) : null}
          <Text label="Channels" name="channels" draft={draft} change={change} hint="Empty for any" />
          <Text label="Contents" name="contents" draft={draft} change={change} hint="Empty for any" />
          <Text label="Countries" name="countries" draft={draft} change={change} hint="Empty for any" />
          <Text label="Streams" name="streams" draft={draft} change={change} hint="Empty for any" />
          <Text
            label="Conditions"
            name="where"
            draft={draft}
            change={change}
            isLong
            hint="One a line: observed < expected * 0.8"
          />
        </>
      ) : null}
      {type === 'schedule' ? (
        <>
          <Text
            label="Cron"
            name="cron"
            draft={draft}
            change={change}
            hint="Minute, hour, day, month, weekday"
          />
          <Text label="Zone" name="zone" draft={draft} change={change} />
          <NextRuns cron={draft.cron} zone={draft.zone} />
        </>
      ) : null}
      {type === 'decision' ? (
        <>
          <fieldset className="field">
            <legend>When it is</legend>
            {Object.entries(stateWords).map(([state, { text }]) => (
              <label key={state} className="row">
                <input
                  type="checkbox"
                  checked={draft.states.some((each) => each === state)}
                  onChange={(event) =>
                    change({
                      states: decisionStates.filter((each) =>
                        each === state ? event.target.checked : draft.states.includes(each),
                      ),
                    })
                  }
                />
                {text.replace(/^[✓✕] /, '')}
              </label>
            ))}
          </fieldset>
          <Text label="Of policy" name="ofPolicy" draft={draft} change={change} hint="Id; empty for any" />
        </>
      ) : null}
    </div>
  );
}
