import { defaultChurnBands, type ChurnBand } from '../../platform/contracts/churn-bands.ts';

/** The band of a probability: the highest that begins at or below it. */
export function bandOf(
  probability: number,
  bands: readonly ChurnBand[] = defaultChurnBands.bands,
): ChurnBand {
  const [lowest] = bands;
  if (lowest === undefined) throw new RangeError('there is no band');
  return bands.reduce(
    (found, each) => (probability >= each.from && each.from >= found.from ? each : found),
    lowest,
  );
}

/** The six factors of the seeds. What is not known is null and counts as its neutral half. */
export interface RuleFactors {
  readonly daysSinceLogin: number | null;
  readonly sessionsPerWeek: number | null;
  readonly sessionMinutes: number | null;
  /** Share of the features used, 0 to 1. */
  readonly featureUsage: number | null;
  /** Support tickets in the last 30 days. */
  readonly tickets: number | null;
  /** Failed payments in the last 90 days. */
  readonly failedPayments: number | null;
}

export interface RuleScore {
  readonly score: number;
  /** Points of each factor, strongest first. */
  readonly points: readonly { readonly factor: keyof RuleFactors; readonly points: number }[];
  /** To be shown with the score. */
  readonly note: string;
}

/** Weight of each factor and the values at which it is 0 and 1. The seeds name the factors and no weights; these are ours. */
const rules: readonly { factor: keyof RuleFactors; weight: number; calm: number; alarming: number }[] = [
  { factor: 'daysSinceLogin', weight: 0.3, calm: 3, alarming: 30 },
  { factor: 'sessionsPerWeek', weight: 0.2, calm: 5, alarming: 0 },
  { factor: 'featureUsage', weight: 0.15, calm: 0.6, alarming: 0 },
  { factor: 'failedPayments', weight: 0.15, calm: 0, alarming: 2 },
  { factor: 'sessionMinutes', weight: 0.1, calm: 15, alarming: 0 },
  { factor: 'tickets', weight: 0.1, calm: 0, alarming: 5 },
];

/** Score for tenants whose history is too short for a model: a sum of points, not a measured probability. */
export function ruleScore(factors: RuleFactors): RuleScore {
  const points = rules.map(({ factor, weight, calm, alarming }) => {
    const value = factors[factor];
    const alarm = value === null || !Number.isFinite(value) ? 0.5 : (value - calm) / (alarming - calm);
    return { factor, points: weight * Math.min(1, Math.max(0, alarm)) };
  });
  return {
    score: points.reduce((sum, each) => sum + each.points, 0),
    points: points.sort((a, b) => b.points - a.points),
    note: 'rule score, not a measured probability: there is too little history to learn from',
  };
}
