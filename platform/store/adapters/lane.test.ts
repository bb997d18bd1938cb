import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLane, type StatementKind } from './lane.ts';

/** Statements that end when told, in a log of beginnings. */
function setup(width: number) {
  const lane = createLane(width);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const ask = (kind: StatementKind, name: string): Promise<void> =>
    lane.run(kind, () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    ends.delete(name);
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  };
  return { lane, begun, ask, end, open: ends };
}

test('writes and reads take turns, each in their order', async () => {
  const { lane, begun, ask, end } = setup(1);
  const all = ['r1', 'r2', 'r3', 'w1', 'w2'].map((name) =>
    ask(name.startsWith('r') ? 'read' : 'write', name),
  );
  expect(begun).toEqual(['r1']);
  expect(lane.waiting()).toBe(4);
  for (const name of ['r1', 'w1', 'r2', 'w2', 'r3']) await end(name);
  await Promise.all(all);
  expect(begun).toEqual(['r1', 'w1', 'r2', 'w2', 'r3']);
});

test('a statement that fails lets the next one in and is told', async () => {
  const lane = createLane(1);
  const failed = lane.run('read', () => Promise.reject(new Error('no such table')));
  const next = lane.run('read', () => Promise.resolve('row'));
  await expect(failed).rejects.toThrow('no such table');
  expect(await next).toBe('row');
});

test('never more than its width at once, never idle while one waits, every one runs once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.tuple(fc.constantFrom<StatementKind>('read', 'write'), fc.nat(5)), { maxLength: 20 }),
      async (width, steps) => {
        const { lane, begun, ask, end, open } = setup(width);
        const asked: Promise<void>[] = [];
        for (const [kind, ending] of steps) {
          asked.push(ask(kind, `${asked.length}`));
          if (ending < open.size) await end([...open.keys()][ending] ?? '');
          expect(open.size).toBeLessThanOrEqual(width);
          if (lane.waiting() > 0) expect(open.size).toBe(width);
        }
        while (open.size > 0) await end([...open.keys()][0] ?? '');
        await Promise.all(asked);
        expect(new Set(begun).size).toBe(steps.length);
        expect(begun).toHaveLength(steps.length);
      },
    ),
  );
});
