import type { ReactNode } from 'react';
import { Field } from '../ui/form.tsx';
import type { PolicyDraft } from './policy-draft.ts';

export type Change = (part: Partial<PolicyDraft>) => void;
/** Fields of the draft that hold typed text. */
type TextName = {
  [K in keyof PolicyDraft]-?: string extends PolicyDraft[K] ? K : never;
}[keyof PolicyDraft];

/** A text of the draft. */
export function Text({
  label,
  name,
  draft,
  change,
  hint,
  fault,
  isLong = false,
}: {
  readonly label: string;
  readonly name: TextName;
  readonly draft: PolicyDraft;
  readonly change: Change;
  readonly hint?: string;
  readonly fault?: string | undefined;
  readonly isLong?: boolean;
}): ReactNode {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(ids) =>
        isLong ? (
          <textarea
            {...ids}
            className="input"
            rows={3}
            value={draft[name]}
            onChange={(event) => change({ [name]: event.target.value })}
          />
        ) : (
          <input
            {...ids}
            className="input"
            value={draft[name]}
            onChange={(event) => change({ [name]: event.target.value })}
          />
        )
      }
    </Field>
  );
}

/** One of several, by its words. */
export function Choice({
  label,
  value,
  options,
  onChange,
  hint,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
  readonly hint?: string;
}): ReactNode {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <select {...ids} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map(([key, words]) => (
            <option key={key} value={key}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
