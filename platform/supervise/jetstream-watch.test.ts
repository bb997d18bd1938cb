import { expect, test } from 'vitest';
import { createLog } from '../log/log.ts';
import { createFakeClock } from '../time/clock.ts';
import { watchJetStream } from './jetstream-watch.ts';

function setup(answer: () => 'answer' | 'silence' | 'refusal', isConnected: () => boolean = () => true) {
  const clock = createFakeClock();
  const lines: string[] = [];
  let restarts = 0;
  const watch = watchJetStream({
    log: createLog({ level: 'error', destination: { write: (line) => void lines.push(line) } }),
    clock,
    isConnected,
    ask: async () => {
      const given = answer();
      if (given !== 'answer') throw new Error(given);
    },
    isSilence: (error) => error instanceof Error && error.message === 'silence',
    restart: () => {
      restarts += 1;
    },
  });
  const rounds = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) await clock.advance(5_000);
  };
  return { watch, rounds, lines, restarts: () => restarts };
}

test('six questions in a row without an answer restart the server, and six more do again', async () => {
  const { rounds, restarts, lines, watch } = setup(() => 'silence');
  await rounds(5);
  expect(restarts()).toBe(0);
  await rounds(1);
  expect(restarts()).toBe(1);
  expect(lines.join('')).toContain('JetStream answers no more');
  await rounds(6);
  expect(restarts()).toBe(2);
  watch.stop();
  await rounds(12);
  expect(restarts()).toBe(2);
});

test('an answer begins the count anew; a refusal and a connection that is away do not count', async () => {
  let round = 0;
  const { rounds, restarts } = setup(() => ((round += 1) % 6 === 0 ? 'answer' : 'silence'));
  await rounds(30);
  expect(restarts()).toBe(0);
  const refused = setup(() => 'refusal');
  await refused.rounds(30);
  expect(refused.restarts()).toBe(0);
  const away = setup(
    () => 'silence',
    () => false,
  );
  await away.rounds(30);
  expect(away.restarts()).toBe(0);
});
