import { eventCatalogue } from './event-catalogue.ts';
import type { KpiDefinition, Measure } from './kpi.ts';

const revenueTypes = eventCatalogue.filter((t) => t.money === 'revenue').map((t) => t.type);
const costTypes = eventCatalogue.filter((t) => t.money === 'cost').map((t) => t.type);

const revenue: Measure = { key: 'revenue', agg: 'sum', types: revenueTypes, field: 'amount' };
const cost: Measure = { key: 'cost', agg: 'sum', types: costTypes, field: 'amount' };
const viewEvents: Measure = { key: 'view_events', agg: 'count', types: ['video_view'] };
const reportedViews: Measure = {
  key: 'reported_views',
  agg: 'sum',
  types: ['post_metrics'],
  field: 'm:views',
};
const watchTimeMs: Measure = {
  key: 'watch_time_ms',
  agg: 'sum',
  types: ['video_view'],
  field: 'm:watch_time_ms',
};
const viewers: Measure = { key: 'viewers', agg: 'unique', types: ['video_view'], of: 'user' };
const impressions: Measure = {
  key: 'impressions',
  agg: 'sum',
  types: ['click', 'post_metrics'],
  field: 'm:impressions',
};
const clicks: Measure = { key: 'clicks', agg: 'sum', types: ['click', 'post_metrics'], field: 'm:clicks' };
const commercialClicks: Measure = {
  key: 'commercial_clicks',
  agg: 'count',
  types: ['sponsor_click', 'affiliate_click'],
};
const conversions: Measure = {
  key: 'conversions',
  agg: 'count',
  types: ['product_sale', 'merchandise_sale'],
};
const engagements: Measure = {
  key: 'engagements',
  agg: 'sum',
  types: ['engagement', 'share'],
  field: 'm:count',
  default: 1,
};
const dislikes: Measure = {
  key: 'dislikes',
  agg: 'sum',
  types: ['engagement'],
  field: 'm:count',
  default: 1,
  where: { field: 'kind', in: ['dislike', 'unlike'] },
};
const likes: Measure = { key: 'reported_likes', agg: 'sum', types: ['post_metrics'], field: 'm:likes' };
const comments: Measure = {
  key: 'reported_comments',
  agg: 'sum',
  types: ['post_metrics'],
  field: 'm:comments',
};
const shares: Measure = { key: 'reported_shares', agg: 'sum', types: ['post_metrics'], field: 'm:shares' };
const subscribers: Measure = {
  key: 'subscribers',
  agg: 'sum',
  types: ['subscription'],
  field: 'm:count',
  default: 1,
};
const published: Measure = { key: 'published', agg: 'count', types: ['post_published'] };
const publishingChannels: Measure = {
  key: 'publishing_channels',
  agg: 'unique',
  types: ['post_published'],
  of: 'channel',
};
const produced: Measure = { key: 'produced', agg: 'count', types: ['content_generation'] };
const productionCost: Measure = {
  key: 'production_cost',
  agg: 'sum',
  types: ['content_generation'],
  field: 'amount',
};
const marketingCost: Measure = {
  key: 'marketing_cost',
  agg: 'sum',
  types: ['ad_spend'],
  field: 'amount',
};
const apiCost: Measure = { key: 'api_cost', agg: 'sum', types: ['api_usage'], field: 'amount' };
const upMs: Measure = { key: 'up_ms', agg: 'sum', types: ['system_performance'], field: 'm:up_ms' };
const totalMs: Measure = { key: 'total_ms', agg: 'sum', types: ['system_performance'], field: 'm:total_ms' };

const everyCut = ['channel', 'content', 'country', 'stream'] as const;
const noStream = ['channel', 'content', 'country'] as const;

function kpi(
  record: Omit<KpiDefinition, 'version' | 'origin' | 'dimensions'> & {
    dimensions?: readonly ('channel' | 'content' | 'country' | 'stream')[];
  },
): KpiDefinition {
  return { version: 1, origin: 'catalogue', ...record, dimensions: [...(record.dimensions ?? noStream)] };
}

