import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { calibrationBins } from './calibration.ts';
import { contractAt } from './contract.ts';
import { featuresAt, knownSince } from './features.ts';
import { activityWeeks, MONTH_MS, WEEK_MS, type ActivityRow, type ContractFact } from './history.ts';
import { calibrationDrift, examplesOf, learnChurn, newestLoss } from './learn.ts';
import { hazardByMonth, outlookOf } from './outlook.ts';
import { packChurn, unpackChurn } from './packed-model.ts';
import { simulatedTenant } from './testing/simulated-tenant.ts';
import { predictChurn } from '../churn/model.ts';

const DAY_MS = 86_400_000;
const asOfMs = Date.UTC(2026, 5, 1);

const fact = (atMs: number, change: Partial<ContractFact>): ContractFact => ({
  atMs,
  kind: 'start',
  subscription: 's',
  plan: 'basic',
  status: null,
  unitMinor: 1_000,
  intervalMonths: 1,
  endsAtMs: null,
  trialEndMs: null,
  ...change,
});

describe('a contract at a moment', () => {
  const start = asOfMs - 100 * DAY_MS;

  it('runs until the customer says that it goes, and is leaving while it is paid', () => {
    const facts = [
      fact(start, {}),
      fact(start + 50 * DAY_MS, { kind: 'cancel', endsAtMs: start + 61 * DAY_MS }),
    ];
    expect(contractAt(facts, start + 50 * DAY_MS).isPaying).toBe(true);
    const said = contractAt(facts, start + 55 * DAY_MS);
    expect([said.isPaying, said.isLeaving]).toEqual([false, true]);
    expect(contractAt(facts, start + 62 * DAY_MS).isLeaving).toBe(false);
    expect(said.spells).toEqual([{ fromMs: start, saidMs: start + 50 * DAY_MS, plan: 'basic' }]);
  });

  it('takes a word back, and opens anew after the end', () => {
    const cancel = fact(start + 10 * DAY_MS, { kind: 'cancel', endsAtMs: start + 30 * DAY_MS });
    const back = contractAt([fact(start, {}), cancel, fact(start + 20 * DAY_MS, {})], asOfMs);
    expect(back.spells).toEqual([{ fromMs: start, saidMs: null, plan: 'basic' }]);
    const anew = contractAt([fact(start, {}), cancel, fact(start + 40 * DAY_MS, {})], asOfMs);
    expect(anew.spells).toHaveLength(2);
  });

  it('a trial is no contract, and one that is not continued no leaver', () => {
    const trial = fact(start, { status: 'trialing', trialEndMs: start + 14 * DAY_MS });
    expect(contractAt([trial], start + 10 * DAY_MS).isPaying).toBe(false);
    expect(contractAt([trial], start + 15 * DAY_MS).spells[0]?.fromMs).toBe(start + 14 * DAY_MS);
    expect(contractAt([trial, fact(start + 5 * DAY_MS, { kind: 'cancel' })], asOfMs).spells).toEqual([]);
  });

  it('known by payments alone, it lapses when the next one does not come', () => {
    const paid = (day: number): ContractFact => fact(start + day * DAY_MS, { kind: 'payment' });
    const facts = [paid(0), paid(30)];
    expect(contractAt(facts, start + 60 * DAY_MS).isPaying).toBe(true);
    const lapsed = contractAt(facts, start + 80 * DAY_MS);
    expect(lapsed.isPaying).toBe(false);
    expect(lapsed.spells[0]?.saidMs).toBeCloseTo(start + 30 * DAY_MS + 1.25 * MONTH_MS, -3);
  });

  it('two subscriptions are one customer: it goes with the last', () => {
    const facts = [
      fact(start, {}),
      fact(start + DAY_MS, { subscription: 't' }),
      fact(start + 9 * DAY_MS, { kind: 'cancel' }),
    ];
    expect(contractAt(facts, asOfMs).isPaying).toBe(true);
    expect(
      contractAt([...facts, fact(start + 12 * DAY_MS, { kind: 'cancel', subscription: 't' })], asOfMs).spells,
    ).toEqual([{ fromMs: start, saidMs: start + 12 * DAY_MS, plan: 'basic' }]);
  });
});

