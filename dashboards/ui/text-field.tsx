import type { ComponentProps, ReactNode } from 'react';
import { Field } from './form.tsx';

type Given = 'id' | 'value' | 'onChange' | 'className' | 'aria-describedby' | 'aria-invalid';

/** Something to type, with its name, its hint and its fault. */
export function TextField({
  label,
  hint,
  fault,
  value,
  onChange,
  isCode = false,
  ...input
}: Omit<ComponentProps<'input'>, Given> & {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault?: string | undefined;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** Names of events, keys and the like. */
  readonly isCode?: boolean;
}): ReactNode {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(ids) => (
        <input
          {...input}
          {...ids}
          className={isCode ? 'input mono' : 'input'}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** The same over several lines. */
export function LongTextField({
  label,
  hint,
  fault,
  value,
  onChange,
  ...area
}: Omit<ComponentProps<'textarea'>, Given> & {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault?: string | undefined;
  readonly value: string;
  readonly onChange: (text: string) => void;
}): ReactNode {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(ids) => (
        <textarea
          rows={3}
          {...area}
          {...ids}
          className="input"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
