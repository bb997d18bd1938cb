/**
 * ρ-zCDP: the currency of the budget. It adds up over answers whatever was asked before (Bun and Steinke 2016; as a filter for questions
 * chosen one after the other, Whitehouse et al. 2022), and turns into (ε, δ) as a whole. Conversion as in Canonne, Kamath, Steinke 2020,
 * corollary 13; the same numbers as OpenDP.
 */

/** ρ of the Gaussian mechanism: L2 sensitivity over standard deviation, squared and halved. */
export function gaussianRho(sensitivity: number, sigma: number): number {
  return (sensitivity / sigma) ** 2 / 2;
}

/** ρ that any ε-DP mechanism has (Bun and Steinke, proposition 3.3). */
export function pureRho(epsilon: number): number {
  return epsilon ** 2 / 2;
}

/** Least δ such that ρ-zCDP implies (ε, δ)-DP. */
export function zcdpDelta(rho: number, epsilon: number): number {
  if (rho <= 0) return 0;
  let low = 1.01;
  let high = (epsilon + 1) / (2 * rho) + 2;
  // Bisection on the derivative of the convex bound in α; doubles end it after at most about 1,100 halvings, in practice 60.
  for (let i = 0; i < 1_100; i += 1) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    const slope = (2 * middle - 1) * rho - epsilon + Math.log1p(-1 / middle);
    if (slope < 0) low = middle;
    else high = middle;
  }
  const alpha = (low + high) / 2;
  const logDelta = (alpha - 1) * (alpha * rho - epsilon) + alpha * Math.log1p(-1 / alpha);
  return Math.min(1, Math.exp(logDelta) / (alpha - 1));
}

/** Least ε such that ρ-zCDP implies (ε, δ)-DP. */
export function zcdpEpsilon(rho: number, delta: number): number {
  if (rho <= 0 || delta >= 1) return 0;
  let low = 0;
  let high = rho + 2 * Math.sqrt(rho * Math.log(1 / delta));
  for (let i = 0; i < 100; i += 1) {
    const middle = (low + high) / 2;
    if (zcdpDelta(rho, middle) <= delta) high = middle;
    else low = middle;
  }
  return high;
}

/** Greatest ρ that still implies (ε, δ)-DP: a budget in ε and δ as the sum that may be spent. */
export function zcdpRho(epsilon: number, delta: number): number {
  let low = 0;
  let high = epsilon + 1;
  for (let i = 0; i < 200; i += 1) {
    const middle = (low + high) / 2;
    if (zcdpDelta(middle, epsilon) <= delta) low = middle;
    else high = middle;
  }
  return low;
}
