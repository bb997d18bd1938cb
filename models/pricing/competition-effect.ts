import type { ElasticityView, PriceQuestion, ProductPricing } from '../../platform/contracts/pricing.ts';
import { elasticityOf } from './elasticity.ts';

/** What competitors do to a question about a price. */
export interface CompetitionEffect {
  /** Ours, with what competitors who follow take out of it. */
  readonly elasticity: ElasticityView;
  /** Of our volume, at their changed prices; and the deviation of its logarithm. */
  readonly factor: number;
  readonly deviation: number;
  readonly notes: readonly string[];
}

/**
 * Competitors who change their prices by a share multiply our volume by (1 + share)^cross; those who follow a part of our own move add that part of the cross elasticity to ours.
 * Where the cross elasticity was not read nothing is assumed, and that is told.
 */
export function competitionEffect(
  { competition }: ProductPricing,
  own: ElasticityView,
  { competitorMove = 0, follow = 0 }: PriceQuestion,
): CompetitionEffect {
  const cross = competition?.cross ?? null;
  const notes: string[] = [];
  if (cross === null) {
    if (competitorMove !== 0 || follow !== 0)
      notes.push('What competitors’ prices do to our volume was not read: their moves change nothing here.');
    else notes.push('Competitors are taken to stay where they are; what they do to our volume is unknown.');
    return { elasticity: own, factor: 1, deviation: 0, notes };
  }
  const log = Math.log1p(competitorMove);
  if (follow > 0)
    notes.push(
      `Competitors are taken to follow ${Math.round(100 * follow)}% of our move, which weakens what it does to our volume.`,
    );
  return {
    elasticity:
      follow > 0
        ? elasticityOf(own.value + follow * cross.value, Math.hypot(own.error, follow * cross.error))
        : own,
    factor: Math.exp(cross.value * log + (cross.error * log) ** 2 / 2),
    deviation: Math.abs(cross.error * log),
    notes,
  };
}
