import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('two at once, in order; what nobody wants any more is left out; a fault holds up nobody', async () => {
  const turns = createTurns(2);
  const log: string[] = [];
  const open: (() => void)[] = [];
  const work = (name: string, isWanted = true, isFault = false) =>
    turns
      .run(
        () => isWanted,
        async () => {
          log.push(name);
          await new Promise<void>((resolve) => open.push(resolve));
          if (isFault) throw new Error(name);
          return name;
        },
      )
      .catch((error: unknown) => String(error));
  const all = [work('a', true, true), work('b'), work('c', false), work('d'), work('e')];
  const step = async (): Promise<void> => {
    open.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  expect(log).toEqual(['a', 'b']);
  await step();
  expect(log).toEqual(['a', 'b', 'd']);
  await step();
  expect(log).toEqual(['a', 'b', 'd', 'e']);
  await step();
  await step();
  expect(await Promise.all(all)).toEqual(['Error: a', 'b', undefined, 'd', 'e']);
});
