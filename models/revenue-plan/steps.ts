import type { AllocationAnswer, PriceMove } from '../../platform/contracts/allocation-plan.ts';
import { repriced, type Candidate } from './candidates.ts';
import { flatCurve } from '../allocation/curve.ts';
import { streamRevenue } from './maximise.ts';
import { channelRatios, MIX, streamBases, type RevenueModel } from './model.ts';
import { revenueRatio } from './prices.ts';

type Step = AllocationAnswer['steps'][number];

/** The second half of a move of the mix, whose effect is assumed, waits for this day and for the triggers. */
const SECOND_HALF_DAY = 30;
/** Prices move by at most a tenth a week. */
const MAX_PRICE_STEP = 0.1;
const WEEK_DAYS = 7;
const PRICE = 'price';

/**
 * The way to a plan: amounts that responses were read for move at once, cuts first, so that nothing needs more than the total; the mix moves by half at once and by
 * half on day 30 unless a trigger fired; prices by at most a tenth a week. Gains are what a move adds to those before it (amounts, then mix, then prices), so they sum to the plan's.
 */
export function stepsOf(model: RevenueModel, chosen: Candidate): Step[] {
  const isMove = (from: number, to: number, total: number): boolean =>
    Math.abs(to - from) > 1e-6 * Math.max(1e-9, total);
  const amounts = model.pots.flatMap(({ entries, prepared }, p) =>
    entries.flatMap(({ channel, current, resource }, i): Step[] => {
      const to = chosen.division.amounts[p]?.[i] ?? 0;
      if (!isMove(current, to, prepared.part.total)) return [];
      const curve = prepared.part.curves[i] ?? flatCurve;
      // At the mix and prices of now.
      const worth = model.streams.reduce((sum, { earned }) => sum + (earned[channel] ?? 0), 0);
      const expectedGain = worth * (curve.value(to) - curve.value(current));
      const id = model.channels[channel]?.id ?? '';
      return [{ channel: id, resource, from: current, to, expectedGain, day: 0 }];
    }),
  );
  // At the channels of then and the prices of now.
  const bases = streamBases(model, channelRatios(model, chosen.division.amounts));
  const mix = model.streams.flatMap(({ exponent, id, now }, s): Step[] => {
    const to = chosen.division.mix[s] ?? 0;
    if (!isMove(now, to, model.mixTotal) || !(now > 0)) return [];
    const half = (now + to) / 2;
    const at = (amount: number): number => (bases[s] ?? 0) * (amount / now) ** exponent;
    const step = (from: number, until: number, day: number): Step => ({
      channel: id,
      resource: MIX,
      from,
      to: until,
      expectedGain: at(until) - at(from),
      day,
    });
    return [step(now, half, 0), step(half, to, SECOND_HALF_DAY)];
  });
  // A price that falls frees nothing: prices come after what is given out.
  const isCut = (step: Step): number => (step.resource === PRICE ? 2 : step.to < step.from ? 0 : 1);
  return [...amounts, ...mix, ...priceSteps(model, chosen)].sort(
    (a, b) => (a.day ?? 0) - (b.day ?? 0) || isCut(a) - isCut(b) || b.expectedGain - a.expectedGain,
  );
}

/** Revenue of the period that a ratio of 1 of a product brings at a candidate's division. */
function worthOf(model: RevenueModel, { division, multipliers }: Candidate): number[] {
  const priced = repriced(model, multipliers);
  const revenue = streamRevenue(priced, division);
  return model.products.map(({ product }) => {
    const s = priced.streams.findIndex(({ id }) => id === product.stream);
    const factor = priced.streams[s]?.priceFactor ?? 1;
    return factor > 0 ? (product.share * (revenue[s] ?? 0)) / factor : 0;
  });
}

function priceSteps(model: RevenueModel, chosen: Candidate): Step[] {
  const worth = worthOf(model, chosen);
  return model.products.flatMap(({ product }, p): Step[] => {
    const multiplier = chosen.multipliers[p] ?? 1;
    const stages = Math.ceil(Math.abs(Math.log(multiplier)) / Math.log(1 + MAX_PRICE_STEP) - 1e-9);
    return Array.from({ length: stages }, (_, i): Step => {
      const [from, to] = [multiplier ** (i / stages), multiplier ** ((i + 1) / stages)];
      return {
        channel: product.product,
        resource: PRICE,
        from: product.price * from,
        to: product.price * to,
        expectedGain: (worth[p] ?? 0) * (revenueRatio(product, to) - revenueRatio(product, from)),
        day: i * WEEK_DAYS,
      };
    });
  });
}

/** Prices of a candidate, those that bring most first. */
export function movesOf(model: RevenueModel, chosen: Candidate): PriceMove[] {
  const worth = worthOf(model, chosen);
  return model.products
    .map(({ chosen: own, product }, p): PriceMove => {
      const multiplier = chosen.multipliers[p] ?? 1;
      return {
        product: product.product,
        stream: product.stream,
        price: product.price,
        proposed: product.price * multiplier,
        multiplier,
        range: product.range,
        gain: (worth[p] ?? 0) * (revenueRatio(product, multiplier) - 1),
        setBy: multiplier === own.multiplier ? own.setBy : 'now',
      };
    })
    .toSorted((a, b) => b.gain - a.gain);
}