const arbitraryFacts = fc
  .array(
    fc.record({
      atMs: fc.integer({ min: asOfMs - 400 * DAY_MS, max: asOfMs - 1 }),
      kind: fc.constantFrom('start', 'change', 'cancel', 'payment'),
      subscription: fc.constantFrom('a', 'b'),
      plan: fc.constantFrom('basic', 'pro', null),
      status: fc.constantFrom(null, 'active', 'trialing', 'canceled'),
      unitMinor: fc.constantFrom(null, 0, 1_000, 5_000),
      intervalMonths: fc.constantFrom(null, 1, 12),
      endsAtMs: fc.option(fc.integer({ min: asOfMs - 400 * DAY_MS, max: asOfMs })),
      trialEndMs: fc.option(fc.integer({ min: asOfMs - 400 * DAY_MS, max: asOfMs })),
    }),
    { maxLength: 12 },
  )
  .map((facts): ContractFact[] => facts.toSorted((a, b) => a.atMs - b.atMs));

const arbitraryRow: fc.Arbitrary<ActivityRow> = fc.record({
  user: fc.constantFrom(0, 1),
  week: fc.integer({ min: 0, max: 40 }),
  sessions: fc.integer({ min: 0, max: 9 }),
  sessionMs: fc.integer({ min: 0, max: 9_000_000 }),
  features: fc.integer({ min: 0, max: 255 }),
  tickets: fc.integer({ min: 0, max: 3 }),
  failedPayments: fc.integer({ min: 0, max: 3 }),
  engagement: fc.integer({ min: 0, max: 30 }),
  influence: fc.integer({ min: 0, max: 3 }),
  revenueMinor: fc.integer({ min: 0, max: 10_000 }),
  lastUseMs: fc.constant(0),
});
const used = (row: ActivityRow): ActivityRow => ({
  ...row,
  lastUseMs: row.engagement > 0 ? asOfMs - row.week * WEEK_MS - 1 : 0,
});

it('what happens at a reference date or after it changes no feature of it', () => {
  fc.assert(
    fc.property(
      arbitraryFacts,
      fc.array(arbitraryRow.map(used), { maxLength: 30 }),
      fc.integer({ min: 1, max: 30 }),
      (facts, rows, before) => {
        const atMs = asOfMs - before * WEEK_MS;
        const features = (own: readonly ContractFact[], weeks: readonly ActivityRow[]): unknown => {
          const activity = activityWeeks(2, weeks);
          const contract = contractAt(own, atMs);
          return featuresAt(contract, 'DE', 0, activity, knownSince(activity, before), asOfMs, before);
        };
        const past = features(
          facts.filter((each) => each.atMs < atMs),
          rows.filter(({ week }) => week >= before),
        );
        expect(features(facts, rows)).toEqual(past);
      },
    ),
  );
});

it('every feature is finite, a word or unknown, and a kind never sent is unknown', () => {
  fc.assert(
    fc.property(arbitraryFacts, fc.array(arbitraryRow.map(used), { maxLength: 30 }), (facts, rows) => {
      const activity = activityWeeks(2, rows);
      const row = featuresAt(contractAt(facts, asOfMs), '', 0, activity, knownSince(activity, 0), asOfMs, 0);
      for (const [name, value] of Object.entries(row))
        expect(value === null || typeof value === 'string' || Number.isFinite(value), name).toBe(true);
      if (rows.every(({ tickets }) => tickets === 0)) expect(row['tickets']).toBeNull();
    }),
  );
});

describe('when a customer leaves', () => {
  it('hazards are those of the months lived, drawn towards the mean', () => {
    // 200 of 1,000 leave in the first month, 80 of 800 in the second, the rest are seen to its end.
    const stays = [
      ...Array.from({ length: 200 }, () => ({ months: 0.5, left: true, plan: '' })),
      ...Array.from({ length: 80 }, () => ({ months: 1.5, left: true, plan: '' })),
      ...Array.from({ length: 720 }, () => ({ months: 1.9999, left: false, plan: '' })),
    ];
    const { hazard, mean } = hazardByMonth(stays);
    expect(mean).toBeCloseTo(280.5 / 1_801, 3);
    expect(hazard[0]).toBeCloseTo((200 + 20 * mean) / 1_020, 3);
    expect(hazard[1]).toBeCloseTo((80 + 20 * mean) / 820, 3);
  });

  it('the outlook says the probability itself at the horizon, and riskier means sooner', () => {
    const flat = { hazard: new Float64Array(0), atRisk: new Float64Array(0), mean: 0.1 };
    const { expectedMonths, medianMonths, staying } = outlookOf(flat, 3, 0.1, MONTH_MS / DAY_MS);
    expect(staying[0]).toBeCloseTo(0.9, 3);
    // Geometric: Σ .9^m for m of 1 to 36.
    expect(expectedMonths).toBeCloseTo((0.9 * (1 - 0.9 ** 36)) / 0.1, 6);
    expect(medianMonths).toBe(7);
    // However far a customer's own chance is from its plan's.
    const calm = { ...flat, mean: 0.001 };
    expect(outlookOf(calm, 3, 0.9, MONTH_MS / DAY_MS).staying[0]).toBeCloseTo(0.1, 3);
    expect(outlookOf(calm, 3, 0.9, MONTH_MS / DAY_MS).staying[1]).toBeCloseTo(0.1 * 0.999 ** 10, 3);
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          const [calm, risky] = [outlookOf(flat, 0, low, 28), outlookOf(flat, 0, high, 28)];
          expect(risky.expectedMonths).toBeLessThanOrEqual(calm.expectedMonths + 1e-9);
          expect(calm.staying.every((each, m) => each <= (calm.staying[m - 1] ?? 1))).toBe(true);
        },
      ),
    );
  });
});

