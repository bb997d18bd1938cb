import { useState, type ReactNode } from 'react';
import './fold.css';

/** A part that presses nobody, behind its name and number until somebody wants it. */
export function Fold({
  title,
  count,
  isOpen,
  children,
}: {
  readonly title: string;
  readonly count: number;
  /** How it begins. */
  readonly isOpen: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const [isShown, setShown] = useState<boolean>();
  return (
    <details
      className="fold"
      open={isShown ?? isOpen}
      onToggle={(event) => setShown(event.currentTarget.open)}
    >
      <summary>
        <h2>
          {title} ({count})
        </h2>
      </summary>
      {children}
    </details>
  );
}
