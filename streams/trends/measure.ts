import { DAY_MS, HOUR_MS, sumHours } from './activity.ts';
import { testBurst, type BurstTest } from './baseline.ts';
import type { Content } from './contents.ts';
import { adjustedPValues } from './false-discovery.ts';
import { expectedGrowth } from './growth-curve.ts';
import { channelKey } from './observe.ts';
import type { TenantTrends } from './state.ts';

/** Sliding days looked at. */
export const WINDOWS = 7;
/** A content that reported within this time is live. */
const LIVE_MS = 36 * HOUR_MS;
/** A topic is a candidate with this many contents or mentions in a week; a channel with one live content. */
const MIN_CONTENTS = 2;
const MIN_MENTIONS = 3;
/** Candidates kept for merging and ranking, those with most attention. */
const MAX_CANDIDATES = 3_000;

/** What is known of a candidate at one moment. Index 0 of a series is the last 24 hours. */
export interface TrendMeasure {
  readonly key: string;
  readonly kind: 'topic' | 'channel';
  readonly label: string;
  readonly views: readonly number[];
  readonly mentions: readonly number[];
  /** Percent of the tenant's average day, mean over views and mentions (whichever the tenant has). */
  readonly attention: readonly number[];
  readonly burst: BurstTest;
  readonly qValue: number;
  /** Contents heard of within a week, by their number in `contents` of the answer. */
  readonly contents: readonly number[];
  readonly live: readonly Content[];
  readonly fresh: number;
  readonly channels: number;
  readonly expectedNextViews: number;
  /** Share of today's views that contents younger than a day brought. */
  readonly youngShare: number;
  /** Mean age in days of live contents when they were first reported, weighted by today's views. */
  readonly firstAgeDays: number;
  /** Likes, comments and shares ÷ views, over the tenant's. */
  readonly reaction: number;
  /** Hours since the term was first counted. */
  readonly knownHours: number;
}

export interface Measures {
  readonly nowMs: number;
  readonly measures: readonly TrendMeasure[];
  readonly tests: number;
  /** Average views a day over the last week (or since the first event), at least 1. */
  readonly viewsPerDay: number;
  readonly mentionsPerDay: number;
}

interface Gathered {
  readonly contents: number[];
  readonly live: Content[];
  readonly channels: Set<string>;
  fresh: number;
  expectedNext: number;
  young: number;
  today: number;
  ageSum: number;
  reactions: number;
  views: number;
}

/** Measures every candidate at `nowMs`, by what was counted until then. */
export function measureTrends(trends: TenantTrends, nowMs: number): Measures {
  const { terms, totals } = trends;
  const nowHour = Math.floor(nowMs / HOUR_MS) + 1;
  const knownDays = Math.min(WINDOWS, Math.max(1, (nowMs - trends.firstMs) / DAY_MS));
  const perDay = (what: 'views' | 'mentions'): number =>
    sumHours(totals, 0, what, nowHour - 24 * WINDOWS, nowHour) / knownDays;
  const viewsPerDay = perDay('views');
  const mentionsPerDay = perDay('mentions');
  const { gathered, tenantReaction } = gather(trends, nowMs);

  const chosen: { readonly key: string; readonly slot: number; readonly weight: number }[] = [];
  for (const [key, slot] of terms.slotOf) {
    const views = sumHours(terms.activity, slot, 'views', nowHour - 24, nowHour);
    const mentions = sumHours(terms.activity, slot, 'mentions', nowHour - 24 * WINDOWS, nowHour);
    const found = gathered.get(key);
    const isCandidate = key.startsWith('channel:')
      ? (found?.live.length ?? 0) > 0
      : (found?.contents.length ?? 0) >= MIN_CONTENTS || mentions >= MIN_MENTIONS;
    if (isCandidate && (views > 0 || mentions > 0))
      chosen.push({ key, slot, weight: share(views, viewsPerDay) + share(mentions, mentionsPerDay * WINDOWS) });
  }
  chosen.sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
  chosen.splice(MAX_CANDIDATES);

  const bursts = chosen.map(({ slot }) => testBurst(terms.activity, slot, totals, nowHour));
  const qValues = adjustedPValues(
    bursts.map((burst) => burst.pValue),
    terms.slotOf.size,
  );
  const measures = chosen.flatMap(({ key, slot }, index) => {
    const burst = bursts[index];
    if (burst === undefined) return [];
    const series = (what: 'views' | 'mentions'): number[] =>
      Array.from({ length: WINDOWS }, (_, back) =>
        sumHours(terms.activity, slot, what, nowHour - 24 * (back + 1), nowHour - 24 * back),
      );
    const views = series('views');
    const mentions = series('mentions');
    const parts = (viewsPerDay > 0 ? 1 : 0) + (mentionsPerDay > 0 ? 1 : 0);
    const found = gathered.get(key);
    const today = found?.today ?? 0;
    return {
      key,
      kind: key.startsWith('channel:') ? ('channel' as const) : ('topic' as const),
      label: terms.labels[slot] ?? key,
      views,
      mentions,
      attention: views.map(
        (value, back) =>
          (100 * (share(value, viewsPerDay) + share(mentions[back] ?? 0, mentionsPerDay))) / Math.max(1, parts),
      ),
      burst,
      qValue: qValues[index] ?? 1,
      contents: found?.contents ?? [],
      live: found?.live ?? [],
      fresh: found?.fresh ?? 0,
      channels: found?.channels.size ?? 0,
      expectedNextViews: found?.expectedNext ?? 0,
      youngShare: today > 0 ? (found?.young ?? 0) / today : 0,
      firstAgeDays: today > 0 ? (found?.ageSum ?? 0) / today : 0,
      reaction:
        found === undefined || found.views <= 0 || tenantReaction <= 0
          ? 1
          : Math.max(0, found.reactions) / found.views / tenantReaction,
      knownHours: Math.max(0, nowHour - (terms.firstHours[slot] ?? nowHour)),
    };
  });
  return { nowMs, measures, tests: terms.slotOf.size, viewsPerDay, mentionsPerDay };
}

