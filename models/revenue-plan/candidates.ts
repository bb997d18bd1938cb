import type { Random } from '../../platform/time/random.ts';
import { proportionalRule } from '../allocation/baselines.ts';
import { createCurve } from '../allocation/curve.ts';
import { BLOCK, checkCount, plainSums, type ScenarioSums } from '../allocation/scenario-sums.ts';
import { measureRisk, type RiskMeasures } from '../allocation/scenarios.ts';
import { currentDivision, maximise, revenueOf, steadier, type Division, type Maximised } from './maximise.ts';
import { MIX, type RevenueModel } from './model.ts';
import { revenueRatio } from './prices.ts';
import { columnsOf, revenueBlock, type RevenueDraft } from './scenarios.ts';

/** A way to act: division and price multipliers, with what it brings. */
export interface Candidate {
  readonly name: string;
  readonly division: Division;
  readonly multipliers: readonly number[];
  readonly expected: number;
  readonly cost: number;
  readonly risk: RiskMeasures;
  readonly totals: Float64Array;
}

/** How sums of a size are computed. */
export type SumsFor = (count: number, channels: number, columns: number) => Promise<ScenarioSums>;

/** Penalties tried on the way to less risk: shares of a stream's part in the variance of the revenue against its mean. */
const PENALTIES = [1, 4, 16];
/** Best, steadier ones, prices as they are, the rule, now. */
const MAX_DRAFTS = PENALTIES.length + 4;

/** The best, steadier ones, one without new prices, the seeds' rule and what is done now, all through the same scenarios. */
export async function candidatesOf(
  model: RevenueModel,
  share: number,
  moneyResources: ReadonlySet<string>,
  count: number,
  random: Random,
  sumsFor: SumsFor = async () => await Promise.resolve(plainSums),
): Promise<{ readonly best: Maximised; readonly candidates: readonly Candidate[] }> {
  checkCount(count);
  const best = maximise(model, share);
  const proposed = model.products.map(({ chosen }) => chosen.multiplier);
  const asNow = model.products.map(({ chosen }) => (chosen.setBy === 'held' ? chosen.multiplier : 1));
  const drafts: (RevenueDraft & { readonly name: string })[] = [
    { name: 'best expected return', division: best, multipliers: proposed },
    ...PENALTIES.map((penalty, i) => ({
      name: `less risk ${i + 1}`,
      division: steadier(model, best, share, penalty),
      multipliers: proposed,
    })),
  ];
  if (proposed.some((each, p) => each !== asNow[p]))
    drafts.push({ name: 'prices as they are', division: best, multipliers: asNow });
  drafts.push(
    { name: 'proportional rule', division: ruleOf(model), multipliers: asNow },
    { name: 'current', division: currentDivision(model), multipliers: model.products.map(() => 1) },
  );
  const totals = drafts.map(() => new Float64Array(count));
  const S = model.streams.length;
  const sums = await sumsFor(count, model.channels.length, columnsOf(model, MAX_DRAFTS));
  for (let from = 0; from < count; from += BLOCK) {
    const size = Math.min(BLOCK, count - from);
    const found = await revenueBlock(model, drafts, size, random.fork(`block ${from / BLOCK}`), sums);
    for (const [d, byStream] of found.entries()) {
      const own = totals[d];
      if (own === undefined) continue;
      for (let k = 0; k < size; k++) {
        let sum = model.rest;
        for (let s = 0; s < S; s++) sum += byStream[k * S + s] ?? 0;
        own[from + k] = sum;
      }
    }
  }
  return {
    best,
    candidates: drafts.map((draft, d) => {
      const own = totals[d] ?? new Float64Array(0);
      const cost = costOf(model, draft.division, moneyResources);
      return {
        ...draft,
        expected: revenueOf(repriced(model, draft.multipliers), draft.division),
        cost,
        risk: measureRisk(own, cost),
        totals: own,
      };
    }),
  };
}

/** The model at other multipliers. */
export function repriced(model: RevenueModel, multipliers: readonly number[]): RevenueModel {
  return {
    ...model,
    streams: model.streams.map((stream) => ({
      ...stream,
      priceFactor: model.products.reduce(
        (sum, { product }, p) =>
          product.stream === stream.id
            ? sum + product.share * (revenueRatio(product, multipliers[p] ?? 1) - 1)
            : sum,
        1,
      ),
    })),
  };
}

/** The 5% and 95% points of each stream's revenue over one block of scenarios. */
export async function streamPoints(
  model: RevenueModel,
  candidate: Candidate,
  random: Random,
): Promise<{ readonly below: number; readonly above: number }[]> {
  const [byStream] = await revenueBlock(model, [candidate], BLOCK, random.fork('block 0'), plainSums);
  return model.streams.map((_, s) => {
    const sorted = Float64Array.from(
      { length: BLOCK },
      (_each, k) => byStream?.[k * model.streams.length + s] ?? 0,
    ).sort();
    return {
      below: sorted[Math.floor(0.05 * BLOCK)] ?? 0,
      above: sorted[Math.ceil(0.95 * BLOCK) - 1] ?? 0,
    };
  });
}

function ruleOf(model: RevenueModel): Division {
  const none = new Float64Array(0);
  const curves = model.streams.map(({ apart, earned, exponent, now }) =>
    createCurve({
      type: 'power',
      scale: now > 0 ? (apart + earned.reduce((a, b) => a + b, 0)) / now ** exponent : 0,
      exponent,
    }),
  );
  const part = {
    curves,
    total: model.mixTotal,
    groupOf: new Int32Array(curves.length).fill(-1),
    caps: none,
    members: [],
    step: 0,
    shift: undefined,
  };
  return {
    amounts: model.pots.map(({ prepared }) => proportionalRule(prepared.part, prepared.box)),
    mix: proportionalRule(part, {
      lo: Float64Array.from(model.streams, ({ least }) => least),
      hi: Float64Array.from(model.streams, ({ most }) => most),
    }),
  };
}

function costOf(model: RevenueModel, { amounts }: Division, moneyResources: ReadonlySet<string>): number {
  let cost = 0;
  for (const [p, { entries }] of model.pots.entries())
    for (const [i, { resource }] of entries.entries())
      if (resource !== MIX && moneyResources.has(resource)) cost += amounts[p]?.[i] ?? 0;
  return cost;
}
