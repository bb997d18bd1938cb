import { useState, type ReactNode } from 'react';
import { Field } from '../ui/form.tsx';

/** A number to type; what is no number is said and changes nothing. An empty field gives the default back. */
export function NumberField({
  label,
  hint,
  value,
  digits = 2,
  min = 0,
  max,
  onChange,
}: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value: number | undefined;
  readonly digits?: number;
  readonly min?: number;
  readonly max: number;
  readonly onChange: (value: number | undefined) => void;
}): ReactNode {
  const shown = value === undefined ? '' : String(Number(value.toFixed(digits)));
  const [typed, setTyped] = useState<string>();
  const [fault, setFault] = useState<string>();
  const take = (text: string): void => {
    const trimmed = text.trim();
    const number = Number(trimmed);
    if (trimmed === '') onChange(undefined);
    else if (!(number >= min && number <= max)) {
      setFault(`A number from ${min} to ${max.toLocaleString('en-US')}.`);
      return;
    } else if (trimmed !== shown) onChange(number);
    setFault(undefined);
    setTyped(undefined);
  };
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(ids) => (
        <input
          {...ids}
          className="input number-input"
          inputMode="decimal"
          value={typed ?? shown}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={(event) => take(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') take(event.currentTarget.value);
          }}
        />
      )}
    </Field>
  );
}
