import type { KpiDefinition } from '../kpi.ts';
import {
  activeUsers,
  competitorViews,
  featureUsers,
  reportedViews,
  sessionLength,
  signups,
  subscribers,
  viewEvents,
} from './measures.ts';
import { kpi } from './record.ts';

/** Growth and how people use the product. */
export const growthKpis: readonly KpiDefinition[] = [
  kpi({
    key: 'channel_growth_rate',
    title: 'Channel growth, month over month',
    unit: 'ratio',
    direction: 'up',
    target: 0.25,
    dimensions: ['channel', 'country'],
    windows: ['1mo'],
    description:
      'Subscribers gained less those lost in the month, against the month before, less one. No value after a month that gained none.',
    formula: 'subscribers / prev(subscribers) - 1',
    measures: [subscribers],
  }),
  kpi({
    key: 'market_share',
    title: 'Market share of views',
    unit: 'ratio',
    direction: 'up',
    target: 0.05,
    dimensions: ['country'],
    description:
      'Own views, of own and reported competitors’ views together. No value while no competitor has reported.',
    formula:
      '(view_events + reported_views) / competitor_views / ((view_events + reported_views) / competitor_views + 1)',
    measures: [viewEvents, reportedViews, competitorViews],
  }),
  kpi({
    key: 'signups',
    title: 'Sign-ups',
    unit: 'count',
    direction: 'up',
    dimensions: ['channel', 'country'],
    description: 'New accounts, by their sign-up events.',
    formula: 'signups',
    measures: [signups],
  }),
  kpi({
    key: 'active_users',
    title: 'Active users',
    unit: 'count',
    direction: 'up',
    dimensions: ['channel', 'country'],
    description:
      'Distinct users with a session, a page or screen seen, or a feature used in the window. Exact up to 256, then estimated (HyperLogLog, standard error 2.3%).',
    formula: 'active_users',
    measures: [activeUsers],
  }),
  kpi({
    key: 'dau_mau',
    title: 'Daily of monthly active users',
    unit: 'ratio',
    direction: 'up',
    target: 0.7,
    dimensions: ['channel', 'country'],
    windows: ['1d'],
    description:
      'Active users of the day, of those active in the 30 days that end with it. Both are distinct counts.',
    formula: 'active_users / last_30d(active_users)',
    measures: [activeUsers],
  }),
  kpi({
    key: 'session_duration',
    title: 'Session length, median',
    unit: 'minutes',
    direction: 'up',
    target: 15,
    dimensions: ['channel', 'country'],
    description: 'Length of sessions that report one; half are longer. Within 1%.',
    formula: 'p50(session_ms) / 60000',
    measures: [sessionLength],
  }),
  kpi({
    key: 'feature_adoption',
    title: 'Feature adoption',
    unit: 'ratio',
    direction: 'up',
    target: 0.8,
    dimensions: ['channel', 'country'],
    description: 'Distinct users who used a feature, of all active users of the window.',
    formula: 'feature_users / active_users',
    measures: [featureUsers, activeUsers],
  }),
];
