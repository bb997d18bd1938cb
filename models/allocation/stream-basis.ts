import type { AllocationBasis, AllocationChannel } from '../../platform/contracts/allocation-plan.ts';
import { growthOf, meanOf, variationOf } from './basis.ts';
import { scoreChannels } from './channel-score.ts';
import type { AllocationFacts } from './facts.ts';
import { round } from './limits.ts';

const PERIOD_DAYS = 90;
const DAY_MS = 86_400_000;
/** The seeds' multipliers: effort may halve or double. */
const RANGE = [0.5, 2] as const;
const POINTS = 25;
/** A stream below this share is too small to be moved. */
const LEAST_SHARE = 0.002;

/**
 * Revenue streams as what effort is divided over, for 90 days. How a stream answers to effort nobody measures from events alone: effort is taken to lie where
 * revenue lies, and to return with an exponent between .3 and .7 by the seeds' factors (growth counts for more). All of it is said to be assumed; what
 * streams earn, how they grow and swing is measured.
 */
export function streamBasis(facts: AllocationFacts): AllocationBasis {
  const notes = [
    'How revenue answers to effort is assumed: effort lies where revenue lies now, and the answer follows the seeds’ factors. Shift effort for some weeks and compare.',
    'No stream may bring more than 60% of the revenue, as the seeds ask.',
  ];
  const byStream = new Map<string, { dayMs: number; revenue: number }[]>();
  for (const { stream, dayMs, revenue } of facts.streams) {
    if (stream.length > 128 || !Number.isFinite(revenue)) continue;
    const known = byStream.get(stream);
    if (known === undefined) byStream.set(stream, [{ dayMs, revenue }]);
    else known.push({ dayMs, revenue });
  }
  const days = [...new Set(facts.streams.map(({ dayMs }) => dayMs))].sort((a, b) => a - b);
  // The first and the running day are no whole days.
  const whole = days.slice(1).filter((dayMs) => dayMs + DAY_MS <= facts.nowMs);
  const used = whole.length > 0 ? whole : days;
  const streams = [...byStream].map(([id, rows]) => {
    const of = new Map(rows.map((each) => [each.dayMs, each.revenue]));
    return { id, values: used.map((dayMs) => of.get(dayMs) ?? 0) };
  });
  const total = streams.reduce((sum, { values }) => sum + Math.max(0, meanOf(values)), 0);
  const kept = streams
    .filter(({ values }) => meanOf(values) > LEAST_SHARE * total)
    .toSorted((a, b) => meanOf(b.values) - meanOf(a.values))
    .slice(0, 100);
  const scores = scoreChannels(
    kept.map(({ id, values }) => ({
      id,
      revenue: meanOf(values),
      variation: variationOf(values),
      growth: growthOf(values),
      spent: 0,
      views: 0,
    })),
  );
  if (used.length < 14)
    notes.push(
      `There are ${used.length} whole days of streams: growth is not read from fewer than fourteen.`,
    );
  return {
    tenant: facts.tenant,
    kind: 'revenue',
    computedAtMs: facts.nowMs,
    currency: facts.currency,
    periodDays: PERIOD_DAYS,
    weeks: Math.floor(used.length / 7),
    reportedWeeks: 0,
    resources: [{ id: 'effort', title: 'Effort', unit: 'percent', total: 100, currentTotal: 100 }],
    channels: kept.map(({ id, values }, i): AllocationChannel => {
      const score = scores[i] ?? {
        performance: 0.5,
        growth: 0.5,
        market: 0.5,
        position: 0.5,
        risk: 0.5,
        total: 0.5,
      };
      const mean = meanOf(values);
      const now = total > 0 ? (100 * mean) / total : 0;
      const exponent = 0.3 + 0.4 * score.total;
      const revenue = PERIOD_DAYS * mean;
      const scale = now > 0 ? revenue / now ** exponent : 0;
      const most = Math.min(100, RANGE[1] * now);
      return {
        id,
        revenue: round(revenue),
        base: 0,
        growth: used.length < 14 ? null : growthOf(values),
        score,
        current: { effort: now },
        bounds: { effort: [RANGE[0] * now, most] },
        responses: {
          effort: {
            curve: { type: 'power', scale, exponent },
            origin: 'prior',
            carryOver: 0,
            band: Array.from({ length: POINTS }, (_, k) => {
              const amount = (most * k) / (POINTS - 1);
              const at = (power: number): number => (now > 0 ? revenue * (amount / now) ** power : 0);
              const [a, b] = [at(exponent - 0.2), at(exponent + 0.2)];
              return { amount, value: at(exponent), low: Math.min(a, b), high: Math.max(a, b) };
            }),
          },
        },
        volatility: Math.min(
          1,
          Math.max(0.02, (variationOf(values) ?? 0.3) / Math.sqrt(Math.min(12, PERIOD_DAYS / 7))),
        ),
      };
    }),
    minShare: 0,
    maxStreamShare: 0.6,
    riskTolerance: 0.15,
    growthTarget: 0.15,
    commonCorrelation: 0.3,
    backtest: null,
    notes,
  };
}
