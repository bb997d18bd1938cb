import { eventCatalogue } from '../event-catalogue.ts';
import type { Measure } from '../kpi.ts';

// Measures of the catalogue. A key is shared by every KPI that uses it and counted once; those of `video_view` and `ad_impression` are on
// the path of every event, the others see few.

const revenueTypes = eventCatalogue.filter((t) => t.money === 'revenue').map((t) => t.type);
const costTypes = eventCatalogue.filter((t) => t.money === 'cost').map((t) => t.type);

export const revenue: Measure = { key: 'revenue', agg: 'sum', types: revenueTypes, field: 'amount' };
export const cost: Measure = { key: 'cost', agg: 'sum', types: costTypes, field: 'amount' };
export const viewEvents: Measure = { key: 'view_events', agg: 'count', types: ['video_view'] };
export const reportedViews: Measure = {
  key: 'reported_views',
  agg: 'sum',
  types: ['post_metrics'],
  field: 'm:views',
};
export const watchTimeMs: Measure = {
  key: 'watch_time_ms',
  agg: 'sum',
  types: ['video_view'],
  field: 'm:watch_time_ms',
};
export const viewers: Measure = { key: 'viewers', agg: 'unique', types: ['video_view'], of: 'user' };
export const impressions: Measure = {
  key: 'impressions',
  agg: 'sum',
  types: ['click', 'post_metrics'],
  field: 'm:impressions',
};
export const clicks: Measure = {
  key: 'clicks',
  agg: 'sum',
  types: ['click'],
  field: 'm:clicks',
  default: 1,
};
/** Changes of a platform's counter: one that is absent did not change. */
export const reportedClicks: Measure = {
  key: 'reported_clicks',
  agg: 'sum',
  types: ['post_metrics'],
  field: 'm:clicks',
};
export const commercialClicks: Measure = {
  key: 'commercial_clicks',
  agg: 'count',
  types: ['sponsor_click', 'affiliate_click'],
};
export const conversions: Measure = {
  key: 'conversions',
  agg: 'count',
  types: ['product_sale', 'merchandise_sale'],
};
export const engagements: Measure = {
  key: 'engagements',
  agg: 'sum',
  types: ['engagement', 'share'],
  field: 'm:count',
  default: 1,
};
export const dislikes: Measure = {
  key: 'dislikes',
  agg: 'sum',
  types: ['engagement'],
  field: 'm:count',
  default: 1,
  where: { field: 'kind', in: ['dislike', 'unlike'] },
};
export const likes: Measure = {
  key: 'reported_likes',
  agg: 'sum',
  types: ['post_metrics'],
  field: 'm:likes',
};
export const comments: Measure = {
  key: 'reported_comments',
  agg: 'sum',
  types: ['post_metrics'],
  field: 'm:comments',
};
export const shares: Measure = {
  key: 'reported_shares',
  agg: 'sum',
  types: ['post_metrics'],
  field: 'm:shares',
};
export const subscribers: Measure = {
  key: 'subscribers',
  agg: 'sum',
  types: ['subscription'],
  field: 'm:count',
  default: 1,
};
export const published: Measure = { key: 'published', agg: 'count', types: ['post_published'] };
export const publishingChannels: Measure = {
  key: 'publishing_channels',
  agg: 'unique',
  types: ['post_published'],
  of: 'channel',
};
export const produced: Measure = { key: 'produced', agg: 'count', types: ['content_generation'] };
export const productionCost: Measure = {
  key: 'production_cost',
  agg: 'sum',
  types: ['content_generation'],
  field: 'amount',
};
export const upMs: Measure = { key: 'up_ms', agg: 'sum', types: ['system_performance'], field: 'm:up_ms' };
export const totalMs: Measure = {
  key: 'total_ms',
  agg: 'sum',
  types: ['system_performance'],
  field: 'm:total_ms',
};
export const marketingCost: Measure = {
  key: 'marketing_cost',
  agg: 'sum',
  types: ['ad_spend'],
  field: 'amount',
};
export const apiCost: Measure = { key: 'api_cost', agg: 'sum', types: ['api_usage'], field: 'amount' };
export const automated: Measure = {
  key: 'automated',
  agg: 'count',
  types: ['content_generation'],
  where: { field: 'automated', in: [true] },
};
export const failedProductions: Measure = {
  key: 'failed_productions',
  agg: 'count',
  types: ['content_generation'],
  where: { field: 'succeeded', in: [false] },
};
export const uploads: Measure = { key: 'uploads', agg: 'count', types: ['content_upload'] };
export const failedUploads: Measure = {
  key: 'failed_uploads',
  agg: 'count',
  types: ['content_upload'],
  where: { field: 'succeeded', in: [false] },
};
export const publishLead: Measure = {
  key: 'publish_lead_ms',
  agg: 'quantile',
  types: ['post_published'],
  field: 'm:lead_ms',
};
export const latency: Measure = {
  key: 'latency_ms',
  agg: 'quantile',
  types: ['system_performance'],
  field: 'm:latency_ms',
};
export const sessionLength: Measure = {
  key: 'session_ms',
  agg: 'quantile',
  types: ['session'],
  field: 'm:duration_ms',
};
export const activeUsers: Measure = {
  key: 'active_users',
  agg: 'unique',
  types: ['session', 'usage', 'page_view', 'screen_view'],
  of: 'user',
};
export const featureUsers: Measure = { key: 'feature_users', agg: 'unique', types: ['usage'], of: 'user' };
export const signups: Measure = { key: 'signups', agg: 'count', types: ['signup'] };
export const competitorViews: Measure = {
  key: 'competitor_views',
  agg: 'sum',
  types: ['competitor_metrics'],
  field: 'm:views',
};
