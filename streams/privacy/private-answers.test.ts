import { describe, expect, test } from 'vitest';
import type { StoredCounts } from '../../platform/contracts/audience.ts';
import type { PrivacyLedger } from '../../platform/contracts/privacy.ts';
import { createFakeClock } from '../../platform/time/clock.ts';
import {
  canonicalJson,
  createPrivateAnswers,
  type Identity,
  type PrivateAnswers,
  type PrivateQuestion,
} from './private-answers.ts';
import type { AnswerStore, LedgerStore } from './ports.ts';
import { seededBytes } from './testing/seeded.ts';

const cells = ['a', 'b', 'empty'];
const counts = new Map([
  ['a', 5_000],
  ['b', 700],
  ['unasked', 9],
]);
const config = {
  privacyEpsilon: 0.1,
  privacyDelta: 1e-6,
  privacyPeriodEpsilon: 0.5,
  privacyPeriod: 'month',
} as const;

/** Stores in memory that die before or after the n-th write, as a killed process would. */
function memory() {
  const ledgers = new Map<string, { value: PrivacyLedger; revision: number }>();
  const answers = new Map<string, StoredCounts>();
  let writes = 0;
  let dieAt: { readonly write: number; readonly isDone: boolean } | undefined;
  const write = (effect: () => boolean): boolean => {
    writes += 1;
    if (dieAt?.write === writes && !dieAt.isDone) throw new Error('killed');
    const done = effect();
    if (dieAt?.write === writes) throw new Error('killed');
    return done;
  };
  const ledgerStore: LedgerStore = {
    load: async (tenant, period) => ledgers.get(`${tenant}.${period}`),
    save: async (ledger, revision) =>
      write(() => {
        const key = `${ledger.tenant}.${ledger.period}`;
        if ((ledgers.get(key)?.revision ?? 0) !== revision) return false;
        ledgers.set(key, { value: ledger, revision: revision + 1 });
        return true;
      }),
  };
  const answerStore: AnswerStore = {
    get: async (tenant, id) => answers.get(`${tenant}.${id}`),
    create: async (tenant, id, answer) =>
      write(() => {
        const key = `${tenant}.${id}`;
        if (answers.has(key)) return false;
        answers.set(key, answer);
        return true;
      }),
  };
  return {
    ledgers,
    answers,
    ledgerStore,
    answerStore,
    dieAt: (write: number, isDone: boolean): void => {
      writes = 0;
      dieAt = { write, isDone };
    },
    live: (): void => {
      dieAt = undefined;
    },
  };
}

function open(
  stores: ReturnType<typeof memory>,
  seed: string,
  clock = createFakeClock(Date.UTC(2026, 10, 25)),
) {
  const answers = createPrivateAnswers(
    { ledgers: stores.ledgerStore, answers: stores.answerStore, random: seededBytes(seed), clock },
    config,
  );
  let counted = 0;
  const ask = (answerer: PrivateAnswers, question: PrivateQuestion) =>
    answerer.answer(question, async () => {
      counted += 1;
      return { cells, counts };
    });
  return {
    answers,
    ask: (question: PrivateQuestion) => ask(answers, question),
    counted: () => counted,
    clock,
  };
}

function about(text: string, tenant = 'main'): PrivateQuestion {
  return {
    tenant,
    by: 'u1',
    what: 'loyalty',
    about: text,
    identity: { about: text },
    noise: { mechanism: 'gaussian', epsilon: 0.1, delta: 1e-6, cells: 1 },
  };
}

