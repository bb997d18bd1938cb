import type { ReactNode } from 'react';

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
  /** In full, for those who point at it. */
  readonly title?: string;
  readonly note?: ReactNode;
}

/** Figures side by side, each with its name and what belongs to it. */
export function Facts({
  label,
  facts,
}: {
  readonly label: string;
  readonly facts: readonly Fact[];
}): ReactNode {
  return (
    <dl className="facts" aria-label={label}>
      {facts.map(({ name, note, title, value }) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd {...(title === undefined ? {} : { title })}>{value}</dd>
          {note === undefined ? null : (
            <dd className="fact-note">
              <p>{note}</p>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
