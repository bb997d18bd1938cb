import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { PartUpdate } from '../../platform/contracts/live.ts';
import { compileKpi } from '../../platform/kpi/kpi.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import { boardFloors, createKpiBoard, type BoardScope, type KpiBoard } from './kpi-board.ts';

const clock = createWindowClock('UTC');
const nowMs = Date.UTC(2026, 4, 15, 12, 30, 7);
const views = kpiCatalogue.filter((kpi) => kpi.key === 'views').map(compileKpi);

function board(scope: BoardScope = { rollup: 'total', dim: '' }): KpiBoard {
  return createKpiBoard({ scope, kpis: views, clock, minorPerMajor: 100 });
}

function update(count: number, change: Partial<PartUpdate> = {}): PartUpdate {
  const state = { sums: { view_events: count }, mins: {}, maxs: {}, uniques: {}, quantiles: {} };
  return {
    rollup: 'total',
    dim: '',
    window: '1h',
    windowStartMs: clock.start('1h', nowMs),
    revision: 0,
    state,
    ...change,
  };
}

const stored = (count: number, seq: number) => [{ ...update(count), seq }];
const values = (points: readonly { value: number | null }[]): (number | null)[] =>
  points.map((point) => point.value);

describe('a board whose formulas look at the window before', () => {
  const growth = compileKpi({
    ...(kpiCatalogue.find((kpi) => kpi.key === 'views') ?? expect.fail('no views')),
    key: 'growth',
    formula: 'view_events / prev(view_events) - 1',
  });
  const hour = clock.start('1h', nowMs);
  const before = { windowStartMs: hour - 3_600_000 };
  const shownIn = (points: ReturnType<KpiBoard['all']>): unknown =>
    points.map((point) => [point.windowStartMs - hour, point.value]);
  const growing = (): KpiBoard =>
    createKpiBoard({ scope: { rollup: 'total', dim: '' }, kpis: [growth], clock, minorPerMajor: 100 });

  test('has a value once the window before is known, and follows it when it changes', () => {
    const shown = growing();
    shown.apply(0, 1, [update(30)], nowMs);
    expect(shownIn(shown.changes(nowMs))).toEqual([[0, null]]);
    shown.apply(0, 2, [update(20, before)], nowMs);
    expect(shownIn(shown.changes(nowMs))).toEqual([
      [0, 0.5],
      [-3_600_000, null],
    ]);
    shown.apply(0, 3, [update(15, before)], nowMs);
    expect(shownIn(shown.changes(nowMs))).toEqual([[0, 1]]);
  });

  test('takes an empty window for nothing only when the store has told all it has', () => {
    const shown = growing();
    shown.apply(0, 1, [update(30)], nowMs);
    shown.applyStored([], nowMs);
    // Growth from nothing has no value, known or not.
    expect(shownIn(shown.all(nowMs))).toEqual([[0, null]]);
  });

  test('holds one window more than it shows', () => {
    const shown = growing();
    const third = { windowStartMs: hour - 7_200_000 };
    shown.apply(0, 1, [update(8, before), update(4, third)], nowMs);
    expect(shownIn(shown.all(nowMs))).toEqual([[-3_600_000, 1]]);
    expect(shown.floors(nowMs)['1h']).toBe(third.windowStartMs);
  });
});

describe('a board', () => {
  test('adds up what the processors say and tells only what changed', () => {
    const shown = board();
    shown.apply(0, 1, [update(5)], nowMs);
    shown.apply(1, 1, [update(7)], nowMs);
    expect(values(shown.changes(nowMs))).toEqual([12]);
    expect(shown.changes(nowMs)).toEqual([]);
    shown.apply(0, 2, [update(5)], nowMs);
    expect(shown.changes(nowMs)).toEqual([]);
    expect(values(shown.all(nowMs))).toEqual([12]);
  });

  test('tells a new revision even when the value is the same', () => {
    const shown = board();
    shown.apply(0, 1, [update(5)], nowMs);
    shown.changes(nowMs);
    shown.apply(0, 2, [update(5, { revision: 1 })], nowMs);
    expect(shown.changes(nowMs)).toMatchObject([{ value: 5, revision: 1 }]);
  });

  test('ends the same in whatever order and however often states come', () => {
    const message = fc.record({ part: fc.nat(2), seq: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1 }), fc.infiniteStream(fc.nat()), (messages, chance) => {
        // The state of a part is a function of its sequence, as a stream position fixes the state.
        const play = (order: typeof messages): unknown => {
          const shown = board();
          for (const { part, seq } of order) shown.apply(part, seq, [update(1_000 * part + seq)], nowMs);
          return shown.all(nowMs);
        };
        const shuffled = messages.toSorted(() => (chance.next().value % 3) - 1);
        expect(play([...shuffled, ...messages])).toEqual(play(messages));
      }),
    );
  });

  test('leaves aside other keys, windows long past and clocks far ahead', () => {
    const shown = board();
    const hour = 3_600_000;
    const start = clock.start('1h', nowMs);
    shown.apply(
      0,
      1,
      [
        update(1, { rollup: 'channel', dim: 'a' }),
        update(2, { windowStartMs: start - 2 * hour }),
        update(3, { windowStartMs: start + 2 * hour }),
        update(4, { windowStartMs: start - hour }),
      ],
      nowMs,
    );
    expect(values(shown.all(nowMs))).toEqual([4]);
  });

  test('forgets windows as time goes on, and holds no more', () => {
    const shown = board();
    for (let at = nowMs; at < nowMs + 3_600_000; at += 10_000) {
      shown.apply(0, at, [update(1, { window: '10s', windowStartMs: clock.start('10s', at) })], at);
      shown.changes(at);
      expect(shown.size).toBeLessThanOrEqual(4);
    }
  });

  test('shows the store until a processor speaks, then the processor', () => {
    const shown = board();
    shown.applyStored(stored(40, 50), nowMs);
    expect(values(shown.all(nowMs))).toEqual([40]);
    shown.apply(0, 51, [update(41)], nowMs);
    expect(values(shown.all(nowMs))).toEqual([41]);
  });

  test('takes the store again when it knows more and no processor has spoken for a while', () => {
    const shown = board();
    shown.apply(0, 50, [update(41)], nowMs);
    shown.applyStored(stored(45, 60), nowMs + 1_000);
    expect(values(shown.all(nowMs))).toEqual([41]);
    shown.applyStored(stored(45, 60), nowMs + 6_000);
    expect(values(shown.all(nowMs))).toEqual([45]);
    shown.apply(0, 61, [update(46)], nowMs + 6_000);
    expect(values(shown.all(nowMs))).toEqual([46]);
    shown.applyStored(stored(45, 60), nowMs + 20_000);
    expect(values(shown.all(nowMs))).toEqual([46]);
  });

  test('of all values of a dimension names them, and has a bound', () => {
    const shown = board({ rollup: 'stream', dim: undefined });
    for (let i = 0; i < 200; i += 1)
      shown.apply(0, i, [update(i, { rollup: 'stream', dim: `s${i}` })], nowMs);
    const points = shown.all(nowMs);
    expect(points).toHaveLength(64);
    expect(points[3]).toMatchObject({ key: 'views', value: 3, dims: { stream: 's3' } });
  });
});

test('floors are starts of windows, also where a day has 25 hours', () => {
  const berlin = createWindowClock('Europe/Berlin');
  const floors = boardFloors(berlin, Date.UTC(2026, 9, 26, 12));
  expect(floors['1d']).toBe(Date.UTC(2026, 9, 24, 22));
  expect(floors['1mo']).toBe(Date.UTC(2026, 7, 31, 22));
});
