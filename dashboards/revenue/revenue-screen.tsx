import { lazy, Suspense, type ReactNode } from 'react';
import { NotThere } from '../ui/not-there.tsx';
import { Skeleton } from '../ui/states.tsx';
import { TabHead } from '../ui/tab-head.tsx';
import { BreakdownTab } from './breakdown-tab.tsx';
import './revenue.css';

const FunnelTab = lazy(async () => ({ default: (await import('./funnel-tab.tsx')).FunnelTab }));
const CohortTab = lazy(async () => ({ default: (await import('./cohort-tab.tsx')).CohortTab }));
const AttributionTab = lazy(async () => ({
  default: (await import('./attribution-tab.tsx')).AttributionTab,
}));
const SeasonalityTab = lazy(async () => ({
  default: (await import('./seasonality-tab.tsx')).SeasonalityTab,
}));
const RecurringTab = lazy(async () => ({ default: (await import('./recurring-tab.tsx')).RecurringTab }));
const RisksTab = lazy(async () => ({ default: (await import('./risks-tab.tsx')).RisksTab }));
const PnlTab = lazy(async () => ({ default: (await import('./pnl-tab.tsx')).PnlTab }));

/** Where the money comes from, what leads to it, when it comes, and what is left of it. */
export function RevenueScreen({ path }: { readonly path: string }): ReactNode {
  return (
    <>
      <TabHead title="Revenue" root="/revenue" path={path} />
      <Suspense fallback={<Skeleton height={320} />}>{tabOf(path)}</Suspense>
    </>
  );
}

function tabOf(path: string): ReactNode {
  switch (path) {
    case '/revenue':
      return <BreakdownTab />;
    case '/revenue/recurring':
      return <RecurringTab />;
    case '/revenue/funnel':
      return <FunnelTab />;
    case '/revenue/cohorts':
      return <CohortTab />;
    case '/revenue/attribution':
      return <AttributionTab />;
    case '/revenue/seasonality':
      return <SeasonalityTab />;
    case '/revenue/risks':
      return <RisksTab />;
    case '/revenue/pnl':
      return <PnlTab />;
    default:
      return <NotThere />;
  }
}
