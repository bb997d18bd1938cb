import type { AllocationBasis } from '../../../platform/contracts/allocation-plan.ts';
import { createRandom } from '../../../platform/time/random.ts';
import { channelBases } from '../../allocation/basis.ts';
import type { AllocationFacts, ChannelWeek } from '../../allocation/facts.ts';
import { revenueBasis } from '../basis.ts';

const WEEK_MS = 604_800_000;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2024, 0, 1);
const WEEKS = 60;
const NOW_MS = START_MS + WEEKS * WEEK_MS;

export interface NetworkOptions {
  readonly channels?: number;
  /** Revenue a day by stream. */
  readonly streams?: Readonly<Record<string, number>>;
  readonly seed?: string;
}

/** Weeks and days of a small network in which every channel lives on another mix of streams. */
export function networkFacts({
  channels = 3,
  seed = 'network',
  streams,
}: NetworkOptions = {}): AllocationFacts {
  const random = createRandom(seed);
  const perDay = streams ?? { ads: 500, sponsorship: 300, affiliate: 120, products: 280 };
  const names = Array.from({ length: channels }, (_, c) => `channel-${c}`);
  const weeks = names.flatMap((channel, c) =>
    Array.from({ length: WEEKS }, (_, t): ChannelWeek => {
      const promotion = (120 + 60 * c) * Math.exp(0.4 * random.normal());
      const production = (200 + 50 * c) * Math.exp(0.3 * random.normal());
      return {
        channel,
        weekMs: START_MS + t * WEEK_MS,
        revenue:
          (1_500 + (900 * promotion) / (promotion + 150) + (500 * production) / (production + 250)) *
          Math.exp(0.03 * random.normal()),
        promotion,
        production,
        hours: 20 + 4 * random.next(),
        views: 50_000,
        isReported: false,
      };
    }),
  );
  return {
    tenant: 'main',
    currency: 'USD',
    nowMs: NOW_MS,
    weeks,
    streams: Object.entries(perDay).flatMap(([stream, revenue]) =>
      Array.from({ length: 60 }, (_, day) => ({
        stream,
        dayMs: NOW_MS - (60 - day) * DAY_MS,
        revenue: revenue * Math.exp(0.1 * random.normal()),
      })),
    ),
    earned: Object.keys(perDay).flatMap((stream, s) => [
      ...names.map((channel, c) => ({ channel, stream, revenue: 100 * (1 + ((s + 2 * c) % 4)) })),
      { channel: '', stream, revenue: 40 * s },
    ]),
    sold: [
      { product: 'guide', stream: 'products', revenue: 300 },
      { product: 'course', stream: 'products', revenue: 200 },
    ],
  };
}

const product = {
  state: 'ready' as const,
  why: '',
  unitCost: null,
  weeks: 104,
  markets: 3,
  volume: 100,
  volumeDeviation: 0.1,
  readings: [],
  bySegment: [],
  bySeason: [],
  demand: null,
  history: [],
};

/** Its basis: `guide` earns more at a lower price, but its cost forbids some of it; `course` at a higher one. */
export function networkBasis(options: NetworkOptions = {}): AllocationBasis {
  const facts = networkFacts(options);
  const [content] = channelBases(facts, createRandom('content'), () => undefined);
  return revenueBasis(facts, content, [
    {
      ...product,
      product: 'guide',
      price: 20,
      unitCost: 4,
      seen: [12, 26],
      revenue: 2_000,
      elasticity: { value: -1.6, error: 0.1, low: -1.796, high: -1.404 },
    },
    {
      ...product,
      product: 'course',
      price: 90,
      seen: [80, 240],
      revenue: 1_400,
      elasticity: { value: -0.7, error: 0.1, low: -0.896, high: -0.504 },
    },
  ]);
}
