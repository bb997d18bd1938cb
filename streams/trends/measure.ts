import { daySum, HOUR_MS, sumHours } from './activity.ts';
import { testBurst, type BurstTest } from './baseline.ts';
import type { Content } from './contents.ts';
import { adjustedPValues } from './false-discovery.ts';
import { gatherContents, type Gathered } from './gather.ts';
import { allSilentSinceMs, heldSinceMs, pausedFeeds, type Feed, type Paused } from './pause.ts';
import type { TenantTrends } from './state.ts';

/** Sliding days looked at one by one; older ones are days of UTC. */
export const WINDOWS = 7;
export const HISTORY_DAYS = 29;
/** A topic is a candidate with this many contents or mentions in a week; a channel with one live content. */
const MIN_CONTENTS = 2;
const MIN_MENTIONS = 3;
/** Candidates kept for merging and ranking, those with most attention. */
const MAX_CANDIDATES = 1_500;

/** What is known of a candidate at one moment. Index 0 of a series is the last 24 hours. */
export interface TrendMeasure {
  readonly key: string;
  readonly kind: 'topic' | 'channel';
  readonly label: string;
  readonly slot: number;
  readonly views: readonly number[];
  readonly mentions: readonly number[];
  /**
   * Percent of all that the tenant saw on an average day of the week: the mean of the shares of views and of mentions where people's talk and searches are known,
   * else of views, else of mentions. One entry a day that the tenant has seen anything on, at most `HISTORY_DAYS`; the first is always the last 24 hours, or those before a pause.
   */
  readonly attention: readonly number[];
  /** Views of one percent of attention, over the week; 0 without views. */
  readonly viewsPerPoint: number;
  readonly burst: BurstTest;
  readonly qValue: number;
  /** Contents heard of within a week, by number. */
  readonly contents: readonly number[];
  readonly live: readonly Content[];
  readonly fresh: number;
  readonly channels: number;
  readonly expectedNextViews: number;
  /** Chance that one of its contents alone brings twice the highest of three days tomorrow. */
  readonly nextPeakChance: number;
  /** Age in days, when first heard of, of the youngest content of the last 24 hours; undefined without one. */
  readonly youngestDays: number | undefined;
  /** Today's ÷ yesterday's gain of the content that grows most. */
  readonly bestGrowth: number;
  /** Highest day's gain of a content, no longer live, of one of its channels, in percent as above. */
  readonly channelPast: number;
  /** Likes, comments and shares ÷ views, over the tenant's. */
  readonly reaction: number;
  /** Hours since the term was first counted. */
  readonly knownHours: number;
  /** Share of its attention of the week that is mentions, 0 to 1. */
  readonly mentionShare: number;
  /** The feed that most of its attention came from has paused: everything here is as it was then, the end of the last hour that was heard of. */
  readonly heldSinceMs: number | undefined;
}

export interface Measures {
  readonly nowMs: number;
  /** Feeds that count here and have paused, by the end of the last hour each was heard of. */
  readonly paused: Paused;
  readonly measures: readonly TrendMeasure[];
  /** Average of the week, over days on which anything was seen. */
  readonly viewsPerDay: number;
  readonly mentionsPerDay: number;
}

/**
 * Measures every candidate at `nowMs`, by what was counted until then. Of a feed that has paused, what is measured are the days until then; a term that
 * lives on it is held.
 */
