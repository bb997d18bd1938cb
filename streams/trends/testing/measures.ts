import type { TrendMeasure } from '../measure.ts';

/** A measure of which only some figures matter. */
export function measureOf(figures: Partial<TrendMeasure>): TrendMeasure {
  return {
    key: 'topic:jumanji',
    kind: 'topic',
    label: 'Jumanji',
    slot: 0,
    views: [0, 0, 0, 0, 0, 0, 0],
    mentions: [0, 0, 0, 0, 0, 0, 0],
    attention: [0, 0, 0, 0, 0, 0, 0],
    viewsPerPoint: 0,
    burst: { mentions: 0, expected: 0, pValue: 1 },
    qValue: 1,
    contents: [],
    live: [],
    fresh: 0,
    channels: 0,
    expectedNextViews: 0,
    nextPeakChance: 0,
    youngestDays: undefined,
    bestGrowth: 0,
    channelPast: 0,
    reaction: 1,
    knownHours: 100,
    mentionShare: 1,
    heldSinceMs: undefined,
    ...figures,
  };
}
