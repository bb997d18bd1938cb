import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RenderJob } from '../../platform/contracts/render.ts';
import { begin, cancel, fail, finish, isEnded, progress, queuedJob, tryAgainLater } from './job-steps.ts';
import { pickNext, retryDelayMs } from './pick.ts';

const wish = (id: string, priority: number, createdAtMs = 0, tenant = 'main', notBeforeMs = 0) => ({
  request: { id, priority, createdAtMs, tenant },
  notBeforeMs,
});

describe('whose turn it is', () => {
  test.each([
    ['the lowest number', [wish('b', 5), wish('a', 0)], [], 'a'],
    [
      'then the tenant with the fewest running',
      [wish('a', 1, 0, 'busy'), wish('b', 1, 9, 'idle')],
      [{ tenant: 'busy' }],
      'b',
    ],
    ['then the oldest', [wish('a', 1, 9), wish('b', 1, 2)], [], 'b'],
    ['nobody who must wait', [wish('a', 0, 0, 'main', 11), wish('b', 5)], [], 'b'],
  ])('%s', (_name, waiting, running, expected) => {
    expect(pickNext(waiting, running, 2, 10)?.request.id).toBe(expected);
  });

  test('nobody when all turns are taken', () => {
    expect(pickNext([wish('a', 0)], [{ tenant: 'x' }], 1, 0)).toBeUndefined();
  });
});

test('pauses double from two seconds to two minutes and keep two thirds of it', () => {
  expect([1, 2, 3, 7, 20].map((attempts) => retryDelayMs(attempts, 0))).toEqual([
    2_000, 4_000, 8_000, 120_000, 120_000,
  ]);
  expect(retryDelayMs(1, 0.999_999)).toBe(1_333);
});

test('whatever happens in whatever order, an ended job stays as it ended and percent never falls within a try', () => {
  const request = {
    id: 'a',
    tenant: 'main',
    kind: 'report' as const,
    title: 'a',
    params: {},
    askedBy: { type: 'person' as const, id: 'u', name: 'u' },
    priority: 1,
    createdAtMs: 0,
  };
  const error = { code: 'RENDER_FAILED', message: 'x' };
  const steps: Record<string, (job: RenderJob, value: number) => RenderJob | undefined> = {
    begin: (job) => begin(job, 1),
    progress: (job, value) => progress(job, job.attempts, 'x', value),
    stale: (job, value) => progress(job, job.attempts - 1, 'x', value),
    finish: (job) => finish(job, job.attempts, { artefacts: [], notes: [], costUsd: 1 }, 2),
    staleFinish: (job) => finish(job, job.attempts - 1, { artefacts: [], notes: [], costUsd: 1 }, 2),
    later: (job) => tryAgainLater(job, job.attempts, error),
    fail: (job) => fail(job, error, 3),
    cancel: (job) => cancel(job, 4),
  };
  const move = fc.tuple(
    fc.constantFrom(...Object.keys(steps)),
    fc.double({ min: -10, max: 200, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(move, { maxLength: 20 }), (moves) => {
      let job = queuedJob(request);
      for (const [name, value] of moves) {
        const next = steps[name]?.(job, value);
        if (name.startsWith('stale')) expect(next).toBeUndefined();
        if (next === undefined) continue;
        expect(isEnded(job)).toBe(false);
        if (next.state === 'running' && next.attempts === job.attempts)
          expect(next.percent).toBeGreaterThanOrEqual(job.percent);
        expect(next.percent === 100).toBe(next.state === 'done');
        expect(next.attempts).toBeGreaterThanOrEqual(job.attempts);
        job = next;
      }
    }),
  );
});