export function measureTrends(trends: TenantTrends, nowMs: number): Measures {
  const { terms, totals } = trends;
  const paused = pausedFeeds(totals, nowMs);
  const nowHour = Math.floor(nowMs / HOUR_MS) + 1;
  const hourOf = (ms: number | undefined): number => (ms === undefined ? nowHour : Math.floor(ms / HOUR_MS));
  const until = { views: hourOf(paused.views), mentions: hourOf(paused.mentions) };
  const all = daysOf(totals, 0, until);
  const isSeen = all.views.map((views, back) => views > 0 || (all.mentions[back] ?? 0) > 0);
  const seenInWeek = Math.max(1, isSeen.slice(0, WINDOWS).filter(Boolean).length);
  const viewsPerDay = sum(all.views.slice(0, WINDOWS)) / seenInWeek;
  const mentionsPerDay = sum(all.mentions.slice(0, WINDOWS)) / seenInWeek;
  const heldMs = allSilentSinceMs(totals, paused);
  const { byKey, reactionShare } = gatherContents(trends, heldMs ?? nowMs);

  const chosen: { readonly key: string; readonly slot: number; readonly weight: number }[] = [];
  for (const [key, slot] of terms.slotOf) {
    const views = sumHours(terms.activity, slot, 'views', until.views - 24, until.views);
    const mentions = sumHours(
      terms.activity,
      slot,
      'mentions',
      until.mentions - 24 * WINDOWS,
      until.mentions,
    );
    const found = byKey.get(key);
    const isCandidate = key.startsWith('channel:')
      ? (found?.live.length ?? 0) > 0
      : (found?.contents.length ?? 0) >= MIN_CONTENTS || mentions >= MIN_MENTIONS;
    if (isCandidate && (views > 0 || mentions > 0))
      chosen.push({
        key,
        slot,
        weight: ratio(views, viewsPerDay) + ratio(mentions, mentionsPerDay * WINDOWS),
      });
  }
  chosen.sort((a, b) => b.weight - a.weight || (a.key < b.key ? -1 : 1));
  chosen.splice(MAX_CANDIDATES);

  const bursts = chosen.map(({ slot }) => testBurst(terms.activity, slot, totals, until.mentions));
  // Every term that is held was looked at, those that were no candidates with the result "nothing new".
  const qValues = adjustedPValues(
    bursts.map((burst) => burst.pValue),
    terms.slotOf.size,
  );
  const measures = chosen.flatMap(({ key, slot }, index): TrendMeasure[] => {
    const burst = bursts[index];
    if (burst === undefined) return [];
    const { views, mentions } = daysOf(terms.activity, slot, until);
    const [viewWeight, mentionWeight] = weightsOf(trends, viewsPerDay, sum(views) > 0);
    const ofMentions = mentions.map((value) => 100 * mentionWeight * ratio(value, mentionsPerDay));
    const attention = views
      .map((value, back) => 100 * viewWeight * ratio(value, viewsPerDay) + (ofMentions[back] ?? 0))
      .filter((_, back) => back === 0 || isSeen[back] === true);
    const found = byKey.get(key);
    const mentionShare = ratio(sum(ofMentions.slice(0, WINDOWS)), sum(attention.slice(0, WINDOWS)));
    return [
      {
        key,
        kind: key.startsWith('channel:') ? 'channel' : 'topic',
        label: terms.labels[slot] ?? key,
        slot,
        views: views.slice(0, WINDOWS),
        mentions: mentions.slice(0, WINDOWS),
        attention,
        viewsPerPoint: ratio(sum(views.slice(0, WINDOWS)), sum(attention.slice(0, WINDOWS))),
        burst,
        qValue: qValues[index] ?? 1,
        knownHours: Math.max(0, nowHour - (terms.firstHours[slot] ?? nowHour)),
        mentionShare,
        heldSinceMs: heldMs ?? heldSinceMs(paused, mentionShare),
        ...contentMeasures(found, 2 * Math.max(...views.slice(0, 3)), viewsPerDay, reactionShare),
      },
    ];
  });
  return { nowMs, paused, measures, viewsPerDay, mentionsPerDay };
}

/**
 * How much views and mentions count. The same for all terms of a tenant that hears talk or searches, so that a term's attention does not leap when its first views
 * are reported.
 */
export function weightsOf(
  { talk }: Pick<TenantTrends, 'talk'>,
  viewsPerDay: number,
  hasViews: boolean,
): readonly [number, number] {
  if (talk > 0) return viewsPerDay > 0 ? [0.5, 0.5] : [0, 1];
  return hasViews ? [1, 0] : [0, 1];
}

function contentMeasures(
  found: Gathered | undefined,
  peakViews: number,
  viewsPerDay: number,
  reactionShare: number,
): Pick<
  TrendMeasure,
  | 'contents'
  | 'live'
  | 'fresh'
  | 'channels'
  | 'expectedNextViews'
  | 'nextPeakChance'
  | 'youngestDays'
  | 'bestGrowth'
  | 'channelPast'
  | 'reaction'
> {
  return {
    contents: found?.contents ?? [],
    live: found?.live.map(({ content }) => content) ?? [],
    fresh: found?.fresh ?? 0,
    channels: found?.channels.size ?? 0,
    expectedNextViews: sum(found?.live.map((each) => each.today * Math.exp(each.logRatio)) ?? []),
    nextPeakChance: Math.max(0, ...(found?.live.map((each) => chanceToReach(each, peakViews)) ?? [])),
    youngestDays: found?.youngestDays,
    bestGrowth: Math.max(0, ...(found?.live.map((each) => each.growth) ?? [])),
    channelPast: 100 * ratio(found?.channelPast ?? 0, viewsPerDay),
    reaction:
      found === undefined || found.views <= 0 || reactionShare <= 0
        ? 1
        : Math.max(0, found.reactions) / found.views / reactionShare,
  };
}

/** By the log-normal growth of contents of its age. */
function chanceToReach(
  {
    today,
    logRatio,
    variance,
  }: { readonly today: number; readonly logRatio: number; readonly variance: number },
  views: number,
): number {
  if (!(today > 0) || !(views > 0)) return 0;
  const z = (Math.log(today / views) + logRatio) / Math.sqrt(variance);
  // Logistic approximation of the normal distribution function, error below 0.01 (Bowling et al. 2009).
  return 1 / (1 + Math.exp(-(0.07056 * z ** 3 + 1.5976 * z)));
}

/** Views and mentions by day, the newest first: seven sliding days, then days of UTC. */
function daysOf(
  activity: Parameters<typeof daySum>[0],
  slot: number,
  until: Readonly<Record<Feed, number>>,
): { readonly views: number[]; readonly mentions: number[] } {
  const series = (what: Feed): number[] => {
    const nowHour = until[what];
    const today = Math.floor((nowHour - 1) / 24);
    return Array.from({ length: HISTORY_DAYS }, (_, back) =>
      back < WINDOWS
        ? sumHours(activity, slot, what, nowHour - 24 * (back + 1), nowHour - 24 * back)
        : daySum(activity, slot, what, today - back),
    );
  };
  return { views: series('views'), mentions: series('mentions') };
}

function ratio(value: number, whole: number): number {
  return whole > 0 ? value / whole : 0;
}
function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