describe('a private answer', () => {
  test('has noise on every cell asked for, empty ones too, and nothing else', async () => {
    const { ask } = open(memory(), 'one');
    const { stored, halfWidth95 } = await ask(about('DE'));
    expect(Object.keys(stored.counts)).toEqual(cells);
    expect(stored.counts['a']).not.toBe(5_000);
    expect(stored.counts['empty']).not.toBe(0);
    expect(halfWidth95).toBeCloseTo(1.96 * 36.305, 0);
    for (const [cell, value] of Object.entries(stored.counts)) {
      expect(Number.isInteger(value)).toBe(true);
      expect(Math.abs(value - (counts.get(cell) ?? 0))).toBeLessThan(3 * halfWidth95);
    }
  });

  test('is given again without a charge, by another process too; another question is charged', async () => {
    const stores = memory();
    const first = open(stores, 'first');
    const second = open(stores, 'second');
    const one = await first.ask(about('DE'));
    const same = await second.ask(about('DE'));
    expect(same.stored).toEqual(one.stored);
    expect([one.isRepeated, same.isRepeated, second.counted()]).toEqual([false, true, 0]);
    expect((await first.answers.state('main')).charges).toHaveLength(1);
    const other = await second.ask(about('FR'));
    expect(other.isRepeated).toBe(false);
    expect((await first.answers.state('main')).charges).toHaveLength(2);
  });

  test('many at once of the same question cost once and are the same', async () => {
    const { ask, answers } = open(memory(), 'many');
    const all = await Promise.all(Array.from({ length: 8 }, () => ask(about('DE'))));
    expect(new Set(all.map(({ stored }) => JSON.stringify(stored))).size).toBe(1);
    expect((await answers.state('main')).charges).toHaveLength(1);
  });

  test('is refused when the budget is spent; the next period and another tenant are not', async () => {
    const { ask, answers, clock } = open(memory(), 'spend');
    let given = 0;
    for (; given < 100; given += 1) {
      const outcome = await ask(about(`question ${given}`)).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome).toMatchObject({ code: 'PRIVACY_BUDGET_SPENT' });
        break;
      }
    }
    expect(given).toBeGreaterThan(5);
    expect(given).toBeLessThan(100);
    const state = await answers.state('main');
    expect(state).toMatchObject({ answersLeft: 0, period: '2026-11' });
    expect(state.charges).toHaveLength(given);
    // What was answered stays answered.
    expect((await ask(about('question 0'))).isRepeated).toBe(true);
    expect((await ask(about('question x', 'other'))).isRepeated).toBe(false);
    await clock.advance(10 * 86_400_000);
    expect((await ask(about(`question ${given}`))).isRepeated).toBe(false);
    expect(await answers.state('main')).toMatchObject({ period: '2026-12', charges: [{}] });
    expect((await answers.state('main', Date.UTC(2026, 10, 3))).charges).toHaveLength(given);
  });

  test.each([
    ['before the charge', 1, false, 1],
    ['after the charge', 1, true, 1],
    ['before the answer is stored', 2, false, 1],
    ['after the answer is stored', 2, true, 1],
    ['before it is marked', 3, false, 1],
    ['after it is marked', 3, true, 1],
  ] as const)('killed %s: asked again, one charge and one answer', async (_when, write, isDone, charges) => {
    const stores = memory();
    stores.dieAt(write, isDone);
    await expect(open(stores, 'killed').ask(about('DE'))).rejects.toThrow('killed');
    stores.live();
    const restarted = open(stores, 'restarted');
    const before = [...stores.answers.values()];
    const answer = await restarted.ask(about('DE'));
    expect((await restarted.answers.state('main')).charges).toHaveLength(charges);
    expect(stores.answers.size).toBe(1);
    // What was stored before the crash is what is given after it.
    if (before.length > 0) expect(answer.stored).toEqual(before[0]);
    expect(await restarted.ask(about('DE'))).toMatchObject({ isRepeated: true, stored: answer.stored });
  });

  test('counting that fails keeps the charge, and the next try uses it up', async () => {
    const stores = memory();
    const { answers } = open(stores, 'failing');
    const failing = answers.answer(about('DE'), async () => {
      throw new Error('store away');
    });
    await expect(failing).rejects.toThrow('store away');
    expect(stores.answers.size).toBe(0);
    await answers.answer(about('DE'), async () => ({ cells, counts }));
    expect((await answers.state('main')).charges).toMatchObject([{ isAnswered: true }]);
  });

  test('an answer that went from the store is charged anew', async () => {
    const stores = memory();
    const { ask, answers } = open(stores, 'lost');
    await ask(about('DE'));
    stores.answers.clear();
    await ask(about('DE'));
    expect((await answers.state('main')).charges).toHaveLength(2);
  });
});

test('questions are told apart by what is asked, not by words that happen to be alike', async () => {
  const stores = memory();
  const { ask } = open(stores, 'alike');
  const words = 'loyalty: channel aud3-c0, content aud3-v0, 2026-10-01 to 2026-10-28 UTC';
  const of = (segment: Identity): PrivateQuestion => ({
    ...about(words),
    identity: { what: 'loyalty', segment },
  });
  const one = await ask(of({ channel: 'aud3-c0, content aud3-v0' }));
  const other = await ask(of({ channel: 'aud3-c0', content: 'aud3-v0' }));
  expect([one.isRepeated, other.isRepeated]).toEqual([false, false]);
  expect(other.charge.id).not.toBe(one.charge.id);
  // The order of names says nothing.
  expect((await ask(of({ content: 'aud3-v0', channel: 'aud3-c0' }))).charge.id).toBe(other.charge.id);
});

test('canonical JSON is the same for equal values alone', () => {
  expect(canonicalJson({ b: 1, a: { d: 'x', c: true } })).toBe('{"a":{"c":true,"d":"x"},"b":1}');
  expect(canonicalJson({ a: '","b":"' })).not.toBe(canonicalJson({ a: '', b: '' }));
});
