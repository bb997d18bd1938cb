import { trendSources } from '../../platform/contracts/trend.ts';
import { DAY_MS, sourceMentions } from './activity.ts';
import type { Candidate } from './candidates.ts';
import { firstStage } from './episode.ts';
import { chanceInputs } from './chance-inputs.ts';
import { peakChanceOf } from './peak-chance.ts';
import type { TenantTrends } from './state.ts';
import { validationOf } from './validation.ts';
import { showsLife } from './virality.ts';

export interface Ranked {
  readonly candidate: Candidate;
  /** Chance of a peak ahead, by what its measures and its stage have meant so far. */
  readonly virality: number;
  /** What that was read from. */
  readonly inputs: readonly number[];
  readonly validation: number;
  /** virality × validation. */
  readonly score: number;
  /** Without a sign of life in three days a candidate is not named, whatever its score. */
  readonly showsLife: boolean;
}

/** Candidates with a sign of life by score, best first, then the others likewise. */
export function rankCandidates(
  trends: TenantTrends,
  candidates: readonly Candidate[],
  nowMs: number,
): readonly Ranked[] {
  const today = Math.floor(nowMs / DAY_MS);
  return candidates
    .map((candidate): Ranked => {
      const { measure } = candidate;
      const bySource = sourceMentions(trends.terms.activity, measure.slot, today);
      const inputs = chanceInputs(
        measure,
        trends.episodes.get(measure.key)?.stage ?? firstStage(measure, nowMs),
      );
      const chance = peakChanceOf(trends.forecasts.chances, inputs);
      const validation = validationOf(measure, trendSources.filter((each) => bySource[each] > 0).length);
      return {
        candidate,
        virality: chance,
        inputs,
        validation,
        score: chance * validation,
        showsLife: showsLife(measure),
      };
    })
    .sort(
      (a, b) =>
        Number(b.showsLife) - Number(a.showsLife) ||
        b.score - a.score ||
        (a.candidate.measure.key < b.candidate.measure.key ? -1 : 1),
    );
}
