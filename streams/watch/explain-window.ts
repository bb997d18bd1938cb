import type { ContributionView, Explanation } from '../../platform/contracts/anomaly.ts';
import type { MeasureState } from '../../platform/contracts/kpi.ts';
import type { DetectorVerdict } from '../anomaly/detector.ts';
import { explainAdditive, explainRatio, type AdditivePart, type RatioPart } from '../anomaly/explain.ts';
import type { WatchedKpi } from './kpi-plan.ts';
import type { SeriesState, WatchedKey } from './watch-state.ts';

/** One series in one window, as it was judged. */
export interface Judged {
  readonly key: WatchedKey;
  readonly series: SeriesState;
  readonly value: number | undefined;
  readonly state: MeasureState;
  readonly verdict: DetectorVerdict;
}

const cutRollups = ['channel', 'country', 'stream'] as const;
/** Contributions of a dimension that are kept; the rest is one without a value. */
const MAX_CONTRIBUTIONS = 12;

/**
 * Why the total left its band: what each value of each dimension added to observed − expected. Sums are compared with what each value's own
 * detector expected; ratios with the weighted means of their numerators and denominators over the usual windows before. Undefined
 * for what cannot be taken apart: distinct counts, and totals nothing was expected of yet.
 */
export function explainWindow(
  kpi: WatchedKpi,
  total: Judged,
  parts: readonly Judged[],
  windowStartMs: number,
  windowMs: number,
): Explanation | undefined {
  const { shape, definition } = kpi;
  const { expected } = total.verdict;
  if (total.value === undefined || expected === undefined || shape.kind === 'none') return undefined;
  const dimensions: Explanation['dimensions'] = [];
  for (const dimension of cutRollups) {
    const own = parts.filter(({ key }) => key.rollup === dimension);
    if (own.length === 0 || !isCutBy(kpi, dimension)) continue;
    const contributions =
      shape.kind === 'sum'
        ? explainSum(total.value, expected, own)
        : explainParts(total, own, (part) => {
            const numerator = shape.numerator(part.state, windowMs);
            const denominator = shape.denominator(part.state, windowMs);
            return numerator === null || denominator === null ? undefined : { numerator, denominator };
          });
    if (contributions !== undefined && contributions.length > 0)
      dimensions.push({ dimension, contributions: greatest(contributions) });
  }
  if (dimensions.length === 0 && definition.dimensions.length === 0) return undefined;
  return { windowStartMs, expected, observed: total.value, dimensions };
}

/** Whether a KPI makes sense by this dimension. */
export function isCutBy(
  { definition, watch }: WatchedKpi,
  dimension: 'channel' | 'country' | 'stream',
): boolean {
  // Thresholds are of totals.
  if (watch.anomalies.length === 0) return false;
  return definition.cut === dimension || definition.dimensions.includes(dimension);
}

function explainSum(
  observed: number,
  expected: number,
  parts: readonly Judged[],
): ContributionView[] | undefined {
  const known: AdditivePart[] = parts.flatMap(({ key, value, verdict }) =>
    verdict.expected === undefined
      ? []
      : [{ value: key.dim, expected: verdict.expected, observed: value ?? 0 }],
  );
  if (known.length === 0) return undefined;
  const byValue = new Map(known.map((part) => [part.value, part]));
  return explainAdditive({ expected, observed }, known).map(({ value, contribution, share }) => {
    const part = value === undefined ? undefined : byValue.get(value);
    return {
      value: value ?? null,
      contribution,
      share,
      ...(part === undefined ? {} : { expected: part.expected, observed: part.observed }),
    };
  });
}

function explainParts(
  total: Judged,
  parts: readonly Judged[],
  observedOf: (part: Judged) => { numerator: number; denominator: number } | undefined,
): ContributionView[] | undefined {
  const ratioOf = (part: Judged): Omit<RatioPart, 'value'> | undefined => {
    const observed = observedOf(part);
    const { meanNumerator, meanDenominator } = part.series;
    if (observed === undefined || !Number.isFinite(meanNumerator) || !Number.isFinite(meanDenominator))
      return undefined;
    return {
      expectedNumerator: meanNumerator,
      expectedDenominator: meanDenominator,
      observedNumerator: observed.numerator,
      observedDenominator: observed.denominator,
    };
  };
  const whole = ratioOf(total);
  if (whole === undefined) return undefined;
  const known = parts.flatMap((part) => {
    const ratio = ratioOf(part);
    return ratio === undefined ? [] : [{ ...ratio, value: part.key.dim }];
  });
  return explainRatio(whole, known)?.map(({ value, ...rest }) => ({ ...rest, value: value ?? null }));
}

/** The greatest ones; the others, with what no value covers, as one. All numbers are finite. */
export function greatest(contributions: readonly ContributionView[]): ContributionView[] {
  const finite = contributions.filter(
    ({ contribution, share }) => Number.isFinite(contribution) && Number.isFinite(share),
  );
  if (finite.length <= MAX_CONTRIBUTIONS) return finite;
  const named = finite.filter(({ value }) => value !== null).slice(0, MAX_CONTRIBUTIONS - 1);
  const rest = finite.filter((each) => !named.includes(each));
  return [
    ...named,
    {
      value: null,
      contribution: rest.reduce((sum, { contribution }) => sum + contribution, 0),
      share: rest.reduce((sum, { share }) => sum + share, 0),
    },
  ];
}
