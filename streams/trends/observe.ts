import type { TrendSource } from '../../platform/contracts/trend.ts';
import { addActivity, addVoice, HOUR_MS } from './activity.ts';
import { correctFirstReport, countViewing, reportViews, touchContent, type Content } from './contents.ts';
import type { StageViewing } from '../stage/stage.ts';
import type { TenantTrends } from './state.ts';
import { countTerm } from './term-table.ts';
import { phrase, termsOf, type Term } from './words.ts';

/** A stored event, as far as trends look at it. */
export interface TrendEvent {
  readonly tenant: string;
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly eventTimeMs: number;
  readonly receivedAtMs: number;
  readonly channel: string;
  readonly content: string;
  readonly data: unknown;
}

/** Event types that say something about trends. */
export const trendEventTypes: readonly string[] = [
  'mention',
  'search_trend',
  'news_item',
  'competitor_post',
  'competitor_metrics',
  'post_published',
  'post_metrics',
];

/** A search report is worth at most this many average ones. */
const MAX_SEARCH_WEIGHT = 10;
/** How much of a title is kept to be shown as evidence. */
const MAX_TITLE = 160;

/**
 * Counts one event. Mentions, news and posts count once for each of their terms; views gained count for the terms and the channel of
 * their content. What is older than what is known already, a publication reported late above all, counts for the hour in which it became known.
 */
export function observe(trends: TenantTrends, event: TrendEvent): void {
  const atMs = Math.min(event.eventTimeMs, event.receivedAtMs);
  trends.newestMs = Math.max(trends.newestMs, atMs);
  trends.firstMs = Math.min(trends.firstMs, atMs);
  trends.observations++;
  const data = fieldsOf(event.data);
  switch (event.type) {
    case 'mention':
      mention(trends, atMs, phrase(text(data['topic'])), 'social', 1, data);
      break;
    case 'search_trend':
      mention(trends, atMs, phrase(text(data['term'])), 'search', searchWeight(trends, data['volume']));
      break;
    case 'news_item': {
      const topic = text(data['topic']);
      const tags = topic === '' ? [] : [topic];
      publish(trends, event, atMs, {
        source: 'news',
        title: text(data['title']),
        tags,
        channel: '',
        category: '',
      });
      break;
    }
    case 'competitor_post':
      publish(trends, event, atMs, {
        // What a platform's chart shows is a sign of the platform, whoever made it.
        source: text(data['chart']) === '' ? 'competitor' : 'platform',
        title: text(data['title']),
        tags: texts(data['tags']),
        channel: text(data['competitor']) || event.channel,
        category: text(data['category']),
      });
      break;
    case 'post_published':
      publish(trends, event, atMs, {
        source: 'platform',
        title: text(data['title']),
        tags: texts(data['tags']),
        channel: event.channel,
        category: text(data['category']),
      });
      break;
    case 'post_metrics':
      report(trends, event, atMs, event.channel, data);
      break;
    case 'competitor_metrics':
      report(trends, event, atMs, text(data['competitor']) || event.channel, data);
      break;
  }
}

function mention(
  trends: TenantTrends,
  atMs: number,
  term: Term | undefined,
  source: TrendSource,
  weight: number,
  said: Readonly<Record<string, unknown>> = {},
): void {
  const hour = Math.floor(atMs / HOUR_MS);
  if (term === undefined) {
    trends.unreadable++;
    return;
  }
  trends.talk++;
  addActivity(trends.totals, 0, hour, { mentions: weight });
  countMention(trends, topicKey(term.key), term.label, hour, weight, source);
  const slot = trends.terms.slotOf.get(topicKey(term.key));
  if (slot !== undefined) addVoice(trends.terms.activity, slot, hour, voiceIn(said));
}

/** What a mention says of itself: how many it reached, and whether it is for or against. */
function voiceIn({ reach, sentiment }: Readonly<Record<string, unknown>>): Parameters<typeof addVoice>[3] {
  const isSaid = typeof sentiment === 'number' && Number.isFinite(sentiment);
  return {
    reach: Math.max(0, number(reach)),
    sentiment: isSaid ? Math.max(-1, Math.min(1, sentiment)) : undefined,
  };
}

interface Publication {
  readonly source: TrendSource;
  readonly title: string;
  readonly tags: readonly string[];
  readonly channel: string;
  readonly category: string;
}

function publish(trends: TenantTrends, event: TrendEvent, atMs: number, publication: Publication): void {
  const terms = termsOf(publication.title, publication.tags);
  const content = touchContent(trends.contents, event.content === '' ? event.id : event.content, atMs);
  if (content.publishedMs !== undefined) return;
  content.publishedMs = atMs;
  content.source = publication.source;
  content.channel = publication.channel === '' ? content.channel : publication.channel;
  content.category = publication.category;
  content.title = publication.title.slice(0, MAX_TITLE).toWellFormed();
  content.terms = terms.map((term) => topicKey(term.key));
  content.labels = terms.map((term) => term.label);
  const isNew = content.reports.length === 0;
  if (isNew) content.firstSeenMs = atMs < trends.newestMs - HOUR_MS ? trends.newestMs : atMs;
  const hour = Math.floor(content.firstSeenMs / HOUR_MS);
  addActivity(trends.totals, 0, hour, { mentions: 1 });
  for (const [index, key] of content.terms.entries())
    countMention(trends, key, content.labels[index] ?? key, hour, 1, publication.source);
  if (content.channel !== '' && isNew)
    countMention(trends, channelKey(content.channel), content.channel, hour, 1, publication.source);
  takeUpReports(trends, content);
}

