import { lazy, Suspense, type ReactNode } from 'react';
import { NotThere } from '../ui/not-there.tsx';
import { Skeleton } from '../ui/states.tsx';
import { TabHead } from '../ui/tab-head.tsx';
import { BehaviourScreen } from './behaviour-screen.tsx';
import './audience.css';

const SegmentScreen = lazy(async () => ({ default: (await import('./segment-screen.tsx')).SegmentScreen }));
const PostsScreen = lazy(async () => ({ default: (await import('./posts-screen.tsx')).PostsScreen }));
const ChurnScreen = lazy(async () => ({
  default: (await import('../customers/churn-screen.tsx')).ChurnScreen,
}));
const CustomerSegmentsScreen = lazy(async () => ({
  default: (await import('../customers/segments-screen.tsx')).CustomerSegmentsScreen,
}));
const ValueScreen = lazy(async () => ({
  default: (await import('../customers/value-screen.tsx')).ValueScreen,
}));
const CustomerDetailView = lazy(async () => ({
  default: (await import('../customers/customer-detail.tsx')).CustomerDetailView,
}));
const customerPath = '/audience/customers/';

/** Who watches and who pays: how they behave, what may be asked about parts of them, how posts do, who is likely to leave. */
export function AudienceScreen({ path }: { readonly path: string }): ReactNode {
  return (
    <>
      <TabHead title="Audience" root="/audience" path={path} />
      <Suspense fallback={<Skeleton height={320} />}>{tabOf(path)}</Suspense>
    </>
  );
}

function tabOf(path: string): ReactNode {
  if (path.startsWith(customerPath)) {
    const customer = decodeURIComponent(path.slice(customerPath.length));
    return <CustomerDetailView key={customer} customer={customer} />;
  }
  switch (path) {
    case '/audience':
      return <BehaviourScreen />;
    case '/audience/segment':
      return <SegmentScreen />;
    case '/audience/posts':
      return <PostsScreen />;
    case '/audience/churn':
      return <ChurnScreen />;
    case '/audience/customer-segments':
      return <CustomerSegmentsScreen />;
    case '/audience/value':
      return <ValueScreen />;
    default:
      return <NotThere />;
  }
}