/** What contents of the last week say about each of their terms. */
function gather(
  trends: TenantTrends,
  nowMs: number,
): { readonly gathered: ReadonlyMap<string, Gathered>; readonly tenantReaction: number } {
  const gathered = new Map<string, Gathered>();
  let number = 0;
  let reactions = 0;
  let views = 0;
  for (const content of trends.contents.byId.values()) {
    number++;
    if (nowMs - Math.max(content.lastMs, content.firstSeenMs) > WINDOWS * DAY_MS) continue;
    reactions += Math.max(0, content.reactions);
    views += Math.max(0, content.views);
    const isLive = nowMs - Math.max(content.lastMs, content.firstSeenMs) <= LIVE_MS;
    const publishedMs = content.publishedMs ?? content.firstSeenMs;
    const today = isLive ? lastDayGain(content, nowMs) : 0;
    const growth = expectedGrowth(trends.curve, nowMs - publishedMs);
    const keys = content.channel === '' ? content.terms : [...content.terms, channelKey(content.channel)];
    for (const key of keys) {
      const held = gathered.get(key) ?? emptyGathered();
      gathered.set(key, held);
      held.contents.push(number);
      if (!isLive) continue;
      held.live.push(content);
      held.channels.add(content.channel);
      held.reactions += content.reactions;
      held.views += content.views;
      held.today += today;
      held.expectedNext += today * Math.exp(growth.logRatio);
      held.ageSum += (today * (content.firstSeenMs - publishedMs)) / DAY_MS;
      if (nowMs - content.firstSeenMs < DAY_MS) {
        held.fresh++;
        if (nowMs - publishedMs < DAY_MS) held.young += today;
      }
    }
  }
  return { gathered, tenantReaction: views > 0 ? reactions / views : 0 };
}

/** Views of the last 24 hours, from the reports that lie in them. */
export function lastDayGain(content: Content, nowMs: number): number {
  const from = Math.floor(nowMs / HOUR_MS) + 1 - 24;
  let sum = 0;
  for (const report of content.reports) if (report.hour >= from) sum += report.effective;
  return sum;
}

function emptyGathered(): Gathered {
  return {
    contents: [],
    live: [],
    channels: new Set(),
    fresh: 0,
    expectedNext: 0,
    young: 0,
    today: 0,
    ageSum: 0,
    reactions: 0,
    views: 0,
  };
}

function share(value: number, whole: number): number {
  return whole > 0 ? value / whole : 0;
}
