import type {
  AllocationAnswer,
  AllocationBasis,
  AllocationQuestion,
  AllocationRow,
  RevenueTies,
} from '../../platform/contracts/allocation-plan.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Random } from '../../platform/time/random.ts';
import { flatCurve } from '../allocation/curve.ts';
import { histogramOf } from '../allocation/histogram.ts';
import { problemOf } from '../allocation/question.ts';
import { robustChoice } from '../allocation/robust-choice.ts';
import { gapOf } from '../allocation/solve.ts';
import { candidatesOf, repriced, streamPoints, type Candidate, type SumsFor } from './candidates.ts';
import { currentDivision, keepsShare, leastShare, streamRevenue } from './maximise.ts';
import { MIX, modelOf, type RevenueModel } from './model.ts';
import { movesOf, stepsOf } from './steps.ts';

export interface RevenueAnswerDeps {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly random: Random;
  readonly sumsFor?: SumsFor;
}

/**
 * The revenue plan of a basis as a question asks: content, resources, mix and prices together, certified, through scenarios, with steps and triggers. Throws
 * ALLOCATION_INVALID for names that are not there and ALLOCATION_CONTRADICTORY for limits that cannot hold together.
 */
export async function answerRevenue(
  basis: AllocationBasis,
  ties: RevenueTies,
  question: AllocationQuestion,
  count: number,
  { clock, random, sumsFor }: RevenueAnswerDeps,
): Promise<AllocationAnswer> {
  if (ties.streams.length === 0)
    throw new WeirError('ALLOCATION_INVALID', 'there is no stream with revenue to plan');
  checkPlaces(basis, question);
  const problem = problemOf(basis, question);
  const model = modelOf(basis, ties, question, problem);
  const notes: string[] = [];
  const share = shareOf(model, question.maxStreamShare, basis.maxStreamShare ?? 1, notes);
  const money = new Set(basis.resources.flatMap(({ id, unit }) => (unit === 'money' ? [id] : [])));
  const { best, candidates } = await candidatesOf(model, share, money, count, random, sumsFor);
  const tolerance = question.riskTolerance ?? basis.riskTolerance;
  const { chosen, reason } = choose(model, candidates, share, tolerance);
  const now = candidates.find(({ name }) => name === 'current') ?? chosen;
  const priced = repriced(model, chosen.multipliers);
  const before = repriced(model, now.multipliers);
  const [revenue, revenueNow] = [streamRevenue(priced, chosen.division), streamRevenue(before, now.division)];
  const largest = revenue.indexOf(revenue.reduce((a, b) => Math.max(a, b), 0));
  const gap = gapOf(best.revenue, best.bound);
  if (gap === null || gap > 1e-4)
    notes.push(
      gap === null
        ? 'No bound was found above a revenue of 0.'
        : `The search ended at its limit of work: nothing earns more than ${(100 * gap).toPrecision(3)}% above the best.`,
    );
  const points = await streamPoints(model, chosen, random);
  const rule = candidates.find(({ name }) => name === 'proportional rule') ?? chosen;
  const rows = rowsOf(basis, question, model, { chosen, now, rule });
  return {
    kind: 'revenue',
    computedAtMs: clock.nowMs(),
    basisAtMs: basis.computedAtMs,
    base: 0,
    resources: resourcesOf(basis, problem, rows),
    rows,
    candidates: candidates.map((each) => ({
      name: each.name,
      isChosen: each === chosen,
      expected: each.expected,
      cost: each.cost,
      roi: each.cost > 0 ? (each.expected - each.cost) / each.cost : null,
      risk: each.risk,
    })),
    reason,
    certificate: {
      objective: best.revenue,
      bound: best.bound,
      gap,
      boxes: best.cones,
      method: 'conical branch and bound',
    },
    scenarios: count,
    histogram: histogramOf(chosen.totals, now.totals),
    steps: stepsOf(model, chosen),
    triggers: model.streams.map(({ id }, s) => ({
      channel: id,
      below: points[s]?.below ?? 0,
      above: points[s]?.above ?? 0,
    })),
    largest: {
      id: model.streams[largest]?.id ?? '',
      share: part(revenue[largest], chosen.expected),
      currentShare: part(revenueNow[largest], now.expected),
    },
    growth: now.expected > 0 ? chosen.expected / now.expected - 1 : null,
    growthTarget: basis.growthTarget,
    growthChance:
      basis.growthTarget === null
        ? null
        : chosen.totals.filter((each) => each >= (1 + (basis.growthTarget ?? 0)) * now.expected).length /
          chosen.totals.length,
    moves: movesOf(model, chosen),
    notes: [...notes, ...basis.notes],
  };
}

