import type { ReactNode } from 'react';

/** Said beside a table about a part of the users. */
export const fewWords =
  'Of a part of the users, groups of one to nine people are not told; counts of all users are exact.';

/** In the place of a count that is not told. */
export function Few(): ReactNode {
  return (
    <span className="quiet nowrap" title={fewWords}>
      too few
    </span>
  );
}
