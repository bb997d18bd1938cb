import type { Experiment, ExperimentReading } from '../../platform/contracts/experiment.ts';
import type { Posterior } from './posterior.ts';
import { thompsonShares } from './thompson.ts';

/** Shares change at most this often, so that each epoch has users enough for the test of the split. */
const EPOCH_MS = 3_600_000;
const LEAST_CHANGE = 0.02;
/** What KV holds of one experiment; at the end the last shares stay. */
const MAX_EPOCHS = 1_000;

/** The experiment after a reading: stopped where it does harm and may stop itself, with new shares under `thompson`, else undefined. */
export function stepExperiment(
  experiment: Experiment,
  reading: ExperimentReading,
  posteriors: readonly Posterior[],
  nowMs: number,
): Experiment | undefined {
  if (experiment.state !== 'running') return undefined;
  const { advice, reasons } = reading.recommendation;
  if (advice === 'stop-harm' && experiment.stopsOnHarm) {
    return {
      ...experiment,
      state: 'stopped',
      stoppedAtMs: nowMs,
      stopReason: `Stopped by itself: ${reasons[0] ?? 'a guardrail was broken'}`.slice(0, 500),
    };
  }
  if (experiment.allocation !== 'thompson') return undefined;
  const last = experiment.epochs.at(-1);
  if (last === undefined || nowMs - last.fromMs < EPOCH_MS || experiment.epochs.length >= MAX_EPOCHS)
    return undefined;
  const shares = thompsonShares(posteriors, experiment.exploration);
  const change = Math.max(...shares.map((share, i) => Math.abs(share - (last.shares[i] ?? 0))));
  return change < LEAST_CHANGE
    ? undefined
    : { ...experiment, epochs: [...experiment.epochs, { fromMs: nowMs, shares }] };
}
