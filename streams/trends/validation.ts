import type { TrendMeasure } from './measure.ts';

/** What each kind of evidence can take away of the doubt. */
const SIGNIFICANCE = 0.5;
const CONTENTS = 0.5;
const CHANNELS = 0.5;
const SOURCES = 0.4;
/** A trend that is not validated by anything still counts this much: virality has been measured, too. */
const LEAST = 0.5;

/**
 * How well founded a trend is, .5 to 1: every independent kind of evidence (significance after correction, more than one content, channel, source)
 * takes away a share of the doubt that is left.
 */
export function validationOf(measure: TrendMeasure, sources: number): number {
  const doubt =
    (1 - SIGNIFICANCE * (1 - measure.qValue)) *
    (1 - CONTENTS * moreThanOne(measure.contents.length)) *
    (1 - CHANNELS * moreThanOne(measure.channels)) *
    (1 - SOURCES * moreThanOne(sources));
  return LEAST + (1 - LEAST) * (1 - doubt);
}

function moreThanOne(count: number): number {
  return count <= 1 ? 0 : 1 - 1 / count;
}
