import type { AllocationProblem, ResponseCurve } from '../../platform/contracts/allocation.ts';
import type {
  AllocationBasis,
  AllocationQuestion,
  RevenueTies,
} from '../../platform/contracts/allocation-plan.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createCurve, flatCurve } from '../allocation/curve.ts';
import { prepare, type PreparedPart } from '../allocation/prepare.ts';
import { bestMultiplier, revenueRatio, type ChosenPrice, type PricedProduct } from './prices.ts';

/** The resource over which streams share effort. */
export const MIX = 'mix';

/** One amount of a resource that a channel gets. */
export interface Entry {
  readonly channel: number;
  readonly resource: string;
  readonly current: number;
  readonly curve: ResponseCurve;
}

/** Entries that share one sum; curves bring revenue of the channel as a ratio to what it earns now. */
export interface Pot {
  readonly prepared: PreparedPart;
  readonly entries: readonly Entry[];
}

export interface ModelStream {
  readonly id: string;
  readonly now: number;
  readonly exponent: number;
  readonly least: number;
  readonly most: number;
  /** Revenue by channel as it is now, and what no channel moves. */
  readonly earned: Float64Array;
  readonly apart: number;
  readonly volatility: number;
  /** Factor of the best prices, expected. */
  readonly priceFactor: number;
}

/**
 * Revenue of a stream: price factor × (mix/now)^exponent × (apart + Σ over channels of earned × channel ratio), a channel's ratio being its base part plus what its
 * resources bring by their curves. Everything is a period's.
 */
export interface RevenueModel {
  readonly channels: readonly {
    readonly id: string;
    readonly base: number;
    readonly volatility: number;
  }[];
  readonly pots: readonly Pot[];
  readonly streams: readonly ModelStream[];
  readonly mixTotal: number;
  readonly rest: number;
  readonly products: readonly { readonly product: PricedProduct; readonly chosen: ChosenPrice }[];
  readonly commonCorrelation: number;
}

/** Reads basis and question. Throws ALLOCATION_INVALID for what is not there, ALLOCATION_CONTRADICTORY for limits that cannot hold together. */
export function modelOf(
  basis: AllocationBasis,
  ties: RevenueTies,
  question: AllocationQuestion,
  problem: AllocationProblem,
): RevenueModel {
  checkPrices(ties, question);
  const streamIds = new Set(ties.streams);
  const channels = basis.channels.filter(({ id }) => !streamIds.has(id));
  const place = new Map(channels.map(({ id }, c) => [id, c]));
  const products = ties.products.map((product) => ({
    product,
    chosen: bestMultiplier(product, question.prices?.[product.product]),
  }));
  const norms = channels.map(({ base, current, responses }) =>
    Object.entries(responses).reduce(
      (sum, [resource, { curve }]) => sum + createCurve(curve).value(current[resource] ?? 0),
      base,
    ),
  );
  const byId = new Map(problem.channels.map((each) => [each.id, each]));
  return {
    channels: channels.map(({ base, id, volatility }, c) => ({
      id,
      base: share(base, norms[c]),
      volatility,
    })),
    pots: potsOf(basis, channels, problem, norms),
    streams: ties.streams.flatMap((id): ModelStream[] => {
      const known = basis.channels.find((each) => each.id === id);
      const curve = known?.responses[MIX]?.curve;
      if (known === undefined || curve?.type !== 'power') return [];
      const earned = new Float64Array(channels.length);
      let apart = 0;
      for (const each of ties.earned) {
        if (each.stream !== id) continue;
        const c = place.get(each.channel);
        if (c === undefined || !((norms[c] ?? 0) > 0)) apart += each.revenue;
        else earned[c] = (earned[c] ?? 0) + each.revenue;
      }
      const now = known.current[MIX] ?? 0;
      const [least, most] = byId.get(id)?.bounds?.[MIX] ?? [now, now];
      return [
        {
          id,
          now,
          exponent: curve.exponent,
          least,
          most,
          earned,
          apart,
          volatility: known.volatility,
          priceFactor: products
            .filter(({ product }) => product.stream === id)
            .reduce(
              (sum, { chosen, product }) =>
                sum + product.share * (revenueRatio(product, chosen.multiplier) - 1),
              1,
            ),
        },
      ];
    }),
    mixTotal: problem.resources.find(({ id }) => id === MIX)?.total ?? 100,
    rest: ties.rest,
    products,
    commonCorrelation: basis.commonCorrelation,
  };
}

