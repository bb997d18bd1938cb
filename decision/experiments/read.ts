import type {
  Experiment,
  ExperimentMetric,
  ExperimentReading,
  MetricReading,
  VariantMetric,
} from '../../platform/contracts/experiment.ts';
import { normalQuantile } from '../../platform/statistics/normal.ts';
import { standings } from './best-of.ts';
import { conversionPosterior, meanPosterior, type Posterior } from './posterior.ts';
import { recommend } from './recommend.ts';
import { sampleRatioPValue } from './sample-ratio.ts';
import { usersForConversion, usersForMean } from './sample-size.ts';
import { compareMeans, varianceOfMean, type Sums } from './sequential.ts';

/** What the events say of one metric: sums of every variant's users, in the order of the variants. Conversions are ones. */
export interface MetricSums {
  readonly metric: string;
  readonly variants: readonly Sums[];
}

/** Everything counted of an experiment up to a moment. */
export interface ExperimentCounts {
  readonly metrics: readonly MetricSums[];
  /** Users first seen in each epoch of shares, by variant. */
  readonly epochs: readonly { readonly shares: readonly number[]; readonly users: readonly number[] }[];
  readonly mixedUsers: number;
  /** Counted as first allocated, though they saw another variant after the shares had changed. */
  readonly movedUsers: number;
}

/** Least p-values so far, by `<metric>/<variant>`: an always-valid p-value may be kept. Lives with the experiment. */
export type KeptPValues = Readonly<Record<string, number>>;

/** Fewer users than this a variant, or fewer who did it, say nothing yet: no comparison is shown. */
const MIN_USERS = 50;
const MIN_CONVERSIONS = 5;

/**
 * What is known of an experiment, and the p-values to keep. Bayesian: win probability and expected loss by exact posteriors. Frequentist: the
 * confidence sequence, alpha divided by the number of variants against the control (Bonferroni), so that looking as often as one likes
 * names a false winner with probability alpha at most. Under `thompson` the users are not independent of what was seen before, so no test
 * is shown there. A metric that should fall is turned round for winning and losing, never for what is shown.
 */
export function readExperiment(
  experiment: Experiment,
  counts: ExperimentCounts,
  kept: KeptPValues,
  nowMs: number,
): [KeptPValues, ExperimentReading] {
  const next: Record<string, number> = { ...kept };
  const roles = [
    { metric: experiment.primary, role: 'primary' as const },
    ...experiment.secondary.map((metric) => ({ metric, role: 'secondary' as const })),
    ...experiment.guardrails.map(({ metric, maxHarm }) => ({ metric, role: 'guardrail' as const, maxHarm })),
  ];
  const readings = roles.map((each): MetricReading => {
    const sums = counts.metrics.find(({ metric }) => metric === each.metric.key)?.variants ?? [];
    return { ...each, variants: readMetric(experiment, each.metric, sums, next) };
  });
  const sampleRatioP = sampleRatioPValue(counts.epochs.map(seenOf));
  const base = counts.metrics.find(({ metric }) => metric === experiment.primary.key)?.variants[0];
  const plannedUsers = base === undefined ? null : plannedUsersOf(experiment, base);
  const known = { readings, sampleRatioP, plannedUsers };
  return [
    next,
    {
      atMs: nowMs,
      ...known,
      mixedUsers: counts.mixedUsers,
      movedUsers: counts.movedUsers,
      recommendation: recommend(experiment, known, nowMs),
    },
  ];
}

/** A variant that gets nobody has no place in the test of the split. */
function seenOf(epoch: ExperimentCounts['epochs'][number]): ExperimentCounts['epochs'][number] {
  const seen = epoch.shares.map((_, i) => i).filter((i) => (epoch.shares[i] ?? 0) > 0);
  return {
    shares: seen.map((i) => epoch.shares[i] ?? 0),
    users: seen.map((i) => epoch.users[i] ?? 0),
  };
}

