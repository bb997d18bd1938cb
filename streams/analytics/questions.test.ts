import { expect, test } from 'vitest';
import { createFakeClock } from '../../platform/time/clock.ts';
import { createQueue } from './fair-queue.ts';
import { createQuestions } from './questions.ts';
import type { Progress } from './scan.ts';

function rig() {
  const clock = createFakeClock(1_000_000);
  const queue = createQueue();
  const questions = createQuestions<string>(clock, queue);
  const running: { progress: Progress; end: (answer: string | Error) => void }[] = [];
  const compute = async (progress: Progress): Promise<string> =>
    await new Promise((resolve, reject) => {
      running.push({
        progress,
        end: (answer) => (typeof answer === 'string' ? resolve(answer) : reject(answer)),
      });
    });
  return { clock, queue, questions, running, compute };
}
const settle = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

test('a quick answer comes at once and is kept for half a minute', async () => {
  const { clock, questions } = rig();
  let computed = 0;
  const ask = async () => await questions.ask('main', 'a', async () => `answer ${(computed += 1)}`);
  expect(await ask()).toMatchObject({ state: 'done', answer: 'answer 1', computedAtMs: 1_000_000 });
  await clock.advance(29_000);
  expect(await ask()).toMatchObject({ answer: 'answer 1' });
  await clock.advance(1_000);
  expect(await ask()).toMatchObject({ answer: 'answer 2' });
});

test('a long one tells how far it is, whoever asks, and then the answer', async () => {
  const { clock, questions, running, compute } = rig();
  const first = questions.ask('main', 'a', compute);
  await settle();
  running[0]?.progress.report('reading', 0.456);
  await clock.advance(1_500);
  expect(await first).toEqual({ state: 'running', stage: 'reading', percent: 45, startedAtMs: 1_000_000 });
  const second = questions.ask('main', 'a', compute);
  await settle();
  running[0]?.end('done');
  expect(await second).toMatchObject({ state: 'done', answer: 'done', tookMs: 1_500 });
  expect(running).toHaveLength(1);
});

test('questions of a tenant run one at a time, nine wait or run at most', async () => {
  const { queue, questions, running, compute } = rig();
  const asked = Array.from({ length: 9 }, async (_each, i) => await questions.ask('main', `q${i}`, compute));
  await settle();
  expect([running.length, queue.size()]).toEqual([1, 9]);
  await expect(questions.ask('main', 'q9', compute)).rejects.toMatchObject({ code: 'ANALYTICS_BUSY' });
  for (let i = 0; i < 9; i += 1) {
    running[i]?.end(`answer ${i}`);
    await settle();
  }
  expect((await Promise.all(asked)).map((each) => each.state)).toEqual(Array(9).fill('done'));
  expect(queue.size()).toBe(0);
});

test('a failure is told to all who wait and the next begins anew', async () => {
  const { questions, running, compute } = rig();
  const both = [questions.ask('main', 'a', compute), questions.ask('main', 'a', compute)];
  await settle();
  running[0]?.end(new Error('away'));
  expect((await Promise.allSettled(both)).map((each) => each.status)).toEqual(['rejected', 'rejected']);
  expect(await questions.ask('main', 'a', async () => 'back')).toMatchObject({ answer: 'back' });
});

test('a question nobody asks for any more is given up, and stop ends all', async () => {
  const { clock, questions, running, compute } = rig();
  const left = questions.ask('main', 'a', compute);
  await settle();
  await clock.advance(1_500);
  await left;
  await clock.advance(61_000);
  expect(running[0]?.progress.signal.aborted).toBe(false);
  running[0]?.progress.report('reading', 0.5);
  expect(running[0]?.progress.signal.aborted).toBe(true);
  running[0]?.end('late');
  const other = questions.ask('main', 'b', compute);
  await settle();
  questions.stop();
  expect(running[1]?.progress.signal.aborted).toBe(true);
  running[1]?.end('late');
  await other;
});