/** One pot for each pool, and for each resource outside of one. Curves are scaled to ratios. */
function potsOf(
  basis: AllocationBasis,
  channels: AllocationBasis['channels'],
  problem: AllocationProblem,
  norms: readonly number[],
): Pot[] {
  const resources = basis.resources.filter(({ id }) => id !== MIX);
  const pools = [...new Set(resources.map(({ id, pool }) => pool ?? id))];
  const totalOf = (id: string): number => problem.resources.find((each) => each.id === id)?.total ?? 0;
  const asked = new Map(problem.channels.map((each) => [each.id, each]));
  return pools.map((pool) => {
    const members = resources.filter((each) => (each.pool ?? each.id) === pool);
    const total = members.reduce((sum, { id }) => sum + totalOf(id), 0);
    const entries = channels.flatMap((channel, c) =>
      members.flatMap(({ id }): Entry[] => {
        const curve = channel.responses[id]?.curve;
        return curve === undefined
          ? []
          : [
              {
                channel: c,
                resource: id,
                current: channel.current[id] ?? 0,
                curve: { ...curve, scale: share(curve.scale, norms[c]) },
              },
            ];
      }),
    );
    const name = members.map(({ title }) => title.toLowerCase()).join(' and ');
    if (entries.length === 0) return { entries, prepared: emptyPart(total) };
    const { parts } = prepare({
      resources: [{ id: name, total }],
      channels: entries.map(({ channel, curve, resource }) => {
        const known = channels[channel];
        const bounds = asked.get(known?.id ?? '')?.bounds?.[resource] ?? [0, total];
        const floor =
          (problem.resources.find(({ id }) => id === resource)?.minShare ?? 0) * totalOf(resource);
        return {
          id: members.length > 1 ? `${known?.id ?? ''} (${resource})` : (known?.id ?? ''),
          curves: { [name]: curve },
          bounds: { [name]: [Math.max(floor, bounds[0]), bounds[1]] },
        };
      }),
    } satisfies AllocationProblem);
    return { entries, prepared: parts[0] ?? emptyPart(total) };
  });
}

function emptyPart(total: number): PreparedPart {
  const none = new Float64Array(0);
  return {
    part: {
      curves: [],
      total,
      groupOf: new Int32Array(0),
      caps: none,
      members: [],
      step: 0,
      shift: undefined,
    },
    box: { lo: none, hi: none },
  };
}

function checkPrices({ products }: RevenueTies, { prices }: AllocationQuestion): void {
  for (const product of Object.keys(prices ?? {}))
    if (!products.some((each) => each.product === product))
      throw new WeirError(
        'ALLOCATION_INVALID',
        `prices.${product}: there is no product of this name whose elasticity was read`,
      );
}

function share(value: number, of: number | undefined): number {
  return of !== undefined && of > 0 ? value / of : 0;
}

/** Ratio of each channel to now at amounts by pot. */
export function channelRatios(model: RevenueModel, amounts: readonly Float64Array[]): Float64Array {
  const ratios = Float64Array.from(model.channels, ({ base }) => base);
  for (const [p, { entries, prepared }] of model.pots.entries())
    for (const [i, { channel }] of entries.entries())
      ratios[channel] =
        (ratios[channel] ?? 0) + (prepared.part.curves[i] ?? flatCurve).value(amounts[p]?.[i] ?? 0);
  return ratios;
}

/** Revenue of each stream at its present mix and prices, for channels at these ratios. */
export function streamBases(model: RevenueModel, ratios: Float64Array): Float64Array {
  return Float64Array.from(model.streams, ({ apart, earned }) => {
    let sum = apart;
    for (const [c, each] of earned.entries()) sum += each * (ratios[c] ?? 0);
    return sum;
  });
}
