import { stageFigures, trendSources, type Trend, type TrendStage } from '../../platform/contracts/trend.ts';
import { DAY_MS, sourceMentions } from './activity.ts';
import { candidatesAt, type Candidate } from './candidates.ts';
import { beginEpisode, endIfOver, followEpisode, missEpisode, type Episode } from './episode.ts';
import { lastDayGain } from './gather.ts';
import { healthOf } from './health.ts';
import { competitionOf, categoryOf, rpmEstimateUsd } from './market.ts';
import type { TenantTrends } from './state.ts';
import { accelerationOf, velocityOf } from './stages.ts';
import { timingOf } from './timing.ts';
import { validationOf } from './validation.ts';
import { featuresOf, showsLife, virality } from './virality.ts';

/** Trends named at a time; what is followed beyond that keeps its stage. */
export const MAX_LISTED = 50;
const MAX_EXAMPLES = 5;
const MAX_ANGLES = 6;
const MAX_MEMBERS = 12;

export interface StageChange {
  readonly key: string;
  readonly label: string;
  readonly from: TrendStage | undefined;
  readonly to: TrendStage;
  readonly atMs: number;
}

export interface Evaluation {
  readonly atMs: number;
  readonly trends: readonly Trend[];
  readonly changes: readonly StageChange[];
}

interface Ranked {
  readonly candidate: Candidate;
  readonly virality: number;
  readonly validation: number;
  readonly score: number;
}

/** Candidates by virality × validation, best first; those without a sign of life are left out. */
export function rankCandidates(trends: TenantTrends, candidates: readonly Candidate[], nowMs: number): Ranked[] {
  const today = Math.floor(nowMs / DAY_MS);
  return candidates
    .filter(({ measure }) => showsLife(measure))
    .map((candidate) => {
      const { measure } = candidate;
      const bySource = sourceMentions(trends.terms.activity, measure.slot, today);
      const chance = virality(featuresOf(measure));
      const validation = validationOf(measure, trendSources.filter((each) => bySource[each] > 0).length);
      return { candidate, virality: chance, validation, score: chance * validation };
    })
    .sort((a, b) => b.score - a.score || (a.candidate.measure.key < b.candidate.measure.key ? -1 : 1));
}

/**
 * Names the trends of a moment, by what was counted until then, and brings the episodes followed up to it. Deterministic: the
 * state and the time decide.
 */
export function evaluateTrends(trends: TenantTrends, nowMs: number, maxEpisodes: number): Evaluation {
  const { candidates } = candidatesAt(trends, nowMs);
  const byKey = new Map(candidates.map((candidate) => [candidate.measure.key, candidate]));
  const changes: StageChange[] = [];
  for (const episode of trends.episodes.values()) {
    const candidate = byKey.get(episode.key);
    const before = episode.stage;
    const hasChanged =
      candidate === undefined
        ? missEpisode(episode, nowMs)
        : followEpisode(episode, candidate.measure, nowMs);
    if (hasChanged)
      changes.push({
        key: episode.key,
        label: candidate?.measure.label ?? episode.key,
        from: before,
        to: episode.stage,
        atMs: nowMs,
      });
    if (endIfOver(episode, trends.lifetimes, nowMs)) trends.episodes.delete(episode.key);
  }
  const listed = rankCandidates(trends, candidates, nowMs).slice(0, MAX_LISTED);
  const named = listed.map((ranked, index) => {
    const { measure } = ranked.candidate;
    let episode = trends.episodes.get(measure.key);
    if (episode === undefined) {
      episode = beginEpisode(measure, nowMs);
      followEpisode(episode, measure, nowMs);
      trends.episodes.set(measure.key, episode);
      changes.push({ key: measure.key, label: measure.label, from: undefined, to: episode.stage, atMs: nowMs });
    }
    return trendOf(trends, ranked, episode, index + 1, nowMs);
  });
  forgetEpisodes(trends, maxEpisodes, new Set(listed.map(({ candidate }) => candidate.measure.key)));
  return { atMs: nowMs, trends: named, changes };
}

/** Lets go what was followed longest without being listed. */
function forgetEpisodes(trends: TenantTrends, maxEpisodes: number, listed: ReadonlySet<string>): void {
  const excess = trends.episodes.size - maxEpisodes;
  if (excess <= 0) return;
  const leaving = [...trends.episodes.values()]
    .filter((episode) => !listed.has(episode.key))
    .sort((a, b) => a.lastMs - b.lastMs || a.onsetMs - b.onsetMs || (a.key < b.key ? -1 : 1));
  for (const { key } of leaving.slice(0, excess)) trends.episodes.delete(key);
}

function trendOf(
  trends: TenantTrends,
  { candidate, virality: chance, validation, score }: Ranked,
  episode: Episode,
  rank: number,
  nowMs: number,
): Trend {
  const { measure, members } = candidate;
  const { attention } = measure;
  const competition = competitionOf(episode.stage, measure.channels);
  const velocity = velocityOf(attention);
  const live = measure.live
    .map((content) => ({ content, today: lastDayGain(content, nowMs) }))
    .sort((a, b) => b.today - a.today || (a.content.id < b.content.id ? -1 : 1));
  const category = categoryOf(live[0]?.content.category ?? '');
  const rpm = rpmEstimateUsd(category, nowMs);
  const views = live.map(({ content }) => Math.max(0, content.views)).sort((a, b) => a - b);
  return {
    key: measure.key,
    kind: measure.kind,
    label: measure.label,
    members: members.slice(0, MAX_MEMBERS),
    angles: anglesOf(trends, candidate),
    rank,
    score: rounded(score),
    virality: rounded(chance),
    validation: rounded(validation),
    stage: episode.stage,
    stageSinceMs: episode.stageSinceMs,
    health: rounded(
      healthOf({
        velocity,
        againstExpected: episode.againstExpected,
        reaction: measure.reaction,
        competition,
      }),
    ),
    attention: rounded(attention[0] ?? 0),
    velocity: rounded(velocity),
    acceleration: rounded(accelerationOf(attention)),
    risk: stageFigures[episode.stage].risk,
    competition: rounded(competition),
    timing: timingOf(episode, trends.lifetimes, nowMs),
    monetization: {
      category,
      rpmUsdEstimate: rounded(rpm),
      revenueUsdEstimate: Math.round((rpm * (views[Math.floor(views.length / 2)] ?? 0)) / 10) / 100,
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
      examples: live.slice(0, MAX_EXAMPLES).map(({ content, today }) => ({
        content: content.id,
        title: content.title,
        channel: content.channel,
        views24h: Math.round(today),
      })),
    },
    spark: attention.slice(0, 7).map(rounded).reverse(),
  };
}

/** What goes along with it: the labels most common in the titles of its live contents, other than itself. */
function anglesOf(trends: TenantTrends, { measure, members }: Candidate): string[] {
  const own = new Set([measure.key, ...members]);
  const counts = new Map<string, number>();
  for (const content of measure.live)
    for (const key of content.terms) if (!own.has(key)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || b.length - a.length || (a < b ? -1 : 1))
    .slice(0, MAX_ANGLES)
    .map(([key]) => trends.terms.labels[trends.terms.slotOf.get(key) ?? -1] ?? key.slice(key.indexOf(':') + 1));
}

function rounded(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 1e4) / 1e4 : 0;
}
