import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  afterWork,
  firstState,
  nextWork,
  parseFeedState,
  type FeedConfig,
  type FeedState,
} from './feed-plan.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const config: FeedConfig = { seed: 's', ratePerSecond: 100, historyDays: 3 };
const start = Date.UTC(2025, 0, 10, 8);

/** Runs the plan to the present and returns what was sent. */
function catchUp(state: FeedState, now: number, settings = config): { state: FeedState; sent: string[] } {
  const sent: string[] = [];
  let at = state;
  for (let work = nextWork(at, now, settings); work !== undefined; work = nextWork(at, now, settings)) {
    sent.push(`${work.mode} ${(work.fromMs - start) / 1000}..${(work.toMs - start) / 1000}`);
    at = afterWork(work.save ?? at, work);
  }
  return { state: at, sent };
}

test('the first start fills in the days before, then the last minutes in full', () => {
  const { state, sent } = catchUp(firstState(start, config), start);
  expect(state.positionMs).toBe(start);
  const history = sent.filter((each) => each.startsWith('history'));
  expect(history).toHaveLength(72);
  expect(history[0]).toBe(`history ${-3 * 86_400}..${-3 * 86_400 + 3600}`);
  expect(sent.find((each) => each.startsWith('live'))).toBe('live -300..-290');
  expect(sent.at(-1)).toBe('live -5..0');
});

test('afterwards it sends what has passed, a slice at a time', () => {
  const { state } = catchUp(firstState(start, config), start);
  expect(nextWork(state, start + 249, config)).toBeUndefined();
  expect(catchUp(state, start + 1100).sent).toEqual(['live 0..1']);
});

test('without history it begins now', () => {
  const settings = { ...config, historyDays: 0 };
  const first = firstState(start, settings);
  expect(nextWork(first, start, settings)).toBeUndefined();
  expect(catchUp(first, start + 500, settings).sent).toEqual(['live 0..0.5']);
});

test('a short absence is made up in full, a long one in history, a very long one from historyDays ago', () => {
  const { state } = catchUp(firstState(start, config), start);
  const away = (ms: number): string[] => catchUp(state, start + ms).sent;
  expect(away(5 * MINUTE_MS).every((each) => each.startsWith('live'))).toBe(true);
  expect(away(120 * MINUTE_MS).filter((each) => each.startsWith('history'))).toEqual([
    'history 0..3600',
    'history 3600..6900',
  ]);
  expect(away(30 * DAY_MS).find((each) => each.startsWith('history'))).toBe(
    `history ${27 * 86_400}..${27 * 86_400 + 3600}`,
  );
});

test('a clock that was set back makes it wait', () => {
  const { state } = catchUp(firstState(start, config), start);
  expect(nextWork(state, start - 60_000, config)).toBeUndefined();
});

test.each(['', '{', '{"version":2}', '{"version":1,"positionMs":-1}'])('%s is no state', (text) => {
  expect(parseFeedState(text)).toBeUndefined();
});

/** What happens next to a feed: work that ends, or a crash at one of the moments in which a crash can matter, and time off. */
const step = fc.record({
  crash: fc.constantFrom(
    'none',
    'none',
    'none',
    'before save',
    'before send',
    'before acknowledgement',
    'before next',
  ),
  offMs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 5 * MINUTE_MS }),
    fc.integer({ min: 0, max: DAY_MS }),
  ),
  passesMs: fc.integer({ min: 0, max: 3000 }),
  ratePerSecond: fc.constantFrom(100, 100, 100, 40),
});

test('whenever it is killed and however long it is away, every moment is sent exactly once', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 200 }), (steps) => {
      let now = start;
      let disk: FeedState = firstState(now, { ...config, historyDays: 0.5 });
      let memory = disk;
      // Live work by slice, since its events do not depend on the cut; history by piece.
      const sent = new Map<string, { fromMs: number; toMs: number }>();
      for (const { crash, offMs, passesMs, ratePerSecond } of steps) {
        now += passesMs;
        const settings = { ...config, historyDays: 0.5, ratePerSecond };
        const work = nextWork(memory, now, settings);
        const crashed = (): void => {
          memory = disk;
          now += offMs;
        };
        if (work === undefined || crash === 'before save') {
          crashed();
          continue;
        }
        if (work.save !== undefined) {
          disk = work.save;
          memory = work.save;
        }
        if (crash === 'before send') {
          crashed();
          continue;
        }
        if (work.mode === 'history') {
          sent.set(`history ${work.fromMs} ${work.toMs} ${work.ratePerSecond}`, work);
        } else {
          for (let at = work.fromMs; at < work.toMs; at += 250) {
            sent.set(`live ${at} ${work.ratePerSecond}`, { fromMs: at, toMs: at + 250 });
          }
        }
        if (crash === 'before acknowledgement') {
          crashed();
          continue;
        }
        memory = afterWork(memory, work);
        if (crash === 'before next') crashed();
      }
      const pieces = [...sent.values()].toSorted((a, b) => a.fromMs - b.fromMs);
      for (const [index, piece] of pieces.entries()) {
        const before = pieces[index - 1];
        // A gap may only be what lies further back than historyDays, which half a day off at a time can reach.
        if (before !== undefined) expect(piece.fromMs).toBeGreaterThanOrEqual(before.toMs);
        if (before !== undefined && piece.fromMs > before.toMs)
          expect(now - before.toMs).toBeGreaterThan(DAY_MS / 2);
      }
    }),
    { numRuns: 300 },
  );
});
