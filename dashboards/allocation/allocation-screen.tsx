import { lazy, Suspense, type ReactNode } from 'react';
import { NotThere } from '../ui/not-there.tsx';
import { Skeleton } from '../ui/states.tsx';
import { TabHead } from '../ui/tab-head.tsx';

const WorkbenchTab = lazy(async () => ({ default: (await import('./workbench-tab.tsx')).WorkbenchTab }));
const PlansTab = lazy(async () => ({ default: (await import('./plans-tab.tsx')).PlansTab }));
const PlanDetail = lazy(async () => ({ default: (await import('./plans-tab.tsx')).PlanDetail }));

/** Where the next unit of money, hours and effort earns most, and how sure that is. */
export function AllocationScreen({ path }: { readonly path: string }): ReactNode {
  return (
    <>
      <TabHead title="Allocation" root="/allocation" path={path} />
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
