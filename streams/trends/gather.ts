import { DAY_MS, HOUR_MS } from './activity.ts';
import type { Content } from './contents.ts';
import { expectedGrowth } from './growth-curve.ts';
import { channelKey } from './observe.ts';
import type { TenantTrends } from './state.ts';
import { viewedIn } from './viewing.ts';

/** A content that was heard of within this time is live. */
const LIVE_MS = 36 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** A content heard of sooner was heard of because it was published, not because it was noticed: its age then says nothing. */
const HEARD_AS_PUBLISHED_DAYS = 1 / 24;

interface LiveContent {
  readonly content: Content;
  /** Views of the last 24 hours. */
  readonly today: number;
  /** Expected logarithm of tomorrow's ÷ today's, and its variance. */
  readonly logRatio: number;
  readonly variance: number;
  /** Gain of the last report ÷ that of the one before; 0 while there is one. */
  readonly growth: number;
}

/** What the contents of a term say together. */
export interface Gathered {
  /** Those heard of within a week, by their number. */
  readonly contents: number[];
  readonly live: LiveContent[];
  readonly channels: Set<string>;
  fresh: number;
  /** Age when first heard of, of the youngest fresh content that was not heard of as it was published. */
  youngestDays: number | undefined;
  /** Highest gain of a content that is no longer live, of one of its channels. */
  channelPast: number;
  reactions: number;
  views: number;
}

export interface GatheredContents {
  readonly byKey: ReadonlyMap<string, Gathered>;
  /** Reactions a view over all contents of the week. */
  readonly reactionShare: number;
}

export function gatherContents(trends: TenantTrends, nowMs: number): GatheredContents {
  const byKey = new Map<string, Gathered>();
  const pastOf = new Map<string, number>();
  let number = 0;
  let reactions = 0;
  let views = 0;
  for (const content of trends.contents.byId.values()) {
    number++;
    // What came after the moment that is looked at is not known at it.
    if (content.firstSeenMs > nowMs) continue;
    const sinceMs = nowMs - Math.max(content.lastMs, content.firstSeenMs);
    const isLive = sinceMs <= LIVE_MS;
    if (!isLive && content.channel !== '')
      pastOf.set(content.channel, Math.max(pastOf.get(content.channel) ?? 0, content.highestGain));
    if (sinceMs > WEEK_MS) continue;
    reactions += Math.max(0, content.reactions);
    views += Math.max(0, content.views);
    const live = isLive ? liveContent(trends, content, nowMs) : undefined;
    const keys = content.channel === '' ? content.terms : [...content.terms, channelKey(content.channel)];
    for (const key of keys) {
      // Terms too rare to be held are nobody's candidates.
      if (!trends.terms.slotOf.has(key)) continue;
      const held = byKey.get(key) ?? emptyGathered();
      byKey.set(key, held);
      held.contents.push(number);
      if (live !== undefined) addLive(held, live, nowMs);
    }
  }
  for (const held of byKey.values())
    for (const channel of held.channels)
      held.channelPast = Math.max(held.channelPast, pastOf.get(channel) ?? 0);
  return { byKey, reactionShare: views > 0 ? reactions / views : 0 };
}

function liveContent(trends: TenantTrends, content: Content, nowMs: number): LiveContent {
  const publishedMs = content.publishedMs ?? content.firstSeenMs;
  return {
    content,
    today: lastDayGain(content, nowMs),
    ...expectedGrowth(trends.curve, nowMs - publishedMs),
    growth: growthOf(content, nowMs),
  };
}

function addLive(held: Gathered, live: LiveContent, nowMs: number): void {
  const { content } = live;
  held.live.push(live);
  held.channels.add(content.channel);
  held.reactions += content.reactions;
  held.views += content.views;
  if (nowMs - content.firstSeenMs >= DAY_MS) return;
  held.fresh++;
  const days = (content.firstSeenMs - (content.publishedMs ?? content.firstSeenMs)) / DAY_MS;
  if (days >= HEARD_AS_PUBLISHED_DAYS) held.youngestDays = Math.min(held.youngestDays ?? days, days);
}

/** Views of the last 24 hours, from the reports that lie in them. */
export function lastDayGain(content: Content, nowMs: number): number {
  const to = Math.floor(nowMs / HOUR_MS) + 1;
  let sum = 0;
  for (const { hour, effective } of content.reports) if (hour >= to - 24 && hour < to) sum += effective;
  return sum + viewedIn(content.viewing, to - 24, to);
}

/** Those of them by the tenant's own viewers, counted one by one. */
export function viewedLastDay(content: Content, nowMs: number): number {
  const to = Math.floor(nowMs / HOUR_MS) + 1;
  return viewedIn(content.viewing, to - 24, to);
}

/** The last report's gain ÷ that of the one before; of single views, the last day ÷ the day before. */
function growthOf(content: Content, nowMs: number): number {
  const last = content.reports.at(-1);
  const before = content.reports.at(-2);
  if (last !== undefined) return before === undefined ? 0 : last.effective / Math.max(1, before.effective);
  const to = Math.floor(nowMs / HOUR_MS) + 1;
  const yesterday = viewedIn(content.viewing, to - 48, to - 24);
  return yesterday > 0 ? viewedIn(content.viewing, to - 24, to) / Math.max(1, yesterday) : 0;
}

function emptyGathered(): Gathered {
  return {
    contents: [],
    live: [],
    channels: new Set(),
    fresh: 0,
    youngestDays: undefined,
    channelPast: 0,
    reactions: 0,
    views: 0,
  };
}