it('bins of the calibration hold everybody, and their intervals the shares', () => {
  const random = createRandom('bins');
  const probability = Float64Array.from({ length: 1_003 }, () => random.next() ** 3);
  const label = Uint8Array.from(probability, (p) => (random.next() < p ? 1 : 0));
  const bins = calibrationBins(probability, label);
  expect(bins.reduce((sum, { customers }) => sum + customers, 0)).toBe(1_003);
  for (const { high, low, observed } of bins) {
    expect(low).toBeLessThanOrEqual(observed);
    expect(high).toBeGreaterThanOrEqual(observed);
  }
  expect(
    bins.filter(({ high, low, predicted }) => predicted >= low && predicted <= high).length,
  ).toBeGreaterThan(7);
});

describe('learning from a tenant’s own past', () => {
  const tenant = simulatedTenant('learn', 700, asOfMs);
  const examples = examplesOf(tenant.customers, tenant.activity, asOfMs, 4);

  it('finds what was put in, on dates it had not seen, and survives being packed', () => {
    const learned = learnChurn(examples, asOfMs, createRandom('learn'), () => {});
    expect(learned?.backtest.method).toBe('time');
    expect(learned?.backtest.origins).toHaveLength(3);
    expect(learned?.backtest.metrics.auc).toBeGreaterThan(0.7);
    expect(learned?.backtest.metrics.logLoss).toBeLessThan(learned?.backtest.baseLogLoss ?? 0);
    if (learned === undefined) return;
    const again = unpackChurn(packChurn(learned.model));
    const rows = examples.slice(0, 20).map(({ row }) => row);
    expect(again === undefined ? [] : predictChurn(again, rows)).toEqual(predictChurn(learned.model, rows));
  });

  it('labels who says so within the horizon, and nobody who had said so before', () => {
    for (const { before, customer, left } of examples.slice(0, 400)) {
      const atMs = asOfMs - before * WEEK_MS;
      const said = tenant.leftAtMs[customer];
      if (said !== undefined) expect(said).toBeGreaterThanOrEqual(atMs);
      expect(left).toBe(said !== undefined && said < atMs + 4 * WEEK_MS);
    }
  });

  it('too little is no model', () => {
    expect(learnChurn(examples.slice(0, 250), asOfMs, createRandom('few'), () => {})).toBeUndefined();
    expect(unpackChurn(new TextEncoder().encode('{"kind":"other"}'))).toBeUndefined();
    expect(unpackChurn(new Uint8Array([1, 2]))).toBeUndefined();
  });
});

describe('a model in force and a newer one', () => {
  it('are compared on a date both foretold: one learned after it has seen its outcome, and there is nothing to compare', () => {
    const tenant = simulatedTenant('rivals', 900, asOfMs);
    const reference = asOfMs - 4 * WEEK_MS;
    const examples = examplesOf(tenant.customers, tenant.activity, asOfMs, 4);
    const learned = learnChurn(examples, asOfMs, createRandom('rival'), () => {});
    if (learned === undefined) throw new Error('nothing was learned');
    // The model of all examples stands for one in force: learned before the date by the books, and after it.
    expect(newestLoss(learned.model, reference, examples, asOfMs)).toBeGreaterThan(0);
    expect(newestLoss(learned.model, reference + 1, examples, asOfMs)).toBeNull();
    expect(calibrationDrift(learned.model, reference + 1, examples, asOfMs)).toBe(0);
    expect(learned.newest).toBeGreaterThan(0);
    // Of the newest date alone, not of three.
    expect(learned.newest).not.toBe(learned.backtest.metrics.logLoss);
    // A model that has seen the date flatters itself on it.
    expect(newestLoss(learned.model, reference, examples, asOfMs) ?? 1).toBeLessThan(learned.newest ?? 0);
  });
});
