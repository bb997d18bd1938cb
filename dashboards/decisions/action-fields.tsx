import type { ReactNode } from 'react';
import { actionKinds } from '../data/wire-decisions.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Field } from '../ui/form.tsx';
import { Icon } from '../ui/icons.tsx';
import { kindWords } from './decision-words.ts';
import { actionFields, type ActionDraft, type PolicyDraft } from './policy-draft.ts';
import { type Change } from './policy-fields.tsx';

const maxActions = 8;
const hints: Readonly<Record<string, string>> = {
  to: 'A value, or = and a formula over the evidence',
  body: 'May hold {title}, {kpi}, {observed}, {expected}',
  severity: 'info, warning, critical, or {severity}',
  kind: 'report, chart, thumbnail or video',
  endpoint: 'Id of a webhook endpoint',
  job: 'deadletter-replay',
};

/** `window_hours` is a parameter's name, `Window hours` what people read. */
const fieldTitle = (name: string): string => {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What a policy does, in order. */
export function ActionFields({
  draft,
  change,
}: {
  readonly draft: PolicyDraft;
  readonly change: Change;
}): ReactNode {
  const { actions } = draft;
  const replace = (at: number, next: ActionDraft | undefined): void =>
    change({
      actions: actions.flatMap((each, index) => (index !== at ? [each] : next === undefined ? [] : [next])),
    });
  const set = (at: number, action: ActionDraft, name: string, text: string): void =>
    replace(at, { ...action, params: { ...action.params, [name]: text } });
  return (
    <div>
      {actions.map((action, at) => (
        // Actions have no identity beside their place.
        <div key={at} className="policy-action" role="group" aria-label={`Action ${at + 1}`}>
          <div className="policy-grid">
            <ChoiceField
              label="Action"
              value={action.kind}
              choices={actionKinds.map((kind) => [kind, kindWords[kind]])}
              onChange={(value) => {
                const kind = actionKinds.find((each) => each === value);
                if (kind !== undefined) replace(at, { kind, params: {} });
              }}
            />
            {fieldsOf(action).map((name) => (
              <Field key={name} label={fieldTitle(name)} hint={hints[name]}>
                {(ids) =>
                  // A field of one line would throw the line breaks of a text away.
                  name === 'body' || (action.params[name] ?? '').includes('\n') ? (
                    <textarea
                      {...ids}
                      className="input"
                      rows={3}
                      value={action.params[name] ?? ''}
                      onChange={(event) => set(at, action, name, event.target.value)}
                    />
                  ) : (
                    <input
                      {...ids}
                      className="input"
                      value={action.params[name] ?? ''}
                      onChange={(event) => set(at, action, name, event.target.value)}
                    />
                  )
                }
              </Field>
            ))}
          </div>
          {actions.length > 1 ? (
            <div>
              <button type="button" className="button button-small" onClick={() => replace(at, undefined)}>
                Remove<span className="unseen"> action {at + 1}</span>
              </button>
            </div>
          ) : null}
        </div>
      ))}
      {actions.length < maxActions ? (
        <button
          type="button"
          className="button button-small"
          onClick={() => change({ actions: [...actions, { kind: 'alert', params: {} }] })}
        >
          <Icon name="plus" /> Another action
        </button>
      ) : null}
    </div>
  );
}

/** The fields of its kind, and what a stored one has beside them. */
function fieldsOf({ kind, params }: ActionDraft): string[] {
  return [...new Set([...actionFields[kind], ...Object.keys(params)])];
}