function readMetric(
  experiment: Experiment,
  metric: ExperimentMetric,
  sums: readonly Sums[],
  kept: Record<string, number>,
): VariantMetric[] {
  const all = experiment.variants.map((_, i) => sums[i] ?? { users: 0, sum: 0, sumSquares: 0 });
  const posteriors = all.map((each) => posteriorOf(metric, each));
  const standing = standings(posteriors.map((each) => (metric.higherIsBetter ? each : mirrored(each))));
  const [control] = all;
  const alpha = experiment.alpha / (experiment.variants.length - 1);
  return all.map((each, i) => {
    const posterior = posteriors[i];
    const reach = normalQuantile(0.975) * (posterior?.sd ?? 0);
    const reading: VariantMetric = {
      users: each.users,
      mean: each.users === 0 ? 0 : each.sum / each.users,
      lower: (posterior?.mean ?? 0) - reach,
      upper: (posterior?.mean ?? 0) + reach,
      winProbability: standing[i]?.winProbability ?? 0,
      expectedLoss: standing[i]?.expectedLoss ?? 0,
    };
    if (metric.kind === 'conversion') {
      reading.lower = Math.max(0, reading.lower);
      reading.upper = Math.min(1, reading.upper);
    }
    if (i === 0 || control === undefined || !isEnough(metric, control) || !isEnough(metric, each))
      return reading;
    const found = compareMeans(control, each, alpha);
    if (found === undefined) return reading;
    const base = control.sum / control.users;
    const relative = (difference: number): number | null => (base > 0 ? difference / base : null);
    if (experiment.allocation === 'fixed') {
      const key = `${metric.key}/${experiment.variants[i]?.key ?? i}`;
      kept[key] = Math.min(kept[key] ?? 1, found.pValue);
      reading.pValue = Math.min(1, kept[key] * (experiment.variants.length - 1));
      reading.lift = {
        value: relative(found.difference),
        lower: relative(found.lower),
        upper: relative(found.upper),
      };
    } else {
      reading.lift = { value: relative(found.difference), lower: null, upper: null };
    }
    return reading;
  });
}

function isEnough(metric: ExperimentMetric, { users, sum }: Sums): boolean {
  return users >= MIN_USERS && (metric.kind === 'revenue' || sum >= MIN_CONVERSIONS);
}

/** Before a variant has two users whose amounts differ, a mean is believed to lie anywhere: a deviation as wide as the mean, 1 at least. */
function posteriorOf(metric: ExperimentMetric, sums: Sums): Posterior {
  if (metric.kind === 'conversion') return conversionPosterior(sums.users, sums.sum);
  const mean = sums.users === 0 ? 0 : sums.sum / sums.users;
  const variance = sums.users < 2 ? 0 : varianceOfMean(sums);
  return meanPosterior(mean, variance > 0 ? Math.sqrt(variance) : Math.max(1, Math.abs(mean)));
}

/** What is believed of the primary metric, the better the higher: what shares follow. */
export function primaryPosteriors(experiment: Experiment, counts: ExperimentCounts): Posterior[] {
  const { primary } = experiment;
  const sums = counts.metrics.find(({ metric }) => metric === primary.key)?.variants ?? [];
  return experiment.variants.map((_, i) => {
    const posterior = posteriorOf(primary, sums[i] ?? { users: 0, sum: 0, sumSquares: 0 });
    return primary.higherIsBetter ? posterior : mirrored(posterior);
  });
}

/** The same belief about minus the mean: the lowest becomes the highest. */
function mirrored(posterior: Posterior): Posterior {
  return {
    mean: -posterior.mean,
    sd: posterior.sd,
    density: (x) => posterior.density(-x),
    cdf: (x) => 1 - posterior.cdf(-x),
  };
}

function plannedUsersOf(experiment: Experiment, base: Sums): number | null {
  const { alpha, power, minimumEffect, primary } = experiment;
  if (!isEnough(primary, base)) return null;
  const mean = base.sum / base.users;
  const rates = { alpha: alpha / (experiment.variants.length - 1), power };
  if (primary.kind === 'conversion') {
    if (mean * (1 + minimumEffect) >= 1) return null;
    return Math.ceil(usersForConversion(mean, minimumEffect, rates));
  }
  const sd = Math.sqrt(varianceOfMean(base) * base.users);
  return sd > 0 && mean > 0 ? Math.ceil(usersForMean((mean * minimumEffect) / sd, rates)) : null;
}
