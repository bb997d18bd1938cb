import { stageFigures, type Trend } from '../../platform/contracts/trend.ts';
import { DAY_MS, sourceMentions, voiceOf } from './activity.ts';
import type { Candidate } from './candidates.ts';
import { perContent } from './episode.ts';
import type { Episode } from './followed.ts';
import { formatsOf, median } from './formats.ts';
import { lastDayGain, viewedLastDay } from './gather.ts';
import { healthOf } from './health.ts';
import { categoryOf, competitionOf, rpmEstimateUsd } from './market.ts';
import { adjustmentsOf, saturationOf, sourceVelocity } from './monitor.ts';
import { labelOf } from './phrase-label.ts';
import type { Ranked } from './rank.ts';
import { accelerationOf, velocityOf } from './stages.ts';
import type { TenantTrends } from './state.ts';
import { timingOf } from './timing.ts';
import { fanOf } from './trajectory.ts';

const MAX_EXAMPLES = 5;
const MAX_ANGLES = 6;
const MAX_MEMBERS = 12;
const SPARK_DAYS = 7;

/** A ranked candidate as people see it: figures, evidence, timing. */
export function describeTrend(
  trends: TenantTrends,
  { candidate, virality, validation, score }: Ranked,
  episode: Episode,
  rank: number,
  atMs: number,
): Trend {
  const { measure, members } = candidate;
  // Of a feed that has paused, everything is told as it was when it was last heard of.
  const nowMs = measure.heldSinceMs ?? atMs;
  const { attention, reaction } = measure;
  const competition = competitionOf(episode.stage, measure.channels);
  const velocity = velocityOf(attention);
  const { againstExpected } = episode;
  const { activity } = trends.terms;
  const voice = voiceOf(activity, measure.slot, Math.floor(nowMs / DAY_MS));
  const monitor = {
    socialVelocity: roundedOrNull(sourceVelocity(activity, measure.slot, 'social', nowMs)),
    searchVelocity: roundedOrNull(sourceVelocity(activity, measure.slot, 'search', nowMs)),
    saturation: rounded(saturationOf(perContent(measure), episode.bestPerContent)),
    againstExpected: rounded(againstExpected),
  };
  const { peakAttention, stage } = episode;
  const height = peakAttention > 0 ? (attention[0] ?? 0) / peakAttention : 0;
  const health = rounded(healthOf({ stage, height, velocity, reaction, competition, ...monitor }));
  const live = measure.live
    .map((content) => ({
      content,
      today: lastDayGain(content, nowMs),
      viewed: viewedLastDay(content, nowMs),
    }))
    .sort((a, b) => b.today - a.today || (a.content.id < b.content.id ? -1 : 1));
  const category = categoryOf(live[0]?.content.category ?? '');
  const rpm = rpmEstimateUsd(category, nowMs);
  const fan = fanOf(trends.forecasts.trajectories, episode.stage, attention);
  const formats = formatsOf(live.map(({ content, today }) => ({ title: content.title, views: today })));
  const medianViews = median(live.map(({ content }) => Math.max(0, content.views)));
  return {
    key: measure.key,
    kind: measure.kind,
    label: labelOf({ ...measure, live: live.map(({ content }) => content) }),
    members: members.slice(0, MAX_MEMBERS),
    angles: anglesOf(trends, candidate),
    rank,
    score: rounded(score),
    virality: rounded(virality),
    validation: rounded(validation),
    stage: episode.stage,
    stageSinceMs: episode.stageSinceMs,
    health,
    attention: rounded(attention[0] ?? 0),
    velocity: rounded(velocity),
    acceleration: rounded(accelerationOf(attention)),
    risk: stageFigures[episode.stage].risk,
    competition: rounded(competition),
    timing: timingOf(episode, trends.timings, trends.forecasts.peaks, nowMs),
    formats,
    monitor: { ...monitor, adjustments: adjustmentsOf(episode, monitor, health, formats[0]?.name, voice) },
    trajectory: {
      low: fan.low.map(rounded),
      expected: fan.expected.map(rounded),
      high: fan.high.map(rounded),
    },
    viewsPerPoint: rounded(measure.viewsPerPoint),
    monetization: {
      category,
      rpmUsdEstimate: rounded(rpm),
      revenueUsdEstimate: Math.round((100 * rpm * medianViews) / 1_000) / 100,
    },
    evidence: {
      mentions24h: rounded(measure.burst.mentions),
      expectedMentions24h: rounded(measure.burst.expected),
      pValue: measure.burst.pValue,
      qValue: measure.qValue,
      views24h: Math.round(measure.views[0] ?? 0),
      viewsBefore24h: Math.round(measure.views[1] ?? 0),
      expectedViewsNext24h: Math.round(measure.expectedNextViews),
      contents: measure.live.length,
      freshContents: measure.fresh,
      channels: measure.channels,
      sources: sourceMentions(trends.terms.activity, measure.slot, Math.floor(nowMs / DAY_MS)),
      audience: {
        views24h: Math.round(live.reduce((sum, { viewed }) => sum + viewed, 0)),
        contents: live.filter(({ viewed }) => viewed > 0).length,
      },
      voice: {
        reach: Math.round(voice.reach),
        sentiment: roundedOrNull(voice.sentiment),
        rated: voice.rated,
      },
      examples: live.slice(0, MAX_EXAMPLES).map(({ content, today }) => ({
        content: content.id,
        title: content.title,
        channel: content.channel,
        views24h: Math.round(today),
      })),
    },
    ...(measure.heldSinceMs === undefined ? {} : { noDataSinceMs: measure.heldSinceMs }),
    spark: attention.slice(0, SPARK_DAYS).map(rounded).reverse(),
  };
}

/** What goes along with it: the terms most common in the titles of its live contents, other than itself. */
function anglesOf(trends: TenantTrends, { measure, members }: Candidate): string[] {
  const own = new Set([measure.key, ...members]);
  const counts = new Map<string, number>();
  for (const content of measure.live)
    for (const key of content.terms) if (!own.has(key)) counts.set(key, (counts.get(key) ?? 0) + 1);
  const { labels, slotOf } = trends.terms;
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || b.length - a.length || (a < b ? -1 : 1))
    .slice(0, MAX_ANGLES)
    .map(([key]) => labels[slotOf.get(key) ?? -1] ?? key.slice(key.indexOf(':') + 1));
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}

function rounded(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 1e4) / 1e4 : 0;
}
