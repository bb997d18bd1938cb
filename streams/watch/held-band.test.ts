import { expect, test } from 'vitest';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import { createRandom } from '../../platform/time/random.ts';
import { bandToHold, isBeyond } from './held-band.ts';
import { judgeWindow } from './judge.ts';
import { planKpis } from './kpi-plan.ts';
import { createTenantWatch, seriesKey, totalKey } from './watch-state.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 4, 4);
const HABIT = 460;
const plan = planKpis(
  kpiCatalogue.filter(({ key }) => key === 'views'),
  100,
);

/** Minutes after the habit in which the total of views was in alarm. */
function alarmed(name: string, share: (minute: number) => number, minutes: number): number[] {
  const random = createRandom(name);
  const state = createTenantWatch('main');
  state.grains['1m'].keys = [totalKey];
  const found: number[] = [];
  for (let minute = -HABIT; minute < minutes; minute += 1) {
    const startMs = START_MS + minute * MINUTE_MS;
    const views = Math.round((40 + 3 * random.normal()) * share(minute));
    judgeWindow(
      state,
      {
        window: '1m',
        startMs,
        endMs: startMs + MINUTE_MS,
        states: new Map([
          [
            seriesKey('', totalKey),
            { sums: { view_events: views }, mins: {}, maxs: {}, uniques: {}, quantiles: {} },
          ],
        ]),
      },
      { plan, words: { currency: 'USD' }, budgetOf: () => 0.5, nowMs: 0, signalMaxAgeMs: 0 },
    );
    if (state.grains['1m'].series.get(seriesKey('views', totalKey))?.alarm !== undefined) found.push(minute);
  }
  return found;
}

const span = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

test.each([
  ['down to a twentieth', 0.05],
  ['up to three times', 3],
])('an outage of 20 minutes, %s, is one episode until five minutes after it', (_, factor) => {
  const found = alarmed('outage', (minute) => (minute >= 0 && minute < 20 ? factor : 1), 60);
  // Of a young series two minutes must be out; closed by the first minute after the quiet ones.
  expect(found).toEqual(span(1, 24));
});

test('a new level is news for an hour, then it is the level', () => {
  const found = alarmed('shift', (minute) => (minute >= 0 ? 0.3 : 1), 200);
  expect(found.slice(0, 60)).toEqual(span(1, 60));
  expect(found.length).toBeLessThan(90);
});

test.each([
  [2, '1m', true],
  [90, '1m', true],
  [40, '1m', false],
  // Out of its band, but no further than an evening goes.
  [27, '1m', false],
  [undefined, '1m', false],
  [2, '1h', false],
] as const)('a value of %d by %s holds its band: %s', (value, window, isHeld) => {
  const band = { expected: 40, lower: 28, upper: 52 };
  const held = bandToHold(value, band, window, 0, MINUTE_MS);
  expect(held !== undefined).toBe(isHeld);
  if (held === undefined || value === undefined) return;
  expect(isBeyond(held, value, 59 * MINUTE_MS)).toBe(true);
  expect(isBeyond(held, value, 60 * MINUTE_MS)).toBe(false);
  expect(isBeyond(held, 40, MINUTE_MS)).toBe(false);
  // What jumps to the other side is another matter.
  expect(isBeyond(held, value < 40 ? 90 : 2, MINUTE_MS)).toBe(false);
});
