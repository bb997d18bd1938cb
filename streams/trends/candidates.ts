import { mergeGroups } from './groups.ts';
import { measureTrends, type Measures, type TrendMeasure } from './measure.ts';
import type { TenantTrends } from './state.ts';

/** A topic or channel that could be named, after merging. */
export interface Candidate {
  readonly measure: TrendMeasure;
  /** Keys merged into it, those with most contents first. */
  readonly members: readonly string[];
}

export interface Candidates extends Measures {
  readonly candidates: readonly Candidate[];
}

/** Candidates of a moment: what was counted until then, measured and merged. */
export function candidatesAt(trends: TenantTrends, nowMs: number): Candidates {
  const measured = measureTrends(trends, nowMs);
  const groups = mergeGroups(
    measured.measures.map((measure) => ({
      key: measure.key,
      kind: measure.kind,
      contents: measure.contents,
      weight: measure.attention[0] ?? 0,
    })),
  );
  const candidates = groups.flatMap(([first, ...rest]) => {
    const measure = first === undefined ? undefined : measured.measures[first];
    return measure === undefined
      ? []
      : { measure, members: rest.map((index) => measured.measures[index]?.key ?? '') };
  });
  return { ...measured, candidates };
}
