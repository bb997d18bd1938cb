import type { ReactNode } from 'react';
import { useViewLink } from '../data/router.ts';
import { Link } from '../ui/link.tsx';

export function NoSuchKpi({ name }: { readonly name: string }): ReactNode {
  const to = useViewLink();
  return (
    <div className="stack-tight">
      <h1>There is no KPI “{name}” here</h1>
      <p>
        It may have been deleted, or it is in another tenant. <Link to={to('/kpis')}>All KPIs</Link>
      </p>
    </div>
  );
}
