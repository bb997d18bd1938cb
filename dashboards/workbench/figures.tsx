import type { ReactNode } from 'react';
import './workbench.css';

export interface Figure {
  readonly name: string;
  readonly value: ReactNode;
  readonly title?: string | undefined;
  readonly note?: ReactNode;
}

/** Figures side by side, each with its name and what belongs to it. */
export function Figures({
  label,
  figures,
}: {
  readonly label: string;
  readonly figures: readonly Figure[];
}): ReactNode {
  return (
    <dl className="bench-figures" aria-label={label}>
      {figures.map(({ name, note, title, value }) => (
        <div key={name} className="bench-figure">
          <dt>{name}</dt>
          <dd className="bench-figure-value" title={title}>
            {value}
          </dd>
          {note === undefined ? null : <dd className="bench-figure-note">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}
