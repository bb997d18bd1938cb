import { describe, expect, it } from 'vitest';
import type { DetectorVerdict } from './detector.ts';
import { noEpisode, stepEpisode, type EpisodeChange, type EpisodeState } from './episode.ts';

const verdict = (score: number): DetectorVerdict => ({
  score,
  expected: 10,
  lower: 5,
  upper: 15,
  isAnomalous: score >= 0.5,
  isLasting: score >= 0.5,
  severity: score >= 0.8 ? 'critical' : 'info',
  phase: 'watching',
});

function run(scores: readonly (number | undefined)[], quietMs: number): [string, number, number, number][] {
  let state: EpisodeState = noEpisode;
  const told: EpisodeChange[] = [];
  for (const [at, score] of scores.entries()) {
    const point = { timeMs: at, value: score === undefined ? undefined : 100 * score };
    const [next, changes] = stepEpisode(state, point, verdict(score ?? 0), { quietMs });
    state = next;
    told.push(...changes);
  }
  return told.map(({ kind, episode: e }) => [kind, e.startMs, e.peakMs, e.endMs]);
}

describe('episodes', () => {
  it('are one alarm for a run with holes shorter than the quiet time', () => {
    expect(run([0, 0.6, 0.9, 0.1, undefined, 0.7, 0, 0, 0, 0], 3)).toEqual([
      ['opened', 1, 1, 1],
      ['updated', 1, 2, 2],
      ['updated', 1, 2, 5],
      ['closed', 1, 2, 5],
    ]);
  });

  it('close and open at once when the next alarm comes after the quiet time', () => {
    expect(run([0.6, 0, 0, 0, 0.7], 3)).toEqual([
      ['opened', 0, 0, 0],
      ['closed', 0, 0, 0],
      ['opened', 4, 4, 4],
    ]);
  });

  it('keep the worst severity and the figures of the peak', () => {
    let state: EpisodeState = noEpisode;
    for (const [at, score] of [0.6, 0.9, 0.55].entries())
      [state] = stepEpisode(state, { timeMs: at, value: 100 * score }, verdict(score), { quietMs: 3 });
    expect(state.open).toMatchObject({ severity: 'critical', observed: 90, peakScore: 0.9, endMs: 2 });
  });
});
