import { beforeEach, describe, expect, test } from 'vitest';
import { ApiError, unreachable } from './problem.ts';
import { createQuery, type Query } from './query.ts';

/** Lets everything that waits for a promise go on. */
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

describe('a query', () => {
  let now = 0;
  let isHidden = false;
  let tick: (() => void) | undefined;
  let loads: string[] = [];
  let answer: (args: string) => Promise<string> = async (args) => args;
  let query: Query<string, string>;

  beforeEach(() => {
    now = 0;
    isHidden = false;
    tick = undefined;
    loads = [];
    answer = async (args) => `${args}@${now}`;
    query = createQuery<string, string>(
      {
        keyOf: (args) => args,
        load: (args) => {
          loads.push(args);
          return answer(args);
        },
        refreshMs: 10_000,
      },
      {
        nowMs: () => now,
        every: (_ms, run) => {
          tick = run;
          return () => {
            tick = undefined;
          };
        },
        isHidden: () => isHidden,
      },
    );
  });

  test('is loaded once for everybody who asks the same', async () => {
    let changes = 0;
    query.watch('a', () => (changes += 1));
    query.watch('a', () => {});
    expect(query.read('a').isLoading).toBe(true);
    await settle();
    expect(loads).toEqual(['a']);
    expect(query.read('a')).toMatchObject({ data: 'a@0', isLoading: false });
    expect(changes).toBeGreaterThan(0);
  });

  test('is kept fresh while somebody looks, and not when the page is hidden or nobody looks', async () => {
    const leave = query.watch('a', () => {});
    await settle();
    now = 9_999;
    tick?.();
    expect(loads).toHaveLength(1);
    now = 10_000;
    isHidden = true;
    tick?.();
    expect(loads).toHaveLength(1);
    isHidden = false;
    tick?.();
    expect(loads).toHaveLength(2);
    await settle();
    leave();
    expect(tick).toBeUndefined();
  });

  test('keeps its data when loading anew fails', async () => {
    query.watch('a', () => {});
    await settle();
    answer = async () => {
      throw new ApiError(unreachable());
    };
    query.refresh();
    await settle();
    expect(query.read('a')).toMatchObject({ data: 'a@0', problem: { code: 'DASHBOARD_UNREACHABLE' } });
  });

  test('an answer that was overtaken is dropped', async () => {
    let slow: (value: string) => void = () => {};
    answer = () => new Promise((resolve) => (slow = resolve));
    query.watch('a', () => {});
    const first = slow;
    query.refresh();
    slow('second');
    first('first');
    await settle();
    expect(query.read('a').data).toBe('second');
  });

  test('what nobody looks at is forgotten beyond the bound', async () => {
    for (let i = 0; i < 300; i += 1) query.watch(`k${i}`, () => {})();
    await settle();
    expect(query.read('k0')).toMatchObject({ data: undefined });
    expect(query.read('k299').data).toBeDefined();
  });
});

test('an answer may say itself how soon it is asked for again', async () => {
  let loads = 0;
  let tick = (): void => {};
  const query = createQuery<string, number>(
    {
      keyOf: (args) => args,
      load: async () => (loads += 1),
      refreshMs: (data) => (data < 3 ? 0 : undefined),
    },
    { nowMs: () => 0, every: (_ms, run) => ((tick = run), () => {}), isHidden: () => false },
  );
  query.watch('a', () => {});
  for (let i = 0; i < 6; i += 1) {
    await settle();
    tick();
  }
  expect(loads).toBe(3);
});