/** A limit that was asked for is kept or named as contradictory; the seeds' own gives way, told, where the period is too short to reach it. */
function shareOf(model: RevenueModel, asked: number | undefined, usual: number, notes: string[]): number {
  if (asked !== undefined || usual >= 1) return asked ?? usual;
  const least = leastShare(model);
  if (least.share <= usual * (1 - 1e-6)) return usual;
  const revenue = streamRevenue(model, currentDivision(model));
  const all = revenue.reduce((a, b) => a + b, model.rest);
  const now = all > 0 ? revenue.reduce((a, b) => Math.max(a, b), 0) / all : 1;
  const kept = Math.min(1, Math.max(now, least.share + 1e-3));
  notes.push(
    `${least.stream} brings ${percent(now)} of the revenue now, and within half to double the effort nothing brings it below ${percent(least.share)}, so ${percent(usual)} is out of reach in this period. The plan only keeps it from growing beyond ${percent(kept)}; ask for a limit to have more.`,
  );
  return kept;
}

/** Of those that keep the share; the certified optimum, which does, comes first. */
function choose(
  model: RevenueModel,
  candidates: readonly Candidate[],
  share: number,
  tolerance: number,
): { readonly chosen: Candidate; readonly reason: string } {
  const [best, ...others] = candidates;
  if (best === undefined) throw new WeirError('ALLOCATION_INVALID', 'there is nothing to choose from');
  const proposals = others.filter(
    ({ division, multipliers, name }) =>
      name !== 'current' && keepsShare(repriced(model, multipliers), division, share),
  );
  return robustChoice([best, ...proposals], tolerance);
}

function rowsOf(
  basis: AllocationBasis,
  question: AllocationQuestion,
  model: RevenueModel,
  { chosen, now, rule }: Readonly<Record<'chosen' | 'now' | 'rule', Candidate>>,
): AllocationRow[] {
  const worth = (each: Candidate): Float64Array => worthOfChannels(repriced(model, each.multipliers), each);
  const [worthThen, worthNow] = [worth(chosen), worth(now)];
  const isFixed = (channel: string, resource: string): boolean =>
    question.fixed?.[channel]?.[resource] !== undefined;
  const ofChannels = model.pots.flatMap(({ entries, prepared }, p) =>
    entries.map(({ channel, resource }, i): AllocationRow => {
      const curve = prepared.part.curves[i] ?? flatCurve;
      const amount = ({ division }: Candidate): number => division.amounts[p]?.[i] ?? 0;
      const id = model.channels[channel]?.id ?? '';
      return {
        channel: id,
        resource,
        current: amount(now),
        proposed: amount(chosen),
        rule: amount(rule),
        min: prepared.box.lo[i] ?? 0,
        max: prepared.box.hi[i] ?? 0,
        currentReturn: (worthNow[channel] ?? 0) * curve.value(amount(now)),
        proposedReturn: (worthThen[channel] ?? 0) * curve.value(amount(chosen)),
        marginal:
          (worthThen[channel] ?? 0) *
          curve.slope(Math.max(amount(chosen), 1e-4 * Math.max(1, prepared.part.total))),
        isFixed: isFixed(id, resource),
      };
    }),
  );
  const [revenue, revenueNow] = [chosen, now].map((each) =>
    streamRevenue(repriced(model, each.multipliers), each.division),
  );
  const ofStreams = model.streams.map(({ exponent, id, least, most }, s): AllocationRow => {
    const proposed = chosen.division.mix[s] ?? 0;
    return {
      channel: id,
      resource: MIX,
      current: now.division.mix[s] ?? 0,
      proposed,
      rule: rule.division.mix[s] ?? 0,
      min: least,
      max: most,
      currentReturn: revenueNow?.[s] ?? 0,
      proposedReturn: revenue?.[s] ?? 0,
      marginal: proposed > 0 ? (exponent * (revenue?.[s] ?? 0)) / proposed : 0,
      isFixed: isFixed(id, MIX),
    };
  });
  const order = new Map(basis.resources.map(({ id }, i) => [id, i]));
  return [...ofChannels, ...ofStreams].toSorted(
    (a, b) => (order.get(a.resource) ?? 0) - (order.get(b.resource) ?? 0),
  );
}

