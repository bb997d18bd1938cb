import type { IconName } from './icons.tsx';

export interface ScreenLink {
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
  readonly sub?: readonly { readonly path: string; readonly title: string }[];
}

/** The screens there are, in the order of the stream. A screen that does not exist yet is not here. */
export const screens: readonly ScreenLink[] = [
  { path: '/', title: 'Now', icon: 'now' },
  { path: '/kpis', title: 'KPIs', icon: 'kpis' },
  {
    path: '/revenue',
    title: 'Revenue',
    icon: 'revenue',
    sub: [
      { path: '/revenue', title: 'Breakdown' },
      { path: '/revenue/recurring', title: 'Recurring' },
      { path: '/revenue/funnel', title: 'Funnel' },
      { path: '/revenue/cohorts', title: 'Cohorts' },
      { path: '/revenue/attribution', title: 'Attribution' },
      { path: '/revenue/seasonality', title: 'Seasonality' },
      { path: '/revenue/pnl', title: 'Profit and loss' },
    ],
  },
  {
    path: '/audience',
    title: 'Audience',
    icon: 'audience',
    sub: [
      { path: '/audience', title: 'Behaviour' },
      { path: '/audience/segment', title: 'Segments & privacy' },
      { path: '/audience/posts', title: 'Posts' },
      { path: '/audience/churn', title: 'Churn' },
      { path: '/audience/customer-segments', title: 'Customer segments' },
      { path: '/audience/value', title: 'Lifetime value' },
    ],
  },
  { path: '/trends', title: 'Trends', icon: 'trends' },
  { path: '/anomalies', title: 'Anomalies', icon: 'anomalies' },
  { path: '/forecasts', title: 'Forecasts', icon: 'forecasts' },
  { path: '/experiments', title: 'Experiments', icon: 'experiments' },
  {
    path: '/system',
    title: 'System',
    icon: 'system',
    sub: [
      { path: '/system', title: 'State and jobs' },
      { path: '/system/refused', title: 'Refused events' },
      { path: '/system/events', title: 'Events & keys' },
      { path: '/system/settings', title: 'Settings & people' },
    ],
  },
];

export function isWithin(path: string, screen: string): boolean {
  return screen === '/' ? path === '/' : path === screen || path.startsWith(`${screen}/`);
}
