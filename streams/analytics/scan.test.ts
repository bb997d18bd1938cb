import { Type } from '@sinclair/typebox';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { SqlParams, Store } from '../../platform/store/store.ts';
import { createFakeClock } from '../../platform/time/clock.ts';
import { nextSliceMs, scanSlices, type Progress } from './scan.ts';

const HOUR = 3_600_000;
const first = Date.UTC(2026, 0, 1);
const last = first + 40 * HOUR;

/** A store with one event a minute; each answer takes `costMs` of the fake clock. */
function rig(costMs: (fromMs: number, toMs: number) => number, limitMs = Number.POSITIVE_INFINITY) {
  const clock = createFakeClock();
  const slices: [number, number][] = [];
  const store: Store = {
    query: async (sql, params: SqlParams, _row) => {
      if (sql.includes('ASC')) return [{ ms: first }] as never;
      if (sql.includes('DESC')) return [{ ms: last }] as never;
      const [from, to] = [Number(params['from']), Number(params['to'])];
      const took = costMs(from, to);
      await clock.advance(Math.min(took, limitMs));
      if (took > limitMs) throw new WeirError('STORE_UNAVAILABLE', 'Timeout exceeded: elapsed 2000 ms');
      slices.push([from, to]);
      return [{ from, to }] as never;
    },
    command: async () => {},
    insertRows: async () => {},
    ping: async () => true,
  };
  return { clock, store, slices };
}
const row = Type.Object({ from: Type.Number(), to: Type.Number() });
const watched = (): Progress & { shares: number[]; stop: AbortController } => {
  const stop = new AbortController();
  const shares: number[] = [];
  return { signal: stop.signal, stop, shares, report: (_stage, share) => void shares.push(share) };
};
const scan = (
  take: (rows: readonly { from: number; to: number }[]) => number,
  span = { fromMs: 0, toMs: last * 2 },
) => ({
  ...span,
  sql: 'SELECT',
  params: { tenant: 'main' },
  row,
  stage: 'reading',
  take,
});

test('slices cover what there is once, in order, and progress grows', async () => {
  const { clock, store, slices } = rig((from, to) => (to - from) / 60_000);
  const progress = watched();
  await scanSlices(
    { clock, store },
    scan(() => 0),
    progress,
  );
  expect(slices[0]?.[0]).toBe(first);
  expect(slices.at(-1)?.[1]).toBe(last + 1);
  for (const [i, [from]] of slices.entries()) if (i > 0) expect(from).toBe(slices[i - 1]?.[1]);
  expect(progress.shares).toEqual(progress.shares.toSorted((a, b) => a - b));
});

test('a slice the engine gives up is cut smaller; dear ones shrink, cheap ones grow', async () => {
  const dear = rig((from, to) => (to - from) / 1_000, 2_000);
  await scanSlices(
    dear,
    scan(() => 0),
    watched(),
  );
  expect(dear.slices.every(([from, to]) => to - from <= 2_000_000)).toBe(true);
  expect(dear.slices.reduce((sum, [from, to]) => sum + to - from, 0)).toBe(last + 1 - first);
  const cheap = rig(() => 1);
  await scanSlices(
    cheap,
    scan(() => 10),
    watched(),
  );
  expect(cheap.slices.length).toBeLessThan(5);
});

test('slices of sums stay as long as asked though each statement waits, and are cut where the engine gives up', async () => {
  const leastMs = 1_800_000;
  const waiting = rig(() => 5_000);
  await scanSlices(waiting, { ...scan(() => 0), leastMs }, watched());
  const lengths = waiting.slices.map(([from, to]) => to - from);
  expect(Math.min(...lengths.slice(0, -1))).toBeGreaterThanOrEqual(leastMs);
  const dear = rig((from, to) => to - from, leastMs / 2);
  await scanSlices(dear, { ...scan(() => 0), leastMs }, watched());
  expect(dear.slices[0]?.[0]).toBe(first);
  expect(dear.slices.at(-1)?.[1]).toBe(last + 1);
  expect(Math.max(...dear.slices.map(([from, to]) => to - from))).toBeLessThanOrEqual(leastMs / 2);
});

test('a minute that is too much is refused with what to do', async () => {
  const { clock, store } = rig(() => 9_000, 2_000);
  await expect(
    scanSlices(
      { clock, store },
      scan(() => 0),
      watched(),
    ),
  ).rejects.toMatchObject({
    code: 'ANALYTICS_TOO_LARGE',
  });
});

test('it ends when nobody waits any more', async () => {
  const { clock, store, slices } = rig(() => 250);
  const progress = watched();
  const reading = scanSlices(
    { clock, store },
    scan(() => (slices.length === 3 ? (progress.stop.abort(), 0) : 0)),
    progress,
  );
  await expect(reading).rejects.toThrow();
  expect(slices).toHaveLength(3);
});

test('a range without events reads nothing', async () => {
  const { clock, store, slices } = rig(() => 1);
  await scanSlices(
    { clock, store },
    scan(() => 0, { fromMs: last + HOUR, toMs: last + 2 * HOUR }),
    watched(),
  );
  expect(slices).toEqual([]);
});

test('slices stay between a minute and a month', () => {
  fc.assert(
    fc.property(fc.nat(1e10), fc.nat(1e6), fc.nat(1e7), (slice, took, events) => {
      const next = nextSliceMs(slice, took, events);
      expect(next).toBeGreaterThanOrEqual(60_000);
      expect(next).toBeLessThanOrEqual(31 * 24 * HOUR);
    }),
  );
});
