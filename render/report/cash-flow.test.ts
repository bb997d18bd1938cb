import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cashKindNames } from '../../platform/contracts/cash.ts';
import { octoberCash, octoberFacts } from '../testing/facts.ts';
import { createWords } from '../text/format.ts';
import { buildReport } from './build-report.ts';
import { cashFlowStatement, cashFlowText, netCashFlow } from './cash-flow.ts';
import type { CashFacts, CashFlow, CashSpan } from './facts.ts';
import { checkDifference, type Report } from './model.ts';

const words = createWords('USD', 'UTC');
const shown = (cash: CashFacts): (string | number | null)[][] =>
  cashFlowStatement({ cash }).table.rows.map(({ cells }) =>
    cells.slice(0, 3).map((cell) => (cell.t === 'text' || cell.t === 'money' ? cell.v : null)),
  );
const differences = (cash: CashFacts): (number | null)[] => {
  const { checks, table } = cashFlowStatement({ cash });
  const report: Pick<Report, 'sections'> = {
    sections: [{ id: 'cash', title: '', text: [], tables: [table] }],
  };
  return checks.map((check) => checkDifference(report, check));
};

test('October by hand: profit, what is not paid out yet, three parts, opening to closing', () => {
  // 1,334,225 − 1,204,300 + 1,100,250 − 120,000 = 1,110,175; − 250,000 − 50,000 = 810,175; 3,375,452 + 810,175 − 5,627 = 4,180,000.
  expect(shown(octoberCash(1_334_225, 1_075_702))).toEqual([
    ['Profit of the period', 1_334_225, 1_075_702],
    ['Earned and not yet paid out', -1_204_300, -1_100_250],
    ['Payouts of revenue earned earlier', 1_100_250, 1_050_000],
    ['Taxes', -120_000, -100_000],
    ['Operating cash flow', 1_110_175, 925_452],
    ['Equipment and rights', -250_000, 0],
    ['Investing cash flow', -250_000, 0],
    ['Capital paid in or back', 0, 500_000],
    ['Loans taken or paid back', -50_000, -50_000],
    ['Financing cash flow', -50_000, 450_000],
    ['Net cash flow', 810_175, 1_375_452],
    ['Opening cash', 3_375_452, 2_000_000],
    ['Moved on the accounts and told by no event', -5_627, 0],
    ['Closing cash', 4_180_000, 3_375_452],
  ]);
});

const amount = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
const flow: fc.Arbitrary<CashFlow> = fc.record({
  profitMinor: amount,
  accruedMinor: amount,
  payoutsMinor: amount,
  kinds: fc.dictionary(fc.constantFrom(...cashKindNames.filter((kind) => kind !== 'payout')), amount),
});

describe('identities', () => {
  test('hold for any movements, whatever the positions are taken from', () => {
    fc.assert(
      fc.property(
        flow,
        flow,
        amount,
        amount,
        fc.constantFrom<CashSpan['basis']>('balances', 'opening', 'back', 'since', 'unknown'),
        fc.boolean(),
        (now, before, start, stray, basis, isCompared) => {
          const span = (of: CashFlow, openingMinor: number): CashSpan => {
            const net = netCashFlow({
              flow: of,
              basis,
              openingMinor: null,
              closingMinor: null,
              asOfMs: null,
            });
            if (basis === 'unknown')
              return { flow: of, basis, openingMinor: null, closingMinor: null, asOfMs: null };
            const closingMinor = openingMinor + net + (basis === 'balances' ? stray : 0);
            return { flow: of, basis, openingMinor, closingMinor, asOfMs: 0 };
          };
          const prior = span(before, start);
          const cash: CashFacts = {
            now: span(now, prior.closingMinor ?? 0),
            prior: isCompared ? prior : null,
            accruedStreams: ['ads'],
            directStreams: [],
            recordedKinds: cashKindNames,
            strayPayouts: 0,
          };
          expect(differences(cash).every((difference) => difference === 0)).toBe(true);
        },
      ),
    );
  });

  test('a closing that the movements do not lead to is a check that fails, by how much', () => {
    const cash = octoberCash(1_334_225, 1_075_702);
    const off = {
      ...cash,
      now: {
        ...cash.now,
        basis: 'since' as const,
        closingMinor: (cash.now.closingMinor ?? 0) + 5_627 + 11,
      },
      prior: null,
    };
    expect(differences(off).filter((difference) => difference !== 0)).toEqual([11]);
  });
});

describe('what is said', () => {
  const of = (change: Partial<CashFacts>): string =>
    cashFlowText({ cash: { ...octoberCash(0, 0), ...change } }, words).join('\n');

  test('which revenue is paid out later, and which counts when earned', () => {
    expect(of({})).toContain('Revenue of ads is paid out later');
    expect(of({})).toContain('Revenue of subscriptions, affiliate and tips counts as received');
  });

  test.each([
    ['balances', 'last one as of 1 Nov 2026'],
    ['opening', 'worked out and not confirmed'],
    ['back', 'worked back from the first balance'],
    ['since', 'and not what is on an account'],
    ['unknown', 'Opening and closing are not known'],
  ] as const)('%s', (basis, said) => {
    const { now } = octoberCash(0, 0);
    expect(of({ now: { ...now, basis } })).toContain(said);
  });

  test('payouts that name no stream are left out, and counted', () => {
    expect(of({ strayPayouts: 3 })).toContain('3 payouts name no stream');
  });

  test('without anything recorded, parts are nought and say so', () => {
    const empty: CashSpan = {
      flow: { profitMinor: 5, accruedMinor: 0, payoutsMinor: 0, kinds: {} },
      basis: 'unknown',
      openingMinor: null,
      closingMinor: null,
      asOfMs: null,
    };
    expect(
      shown({
        now: empty,
        prior: null,
        accruedStreams: [],
        directStreams: [],
        recordedKinds: [],
        strayPayouts: 0,
      }),
    ).toEqual([
      ['Profit of the period', 5, null],
      ['Operating cash flow', 5, null],
      ['Investing cash flow (none recorded)', 0, null],
      ['Financing cash flow (none recorded)', 0, null],
      ['Net cash flow', 5, null],
    ]);
  });
});

test('the variance stands against the prior period, the target and the forecast made before', () => {
  const section = buildReport(octoberFacts()).sections.find(({ id }) => id === 'variance');
  const [revenue, , profit] = section?.tables[0]?.rows ?? [];
  const amounts = (row = revenue): unknown[] =>
    row?.cells.slice(1).map((cell) => ('v' in cell ? cell.v : null)) ?? [];
  // 2,134,512 against 1,903,400 and against the 2,050,000 forecast.
  expect(amounts()).toEqual([
    2_134_512,
    1_903_400,
    231_112,
    expect.closeTo(0.1214, 4),
    null,
    null,
    2_050_000,
    84_512,
  ]);
  expect(amounts(profit).slice(4)).toEqual([1_000_000, 334_225, null, null]);
  expect(section?.text.join(' ')).toContain('the last one made before the period, on 30 Sept 2026');
});
