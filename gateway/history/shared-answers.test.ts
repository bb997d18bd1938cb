import { expect, test } from 'vitest';
import { createFakeClock } from '../../platform/time/clock.ts';
import { createSharedAnswers } from './shared-answers.ts';

test('equal questions within the time are computed once', async () => {
  const clock = createFakeClock();
  const answers = createSharedAnswers<number>(clock, 100, 10);
  let computed = 0;
  const ask = async (key: string) => await answers.get(key, async () => (computed += 1));
  expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual([1, 1, 2]);
  await clock.advance(99);
  expect(await ask('a')).toBe(1);
  await clock.advance(1);
  expect(await ask('a')).toBe(3);
});

test('a failure is told to all who waited and then forgotten', async () => {
  const answers = createSharedAnswers<number>(createFakeClock(), 100, 10);
  const fail = async (): Promise<number> => await Promise.reject(new Error('away'));
  const both = await Promise.allSettled([answers.get('a', fail), answers.get('a', async () => 1)]);
  expect(both.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
  expect(await answers.get('a', async () => 2)).toBe(2);
});

test('the oldest is forgotten beyond the bound', async () => {
  const answers = createSharedAnswers<string>(createFakeClock(), 100, 2);
  for (const key of ['a', 'b', 'c']) await answers.get(key, async () => 'first');
  expect(await answers.get('c', async () => 'second')).toBe('first');
  expect(await answers.get('a', async () => 'second')).toBe('second');
});
