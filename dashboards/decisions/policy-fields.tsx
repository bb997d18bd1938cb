import type { ReactNode } from 'react';
import { LongTextField, TextField } from '../ui/text-field.tsx';
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
  const Typed = isLong ? LongTextField : TextField;
  return (
    <Typed
      label={label}
      hint={hint}
      fault={fault}
      value={draft[name]}
      onChange={(text) => change({ [name]: text })}
    />
  );
}
