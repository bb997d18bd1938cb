import type { ChurnModelVersion } from './customers.ts';
import type { ModelManifest } from './model-manifest.ts';

/** The manifest of a version of the churn model: log-loss, against saying the average to everybody. */
export function churnManifest(version: ChurnModelVersion): ModelManifest {
  const { backtest, features, newest, newestOfCurrent } = version;
  return {
    name: 'churn',
    version: version.version,
    state: version.state,
    reason: version.reason,
    trainedAtMs: version.trainedAtMs,
    features: features ?? ['not written down'],
    series: backtest.rows,
    input: 0,
    horizon: 0,
    normalisation: 'features standardised',
    dataHash: version.dataHash,
    backend: 'javascript',
    backtest: {
      measure: 'log-loss',
      // The error is that of the newest date alone, on which the one in force was tried too.
      origins: newest === null ? backtest.origins.length : 1,
      error: newest ?? backtest.metrics.logLoss,
      currentError: newestOfCurrent,
      relativeToReference: backtest.baseLogLoss > 0 ? backtest.metrics.logLoss / backtest.baseLogLoss : null,
    },
  };
}
