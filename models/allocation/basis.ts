import type {
  AllocationBasis,
  AllocationChannel,
  ChannelResponse,
} from '../../platform/contracts/allocation-plan.ts';
import type { Random } from '../../platform/time/random.ts';
import { scoreChannels, type ChannelScore } from './channel-score.ts';
import type { AllocationFacts, ChannelWeek } from './facts.ts';
import { createCurve } from './curve.ts';
import { limitsFor, round, seedResources, type ResourceId, type ResourceLimits } from './limits.ts';
import { priorResponse, responseOf } from './response-curve.ts';
import {
  backtestResponse,
  fitResponse,
  hasMoved,
  LEAST_PERIODS,
  valueOf,
  type ResponseBacktest,
  type ResponseFit,
  type ResponseHistory,
} from './response-fit.ts';

const PERIOD_DAYS = 30;
const WEEKS_A_PERIOD = PERIOD_DAYS / 7;
/** Weeks whose mean is the current plan. */
const RECENT_WEEKS = 8;
const MAX_CHANNELS = 500;
const RISK_TOLERANCE = 0.15;
const MARKETING_FLOOR = 0.05;
/** Share of the total that floors take at most. */
const MOST_FLOORS = 0.8;

/** Share of a channel's revenue that a resource is taken to bring before anything is known, times the channel's score and a half. */
const PRIOR_SHARES: Readonly<Record<ResourceId, number>> = {
  content_budget: 0.15,
  production_hours: 0.1,
  promotion: 0.1,
};

const amountOf: Readonly<Record<ResourceId, (week: ChannelWeek) => number>> = {
  content_budget: ({ production }) => production,
  production_hours: ({ hours }) => hours,
  promotion: ({ promotion }) => promotion,
};

interface ChannelHistory {
  readonly id: string;
  readonly weeks: readonly ChannelWeek[];
}

interface ReadChannel {
  readonly id: string;
  readonly weeks: readonly ChannelWeek[];
  readonly score: ChannelScore;
  readonly fit: ResponseFit | undefined;
  readonly backtest: ResponseBacktest | undefined;
  readonly growth: number | null;
}

/**
 * What content and marketing allocations are computed from: one response a channel and resource, read from weeks or, where they say too little, assumed
 * from the seeds' factors. Pure; tells progress, since hundreds of channels take some seconds.
 */
export function channelBases(
  facts: AllocationFacts,
  random: Random,
  progress: (share: number) => void,
): readonly [content: AllocationBasis, marketing: AllocationBasis] {
  const notes: string[] = [];
  const histories = historiesOf(facts.weeks, notes);
  const recent = (weeks: readonly ChannelWeek[], of: (week: ChannelWeek) => number): number =>
    meanOf(weeks.slice(-RECENT_WEEKS).map(of));
  const growths = histories.map(({ weeks }) => growthOf(weeks.map(({ revenue }) => revenue)));
  const scores = scoreChannels(
    histories.map(({ id, weeks }, i) => ({
      id,
      revenue: recent(weeks, ({ revenue }) => revenue),
      variation: variationOf(weeks.map(({ revenue }) => revenue)),
      growth: growths[i] ?? null,
      spent: recent(weeks, ({ production, promotion }) => production + promotion),
      views: recent(weeks, ({ views }) => views),
    })),
  );
  const read = histories.map(({ id, weeks }, i): ReadChannel => {
    progress(i / Math.max(1, histories.length));
    const score = scores[i] ?? {
      performance: 0.5,
      growth: 0.5,
      market: 0.5,
      position: 0.5,
      risk: 0.5,
      total: 0.5,
    };
    const history = responseHistory(weeks, score);
    const isReadable = weeks.length >= LEAST_PERIODS && history.inputs.length > 0;
    return {
      id,
      weeks,
      score,
      fit: isReadable ? fitResponse(history, random.fork(id)) : undefined,
      backtest: isReadable ? backtestResponse(history) : undefined,
      growth: growths[i] ?? null,
    };
  });
  const thin = read.filter(({ fit }) => fit === undefined).length;
  if (thin > 0)
    notes.push(
      `${thin} of ${read.length} channels have fewer than ${LEAST_PERIODS} weeks or amounts that never moved: their returns are assumed from the seeds' factors, not measured. Vary what they get, channel by channel, and they will be.`,
    );
  const shared = {
    tenant: facts.tenant,
    computedAtMs: facts.nowMs,
    currency: facts.currency,
    periodDays: PERIOD_DAYS,
    weeks: new Set(facts.weeks.map(({ weekMs }) => weekMs)).size,
    reportedWeeks: new Set(facts.weeks.filter(({ isReported }) => isReported).map(({ weekMs }) => weekMs))
      .size,
    maxStreamShare: null,
    riskTolerance: RISK_TOLERANCE,
    growthTarget: null,
    commonCorrelation: correlationOf(read),
    backtest: backtestOf(read),
  };
  const limits = seedResources.map(({ id }) =>
    limitsFor(
      id,
      histories.reduce((sum, { weeks }) => sum + WEEKS_A_PERIOD * recent(weeks, amountOf[id]), 0),
      histories.length,
    ),
  );
  const told = limits.filter(({ resource }) => resource.currentTotal > 0);
  const given = told.length > 0 ? told : limits;
  const floor = Math.min(MARKETING_FLOOR, MOST_FLOORS / Math.max(1, read.length));
  const marketingNotes =
    floor < MARKETING_FLOOR
      ? [
          ...notes,
          `${read.length} channels at 5% each would leave less than a fifth to divide: the floor is ${(100 * floor).toFixed(1)}%.`,
        ]
      : notes;
  const promotion = limits.filter(({ resource }) => resource.id === 'promotion');
  const isPromotionTold = promotion.some(({ resource }) => resource.currentTotal > 0);
  return [
    {
      ...shared,
      kind: 'content',
      resources: given.map(({ resource }) => resource),
      channels: read.map((each) => channelOf(each, given, recent)),
      minShare: 0,
      notes: [...notes, ...aboutAmounts(limits, told)],
    },
    {
      ...shared,
      kind: 'marketing',
      resources: promotion.map(({ resource }) => resource),
      channels: read.map((each) =>
        channelOf(
          each,
          promotion.map((limit) => ({ ...limit, least: 0, most: limit.resource.total })),
          recent,
        ),
      ),
      minShare: floor,
      notes: isPromotionTold ? marketingNotes : [...marketingNotes, NOTHING_TOLD],
    },
  ];
}

