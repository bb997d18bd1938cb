import { lazy, Suspense, type ReactNode } from 'react';
import { useViewLink } from '../data/router.ts';
import { Link } from '../ui/link.tsx';
import { NotThere } from '../ui/not-there.tsx';
import { screens } from '../ui/screens.ts';
import { Skeleton } from '../ui/states.tsx';

const PricesTab = lazy(async () => ({ default: (await import('./prices-tab.tsx')).PricesTab }));
const TiersTab = lazy(async () => ({ default: (await import('./tiers-tab.tsx')).TiersTab }));
const VideosTab = lazy(async () => ({ default: (await import('./videos-tab.tsx')).VideosTab }));

/** What to ask for a product, a subscription and a video. */
export function PricingScreen({ path }: { readonly path: string }): ReactNode {
  const to = useViewLink();
  const tabs = screens.find((screen) => screen.path === '/pricing')?.sub ?? [];
  return (
    <>
      <div className="page-head">
        <h1>Pricing</h1>
        <nav className="segments segments-wrap" aria-label="Parts of Pricing">
          {tabs.map((tab) => (
            <Link key={tab.path} to={to(tab.path)} isCurrent={path === tab.path}>
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
