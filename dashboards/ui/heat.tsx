import type { ReactNode } from 'react';
import './heat.css';

/** Steps that can be told apart; the figure itself is always written. */
const STEPS = 8;

/**
 * A figure on a ground the stronger the larger it is, as share of the largest, 0 to 1. Below zero it takes the other colour. The text keeps
 * its contrast on every step.
 */
export function Heat({
  share,
  children,
  title,
  isRunning = false,
}: {
  readonly share: number | null;
  readonly children: ReactNode;
  readonly title?: string;
  /** Its time has not ended: drawn hatched and said. */
  readonly isRunning?: boolean;
}): ReactNode {
  const step = share === null ? 0 : Math.round(Math.min(1, Math.abs(share)) * STEPS);
  const tone = share !== null && share < 0 ? 'heat-below' : 'heat-above';
  return (
    <span
      className={`heat ${tone} heat-${step}${isRunning ? ' heat-running' : ''}`}
      {...(title === undefined ? {} : { title })}
    >
      {children}
      {isRunning ? <span className="unseen">, still running</span> : null}
    </span>
  );
}
