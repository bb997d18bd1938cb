import type { ReactNode } from 'react';

/** Narrows a list to one of several; empty is all of them. */
export function OnlySelect<T extends string>({
  label,
  all,
  value,
  options,
  words = (option) => option,
  onChange,
}: {
  readonly label: string;
  /** Words of the choice of all: "Every severity". */
  readonly all: string;
  readonly value: string;
  readonly options: readonly T[];
  readonly words?: (option: T) => string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  return (
    <select
      className="select"
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {words(option)}
        </option>
      ))}
    </select>
  );
}
