import type { ReactNode } from 'react';
import { Field } from './form.tsx';

/** A choice with its name, as a list to choose from. */
export function ChoiceField<T extends string | number>({
  label,
  value,
  choices,
  hint,
  fault,
  onChange,
}: {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly (readonly [T, string])[];
  readonly hint?: ReactNode;
  readonly fault?: string | undefined;
  readonly onChange: (value: string) => void;
}): ReactNode {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(ids) => (
        <select {...ids} className="select" value={value} onChange={(event) => onChange(event.target.value)}>
          {choices.map(([choice, title]) => (
            <option key={choice} value={choice}>
              {title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
