import { lazy, Suspense, type ReactNode } from 'react';
import { useViewLink } from '../data/router.ts';
import { Link } from '../ui/link.tsx';
import { NotThere } from '../ui/not-there.tsx';
import { screens } from '../ui/screens.ts';
import { Skeleton } from '../ui/states.tsx';

const WorkbenchTab = lazy(async () => ({ default: (await import('./workbench-tab.tsx')).WorkbenchTab }));
const PlansTab = lazy(async () => ({ default: (await import('./plans-tab.tsx')).PlansTab }));
const PlanDetail = lazy(async () => ({ default: (await import('./plans-tab.tsx')).PlanDetail }));

/** Where the next unit of money, hours and effort earns most, and how sure that is. */
export function AllocationScreen({ path }: { readonly path: string }): ReactNode {
  const to = useViewLink();
  const tabs = screens.find((screen) => screen.path === '/allocation')?.sub ?? [];
  return (
    <>
      <div className="page-head">
        <h1>Allocation</h1>
        <nav className="segments segments-wrap" aria-label="Parts of Allocation">
          {tabs.map((tab) => (
            <Link
              key={tab.path}
              to={to(tab.path)}
              isCurrent={path === tab.path || (tab.path.endsWith('/plans') && path.startsWith(tab.path))}
            >
              {tab.title}
            </Link>
          ))}
        </nav>
      </div>
      <Suspense fallback={<Skeleton height={320} />}>{tabOf(path)}</Suspense>
    </>
  );
}

function tabOf(path: string): ReactNode {
  if (path === '/allocation') return <WorkbenchTab key="content" kind="content" />;
  if (path === '/allocation/marketing') return <WorkbenchTab key="marketing" kind="marketing" />;
  if (path === '/allocation/revenue') return <WorkbenchTab key="revenue" kind="revenue" />;
  if (path === '/allocation/plans') return <PlansTab />;
  const id = /^\/allocation\/plans\/([^/]+)$/.exec(path)?.[1];
  return id === undefined ? <NotThere /> : <PlanDetail id={decodeURIComponent(id)} />;
}
