import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LiveRender } from '../../platform/contracts/render.ts';
import { mergeRenders } from './merge-renders.ts';

const render = (id: string, change: Partial<LiveRender> = {}): LiveRender => ({
  id,
  kind: 'report',
  title: id,
  askedBy: { type: 'person', id: 'u1', name: 'Ada' },
  priority: 2,
  createdAtMs: 1,
  state: 'running',
  stage: 'charts',
  percent: 10,
  attempts: 1,
  notes: [],
  costUsd: 0,
  artefacts: [],
  ...change,
});

describe('renders asked for and told of', () => {
  test.each<[string, Partial<LiveRender>, Partial<LiveRender>, Partial<LiveRender>]>([
    ['the socket is ahead', { percent: 10 }, { percent: 60 }, { percent: 60 }],
    ['the socket is behind', { percent: 60 }, { percent: 10 }, { percent: 60 }],
    [
      'a second try begins at nought',
      { percent: 90 },
      { attempts: 2, percent: 0 },
      { attempts: 2, percent: 0 },
    ],
    ['it ended', { percent: 90 }, { state: 'done', percent: 100, endedAtMs: 9 }, { state: 'done' }],
    [
      'it was cancelled, and the socket was away',
      { state: 'cancelled', endedAtMs: 9 },
      { percent: 90 },
      { state: 'cancelled' },
    ],
  ])('%s', (_name, asked, told, shown) => {
    expect(mergeRenders([render('r', asked)], [render('r', told)])).toMatchObject([shown]);
  });

  test('one that only the socket knows is shown, the newest first', () => {
    const merged = mergeRenders([render('old')], [render('new', { createdAtMs: 2 })]);
    expect(merged.map(({ id }) => id)).toEqual(['new', 'old']);
  });

  test('whichever order the states of a life come in, none goes back', () => {
    const life: LiveRender[] = [
      render('r', { state: 'queued', percent: 0, attempts: 0 }),
      render('r', { percent: 30 }),
      render('r', { state: 'queued', percent: 0, attempts: 1 }),
      render('r', { percent: 20, attempts: 2 }),
      render('r', { state: 'done', percent: 100, attempts: 2, endedAtMs: 5 }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(life, { minLength: 1 }), (seen) => {
        const rank = (one: LiveRender): number =>
          one.endedAtMs === undefined ? one.attempts * 1_000 + one.percent : Infinity;
        const last = seen.reduce<readonly LiveRender[]>((held, one) => mergeRenders(held, [one]), []);
        expect(rank(last[0] ?? expect.fail())).toBe(Math.max(...seen.map(rank)));
      }),
    );
  });
});
