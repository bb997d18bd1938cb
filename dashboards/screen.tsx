import { Component, lazy, Suspense, useEffect, type ReactNode } from 'react';
import type { Problem } from '../platform/contracts/api.ts';
import { problemOf } from './data/problem.ts';
import { useLocation } from './data/router.ts';
import { NotThere } from './ui/not-there.tsx';
import { ProblemNote, Skeleton } from './ui/states.tsx';

const loadNow = async () => ({ default: (await import('./now/now-screen.tsx')).NowScreen });
const NowScreen = lazy(loadNow);
const KpisScreen = lazy(async () => ({ default: (await import('./kpis/kpis-screen.tsx')).KpisScreen }));
const RevenueScreen = lazy(async () => ({
  default: (await import('./revenue/revenue-screen.tsx')).RevenueScreen,
}));
const AudienceScreen = lazy(async () => ({
  default: (await import('./audience/audience-screen.tsx')).AudienceScreen,
}));
const TrendsScreen = lazy(async () => ({
  default: (await import('./trends/trends-screen.tsx')).TrendsScreen,
}));
const AnomaliesScreen = lazy(async () => ({
  default: (await import('./anomalies/anomalies-screen.tsx')).AnomaliesScreen,
}));
const ForecastsScreen = lazy(async () => ({
  default: (await import('./forecasts/forecasts-screen.tsx')).ForecastsScreen,
}));
const ExperimentsScreen = lazy(async () => ({
  default: (await import('./experiments/experiments-screen.tsx')).ExperimentsScreen,
}));
const DecisionsScreen = lazy(async () => ({
  default: (await import('./decisions/decisions-screen.tsx')).DecisionsScreen,
}));
const AlertsScreen = lazy(async () => ({
  default: (await import('./alerts/alerts-screen.tsx')).AlertsScreen,
}));
const ReportsScreen = lazy(async () => ({
  default: (await import('./reports/reports-screen.tsx')).ReportsScreen,
}));
// Most come for the workbench itself: it is fetched beside its frame, not after it.
const loadAllocation = async () => {
  const [screen] = await Promise.all([
    import('./allocation/allocation-screen.tsx'),
    import('./allocation/workbench-tab.tsx'),
  ]);
  return { default: screen.AllocationScreen };
};
const AllocationScreen = lazy(loadAllocation);
const loadPricing = async () => {
  const [screen] = await Promise.all([
    import('./pricing/pricing-screen.tsx'),
    import('./pricing/prices-tab.tsx'),
  ]);
  return { default: screen.PricingScreen };
};
const PricingScreen = lazy(loadPricing);
const SystemScreen = lazy(async () => ({
  default: (await import('./system/system-screen.tsx')).SystemScreen,
}));

/** Begins to load the first screen while it is still being asked who is there; the others wait for their turn. */
export function beginFirstScreen(path: string): void {
  // A failure is told by the screen itself, which tries again.
  if (path === '/' || path === '/now') loadNow().catch(() => undefined);
  if (path.startsWith('/allocation')) loadAllocation().catch(() => undefined);
  if (path.startsWith('/pricing')) loadPricing().catch(() => undefined);
}

/** The screen of the address, loaded when it is first needed. One that fails leaves the rest standing. */
export function Screen(): ReactNode {
  const { path } = useLocation();
  const first = path.split('/')[1] ?? '';
  useEffect(() => {
    const titles: Readonly<Record<string, string>> = {
      kpis: 'KPIs',
      revenue: 'Revenue',
      audience: 'Audience',
      trends: 'Trends',
      anomalies: 'Anomalies',
      forecasts: 'Forecasts',
      experiments: 'Experiments',
      decisions: 'Decisions',
      alerts: 'Alerts',
      reports: 'Reports',
      allocation: 'Allocation',
      pricing: 'Pricing',
      system: 'System',
    };
    document.title = `${titles[first] ?? 'Now'} · Weir`;
  }, [first]);
  return (
    <Fence key={first}>
      <Suspense fallback={<Skeleton height={320} />}>{screenOf(first, path)}</Suspense>
    </Fence>
  );
}

function screenOf(first: string, path: string): ReactNode {
  switch (first) {
    case '':
    case 'now':
    case 'welcome':
      return <NowScreen />;
    case 'kpis':
      return <KpisScreen path={path} />;
    case 'revenue':
      return <RevenueScreen path={path} />;
    case 'audience':
      return <AudienceScreen path={path} />;
    case 'trends':
      return <TrendsScreen path={path} />;
    case 'anomalies':
      return <AnomaliesScreen path={path} />;
    case 'forecasts':
      return <ForecastsScreen />;
    case 'experiments':
      return <ExperimentsScreen path={path} />;
    case 'decisions':
      return <DecisionsScreen path={path} />;
    case 'alerts':
      return <AlertsScreen path={path} />;
    case 'reports':
      return <ReportsScreen path={path} />;
    case 'allocation':
      return <AllocationScreen path={path} />;
    case 'pricing':
      return <PricingScreen path={path} />;
    case 'system':
      return <SystemScreen path={path} />;
    default:
      return <NotThere />;
  }
}

interface FenceState {
  readonly problem: Problem | undefined;
}

/** React takes a fault while drawing only in a class. */
class Fence extends Component<{ readonly children: ReactNode }, FenceState> {
  override state: FenceState = { problem: undefined };

  static getDerivedStateFromError(error: unknown): FenceState {
    return { problem: problemOf(error) };
  }

  override render(): ReactNode {
    const { problem } = this.state;
    if (problem === undefined) return this.props.children;
    return (
      <ProblemNote
        problem={problem}
        still="The other screens work."
        onRetry={() => this.setState({ problem: undefined })}
      />
    );
  }
}
