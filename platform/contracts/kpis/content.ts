import type { KpiDefinition } from '../kpi.ts';
import {
  clicks,
  comments,
  dislikes,
  engagements,
  impressions,
  likes,
  reportedClicks,
  reportedViews,
  shares,
  subscribers,
  viewEvents,
  viewers,
  watchTimeMs,
} from './measures.ts';
import { kpi } from './record.ts';

/** How contents are received. */
export const contentKpis: readonly KpiDefinition[] = [
  kpi({
    key: 'ctr',
    title: 'Click-through rate',
    unit: 'ratio',
    direction: 'up',
    target: 0.08,
    alertThreshold: 0.04,
    description: 'Clicks on thumbnails and links divided by their impressions.',
    formula: '(clicks + reported_clicks) / impressions',
    measures: [clicks, reportedClicks, impressions],
  }),
  kpi({
    key: 'avg_watch_time',
    title: 'Average watch time',
    unit: 'minutes',
    direction: 'up',
    target: 8.5,
    alertThreshold: 5,
    description: 'Minutes watched divided by views that were reported one by one.',
    formula: 'watch_time_ms / 60000 / view_events',
    measures: [watchTimeMs, viewEvents],
  }),
  kpi({
    key: 'engagement_rate',
    title: 'Engagement rate',
    unit: 'ratio',
    direction: 'up',
    target: 0.06,
    alertThreshold: 0.02,
    description: 'Likes, comments and shares divided by views.',
    formula:
      '(engagements - dislikes + reported_likes + reported_comments + reported_shares) / (view_events + reported_views)',
    measures: [engagements, dislikes, likes, comments, shares, viewEvents, reportedViews],
  }),
  kpi({
    key: 'views',
    title: 'Views',
    unit: 'count',
    direction: 'up',
    description: 'View events plus the views reported by platforms as changes of their counters.',
    formula: 'view_events + reported_views',
    measures: [viewEvents, reportedViews],
  }),
  kpi({
    key: 'unique_viewers',
    title: 'Unique viewers',
    unit: 'count',
    direction: 'up',
    description:
      'Distinct viewers of the window by the identity each event names: whoever watches signed out and signed in counts twice, however often (the audience screen counts people). Exact up to 256, then estimated (HyperLogLog, standard error 2.3%).',
    formula: 'viewers',
    measures: [viewers],
  }),
  kpi({
    key: 'subscribers_gained',
    title: 'Subscribers gained',
    unit: 'count',
    direction: 'up',
    description: 'New subscribers less those lost.',
    formula: 'subscribers',
    measures: [subscribers],
  }),
];