/** What a ratio of 1 of each channel is worth at a candidate's mix and prices. */
function worthOfChannels(model: RevenueModel, { division }: Candidate): Float64Array {
  const worth = new Float64Array(model.channels.length);
  for (const [s, { earned, exponent, now, priceFactor }] of model.streams.entries()) {
    const factor = now > 0 ? priceFactor * ((division.mix[s] ?? 0) / now) ** exponent : 0;
    for (const [c, each] of earned.entries()) worth[c] = (worth[c] ?? 0) + factor * each;
  }
  return worth;
}

function resourcesOf(
  basis: AllocationBasis,
  problem: ReturnType<typeof problemOf>,
  rows: readonly AllocationRow[],
): AllocationAnswer['resources'] {
  return basis.resources.map(({ id, pool }) => {
    const total = problem.resources.find((each) => each.id === id)?.total ?? 0;
    const members = new Set(
      basis.resources
        .filter((each) => each.id === id || (pool !== undefined && each.pool === pool))
        .map((each) => each.id),
    );
    const own = rows.filter(({ resource }) => members.has(resource));
    const poolTotal = problem.resources
      .filter((each) => members.has(each.id))
      .reduce((sum, each) => sum + each.total, 0);
    const poolUsed = own.reduce((sum, { proposed }) => sum + proposed, 0);
    const inside = own
      .filter(
        ({ max, min, proposed }) => proposed > min + 1e-6 * poolTotal && proposed < max - 1e-6 * poolTotal,
      )
      .map(({ marginal }) => marginal);
    const most = inside.reduce((a, b) => Math.max(a, b), 0);
    const least = inside.reduce((a, b) => Math.min(a, b), most);
    return {
      id,
      total,
      used: rows.filter(({ resource }) => resource === id).reduce((sum, { proposed }) => sum + proposed, 0),
      worthOfOneMore: poolUsed < poolTotal * (1 - 1e-6) ? 0 : (most + least) / 2,
      spread: most > 0 ? (most - least) / most : 0,
    };
  });
}

/** Channels have no mix and streams no budget: to ask for one is a mistake worth telling. */
function checkPlaces(basis: AllocationBasis, { bounds, fixed }: AllocationQuestion): void {
  const asked: readonly (readonly [string, Readonly<Record<string, Readonly<Record<string, unknown>>>>])[] = [
    ['bounds', bounds ?? {}],
    ['fixed', fixed ?? {}],
  ];
  for (const [where, record] of asked) {
    for (const [channel, own] of Object.entries(record)) {
      const known = basis.channels.find(({ id }) => id === channel);
      if (known === undefined) continue;
      for (const resource of Object.keys(own))
        if (known.responses[resource] === undefined)
          throw new WeirError('ALLOCATION_INVALID', `${where}.${channel}.${resource}: it gets none of it`);
    }
  }
}

function part(value: number | undefined, of: number): number | null {
  return of > 0 ? (value ?? 0) / of : null;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
