import type {
  ForecastHorizon,
  ForecastRecommendation,
  SeriesForecastDetail,
} from '../../platform/contracts/forecast.ts';

type Made = Omit<SeriesForecastDetail, 'madeAtMs' | 'modelVersion'>;

/** Steps that recommendations look ahead by the day, where there is such a horizon; else the longest there is. */
const AHEAD = 30;
/** Parts smaller than this share of their whole are not worth a word. */
const LEAST_SHARE = 0.05;
/** A share of the market that moves less than this stays what it is. */
const LEAST_MOVE = 0.005;
const MOST = 4;

/**
 * What the forecasts of the panel suggest doing about each total by the day, most worth first. Only what even the cautious bound of a scenario says: a part that grows by
 * its lower .68 bound is worth more, one that shrinks by its upper bound a look, and where seasonal-naive did as well as any model no plan
 * should be built on the total. Of views, how the share of the market moves where competitors' views are forecast too.
 */
export function withRecommendations(made: readonly Made[]): Made[] {
  return made.map((whole) =>
    whole.grain === 'daily' && whole.rollup === 'total' && !whole.isStock
      ? { ...whole, recommendations: recommendationsOf(whole, made) }
      : whole,
  );
}

function recommendationsOf(whole: Made, made: readonly Made[]): ForecastRecommendation[] {
  const horizon = horizonOf(whole);
  if (horizon === undefined) return [];
  const days = `${horizon.steps} day${horizon.steps === 1 ? '' : 's'}`;
  const parts = made.flatMap((part) => {
    const own = part.horizons.find(({ steps }) => steps === horizon.steps);
    const isPart = part.kpi === whole.kpi && (part.rollup === 'channel' || part.rollup === 'stream');
    if (!isPart || own === undefined || part.dim === '' || part.dim.endsWith('(rest)')) return [];
    if (!(Math.abs(own.before ?? 0) >= LEAST_SHARE * Math.abs(horizon.before ?? 0))) return [];
    return [{ part, own, low: growthOf(own, 'conservative'), high: growthOf(own, 'optimistic') }];
  });
  const found: (ForecastRecommendation & { readonly worth: number })[] = [];
  for (const { high, low, own, part } of parts) {
    const named = `${part.rollup} ${part.dim}`;
    // A repeated season has no view of its own on where a part goes.
    if (own.method !== 'ensemble') continue;
    const worth = Math.abs(own.total - (own.before ?? own.total));
    if (low !== null && low > 0)
      found.push({
        kind: 'grow',
        words: `Give ${named} more: its ${lower(whole.title)} grows.`,
        because: `Over the next ${days} ${percent(growthOf(own, 'likely'))} on the ${days} before, and ${percent(low)} even by the lower .68 bound.`,
        worth,
      });
    if (high !== null && high < 0)
      found.push({
        kind: 'mend',
        words: `Look into ${named}: its ${lower(whole.title)} falls.`,
        because: `Over the next ${days} ${percent(growthOf(own, 'likely'))} on the ${days} before, and ${percent(high)} even by the upper .68 bound.`,
        worth,
      });
  }
  const { backtest } = horizon;
  const caution: ForecastRecommendation[] =
    horizon.method === 'seasonal-naive' && backtest.origins > 0
      ? [
          {
            kind: 'caution',
            words: `Do not plan on this total alone over ${days}: use its bounds.`,
            because: `No model did better here than repeating the last season, at ${backtest.origins} past origins.`,
          },
        ]
      : [];
  const best = found.toSorted((a, b) => b.worth - a.worth).slice(0, MOST);
  return [...caution, ...marketOf(whole, horizon, made), ...best.map(({ worth: _, ...each }) => each)];
}

/** How the share of the market in views moves, if competitors go on as they are forecast. */
function marketOf(whole: Made, horizon: ForecastHorizon, made: readonly Made[]): ForecastRecommendation[] {
  if (whole.kpi !== 'views') return [];
  const theirs = made.find(({ kpi, rollup }) => kpi === 'competitor_views' && rollup === 'total');
  const rival = theirs?.horizons.find(({ steps }) => steps === horizon.steps);
  if (rival === undefined) return [];
  const now = shareOf(horizon.before, rival.before);
  const then = shareOf(horizon.total, rival.total);
  if (now === undefined || then === undefined || Math.abs(then - now) < LEAST_MOVE) return [];
  const moved = `${(100 * now).toFixed(1)}% to ${(100 * then).toFixed(1)}%`;
  return [
    {
      kind: then < now ? 'mend' : 'grow',
      words:
        then < now
          ? 'Competitors grow faster: see Trends for what they gain by.'
          : 'The market moves your way: hold the course.',
      because: `The share of views, own and of reported competitors together, goes from ${moved} over the next ${horizon.steps} days as both are forecast.`,
    },
  ];
}

function shareOf(own: number | null, others: number | null): number | undefined {
  const sum = (own ?? 0) + (others ?? 0);
  return own === null || others === null || !(sum > 0) ? undefined : own / sum;
}

function horizonOf({ horizons }: Made): ForecastHorizon | undefined {
  return horizons.findLast(({ steps }) => steps <= AHEAD);
}

function growthOf({ scenarios }: ForecastHorizon, name: string): number | null {
  return scenarios.find((each) => each.name === name)?.growth ?? null;
}

function percent(growth: number | null): string {
  if (growth === null) return 'not to be compared';
  return `${growth >= 0 ? '+' : '−'}${(100 * Math.abs(growth)).toFixed(1)}%`;
}

function lower(title: string): string {
  return `${title.slice(0, 1).toLowerCase()}${title.slice(1)}`;
}
