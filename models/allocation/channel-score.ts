/** What is known of a channel before any response is read. */
export interface ChannelFacts {
  readonly id: string;
  /** Mean revenue a week, and its standard deviation as a share of it; null with fewer than four weeks. */
  readonly revenue: number;
  readonly variation: number | null;
  /** Change of revenue from week to week as a share; null with fewer than eight weeks. */
  readonly growth: number | null;
  /** What was spent a week, in money. */
  readonly spent: number;
  /** Views a week. */
  readonly views: number;
}

export interface ChannelScore {
  readonly performance: number;
  readonly growth: number;
  readonly market: number;
  readonly position: number;
  readonly risk: number;
  readonly total: number;
}

/** Weights of the seeds; a tenant's own history takes over as far as it speaks. */
const WEIGHTS = { performance: 0.3, growth: 0.25, market: 0.2, position: 0.15, risk: 0.1 };

/**
 * Factors of the seeds, each a rank among the tenant's channels from 0 to 1 (a half where nothing is known): return on what was spent, growth of
 * revenue, size of the audience, share of revenue, and how much revenue swings (counted against).
 */
export function scoreChannels(channels: readonly ChannelFacts[]): readonly ChannelScore[] {
  const performance = ranks(channels.map(({ revenue, spent }) => (spent > 0 ? revenue / spent : null)));
  const growth = ranks(channels.map((each) => each.growth));
  const market = ranks(channels.map(({ views }) => (views > 0 ? views : null)));
  const position = ranks(channels.map(({ revenue }) => (revenue > 0 ? revenue : null)));
  const risk = ranks(channels.map(({ variation }) => variation));
  return channels.map((_, i) => {
    const score = {
      performance: performance[i] ?? 0.5,
      growth: growth[i] ?? 0.5,
      market: market[i] ?? 0.5,
      position: position[i] ?? 0.5,
      risk: risk[i] ?? 0.5,
    };
    return {
      ...score,
      total:
        WEIGHTS.performance * score.performance +
        WEIGHTS.growth * score.growth +
        WEIGHTS.market * score.market +
        WEIGHTS.position * score.position +
        WEIGHTS.risk * (1 - score.risk),
    };
  });
}

/** Mid-ranks from 0 to 1; a half for what is unknown and for one alone. */
function ranks(values: readonly (number | null)[]): number[] {
  const known = values.flatMap((each) => (each !== null && Number.isFinite(each) ? [each] : []));
  return values.map((each) => {
    if (each === null || !Number.isFinite(each) || known.length < 2) return 0.5;
    const below = known.filter((other) => other < each).length;
    const same = known.filter((other) => other === each).length;
    return (below + (same - 1) / 2) / (known.length - 1);
  });
}