const NOTHING_TOLD =
  'Nothing tells what channels get now, so the totals are those of the seeds and growth against now is not known. Send ad_spend, content_generation or channel_report events.';

/** What the limits rest on. A resource that nobody tells of is left out: to give out the seeds' amount of it would be growth for nothing. */
function aboutAmounts(limits: readonly ResourceLimits[], told: readonly ResourceLimits[]): string[] {
  if (told.length === 0) return [NOTHING_TOLD];
  const missing = limits.filter((each) => !told.includes(each)).map(({ resource }) => resource.title);
  return [
    'Limits are those of the seeds in proportion to what you give out now.',
    ...(missing.length === 0
      ? []
      : [`Left out, because no event tells what channels get of it now: ${missing.join(', ')}.`]),
  ];
}

function historiesOf(weeks: readonly ChannelWeek[], notes: string[]): readonly ChannelHistory[] {
  const byChannel = new Map<string, ChannelWeek[]>();
  for (const week of weeks) {
    const known = byChannel.get(week.channel);
    if (known === undefined) byChannel.set(week.channel, [week]);
    else known.push(week);
  }
  const all = [...byChannel]
    .map(([id, own]) => ({ id, weeks: own }))
    // A week that is no number at all would spoil every sum it is in.
    .map(({ id, weeks: own }) => ({
      id,
      weeks: own.filter((week) =>
        [week.revenue, week.promotion, week.production, week.hours].every(
          (each) => Number.isFinite(each) && each >= 0,
        ),
      ),
    }))
    .filter(({ id, weeks: own }) => id.length <= 128 && own.some(({ revenue }) => revenue > 0));
  if (all.length > MAX_CHANNELS)
    notes.push(
      `Only the ${MAX_CHANNELS} channels with the highest revenue are looked at; there are ${all.length}.`,
    );
  const total = ({ weeks: own }: ChannelHistory): number =>
    own.reduce((sum, { revenue }) => sum + revenue, 0);
  return all.toSorted((a, b) => total(b) - total(a)).slice(0, MAX_CHANNELS);
}

function responseHistory(weeks: readonly ChannelWeek[], score: ChannelScore): ResponseHistory {
  const revenue = meanOf(weeks.map((each) => each.revenue));
  return {
    startsMs: weeks.map(({ weekMs }) => weekMs),
    outcome: Float64Array.from(weeks, (each) => each.revenue),
    inputs: seedResources.flatMap(({ id }) => {
      const amounts = Float64Array.from(weeks, amountOf[id]);
      return hasMoved(amounts) ? [{ id, amounts, priorReturn: priorReturn(id, revenue, score) }] : [];
    }),
  };
}

function priorReturn(id: ResourceId, revenue: number, score: ChannelScore): number {
  return PRIOR_SHARES[id] * (0.5 + score.total) * revenue;
}

