import type { Trend } from '../../platform/contracts/trend.ts';
import { candidatesAt, type Candidates } from './candidates.ts';
import { describeTrend } from './describe.ts';
import { beginEpisode, endIfOver, followEpisode, missEpisode } from './episode.ts';
import type { Evaluation, StageChange } from './evaluation.ts';
import { heldSinceMs } from './pause.ts';
import { rankCandidates } from './rank.ts';
import { learnForecasts, writeForecasts } from './learn-forecasts.ts';
import type { TenantTrends } from './state.ts';

/** Trends named at a time, and others shown because they are followed from when they were named. */
export const MAX_NAMED = 50;
const MAX_FOLLOWED_SHOWN = 50;

/**
 * Names the trends of a moment, by what was counted until then, and brings the episodes that are followed up to it. The state and the
 * time decide alone.
 */
export function evaluateTrends(trends: TenantTrends, nowMs: number, maxEpisodes: number): Evaluation {
  const measured = candidatesAt(trends, nowMs);
  const { candidates } = measured;
  learnForecasts(trends, measured, nowMs);
  const changes: StageChange[] = [];
  followAll(trends, measured, nowMs, changes);
  const ranked = rankCandidates(trends, candidates, nowMs);
  const named = ranked.filter(({ showsLife }) => showsLife).slice(0, MAX_NAMED);
  for (const { candidate } of named) {
    const { measure } = candidate;
    if (trends.episodes.has(measure.key)) continue;
    // Of a feed that has paused nothing new is followed.
    if (measure.heldSinceMs !== undefined) continue;
    const episode = beginEpisode(measure, nowMs);
    followEpisode(episode, measure, nowMs);
    trends.episodes.set(measure.key, episode);
    changes.push({ key: measure.key, from: undefined, to: episode.stage });
  }
  const isNamed = new Set(named);
  const followed = ranked
    .filter((each) => !isNamed.has(each) && trends.episodes.has(each.candidate.measure.key))
    .slice(0, MAX_FOLLOWED_SHOWN);
  const described: Trend[] = [];
  const now: Parameters<typeof writeForecasts>[1][number][] = [];
  for (const each of [...named, ...followed]) {
    const { measure } = each.candidate;
    const episode = trends.episodes.get(measure.key);
    if (episode === undefined) continue;
    described.push(describeTrend(trends, each, episode, described.length + 1, nowMs));
    if (measure.heldSinceMs === undefined) now.push({ measure, stage: episode.stage, inputs: each.inputs });
  }
  writeForecasts(trends.forecasts, now, nowMs);
  forgetEpisodes(trends, maxEpisodes, new Set(named.map(({ candidate }) => candidate.measure.key)));
  return { atMs: nowMs, version: trends.observations + trends.evaluations, trends: described, changes };
}

/** Brings what is followed up to the moment. What lives on a feed that has paused stays as it was: silence of everything says nothing of one trend. */
function followAll(
  trends: TenantTrends,
  { candidates, paused }: Candidates,
  nowMs: number,
  changes: StageChange[],
): void {
  const byKey = new Map(candidates.map((candidate) => [candidate.measure.key, candidate.measure]));
  for (const episode of trends.episodes.values()) {
    const measure = byKey.get(episode.key);
    if ((measure ?? { heldSinceMs: heldSinceMs(paused, episode.mentionShare) }).heldSinceMs !== undefined)
      continue;
    const from = episode.stage;
    const hasChanged =
      measure === undefined ? missEpisode(episode, nowMs) : followEpisode(episode, measure, nowMs);
    if (hasChanged) changes.push({ key: episode.key, from, to: episode.stage });
    if (endIfOver(episode, trends.timings, nowMs)) trends.episodes.delete(episode.key);
  }
}

/** Lets go what has not been heard of for longest, and is not named now. */
function forgetEpisodes(trends: TenantTrends, maxEpisodes: number, named: ReadonlySet<string>): void {
  const excess = trends.episodes.size - maxEpisodes;
  if (excess <= 0) return;
  const leaving = [...trends.episodes.values()]
    .filter((episode) => !named.has(episode.key))
    .sort((a, b) => a.lastMs - b.lastMs || a.onsetMs - b.onsetMs || (a.key < b.key ? -1 : 1));
  for (const { key } of leaving.slice(0, excess)) trends.episodes.delete(key);
}
