import { lazy, Suspense, type ReactNode } from 'react';
import { NotThere } from '../ui/not-there.tsx';
import { Skeleton } from '../ui/states.tsx';
import { TabHead } from '../ui/tab-head.tsx';

const PricesTab = lazy(async () => ({ default: (await import('./prices-tab.tsx')).PricesTab }));
const TiersTab = lazy(async () => ({ default: (await import('./tiers-tab.tsx')).TiersTab }));
const VideosTab = lazy(async () => ({ default: (await import('./videos-tab.tsx')).VideosTab }));

/** What to ask for a product, a subscription and a video. */
export function PricingScreen({ path }: { readonly path: string }): ReactNode {
  return (
    <>
      <TabHead title="Pricing" root="/pricing" path={path} />
      <Suspense fallback={<Skeleton height={320} />}>{tabOf(path)}</Suspense>
    </>
  );
}

function tabOf(path: string): ReactNode {
  switch (path) {
    case '/pricing':
      return <PricesTab />;
    case '/pricing/tiers':
      return <TiersTab />;
    case '/pricing/videos':
      return <VideosTab />;
    default:
      return <NotThere />;
  }
}