function channelOf(
  { id, weeks, score, fit, growth }: ReadChannel,
  limits: readonly ResourceLimits[],
  recent: (weeks: readonly ChannelWeek[], of: (week: ChannelWeek) => number) => number,
): AllocationChannel {
  const revenue = recent(weeks, (each) => each.revenue);
  const current: Record<string, number> = {};
  const bounds: Record<string, [number, number]> = {};
  const responses: Record<string, ChannelResponse> = {};
  let [returned, spread] = [0, 0];
  for (const { resource, least, most } of limits) {
    const known = seedResources.find((each) => each.id === resource.id)?.id ?? 'promotion';
    const now = round(WEEKS_A_PERIOD * recent(weeks, amountOf[known]));
    current[resource.id] = now;
    bounds[resource.id] = [least, most];
    const draws = fit?.inputs.find((each) => each.id === known);
    const reach = Math.max(most, now);
    const response =
      draws === undefined || draws.draws.length === 0
        ? priorResponse(now, WEEKS_A_PERIOD * priorReturn(known, revenue, score), reach)
        : responseOf(draws.draws, draws.carryOver, reach, WEEKS_A_PERIOD);
    responses[resource.id] = response;
    // What the curve says of now, not what the draws do: the base is what a plan of today's amounts leaves of today's revenue.
    const ofNow = createCurve(response.curve).value(now);
    returned += ofNow;
    const values = (draws?.draws ?? []).map((draw) => WEEKS_A_PERIOD * valueOf(draw, now / WEEKS_A_PERIOD));
    const mean = meanOf(values);
    spread += values.length > 0 ? meanOf(values.map((each) => (each - mean) ** 2)) : (0.5 * ofNow) ** 2;
  }
  const noise = revenue > 0 && fit !== undefined ? fit.noise / revenue / Math.sqrt(WEEKS_A_PERIOD) : 0.2;
  const volatility = Math.hypot(returned > 0 ? Math.sqrt(spread) / returned : 0.5, noise);
  return {
    id,
    revenue: round(WEEKS_A_PERIOD * revenue),
    base: round(Math.max(0, WEEKS_A_PERIOD * revenue - returned)),
    growth,
    score,
    current,
    bounds,
    responses,
    volatility: Math.min(3, Math.max(0.02, volatility)),
  };
}

function backtestOf(read: readonly ReadChannel[]): AllocationBasis['backtest'] {
  const all = read.flatMap(({ backtest }) => backtest ?? []);
  if (all.length === 0) return null;
  return {
    weeks: Math.round(median(all.map(({ periods }) => periods))),
    wape: median(all.map(({ wape }) => wape)),
    wapeWithout: median(all.map(({ wapeWithout }) => wapeWithout)),
    betterChannels: all.filter(({ wape, wapeWithout }) => wape < wapeWithout).length,
    channels: all.length,
  };
}

/** Mean correlation of what the fits leave, over pairs of channels with the same weeks; .3 where there are none. */
function correlationOf(read: readonly ReadChannel[]): number {
  const left = read.flatMap(({ fit }) => (fit === undefined || !(fit.noise > 0) ? [] : [fit]));
  let [sum, pairs] = [0, 0];
  for (const [i, a] of left.entries()) {
    for (const b of left.slice(i + 1, i + 20)) {
      if (a.residuals.length !== b.residuals.length) continue;
      let product = 0;
      for (let t = 0; t < a.residuals.length; t++) product += (a.residuals[t] ?? 0) * (b.residuals[t] ?? 0);
      sum += product / a.residuals.length / (a.noise * b.noise);
      pairs++;
    }
  }
  return pairs === 0 ? 0.3 : Math.min(0.9, Math.max(0, sum / pairs));
}

/** Change from week to week as a share: median slope over pairs (Theil–Sen) by the median; null below eight weeks. */
export function growthOf(values: readonly number[]): number | null {
  const last = values.slice(-26);
  const level = median([...last]);
  if (last.length < 8 || !(level > 0)) return null;
  const slopes: number[] = [];
  for (let i = 0; i < last.length; i++)
    for (let j = i + 1; j < last.length; j++) slopes.push(((last[j] ?? 0) - (last[i] ?? 0)) / (j - i));
  return median(slopes) / level;
}

export function variationOf(values: readonly number[]): number | null {
  const mean = meanOf(values);
  if (values.length < 4 || !(mean > 0)) return null;
  return Math.sqrt(meanOf(values.map((each) => (each - mean) ** 2))) / mean;
}

export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, each) => sum + each, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(at)] ?? 0) + (sorted[Math.ceil(at)] ?? 0)) / 2;
}
