/** How well probabilities foretold what happened. `label` is 0 or 1. */
export interface ClassificationMetrics {
  /** Chance that one who left scored above one who stayed. */
  readonly auc: number;
  readonly averagePrecision: number;
  readonly logLoss: number;
  readonly brier: number;
  /** Mean distance of predicted and observed rate over ten bins of equal width, weighed by rows. */
  readonly calibrationError: number;
}

export function classificationMetrics(probability: Float64Array, label: Uint8Array): ClassificationMetrics {
  const n = label.length;
  const order = [...label.keys()].sort((a, b) => (probability[b] ?? 0) - (probability[a] ?? 0));
  const positives = label.reduce((sum, each) => sum + each, 0);
  const negatives = n - positives;
  let pairs = 0;
  let precisionSum = 0;
  let seen = 0;
  let found = 0;
  for (let i = 0; i < n;) {
    // Equal scores are one step of the curve.
    let j = i;
    let here = 0;
    // Once at least: what is no number equals not even itself.
    do here += label[order[j++] ?? 0] ?? 0;
    while (j < n && probability[order[j] ?? 0] === probability[order[i] ?? 0]);
    const others = j - i - here;
    pairs += others * (found + here / 2);
    found += here;
    seen = j;
    precisionSum += here * (found / seen);
    i = j;
  }
  let logLoss = 0;
  let brier = 0;
  const rows = new Float64Array(10);
  const predicted = new Float64Array(10);
  const observed = new Float64Array(10);
  for (const [i, y] of label.entries()) {
    const p = Math.min(1 - 1e-15, Math.max(1e-15, probability[i] ?? 0));
    logLoss -= y === 1 ? Math.log(p) : Math.log1p(-p);
    brier += (p - y) ** 2;
    const bin = Math.min(9, Math.floor(p * 10));
    rows[bin] = (rows[bin] ?? 0) + 1;
    predicted[bin] = (predicted[bin] ?? 0) + p;
    observed[bin] = (observed[bin] ?? 0) + y;
  }
  const calibrationError =
    predicted.reduce((sum, each, b) => sum + Math.abs(each - (observed[b] ?? 0)), 0) / n;
  return {
    auc: positives > 0 && negatives > 0 ? pairs / (positives * negatives) : 0.5,
    averagePrecision: positives > 0 ? precisionSum / positives : 0,
    logLoss: logLoss / n,
    brier: brier / n,
    calibrationError,
  };
}
