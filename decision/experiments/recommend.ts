import type {
  Experiment,
  ExperimentReading,
  MetricReading,
  Recommendation,
  VariantMetric,
} from '../../platform/contracts/experiment.ts';

type Known = Pick<ExperimentReading, 'readings' | 'sampleRatioP' | 'plannedUsers'>;

/** Below this the split is broken, and nothing else may be believed. */
const BROKEN_SPLIT = 0.001;
/** A choice by belief alone: what is given up must be below this share of the control's mean (seeds: apply above 5% lift; a tenth of it). */
const SMALL_LOSS = 0.005;
const SURE = 0.95;

/**
 * What to do, in this order: mend a broken split; stop what does harm; choose a winner; stop what shows no difference worth having; wait.
 * A winner under `fixed` is one whose always-valid interval lies on the better side of 0; under `thompson`, one that wins with 95% and whose
 * expected loss is below 0.5% of the control's mean.
 */
export function recommend(experiment: Experiment, known: Known, nowMs: number): Recommendation {
  const primary = known.readings.find(({ role }) => role === 'primary');
  const best = primary === undefined ? undefined : bestOf(experiment, primary);
  const lifts = { expectedLift: best?.lift ?? null, riskAdjustedLift: best?.riskAdjusted ?? null };
  if (known.sampleRatioP < BROKEN_SPLIT) {
    return {
      advice: 'mend-split',
      reasons: [
        `Users did not fall onto the variants as their shares say (p ${known.sampleRatioP.toExponential(1)}): find out who is lost before believing any number.`,
      ],
      ...lifts,
    };
  }
  const harm = harmOf(experiment, known.readings);
  if (harm !== undefined) return { advice: 'stop-harm', ...harm, ...lifts };
  if (primary === undefined || best === undefined) {
    return { advice: 'wait', reasons: ['There are too few users to compare yet.'], ...lifts };
  }
  const winner =
    experiment.allocation === 'fixed'
      ? provenWinner(experiment, primary)
      : believedWinner(experiment, primary);
  if (winner !== undefined) return { advice: 'choose', ...winner, ...lifts };
  const fewest = Math.min(...primary.variants.map(({ users }) => users));
  const isFull =
    known.plannedUsers !== null && fewest >= known.plannedUsers && experiment.allocation === 'fixed';
  const isOver = nowMs - (experiment.startedAtMs ?? nowMs) >= experiment.maxDays * 86_400_000;
  if (isFull && isWithinEffect(experiment, primary)) {
    return {
      advice: 'no-difference',
      reasons: [
        `Every interval lies within ±${percent(experiment.minimumEffect)} of the control: there is no difference worth having.`,
      ],
      ...lifts,
    };
  }
  if (isOver) {
    return {
      advice: 'no-difference',
      reasons: [`${experiment.maxDays} days are over without a difference that could be shown.`],
      ...lifts,
    };
  }
  const planned = known.plannedUsers === null ? 'not known yet' : known.plannedUsers.toLocaleString('en-US');
  return {
    advice: 'wait',
    reasons: [
      `Nothing is shown yet. The smallest variant has ${fewest.toLocaleString('en-US')} users; a fixed test for ${percent(experiment.minimumEffect)} plans ${planned}.`,
    ],
    ...lifts,
  };
}

interface About {
  readonly variant: string;
  readonly reasons: string[];
}

/** The first guardrail whose harm is shown to be beyond what is allowed: the whole interval lies there. */
function harmOf(experiment: Experiment, readings: readonly MetricReading[]): About | undefined {
  for (const { metric, maxHarm, variants } of readings) {
    if (maxHarm === undefined) continue;
    for (const [i, { lift }] of variants.entries()) {
      const variant = experiment.variants[i];
      if (variant === undefined || lift === undefined) continue;
      const leastHarm = metric.higherIsBetter ? negated(lift.upper) : lift.lower;
      if (leastHarm !== null && leastHarm > maxHarm) {
        return {
          variant: variant.key,
          reasons: [
            `${variant.title} makes ${metric.title} worse by at least ${percent(leastHarm)} (allowed: ${percent(maxHarm)}).`,
          ],
        };
      }
    }
  }
  return undefined;
}

function provenWinner(experiment: Experiment, { metric, variants }: MetricReading): About | undefined {
  const proven = variants.flatMap((each, i) => {
    const least =
      each.lift === undefined ? null : metric.higherIsBetter ? each.lift.lower : negated(each.lift.upper);
    return least !== null && least > 0 ? [{ each, i, least }] : [];
  });
  const [first] = proven.toSorted((a, b) => b.each.winProbability - a.each.winProbability);
  const variant = first === undefined ? undefined : experiment.variants[first.i];
  if (first === undefined || variant === undefined) return undefined;
  return {
    variant: variant.key,
    reasons: [
      `${variant.title} is better than the control by at least ${percent(first.least)} with ${percent(1 - experiment.alpha)} confidence, however often this was looked at.`,
      `It is the best of all with a chance of ${chance(first.each.winProbability)}.`,
    ],
  };
}

function believedWinner(experiment: Experiment, { variants }: MetricReading): About | undefined {
  const base = Math.abs(variants[0]?.mean ?? 0);
  const index = variants.findIndex(
    ({ winProbability, expectedLoss }) =>
      winProbability >= SURE && base > 0 && expectedLoss <= SMALL_LOSS * base,
  );
  const variant = experiment.variants[index];
  const reading = variants[index];
  if (variant === undefined || reading === undefined) return undefined;
  return {
    variant: variant.key,
    reasons: [
      `${variant.title} is the best with a chance of ${chance(reading.winProbability)}; choosing it gives up ${percent(reading.expectedLoss / base)} of the control's mean on average.`,
      'Shares followed the results, so this is a belief and not a test.',
    ],
  };
}

function isWithinEffect({ minimumEffect }: Experiment, { variants }: MetricReading): boolean {
  return variants.every(
    ({ lift }, i) =>
      i === 0 ||
      (lift !== undefined &&
        lift.lower !== null &&
        lift.upper !== null &&
        lift.lower > -minimumEffect &&
        lift.upper < minimumEffect),
  );
}

/** The variant most likely to win, with its lift in the metric's better direction. */
function bestOf(
  experiment: Experiment,
  { metric, variants }: MetricReading,
): { readonly lift: number | null; readonly riskAdjusted: number | null } | undefined {
  const base = variants[0]?.mean ?? 0;
  const hasComparison = variants.some(({ lift }) => lift !== undefined);
  if (!hasComparison || !(base > 0)) return undefined;
  const best = variants.reduce<VariantMetric | undefined>(
    (top, each) => (top === undefined || each.winProbability > top.winProbability ? each : top),
    undefined,
  );
  if (best === undefined) return undefined;
  const lift = ((best.mean - base) / base) * (metric.higherIsBetter ? 1 : -1);
  return { lift, riskAdjusted: lift - best.expectedLoss / base };
}

function negated(value: number | null): number | null {
  return value === null ? null : -value;
}

function percent(share: number): string {
  const value = share * 100;
  return `${Math.abs(value) >= 10 ? value.toFixed(0) : value.toFixed(1)}%`;
}

/** Never "100%": nothing of this kind is certain. */
function chance(probability: number): string {
  return probability > 0.999 ? 'more than 99.9%' : percent(probability);
}