/** The first eighteen KPIs (SYSTEMS row E2); targets and alert thresholds are the seeds' and can be changed per tenant. */
export const kpiCatalogue: readonly KpiDefinition[] = [
  kpi({
    key: 'total_revenue',
    title: 'Total revenue',
    unit: 'currency',
    direction: 'up',
    dimensions: everyCut,
    description:
      'Money earned over all streams, refunds taken off, in the tenant’s currency. Cut by stream it is revenue by stream.',
    formula: 'revenue',
    measures: [revenue],
  }),
  kpi({
    key: 'revenue_by_stream',
    title: 'Revenue by stream',
    cut: 'stream',
    unit: 'currency',
    direction: 'up',
    dimensions: everyCut,
    description:
      'Revenue of each stream: ads, sponsorship, affiliate, product sales, tips, subscriptions, merchandise, super chat, memberships.',
    formula: 'revenue',
    measures: [revenue],
  }),
  kpi({
    key: 'rpm',
    title: 'Revenue per 1,000 views',
    unit: 'currency',
    direction: 'up',
    target: 8,
    alertThreshold: 4,
    description: 'Total revenue divided by thousands of views.',
    formula: 'revenue / ((view_events + reported_views) / 1000)',
    measures: [revenue, viewEvents, reportedViews],
  }),
  kpi({
    key: 'arpu',
    title: 'Average revenue per viewer',
    unit: 'currency',
    direction: 'up',
    target: 0.15,
    alertThreshold: 0.08,
    description: 'Total revenue divided by unique viewers of the window.',
    formula: 'revenue / viewers',
    measures: [revenue, viewers],
  }),
  kpi({
    key: 'conversion_rate',
    title: 'Conversion rate',
    unit: 'ratio',
    direction: 'up',
    target: 0.03,
    alertThreshold: 0.01,
    description: 'Sales divided by sponsor and affiliate clicks.',
    formula: 'conversions / commercial_clicks',
    measures: [conversions, commercialClicks],
  }),
  kpi({
    key: 'ctr',
    title: 'Click-through rate',
    unit: 'ratio',
    direction: 'up',
    target: 0.08,
    alertThreshold: 0.04,
    description: 'Clicks on thumbnails and links divided by their impressions.',
    formula: 'clicks / impressions',
    measures: [clicks, impressions],
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
      'Distinct viewers of the window. Exact up to 256, then estimated (HyperLogLog, standard error 2.3%).',
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
  kpi({
    key: 'content_velocity',
    title: 'Content velocity',
    unit: 'per_day',
    direction: 'up',
    target: 3,
    alertThreshold: 1.5,
    dimensions: ['channel'],
    description: 'Contents published per publishing channel and day.',
    formula: 'published / publishing_channels / window_days',
    measures: [published, publishingChannels],
  }),
  kpi({
    key: 'cost_per_video',
    title: 'Cost per video',
    unit: 'currency',
    direction: 'down',
    target: 2.5,
    alertThreshold: 5,
    dimensions: ['channel'],
    description: 'Production cost divided by contents produced.',
    formula: 'production_cost / produced',
    measures: [productionCost, produced],
  }),
  kpi({
    key: 'advertising_cost',
    title: 'Advertising cost',
    unit: 'currency',
    direction: 'down',
    description: 'Money spent on advertising.',
    formula: 'marketing_cost',
    measures: [marketingCost],
  }),
  kpi({
    key: 'api_cost',
    title: 'API cost',
    unit: 'currency',
    direction: 'down',
    description: 'What the use of paid APIs cost.',
    formula: 'api_cost',
    measures: [apiCost],
  }),
  kpi({
    key: 'profit',
    title: 'Profit',
    unit: 'currency',
    direction: 'up',
    description: 'Revenue less all costs.',
    formula: 'revenue - cost',
    measures: [revenue, cost],
  }),
  kpi({
    key: 'profit_margin',
    title: 'Profit margin',
    unit: 'ratio',
    direction: 'up',
    target: 0.7,
    description: 'Profit divided by revenue.',
    formula: '(revenue - cost) / revenue',
    measures: [revenue, cost],
  }),
  kpi({
    key: 'availability',
    title: 'Availability',
    unit: 'ratio',
    direction: 'up',
    target: 0.999,
    alertThreshold: 0.995,
    dimensions: [],
    description: 'Time up divided by time observed.',
    formula: 'up_ms / total_ms',
    measures: [upMs, totalMs],
  }),
];
