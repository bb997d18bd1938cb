import type { Expected } from '../../platform/contracts/decision.ts';
import type { Experiment, ExperimentResult } from '../../platform/contracts/experiment.ts';
import type { ProposalOrigin } from '../../platform/contracts/proposal.ts';
import { hashOf } from '../lifecycle/hash.ts';
import { atStake, factsFrom, settled, type NoWish, type Wish } from './wish.ts';

const dayMs = 86_400_000;
const horizonMs = 28 * dayMs;
const revenueKpi = 'total_revenue';

/**
 * An experiment's advice to choose a variant, as its roll-out to everybody. Predicted for a metric of revenue: lift of the mean times the users
 * of four weeks, as many a day as were seen, with the always-valid interval of the lift; a conversion has no money of its own, its lift is
 * among the facts.
 */
export function wishOfExperiment(
  source: ProposalOrigin['source'],
  experiment: Experiment,
  result: ExperimentResult | undefined,
  nowMs: number,
): Wish | NoWish {
  if (result === undefined || result.startedAtMs !== experiment.startedAtMs)
    return { nothing: 'The experiment has not been read since it was started.' };
  const { readings, recommendation } = result.reading;
  const { advice, variant } = recommendation;
  if (advice !== 'choose' || variant === undefined)
    return { nothing: `It does not recommend a variant yet: ${recommendation.reasons[0] ?? advice}` };
  const index = experiment.variants.findIndex(({ key }) => key === variant);
  const chosen = experiment.variants[index];
  const control = experiment.variants[0];
  if (chosen === undefined || control === undefined || index < 0)
    return { nothing: 'The variant it recommends is not of the experiment.' };
  if (index === 0) return { nothing: 'It recommends the control: there is nothing to roll out.' };
  const primary = readings.find(({ role }) => role === 'primary');
  const base = primary?.variants[0];
  const winner = primary?.variants[index];
  const users = primary?.variants.reduce((sum, each) => sum + each.users, 0) ?? 0;
  const ranMs = (experiment.stoppedAtMs ?? nowMs) - (experiment.startedAtMs ?? nowMs);
  const lift = winner?.lift;
  const perHorizon = ranMs > 0 ? (users / experiment.traffic) * (horizonMs / Math.max(ranMs, dayMs)) : 0;
  const isMoney = primary?.metric.kind === 'revenue';
  const of = (relative: number | null | undefined): number | null =>
    relative === null || relative === undefined || base === undefined
      ? null
      : settled(relative * base.mean * perHorizon);
  const delta = of(lift?.value);
  const expected: Expected | null =
    isMoney && delta !== null
      ? { kpi: revenueKpi, delta, low: of(lift?.lower), high: of(lift?.upper), horizonMs }
      : null;
  return {
    source,
    title: `Roll out ${chosen.title} of “${experiment.title}”`.slice(0, 300),
    key: `proposal|experiment|${experiment.key}`,
    dims: {},
    link: `/experiments/${experiment.key}`,
    because: `Experiment “${experiment.title}” recommends ${chosen.title}`.slice(0, 300),
    facts: factsFrom({
      metric: primary?.metric.title ?? '',
      users,
      mean_of_control: base?.mean ?? null,
      mean_of_variant: winner?.mean ?? null,
      lift: lift?.value ?? null,
      lift_low: lift?.lower ?? null,
      lift_high: lift?.upper ?? null,
      win_probability: winner?.winProbability ?? null,
      expected_loss: winner?.expectedLoss ?? null,
      p_value: winner?.pValue ?? null,
      sample_ratio_p: result.reading.sampleRatioP,
      why: recommendation.reasons.join(' '),
    }),
    actions: [
      {
        kind: 'rollout',
        params: { target: `experiment/${experiment.key}`, from: control.key, to: chosen.key },
      },
    ],
    others: experiment.variants.filter(({ key }) => key !== variant).map(({ title }) => title),
    money: expected === null ? null : atStake(expected),
    expected,
    assumptions: [
      'As many users come as did during the experiment.',
      'What held for its users holds for all, and lasts as long as the metric’s window looked.',
    ],
    restsOn: adviceHash(experiment, result),
  };
}

/** What the advice is, not every reading on the way: numbers that move and say the same leave the proposal. */
export function adviceHash({ key, startedAtMs }: Experiment, result: ExperimentResult | undefined): string {
  const advice = result?.startedAtMs === startedAtMs ? result?.reading.recommendation : undefined;
  return hashOf({
    key,
    startedAtMs: startedAtMs ?? null,
    advice: advice?.advice ?? null,
    variant: advice?.variant ?? null,
  });
}