/** Views that were reported before anyone said what the content is about. */
function takeUpReports(trends: TenantTrends, content: Content): void {
  const corrected = correctFirstReport(content);
  if (corrected !== undefined) {
    addViews(trends, channelKey(content.channel), corrected.hour, corrected.change);
    addActivity(trends.totals, 0, corrected.hour, { views: corrected.change });
  }
  for (const { hour, effective } of content.reports)
    for (const key of content.terms) addViews(trends, key, hour, effective);
}

function report(
  trends: TenantTrends,
  event: TrendEvent,
  atMs: number,
  channel: string,
  data: Readonly<Record<string, unknown>>,
): void {
  const hour = Math.floor(atMs / HOUR_MS);
  const gain = number(data['views']) || number(data['chart_views']);
  if (event.content === '') {
    // Counters of a whole channel.
    if (channel === '' || gain <= 0) return;
    countTerm(trends.terms, channelKey(channel), channel, hour, 1);
    addViews(trends, channelKey(channel), hour, gain);
    addActivity(trends.totals, 0, hour, { views: gain });
    return;
  }
  const content = touchContent(trends.contents, event.content, atMs);
  if (content.channel === '' && channel !== '') content.channel = channel;
  if (content.reports.length === 0 && content.publishedMs === undefined && content.channel !== '')
    countMention(trends, channelKey(content.channel), content.channel, hour, 1, content.source);
  const reactions = number(data['likes']) + number(data['comments']) + number(data['shares']);
  // A report has in it what was counted view by view before.
  const known = Math.max(0, Math.min(gain, content.viewing?.unreported ?? 0));
  if (content.viewing !== undefined) content.viewing.unreported -= known;
  const effective = reportViews(content, atMs, gain - known, reactions, trends.curve);
  if (effective === 0) return;
  addActivity(trends.totals, 0, hour, { views: effective });
  if (content.channel !== '') addViews(trends, channelKey(content.channel), hour, effective);
  for (const key of content.terms) addViews(trends, key, hour, effective);
}

/** Views that the usual time watched is the mean of, about. */
const MAX_WATCHED = 100_000;
/** A view watched for longer than usual counts as at most this many. */
const MAX_WATCH_WEIGHT = 3;

/**
 * Counts what the tenant's own viewers did with a content whose subjects are known, for these: a view of the usual length is one view, a longer one
 * more. Of contents nobody has told of nothing is kept, and a content that a platform reports of has its viewers in the reports.
 */
export function observeViewing(trends: TenantTrends, viewing: StageViewing): void {
  const content = trends.contents.byId.get(viewing.content);
  if (content === undefined || content.terms.length === 0) {
    trends.undescribedViews += viewing.views;
    return;
  }
  if (content.reports.length > 0) return;
  const { hour, newestMs: atMs, watched, watchMs, channel } = viewing;
  trends.newestMs = Math.max(trends.newestMs, atMs);
  trends.observations++;
  touchContent(trends.contents, content.id, atMs);
  if (content.channel === '') content.channel = channel;
  if (watched > 0) {
    trends.watchedCount = Math.min(MAX_WATCHED, trends.watchedCount + watched);
    trends.watchMeanMs +=
      ((watchMs / watched - trends.watchMeanMs) * Math.min(watched, MAX_WATCHED)) / trends.watchedCount;
  }
  const weight = trends.watchMeanMs > 0 ? watchMs / trends.watchMeanMs : watched;
  const effective = Math.max(0, viewing.views - watched) + Math.min(MAX_WATCH_WEIGHT * watched, weight);
  countViewing(content, { ...viewing, atMs }, effective, trends.curve);
  addActivity(trends.totals, 0, hour, { views: effective });
  if (content.channel !== '') addViews(trends, channelKey(content.channel), hour, effective);
  for (const key of content.terms) addViews(trends, key, hour, effective);
}

function countMention(
  trends: TenantTrends,
  key: string,
  label: string,
  hour: number,
  weight: number,
  source: TrendSource,
): void {
  const slot = countTerm(trends.terms, key, label, hour, weight);
  if (slot !== undefined) addActivity(trends.terms.activity, slot, hour, { mentions: weight, source });
}

function addViews(trends: TenantTrends, key: string, hour: number, views: number): void {
  const slot = trends.terms.slotOf.get(key);
  if (slot !== undefined && views !== 0) addActivity(trends.terms.activity, slot, hour, { views });
}

/** Interest is an index whose scale is the source's own; a report of average interest counts one. */
function searchWeight(trends: TenantTrends, value: unknown): number {
  const volume = number(value);
  if (!(volume > 0)) return 1;
  trends.searchCount++;
  trends.searchMean += (volume - trends.searchMean) / Math.min(trends.searchCount, 10_000);
  return Math.min(MAX_SEARCH_WEIGHT, volume / trends.searchMean);
}

export const topicKey = (folded: string): string => `topic:${folded}`;
export const channelKey = (channel: string): string => `channel:${channel}`;

function fieldsOf(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null ? { ...data } : {};
}
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
