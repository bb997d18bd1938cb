import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestBus, startTestNats } from '../../platform/testing/servers.ts';
import { createFakeClock } from '../../platform/time/clock.ts';
import { createAnswerStore, createLedgerStore } from './adapters/nats.ts';
import { createPrivateAnswers, type PrivateAnswers } from './private-answers.ts';
import { seededBytes } from './testing/seeded.ts';

const config = {
  privacyEpsilon: 0.1,
  privacyDelta: 1e-6,
  privacyPeriodEpsilon: 0.3,
  privacyPeriod: 'month',
} as const;

describe('private answers over a real ledger', () => {
  let nats: Awaited<ReturnType<typeof startTestNats>>;
  let bus: Awaited<ReturnType<typeof createTestBus>>;
  beforeAll(async () => {
    nats = await startTestNats();
    bus = await createTestBus(nats);
  });
  afterAll(async () => {
    await bus.close();
    await nats.stop();
  });

  const open = async (seed: string): Promise<PrivateAnswers> =>
    createPrivateAnswers(
      {
        ledgers: await createLedgerStore(bus),
        answers: await createAnswerStore(bus),
        random: seededBytes(seed),
        clock: createFakeClock(Date.UTC(2026, 10, 25)),
      },
      config,
    );

  const ask = (answers: PrivateAnswers, tenant: string, about: string) =>
    answers.answer(
      {
        tenant,
        by: 'u1',
        what: 'loyalty',
        about,
        identity: { about },
        noise: { mechanism: 'gaussian', epsilon: 0.1, delta: 1e-6, cells: 1 },
      },
      async () => ({ cells: ['a'], counts: new Map([['a', 1_000]]) }),
    );

  test('processes that race for one question pay once and give one answer', async () => {
    const processes = await Promise.all(['one', 'two', 'three'].map(open));
    const all = await Promise.all(
      processes.flatMap((each) => [ask(each, 'race', 'DE'), ask(each, 'race', 'DE')]),
    );
    expect(new Set(all.map(({ stored }) => stored.counts['a'])).size).toBe(1);
    const [first] = processes;
    expect((await first?.state('race'))?.charges).toMatchObject([{ isAnswered: true }]);
  });

  test('processes that race for the rest of the budget never overdraw it; a restart knows what was spent', async () => {
    const processes = await Promise.all(['four', 'five'].map(open));
    const outcomes: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      const asked = processes.map((each, i) =>
        ask(each, 'spend', `question ${round} ${i}`).then(
          () => 'given',
          (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'other'),
        ),
      );
      outcomes.push(...(await Promise.all(asked)));
    }
    const state = await (await open('six')).state('spend');
    expect(outcomes.filter((outcome) => outcome === 'given')).toHaveLength(state.charges.length);
    expect(outcomes).toContain('PRIVACY_BUDGET_SPENT');
    expect(outcomes).not.toContain('other');
    expect(state.spentEpsilon).toBeLessThanOrEqual(0.3);
    expect(state.answersLeft).toBe(0);
    expect((await (await open('seven')).state('race')).charges).toHaveLength(1);
  });
});
