import type { PriceTestRecord, PriceTestView, PriceTestWish } from '../../platform/contracts/pricing.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createRandom, type Random } from '../../platform/time/random.ts';
import { betaDeviate } from '../../platform/statistics/deviates.ts';
import { chooseArm, stepArms } from './price-test.ts';
import { willingnessToPay } from './willingness.ts';

const EXPLORATION = 0.1;
const MAX_OPEN = 1_000;
const DRAWS = 2_000;
const MOST_OFFERS_READ = 4_000;
/** Standard normal quantiles of level .05 (two-sided) and power .8. */
const Z = 1.959963984540054 + 0.8416212335729143;

/** A price test about to run. The size says how many offers an arm needs to tell a tenth more sales from chance. */
export function newPriceTest(
  tenant: string,
  id: string,
  wish: PriceTestWish,
  nowMs: number,
): PriceTestRecord {
  const { baseRate } = wish;
  const lift = 0.1 * baseRate;
  const other = Math.min(0.999, baseRate + lift);
  const variance = baseRate * (1 - baseRate) + other * (1 - other);
  return {
    id,
    tenant,
    product: wish.product,
    name: wish.name,
    createdAtMs: nowMs,
    state: 'running',
    unitCost: wish.unitCost ?? 0,
    exploration: wish.exploration ?? EXPLORATION,
    offersAnArm: Math.max(1, Math.ceil((Z * Z * variance) / (other - baseRate) ** 2)),
    arms: wish.prices.toSorted((a, b) => a - b).map((price) => ({ price, offered: 0, bought: 0 })),
    open: [],
    offers: 0,
  };
}

/**
 * The next offer. It counts as offered and not bought until its outcome is told, so a shop that tells only sales needs not tell the rest. Pure: chance comes
 * from the number of the offer, so a repeated write draws the same.
 */
export function stepOffer(
  record: PriceTestRecord,
): readonly [PriceTestRecord, { offer: number; price: number }] {
  if (record.state !== 'running')
    throw new WeirError(
      'PRICE_TEST_STOPPED',
      `The test "${record.name}" has been stopped; it makes no more offers.`,
    );
  const offer = record.offers;
  const random = createRandom(`${record.id}/${offer}`);
  const arm = chooseArm(record.arms, record.unitCost, random, record.exploration);
  return [
    {
      ...record,
      offers: offer + 1,
      arms: stepArms(record.arms, arm, false),
      open: [...record.open, [offer, arm] as [number, number]].slice(-MAX_OPEN),
    },
    { offer, price: record.arms[arm]?.price ?? 0 },
  ];
}

/** What came of an offer; telling it twice counts once, and one too old to be known is refused. */
export function stepOutcome(record: PriceTestRecord, offer: number, bought: boolean): PriceTestRecord {
  const found = record.open.find(([number]) => number === offer);
  if (found === undefined)
    throw new WeirError(
      'PRICE_OFFER_UNKNOWN',
      `Offer ${offer} was never made, its outcome was told already, or it is older than the last ${MAX_OPEN}.`,
    );
  return {
    ...record,
    open: record.open.filter(([number]) => number !== offer),
    arms: record.arms.map((arm, i) => (i === found[1] && bought ? { ...arm, bought: arm.bought + 1 } : arm)),
  };
}

/** A test as people see it: rates with intervals, the chance that an arm earns most, and what to do. */
export function viewPriceTest(record: PriceTestRecord): PriceTestView {
  const { open: _open, tenant: _tenant, ...rest } = record;
  const random = createRandom(`${record.id}/view/${record.offers}`);
  const wins = record.arms.map(() => 0);
  for (let draw = 0; draw < DRAWS; draw++) {
    let [best, most] = [0, -Infinity];
    for (const [i, arm] of record.arms.entries()) {
      const worth =
        (arm.price - record.unitCost) * betaDeviate(1 + arm.bought, 1 + arm.offered - arm.bought, random);
      if (worth > most) [best, most] = [i, worth];
    }
    wins[best] = (wins[best] ?? 0) + 1;
  }
  const arms = record.arms.map((arm, i) => {
    const [low, high] = wilson(arm.bought, arm.offered);
    const rate = arm.offered > 0 ? arm.bought / arm.offered : null;
    return {
      ...arm,
      rate,
      low,
      high,
      bestChance: (wins[i] ?? 0) / DRAWS,
      earnedAnOffer: rate === null ? null : rate * (arm.price - record.unitCost),
    };
  });
  return { ...rest, arms, willingness: willingnessOf(record, random), advice: adviceOf(record, arms) };
}

function adviceOf(
  { offersAnArm, offers }: PriceTestRecord,
  arms: readonly { price: number; bestChance: number; offered: number }[],
): string {
  const best = arms.reduce((a, b) => (b.bestChance > a.bestChance ? b : a));
  const chance = `${(100 * best.bestChance).toFixed(0)}%`;
  if (offers === 0) return 'No offer has been asked for yet.';
  if (best.bestChance >= 0.95 && best.offered >= Math.min(offersAnArm, 200))
    return `${best.price} earns most with a chance of ${chance}: stop the test and take it.`;
  return `${best.price} leads with a chance of ${chance} of earning most; go on.`;
}

function willingnessOf({ arms }: PriceTestRecord, random: Random): PriceTestView['willingness'] {
  const total = arms.reduce((sum, { offered }) => sum + offered, 0);
  // Beyond some thousand offers a sample in proportion says the same.
  const share = Math.min(1, MOST_OFFERS_READ / Math.max(1, total));
  const offers = arms.flatMap(({ bought, offered, price }) => {
    const shown = Math.round(offered * share);
    const taken = Math.min(shown, Math.floor(bought * share + random.next()));
    return Array.from({ length: shown }, (_, k) => ({ price, taken: k < taken }));
  });
  try {
    const { bestPrice, median } = willingnessToPay(offers);
    return { median, bestPrice, offers: total };
  } catch {
    // Too few offers yet, or all or none of them taken.
    return null;
  }
}

/** Wilson's 95% interval of a share. */
function wilson(successes: number, trials: number): readonly [number, number] {
  if (trials === 0) return [0, 1];
  const z = 1.959963984540054;
  const p = successes / trials;
  const middle = (p + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const half =
    (z / (1 + (z * z) / trials)) * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
