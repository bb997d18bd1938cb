/** One dimension value of an additive measure, what it should have been and what it was. */
export interface AdditivePart {
  readonly value: string;
  readonly expected: number;
  readonly observed: number;
}

/** One dimension value of a ratio KPI. */
export interface RatioPart {
  readonly value: string;
  readonly expectedNumerator: number;
  readonly expectedDenominator: number;
  readonly observedNumerator: number;
  readonly observedDenominator: number;
}

export interface Contribution {
  /** The dimension value; undefined for what the parts do not cover. */
  readonly value: string | undefined;
  /** In the KPI's unit; the contributions of a list add up to observed − expected of the total. */
  readonly contribution: number;
  /** Part of the deviation: may be negative or above 1; 0 when there is no deviation. */
  readonly share: number;
}

export interface RatioContribution extends Contribution {
  /** Because the value's own ratio changed. */
  readonly rateEffect: number;
  /** Because the value's weight in the denominator changed. */
  readonly mixEffect: number;
}

/** Which values moved a sum, greatest first. What the parts leave uncovered is a contribution without a value. */
export function explainAdditive(
  total: { readonly expected: number; readonly observed: number },
  parts: readonly AdditivePart[],
): Contribution[] {
  const deviation = total.observed - total.expected;
  const found = parts.map(({ value, expected, observed }) => ({ value, contribution: observed - expected }));
  const rest = deviation - found.reduce((sum, { contribution }) => sum + contribution, 0);
  return ranked([...found, ...restOf(rest, deviation)], deviation);
}

/**
 * Which values moved a ratio N/D, greatest first, each split into its own ratio's change and its weight's change (Bennet 1920: both at
 * the mean of the two states, so that the order of "before" and "after" does not matter). A shift of weight counts against the mean
 * ratio of the total: weight moving to a value that is better than the total raises it. Undefined when a total has no denominator.
 */
export function explainRatio(
  total: Omit<RatioPart, 'value'>,
  parts: readonly RatioPart[],
): RatioContribution[] | undefined {
  if (!(total.expectedDenominator !== 0 && total.observedDenominator !== 0)) return undefined;
  const before = total.expectedNumerator / total.expectedDenominator;
  const after = total.observedNumerator / total.observedDenominator;
  const middle = (before + after) / 2;
  const effects = [...parts, uncovered(total, parts)].map((part) => {
    const expectedWeight = part.expectedDenominator / total.expectedDenominator;
    const observedWeight = part.observedDenominator / total.observedDenominator;
    const contribution =
      part.observedNumerator / total.observedDenominator -
      part.expectedNumerator / total.expectedDenominator -
      middle * (observedWeight - expectedWeight);
    // A value that was absent on one side has no ratio there: all of its contribution is mix.
    const rateEffect =
      part.expectedDenominator === 0 || part.observedDenominator === 0
        ? 0
        : ((expectedWeight + observedWeight) / 2) *
          (part.observedNumerator / part.observedDenominator -
            part.expectedNumerator / part.expectedDenominator);
    return { value: part.value, contribution, rateEffect, mixEffect: contribution - rateEffect };
  });
  const deviation = after - before;
  const isFelt = (c: { value: string | undefined; contribution: number }): boolean =>
    c.value !== undefined || Math.abs(c.contribution) > 1e-12 * (Math.abs(before) + Math.abs(after));
  return ranked(effects.filter(isFelt), deviation);
}

function uncovered(
  total: Omit<RatioPart, 'value'>,
  parts: readonly RatioPart[],
): Omit<RatioPart, 'value'> & { readonly value: undefined } {
  const rest = (field: keyof Omit<RatioPart, 'value'>): number => {
    const left = total[field] - parts.reduce((sum, part) => sum + part[field], 0);
    // Rounding must not make a part of its own.
    return Math.abs(left) <= 1e-9 * Math.abs(total[field]) ? 0 : left;
  };
  return {
    value: undefined,
    expectedNumerator: rest('expectedNumerator'),
    expectedDenominator: rest('expectedDenominator'),
    observedNumerator: rest('observedNumerator'),
    observedDenominator: rest('observedDenominator'),
  };
}

function restOf(rest: number, deviation: number): { value: undefined; contribution: number }[] {
  return Math.abs(rest) > 1e-9 * Math.abs(deviation) ? [{ value: undefined, contribution: rest }] : [];
}

function ranked<T extends { readonly value: string | undefined; readonly contribution: number }>(
  contributions: readonly T[],
  deviation: number,
): (T & { readonly share: number })[] {
  return contributions
    .map((each) => ({ ...each, share: deviation === 0 ? 0 : each.contribution / deviation }))
    .sort(
      (a, b) =>
        Math.abs(b.contribution) - Math.abs(a.contribution) ||
        ((a.value ?? '') < (b.value ?? '') ? -1 : (a.value ?? '') > (b.value ?? '') ? 1 : 0),
    );
}
