import type { AllocationAnswer, AllocationRow, PriceMove } from '../../platform/contracts/allocation-plan.ts';
import { repriced, type Candidate } from './candidates.ts';
import { streamRevenue } from './maximise.ts';
import { MIX, type RevenueModel } from './model.ts';
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
 * half on day 30 unless a trigger fired; prices by at most a tenth a week.
 */
export function stepsOf(model: RevenueModel, chosen: Candidate, rows: readonly AllocationRow[]): Step[] {
  const totals = new Map<string, number>();
  for (const { proposed, resource } of rows) totals.set(resource, (totals.get(resource) ?? 0) + proposed);
  const moved = rows.filter(
    ({ current, proposed, resource }) =>
      Math.abs(proposed - current) > 1e-6 * Math.max(1e-9, totals.get(resource) ?? 0),
  );
  const amounts = moved
    .filter(({ resource }) => resource !== MIX)
    .map(({ channel, current, currentReturn, proposed, proposedReturn, resource }): Step => ({
      channel,
      resource,
      from: current,
      to: proposed,
      expectedGain: proposedReturn - currentReturn,
      day: 0,
    }));
  const mix = moved
    .filter(({ resource }) => resource === MIX)
    .flatMap(({ channel, current, currentReturn, proposed, proposedReturn }): Step[] => {
      const exponent = model.streams.find(({ id }) => id === channel)?.exponent ?? 1;
      const half = (current + proposed) / 2;
      // What the other levers add to the stream comes with the move that ends it.
      const at = currentReturn * (current > 0 ? (half / current) ** exponent : 0);
      return [
        { channel, resource: MIX, from: current, to: half, expectedGain: at - currentReturn, day: 0 },
        {
          channel,
          resource: MIX,
          from: half,
          to: proposed,
          expectedGain: proposedReturn - at,
          day: SECOND_HALF_DAY,
        },
      ];
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
