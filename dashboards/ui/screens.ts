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
      { path: '/revenue/risks', title: 'Risks' },
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
  {
    path: '/allocation',
    title: 'Allocation',
    icon: 'allocation',
    sub: [
      { path: '/allocation', title: 'Content' },
      { path: '/allocation/marketing', title: 'Marketing' },
      { path: '/allocation/revenue', title: 'Revenue streams' },
      { path: '/allocation/plans', title: 'Plans' },
    ],
  },
  {
    path: '/pricing',
    title: 'Pricing',
    icon: 'pricing',
    sub: [
      { path: '/pricing', title: 'Prices' },
      { path: '/pricing/tiers', title: 'Subscription tiers' },
      { path: '/pricing/videos', title: 'Videos' },
    ],
  },
  { path: '/experiments', title: 'Experiments', icon: 'experiments' },
  {
    path: '/decisions',
    title: 'Decisions',
    icon: 'decisions',
    sub: [
      { path: '/decisions', title: 'Inbox' },
      { path: '/decisions/policies', title: 'Policies' },
      { path: '/decisions/automation', title: 'Automation' },
      { path: '/decisions/audit', title: 'Audit trail' },
      { path: '/decisions/settings', title: 'Limits & webhooks' },
    ],
  },
  {
    path: '/alerts',
    title: 'Alerts',
    icon: 'alerts',
    sub: [
      { path: '/alerts', title: 'Inbox' },
      { path: '/alerts/notices', title: 'Notices to me' },
      { path: '/alerts/subscriptions', title: 'Subscriptions' },
      { path: '/alerts/silences', title: 'Silences' },
      { path: '/alerts/log', title: 'Delivery log' },
    ],
  },
  {
    path: '/reports',
    title: 'Reports',
    icon: 'reports',
    sub: [
      { path: '/reports', title: 'Reports' },
      { path: '/reports/thumbnails', title: 'Thumbnails' },
      { path: '/reports/videos', title: 'Videos' },
      { path: '/reports/schedules', title: 'Schedules' },
    ],
  },
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

/** Whether the part of a screen is the one that is shown, itself or something within it. The first part has the address of its screen. */
export function isPart(path: string, part: string): boolean {
  const isFirst = screens.some((screen) => screen.path === part);
  return path === part || (!isFirst && path.startsWith(`${part}/`));
}

export function isWithin(path: string, screen: string): boolean {
  return screen === '/' ? path === '/' : path === screen || path.startsWith(`${screen}/`);
}
