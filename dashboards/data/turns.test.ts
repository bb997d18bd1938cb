import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('two at once, in order; a fault holds up nobody', async () => {
  const turns = createTurns(2);
  const log: string[] = [];
  const open: (() => void)[] = [];
  const work = async (name: string, isFault = false): Promise<string> =>
    await turns
      .run(async () => {
        log.push(name);
        await new Promise<void>((resolve) => open.push(resolve));
        if (isFault) throw new Error(name);
        return name;
      })
      .catch(String);
  const all = [work('a', true), work('b'), work('c'), work('d')];
  const step = async (): Promise<void> => {
    open.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  expect(log).toEqual(['a', 'b']);
  await step();
  expect(log).toEqual(['a', 'b', 'c']);
  await step();
  expect(log).toEqual(['a', 'b', 'c', 'd']);
  await step();
  await step();
  expect(await Promise.all(all)).toEqual(['Error: a', 'b', 'c', 'd']);
});
