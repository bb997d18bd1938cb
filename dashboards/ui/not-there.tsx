import type { ReactNode } from 'react';
import { useViewLink } from '../data/router.ts';
import { Link } from './link.tsx';

/** An address that leads nowhere. */
export function NotThere(): ReactNode {
  const to = useViewLink();
  return (
    <div className="stack-tight">
      <h1>There is nothing at this address</h1>
      <p>
        It may have moved. <Link to={to('/')}>Go to Now</Link>, or search with Ctrl K.
      </p>
    </div>
  );
}
