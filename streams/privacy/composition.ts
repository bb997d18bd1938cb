/** What one answer guarantees on its own. */
export interface PrivacyLoss {
  readonly epsilon: number;
  readonly delta: number;
}

/** Basic composition: both add up (Dwork et al. 2006). Holds for any mixture, chosen in any order. */
export function composeBasic(losses: readonly PrivacyLoss[]): PrivacyLoss {
  return losses.reduce(
    (sum, loss) => ({ epsilon: sum.epsilon + loss.epsilon, delta: sum.delta + loss.delta }),
    { epsilon: 0, delta: 0 },
  );
}

/**
 * Optimal composition of `answers` equal losses: least ε on the ladder (k - 2i)·ε whose δ is at most `totalDelta`; undefined when none is.
 * Kairouz, Oh, Viswanath, "The Composition Theorem for Differential Privacy" (2015), theorem 3.3.
 */
export function composeAdvanced(loss: PrivacyLoss, answers: number, totalDelta: number): number | undefined {
  const { epsilon, delta } = loss;
  const logNormaliser = answers * Math.log1p(Math.exp(epsilon));
  for (let i = Math.floor(answers / 2); i >= 0; i -= 1) {
    let ladderDelta = 0;
    let logChoose = 0;
    for (let l = 0; l < i; l += 1) {
      if (l > 0) logChoose += Math.log((answers - l + 1) / l);
      const upper = Math.exp(logChoose + epsilon * (answers - l) - logNormaliser);
      ladderDelta += upper * -Math.expm1(epsilon * (2 * l - 2 * i));
    }
    const total = -Math.expm1(answers * Math.log1p(-delta) + Math.log1p(-Math.min(1, ladderDelta)));
    if (total <= totalDelta) return epsilon * (answers - 2 * i);
  }
  return undefined;
}
