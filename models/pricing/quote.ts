import type {
  PriceAnswer,
  PriceOutcomeView,
  PriceQuestion,
  PricingBasis,
} from '../../platform/contracts/pricing.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { competitionEffect } from './competition-effect.ts';
import { bestPrice, outcomeAt, type PriceQuestion as OptimumQuestion } from './optimum.ts';

const POINTS = 41;
/** The seeds' multipliers. */
const RANGE = [0.5, 2] as const;

/** Current, best and asked price of a product with what each is expected to bring a week. Throws PRICING_INPUT_INVALID. */
export function quotePrice(basis: PricingBasis, question: PriceQuestion): PriceAnswer {
  const product = basis.products.find((each) => each.product === question.product);
  if (product === undefined)
    throw new WeirError('PRICING_INPUT_INVALID', `there is no product ${question.product} with sales`);
  if (product.elasticity === null) throw new WeirError('PRICING_INPUT_INVALID', product.why);
  const { value } = product.elasticity;
  const reading =
    question.reading === undefined
      ? product.readings.find(({ elasticity: own }) => own.value === value)
      : product.readings.find(({ name }) => name === question.reading);
  if (question.reading !== undefined && reading === undefined)
    throw new WeirError(
      'PRICING_INPUT_INVALID',
      `there is no reading "${question.reading}"; there are ${product.readings.map(({ name }) => name).join(', ')}`,
    );
  const {
    deviation,
    elasticity,
    factor,
    notes: told,
  } = competitionEffect(product, reading?.elasticity ?? product.elasticity, question);
  const unitCost = question.unitCost ?? product.unitCost ?? 0;
  const objective = question.objective ?? (unitCost > 0 ? 'margin' : 'revenue');
  const bounds = question.bounds ?? [RANGE[0] * product.price, RANGE[1] * product.price];
  const asked: OptimumQuestion = {
    currentPrice: product.price,
    volume: product.volume * factor,
    volumeDeviation: Math.hypot(product.volumeDeviation, deviation),
    elasticity,
    unitCost,
    bounds,
    seen: product.seen,
    objective,
  };
  const { atBound, best, current, notes, rollout } = bestPrice(asked);
  const low = Math.min(bounds[0], product.seen[0], question.price ?? bounds[0]);
  const high = Math.max(Math.min(bounds[1], 1.5 * product.seen[1]), question.price ?? 0, best.price);
  const values = product.readings.map((each) => each.elasticity.value);
  return {
    product: product.product,
    objective,
    reading: reading?.name ?? '',
    elasticity,
    unitCost,
    bounds: [bounds[0], bounds[1]],
    current: plain(current),
    best: plain(best),
    asked: question.price === undefined ? null : plain(outcomeAt(asked, question.price)),
    atBound,
    curve: Array.from({ length: POINTS }, (_, k) =>
      plain(outcomeAt(asked, low + ((high - low) * k) / (POINTS - 1))),
    ),
    rollout: [...rollout],
    notes: [
      ...notes,
      ...told,
      ...(values.length > 1
        ? [
            `Readings of the elasticity run from ${values.reduce((a, b) => Math.min(a, b)).toFixed(2)} to ${values
              .reduce((a, b) => Math.max(a, b))
              .toFixed(2)}; look whether the answer holds over them.`,
          ]
        : []),
      ...(unitCost === 0 ? ['No unit cost is known, so margin is revenue; enter one.'] : []),
    ],
  };
}

function plain({ margin, price, revenue, volume }: PriceOutcomeView): PriceOutcomeView {
  return { price, volume: { ...volume }, revenue: { ...revenue }, margin: { ...margin } };
}
